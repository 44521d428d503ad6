// The jobs of Check: judging a document, and its report.
// Not here: any mathematics.
// Invariant: the library's rows and nothing else.
import { lint, linter, lintReport, type Line } from 'whygrad';
import type { Jobs } from './jobs.ts';
import { lineOf } from './lines.ts';

/** What has been judged is remembered from one edit to the next, as long as this worker lives. */
const remembering = linter();
const lines = new Map<string, Line | null>();
const lineFor = (formula: string): Line | null => {
  const known = lines.get(formula);
  if (known !== undefined) return known;
  if (lines.size > 2000) lines.clear();
  const made = lineOf(formula);
  lines.set(formula, made);
  return made;
};

export const lintJob: Jobs['lint'] = ({ text }) => {
  const start = performance.now();
  const rows = remembering.update(text).map((claim) => ({
    claim,
    line: lineFor(claim.formula),
    fixLine: claim.fix === null ? null : lineFor(claim.fix),
  }));
  return { rows, milliseconds: performance.now() - start };
};

export const reportJob: Jobs['report'] = ({ text, name, format }) =>
  lintReport(lint(text, { file: name }), format, { strict: true, texts: new Map([[name, text]]) });
