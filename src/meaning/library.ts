// The built-in documents, and what `in` means to a verb: a library name or a document's own text.
// Not here: the texts (`library/`, embedded when the package is built).
// Invariant: a name is looked up in a Map, so no text can reach anything else.
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { libraryTexts } from '../library.generated.ts';
import { outlineOf, readDocument, readOutline, type Outline, type ReadDocumentOptions } from './document.ts';
import { outlines } from './outlines.ts';

const texts = new Map(Object.entries(libraryTexts));
const outlined = new Map(Object.entries(outlines));

/** The names of the built-in documents, in alphabetical order. */
export const libraryNames = (): string[] => [...texts.keys()].sort();

/** The text of a built-in document. Throws WhygradError('unknown-document') with the nearest names. */
export function libraryDocument(name: string): string {
  const text = texts.get(name);
  if (text !== undefined) return text;
  const near = libraryNames().filter(
    (n) => n.includes(name) || name.includes(n) || n.split(/[-/]/).some((w) => name.split(/[-/]/).includes(w)),
  );
  throw new WhygradError('unknown-document', `There is no library document called "${name}".`, {
    hint: near.length > 0 ? `Near it: ${near.slice(0, 5).join(', ')}.` : 'whygrad list shows all of them.',
  });
}

/** A one-line word is a library name; anything longer is a document. */
const isName = (nameOrText: string): boolean => /^[\w/.-]{1,80}$/.test(nameOrText);
export const documentText = (nameOrText: string): string =>
  isName(nameOrText) ? libraryDocument(nameOrText) : nameOrText;

/** The outline of every built-in document. */
export const libraryOutlines = (): Record<string, Outline> =>
  Object.fromEntries([...texts].map(([name, text]) => [name, outlineOf(text)]));

/** The context of a document (by name or text) with further givens, which win over its own definitions. */
export function contextOfDocument(
  nameOrText: string,
  given: readonly string[],
  options: Omit<ReadDocumentOptions, 'given'> = {},
): Context {
  const outline = isName(nameOrText) ? outlined.get(nameOrText) : undefined;
  return (
    outline === undefined
      ? readDocument(documentText(nameOrText), { ...options, given })
      : readOutline(outline, { ...options, given })
  ).context;
}
