// The library's documents by name: each is loaded when it is first asked for, so that no script carries all of them.
// Not here: what a document means.
// Invariant: only files of the page's own folder `library/` are asked for; a name that is none of them stays a name, and the library says so.
const texts = new Map<string, string>();
const isName = (text: string): boolean => /^[a-z0-9-]+(?:\/[a-z0-9-]+)?$/.test(text);

/** The document's text; the name itself where there is no such document. */
export async function documentText(name: string): Promise<string> {
  const known = texts.get(name);
  if (known !== undefined || !isName(name)) return known ?? name;
  const found = await fetch(new URL(`../library/${name}.md`, location.href)).catch(() => null);
  if (found?.ok !== true) return name;
  const text = await found.text();
  texts.set(name, text);
  return text;
}

/** The text of a document that has been loaded. */
export const loadedText = (name: string): string => texts.get(name) ?? name;

/** A job's question with its document as text. */
export async function withDocument(asked: unknown): Promise<unknown> {
  if (typeof asked !== 'object' || asked === null) return asked;
  const { options } = asked as { readonly options?: { readonly in?: string } };
  if (options?.in === undefined) return asked;
  return { ...asked, options: { ...options, in: await documentText(options.in) } };
}
