// The lines of a derivation as they stand on the page, from top to bottom, smaller steps where these are open.
// Not here: the layout (`steps.tsx`).
// Invariant: lines that lead on from each other follow each other; a row without origins begins a chain.
import type { Derivation, Line, Step } from 'whygrad';
import type { Row } from '../math/touch.ts';

const empty: Line = { text: '', latex: '', parts: [] };
const first = (id: string, line: Line | undefined): Row => ({ id, line: line ?? empty, origins: null, title: '' });

/** The rows of a derivation; a step whose smaller steps are open is told by these. */
export function rowsOf(d: Derivation, open: ReadonlySet<string>): readonly Row[] {
  const out: Row[] = [];
  d.steps.forEach((step, n) => {
    if (n === 0) out.push(first('q', step.lines?.from));
    else if (d.steps[n - 1]?.to !== step.from) out.push(first(`${n}f`, step.lines?.from));
    const whole: Row = { id: `${n}`, line: step.lines?.to ?? empty, origins: step.origins ?? null, title: step.title };
    if (open.has(`${n}`) && step.steps !== undefined) out.push(...smaller(`${n}`, step, whole));
    else out.push(whole);
  });
  return out;
}

/** Smaller steps that lead from a step's left side to its right one; the last of them is the step's own line. */
function smaller(id: string, step: Step, whole: Row): readonly Row[] {
  const steps = step.steps ?? [];
  const leads = steps[0]?.from === step.from && steps.at(-1)?.to === step.to;
  if (!leads || steps.some((s, n) => n > 0 && steps[n - 1]?.to !== s.from)) return [whole];
  return steps.map((s, n) => {
    const isLast = n + 1 === steps.length;
    return { id: isLast ? id : `${id}.${n}`, line: s.lines?.to ?? empty, origins: s.origins ?? null, title: s.title };
  });
}
