// The jobs of Check: judging a document, its report, and the library's documents as samples.
// Not here: any mathematics.
// Invariant: the library's rows and nothing else.
import { libraryDocument, lint, lintReport } from 'whygrad';
import type { Jobs } from './jobs.ts';
import { lineOf } from './lines.ts';

export const lintJob: Jobs['lint'] = ({ text }) => {
  const start = performance.now();
  const rows = lint(text).map((claim) => ({
    claim,
    line: lineOf(claim.formula),
    fixLine: lineOf(claim.fix ?? undefined),
  }));
  return { rows, milliseconds: performance.now() - start };
};

export const reportJob: Jobs['report'] = ({ text, name, format }) =>
  lintReport(lint(text, { file: name }), format, { strict: true, texts: new Map([[name, text]]) });

export const documentJob: Jobs['document'] = ({ name }) => libraryDocument(name);
