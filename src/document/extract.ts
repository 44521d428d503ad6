// Takes a file apart into prose, headings, directives and formulas, each with its place in the file.
// Not here: what a formula says, and which of its relations are claims.
// Invariant: the pieces stand in reading order; every character of a piece maps to the character of the file that it
// came from.
import { must } from '../term/must.ts';
import { declaredMacros, expandMacros, type Macros } from './macros.ts';
import { blankComments, includeCommand, latexBody, looksLikeLatexFile } from './latex.ts';
import { markdownPieces } from './markdown.ts';
import { notebookText } from './notebook.ts';
import { replaceAll, wholeText, type Mapped } from './mapped.ts';
import type { Piece, Syntax } from './pieces.ts';

/** Equations in any spelling that somebody adds to a document: what is given besides it, and a claim. */
export interface Asked {
  readonly given: readonly string[];
  readonly claim: string;
  /** Somebody says that it holds: it is no condition on what it speaks of. */
  readonly asserted?: true;
}

export interface ExtractOptions {
  /** Read as if it stood behind the text. */
  readonly asked?: Asked;
  readonly syntax?: Syntax;
  /** The text of a file that a LaTeX document includes; null when there is none. */
  readonly include?: (name: string) => string | null;
}

export interface Extracted {
  readonly pieces: readonly Piece[];
  readonly syntax: Syntax | 'notebook';
  readonly macros: Macros;
  readonly asked?: Asked;
  /** The text itself, and the files that it includes. */
  readonly files: readonly SourceFile[];
}
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** Offsets of included files begin at multiples of this. */
const fileStep = 2 ** 26;
/** Which file an offset lies in, and where. */
export const fileOf = (offset: number): { file: number; offset: number } => ({
  file: Math.floor(offset / fileStep),
  offset: offset % fileStep,
});

/** The pieces of a document. The syntax is recognised from the content when it is not given. */
export function extract(text: string, options: ExtractOptions = {}): Extracted {
  const extracted = extractText(text, options);
  return options.asked === undefined ? extracted : { ...extracted, asked: options.asked };
}

function extractText(text: string, options: ExtractOptions): Extracted {
  const cells = notebookText(text);
  if (cells !== null) return fromMarkdown(cells, 'notebook');
  const syntax =
    options.syntax ?? (looksLikeLatexFile(text) ? 'latex' : looksLikeMarkdown(text) ? 'markdown' : 'plain');
  if (syntax !== 'latex') return fromMarkdown(wholeText(text), syntax);
  const files: SourceFile[] = [{ name: '', text }];
  const file = withIncluded(wholeText(blankComments(text)), options.include ?? (() => null), files, 0);
  const { macros, blanked } = declaredMacros(file.text);
  const pieces = markdownPieces(latexBody({ text: blanked, origins: file.origins }), 'latex');
  return { pieces: expandAll(pieces, macros), syntax, macros, files };
}

/** The text with `\\input{name}` replaced by what the file holds, at most 30 files and 8 deep. */
function withIncluded(m: Mapped, include: (name: string) => string | null, files: SourceFile[], depth: number): Mapped {
  return depth > 8
    ? m
    : replaceAll(m, includeCommand, (found) => {
        const name = must(found[1]).trim();
        const text = files.length < 30 ? include(name) : null;
        if (text === null || text.length >= fileStep) return found[0];
        const base = files.length * fileStep;
        files.push({ name: /\.\w+$/.test(name) ? name : `${name}.tex`, text });
        const whole = wholeText(blankComments(text));
        return withIncluded(
          { text: whole.text, origins: whole.origins.map((o) => o + base) },
          include,
          files,
          depth + 1,
        );
      });
}

function fromMarkdown(m: Mapped, syntax: 'markdown' | 'plain' | 'notebook'): Extracted {
  const { macros, blanked } = declaredMacros(m.text);
  return {
    pieces: expandAll(markdownPieces({ text: blanked, origins: m.origins }, syntax), macros),
    syntax,
    macros,
    files: [{ name: '', text: m.text }],
  };
}

const looksLikeMarkdown = (text: string): boolean => /^#{1,6} |\$|^```|\\\[|\\\(|^[-*] |\*\*|`/m.test(text);

const expandAll = (pieces: readonly Piece[], macros: Macros): Piece[] =>
  pieces.map((p) => (p.kind === 'formula' ? { ...p, text: expandMacros(p.text, macros) } : p));
