// Quantities that an assumed equation ties together (`A u = b`, `x² + y² = 4`): what may be asked of them.
// Not here: equations that define a name; recursions (`open.ts`).
// Invariant: a derivative never holds a quantity that a given equation makes depend on the variable.
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import type { Question } from '../meaning/parse.ts';
import { print } from '../term/print.ts';
import { entryNames } from '../term/walk.ts';
import { reachOf } from './open.ts';

/** Refuses a derivative by a quantity that an assumption ties to another one that the result is made of. */
export function refuseImplicit(q: Question, context: Context): void {
  if (q.kind !== 'derivative') return;
  const reached = reachOf(entryNames(q.of), context);
  for (const a of context.assumptions) {
    if (a.kind !== 'equation') continue;
    const tied = reachOf([...entryNames(a.left), ...entryNames(a.right)], context);
    const by = q.by.find((e) => tied.has(e.name));
    if (by === undefined) continue;
    const other = [...tied].find((n) => n !== by.name && reached.has(n) && !context.definitions.has(n));
    if (other === undefined) continue;
    const equation = `${print(a.left, { context })} = ${print(a.right, { context })}`;
    throw new WhygradError(
      'implicit-equation',
      `${other} is tied to ${by.name} by "${equation}", which is not solved here`,
      {
        hint: `solve it and write ${other} = …; or take the equation away to hold ${other}`,
      },
    );
  }
}
