// A text with the fixes of its slips put in.
// Not here: finding the fixes (`diagnose.ts`).
// Invariant: only fixes that were compared and hold are put in, and only where the author's text stands in one piece; the result is linted again, and a fix that makes anything worse is taken back.
import type { Mapped } from '../document/mapped.ts';
import { lintDetails, type LintOptions } from './lint.ts';

export interface Fixed { readonly text: string; readonly applied: number; readonly left: number }

/** Puts in every fix that is certain. Formulas that came from an author's own LaTeX commands, and included files, are left alone. */
export function fixText(text: string, options: LintOptions = {}): Fixed {
  let current = text;
  let applied = 0;
  for (let round = 0; round < 40; round++) {
    const details = lintDetails(current, options);
    const slips = details.filter((d) => d.claim.verdict === 'slip').length;
    const next = firstImprovement(current, details, slips, options);
    if (next === null) return { text: current, applied, left: slips };
    current = next;
    applied += 1;
  }
  return { text: current, applied, left: lintDetails(current, options).filter((d) => d.claim.verdict === 'slip').length };
}

function firstImprovement(text: string, details: ReturnType<typeof lintDetails>, slips: number, options: LintOptions): string | null {
  for (const { claim, written } of details) {
    if (claim.verdict !== 'slip' || claim.fix === null || written === null) continue;
    const range = rangeOf(written, text);
    if (range === null) continue;
    const tried = text.slice(0, range.start) + claim.fix + text.slice(range.end);
    if (lintDetails(tried, options).filter((d) => d.claim.verdict === 'slip').length < slips) return tried;
  }
  return null;
}

/** Where a piece of text stands in the file, when every character of it does. */
function rangeOf(m: Mapped, text: string): { start: number; end: number } | null {
  const start = m.origins[0] ?? -1;
  for (let n = 0; n < m.text.length; n++) if (m.origins[n] !== start + n) return null;
  return start >= 0 && text.slice(start, start + m.text.length) === m.text ? { start, end: start + m.text.length } : null;
}
