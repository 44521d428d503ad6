// A derivation laid out to be read: text for a terminal, LaTeX, Markdown, HTML.
// Not here: the derivation, the printing of single terms.
// Invariant: prints what the record says and nothing more; user's text reaches HTML only escaped.
import { parse, readContext } from '../meaning/parse.ts';
import { print, type Spelling } from '../term/print.ts';
import { emptyContext, type Context } from '../term/context.ts';
import type { Term } from '../term/term.ts';
import { WhygradError } from '../term/error.ts';
import type { Derivation } from './derivation.ts';
import { remembered } from './remembered.ts';
import { htmlReport } from './report/html.ts';
import { latexReport } from './report/latex.ts';
import { markdownReport } from './report/markdown.ts';
import { textReport, type TextOptions } from './report/text.ts';

export type { Role, TextOptions as ReportOptions } from './report/text.ts';

/** The layouts of a derivation. */
export type ReportFormat = 'text' | 'latex' | 'markdown' | 'html';

/** The derivation as text in a format; `width` and `paint` (colours by role) apply to `text` alone. */
export function report(derivation: Derivation, format: ReportFormat = 'text', options: TextOptions = {}): string {
  return layouts[format](derivation, options);
}

const layouts: { readonly [F in ReportFormat]: (d: Derivation, options: TextOptions) => string } = {
  text: (d, options) => textReport(d, spellerFor(d, 'unicode'), options),
  latex: (d) => latexReport(d, spellerFor(d, 'latex')),
  markdown: (d) => markdownReport(d, spellerFor(d, 'latex')),
  html: (d) => htmlReport(d, mathmlFor(d), spellerFor(d, 'unicode')),
};

/**
 * Spells plain notation in another way, with the derivation's givens as context; what cannot be read is kept as it is.
 */
function spellerFor(d: Derivation, spelling: Spelling): (text: string) => string {
  const memory = remembered(d);
  const context = memory?.context ?? contextOf(d);
  const letters = lettersOf(d);
  const term = (text: string): Term => memory?.terms.get(text) ?? parse(text, { context, letters });
  return (text) => attempt(() => print(term(text), { spelling, context })) ?? text;
}

/** Plain notation as MathML; null where it cannot be read. */
function mathmlFor(d: Derivation): (text: string) => string | null {
  const spell = spellerFor(d, 'mathml');
  const matrices = remembered(d)?.matrices;
  return (text) => {
    const spelled = matrices?.get(text) ?? spell(text);
    return spelled === text ? null : spelled;
  };
}

const lettersOf = (d: Derivation): string[] => d.result.axes.map((a) => a.index);

function contextOf(d: Derivation): Context {
  const givens = d.givens.filter((g) => g.kind === 'definition' || g.kind === 'assumption').map((g) => g.text);
  return (
    attempt(() =>
      readContext(givens, { also: [...d.steps.flatMap((s) => [s.from, s.to]), d.result.text], letters: lettersOf(d) }),
    ) ?? emptyContext
  );
}

function attempt<T>(f: () => T): T | null {
  try {
    return f();
  } catch (error) {
    if (error instanceof WhygradError) return null;
    throw error;
  }
}
