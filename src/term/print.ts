// Printing: a term as plain notation, LaTeX, Unicode, MathML or spoken words, with letters chosen for its bound
// indices.
// Not here: the layout of the kinds of nodes and spellings (`print/`), reading (`meaning/parse.ts`).
// Invariant: what is printed is read back as a term with the same meaning; printing takes time linear in the size of
// the term.
import type { Condition, Index, Term } from './term.ts';
import type { Context } from './context.ts';
import { bracket } from './term.ts';
import { conditionText, node } from './print/node.ts';
import { indexText, type Printer } from './print/printer.ts';
import { mathmlStyle } from './print/mathml.ts';
import { taken } from './print/scope.ts';
import { inWords, speechStyle } from './print/speech.ts';
import { latexStyle, plainStyle, unicodeStyle, type Style } from './print/style.ts';

export { fromJSON, toJSON } from './print/json.ts';
export { joinLines, printLine, type Line, type Part } from './print/line.ts';

/** How a formula is written: plain notation (which is read back), Unicode, LaTeX, MathML, or words that are spoken. */
export type Spelling = 'plain' | 'unicode' | 'latex' | 'mathml' | 'speech';

export interface PrintOptions {
  /** Plain notation unless said otherwise. */
  readonly spelling?: Spelling;
  /** Names that the formula must not be confused with. */
  readonly context?: Context;
}

const styles: { readonly [S in Spelling]: Style } = {
  plain: plainStyle,
  unicode: unicodeStyle,
  latex: latexStyle,
  mathml: mathmlStyle,
  speech: speechStyle,
};

function printer(t: Term, { spelling = 'plain', context }: PrintOptions): Printer {
  return { style: styles[spelling], spelling, taken: taken(t, context), frames: [], scope: new Set(), telling: false };
}

/**
 * The term as text, for example `p_j*(delta_ij - p_i)`. Bound indices keep the author's letters where these are
 * unambiguous.
 */
export function print(t: Term, options: PrintOptions = {}): string {
  const { text } = node(t, printer(t, options));
  return options.spelling === 'speech' ? inWords(text) : text;
}

/** An index as text: `i`, `k+1`. */
export function printIndex(i: Index, options: PrintOptions = {}): string {
  return indexText(i, printer({ kind: 'position', index: i }, options)).text;
}

/** A condition as text: `i=j`, `x_k > 0`. */
export function printCondition(c: Condition, options: PrintOptions = {}): string {
  return conditionText(c, printer(bracket(c), options));
}

/** The name of a tensor as text in a spelling: `\hat{y}` for `y_hat`. */
export function printName(name: string, spelling: Spelling = 'plain'): string {
  return styles[spelling].name(name).text;
}
