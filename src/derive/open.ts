// Questions about recursions that are written out for the last levels alone: what may be asked of them.
// Not here: the writing out (`meaning/typed/recursions.ts`).
// Invariant: a quantity that may also reach the result through a level that is not written out is refused, never held.
import type { Context, OpenRecursion } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import type { Question } from '../meaning/parse.ts';
import { entryNames } from '../term/walk.ts';

/** Refuses a derivative by what stands, or may stand, behind the end of a recursion that is open. */
export function refuseOpen(q: Question, context: Context): void {
  if (context.open === undefined) return;
  const reached = reachOf(entryNames(q.of), context);
  const inputs = [...reached].filter((n) => !context.definitions.has(n) && !context.open?.has(n));
  const by = q.kind === 'derivative' ? q.by.map((e) => e.name) : inputs;
  for (const [end, recursion] of context.open) {
    if (!reached.has(end)) continue;
    for (const name of by)
      if (name !== end && standsBehind(name, recursion))
        throw new WhygradError(
          'recursion',
          `${name} may also act through ${end}, and how far the recursion over ${recursion.letter} goes is open here`,
          {
            hint: 'give a level as a number, or the levels one by one; or differentiate by a quantity of the last level',
          },
        );
  }
}

/** Whether a name may have a part in the value of a level that is not written out. */
function standsBehind(name: string, r: OpenRecursion): boolean {
  if (r.shared.has(name)) return true;
  const labelled = /^(.+)\^\((.+)\)$/.exec(name);
  if (labelled === null || !r.levelled.has(labelled[1] ?? '')) return false;
  const level = /^([A-Za-z]+)(?:([+-])(\d+))?$/.exec(labelled[2] ?? '');
  if (level === null || level[1] !== r.at) return true;
  const plus = level[3] === undefined ? 0 : Number(level[3]) * (level[2] === '-' ? -1 : 1);
  return plus <= r.plus;
}

/** The names that a quantity is made of, through all definitions. */
export function reachOf(names: Iterable<string>, context: Context): Set<string> {
  const seen = new Set<string>();
  const walk = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const d = context.definitions.get(name);
    for (const n of d === undefined ? (context.depends.get(name) ?? []) : entryNames(d.body)) walk(n);
  };
  for (const n of names) walk(n);
  return seen;
}
