// What is special about LaTeX files: comments, the preamble, and text commands.
// Not here: formulas (`inline.ts`), own commands (`macros.ts`).
// Invariant: everything that is left out is blanked, so that no character moves.

/** Whether a file is a LaTeX document rather than Markdown with formulas. */
export function looksLikeLatexFile(text: string): boolean {
  if (/\\documentclass|\\begin\{document\}/.test(text)) return true;
  return /^\\(?:section|subsection|chapter|paragraph)\*?\{/m.test(text) && !/^#{1,6} /m.test(text);
}

const blank = (s: string): string => s.replace(/[^\n]/g, ' ');

/** The text with `%` comments blanked, except `% whygrad:` lines, which are directives. */
export const blankComments = (text: string): string =>
  text.replace(/(^|[^\\])(%[^\n]*)/g, (all, before: string, comment: string) =>
    /^%+\s*whygrad:/.test(comment) ? all : before + blank(comment),
  );

/** The file with its preamble, its verbatim parts and its bibliography blanked. */
export function latexBody<M extends { readonly text: string }>(m: M): M {
  let text = m.text;
  const begin = text.indexOf('\\begin{document}');
  if (begin >= 0) text = blank(text.slice(0, begin + 16)) + text.slice(begin + 16);
  const end = text.indexOf('\\end{document}');
  if (end >= 0) text = text.slice(0, end) + blank(text.slice(end));
  text = text.replace(
    /\\begin\{(verbatim|lstlisting|minted|thebibliography|tikzpicture|comment)\*?\}[\s\S]*?\\end\{\1\*?\}/g,
    blank,
  );
  return { ...m, text };
}

/** `\input{name}`, `\include{name}`. */
export const includeCommand = /\\(?:input|include|subfile)\s*\{([^}]+)\}/g;
