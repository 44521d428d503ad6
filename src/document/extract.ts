// Takes a file apart into prose, headings, directives and formulas, each with its place in the file.
// Not here: what a formula says, and which of its relations are claims.
// Invariant: the pieces stand in reading order; every character of a piece maps to the character of the file that it came from.
import { declaredMacros, expandMacros, type Macros } from './macros.ts';
import { blankComments, latexBody, looksLikeLatexFile } from './latex.ts';
import { markdownPieces } from './markdown.ts';
import { notebookText } from './notebook.ts';
import { wholeText, type Mapped } from './mapped.ts';

export type Syntax = 'markdown' | 'latex' | 'plain';

/** How a formula was set: inside mathematics delimiters, as a block of plain lines, as inline code, in bold, or bare in a line of text. */
export type Form = 'math' | 'block' | 'code' | 'bold' | 'bare';

export type Piece =
  | { readonly kind: 'prose'; readonly text: Mapped }
  | { readonly kind: 'formula'; readonly text: Mapped; readonly form: Form; readonly display: boolean }
  | { readonly kind: 'heading'; readonly level: number; readonly text: Mapped }
  | { readonly kind: 'item' | 'paragraph' | 'endheading' }
  | { readonly kind: 'directive'; readonly text: Mapped };

export interface ExtractOptions {
  readonly syntax?: Syntax;
  /** The text of a file that a LaTeX document includes; null when there is none. */
  readonly include?: (name: string) => string | null;
}

export interface Extracted { readonly pieces: readonly Piece[]; readonly syntax: Syntax | 'notebook'; readonly macros: Macros }

/** The pieces of a document. The syntax is recognised from the content when it is not given. */
export function extract(text: string, options: ExtractOptions = {}): Extracted {
  const cells = notebookText(text);
  if (cells !== null) return fromMarkdown(cells, 'notebook');
  const syntax = options.syntax ?? (looksLikeLatexFile(text) ? 'latex' : looksLikeMarkdown(text) ? 'markdown' : 'plain');
  if (syntax !== 'latex') return fromMarkdown(wholeText(text), syntax);
  const file = wholeText(blankComments(text));
  const { macros, blanked } = declaredMacros(file.text);
  const pieces = markdownPieces(latexBody({ text: blanked, origins: file.origins }), { latex: true });
  return { pieces: expandAll(pieces, macros), syntax, macros };
}

function fromMarkdown(m: Mapped, syntax: 'markdown' | 'plain' | 'notebook'): Extracted {
  const { macros, blanked } = declaredMacros(m.text);
  return { pieces: expandAll(markdownPieces({ text: blanked, origins: m.origins }, { latex: false }), macros), syntax, macros };
}

const looksLikeMarkdown = (text: string): boolean => /^#{1,6} |\$|^```|\\\[|\\\(|^[-*] |\*\*|`/m.test(text);

const expandAll = (pieces: readonly Piece[], macros: Macros): Piece[] =>
  pieces.map((p) => (p.kind === 'formula' ? { ...p, text: expandMacros(p.text, macros) } : p));
