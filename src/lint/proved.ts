// Whether an equality that holds at points can be proved by working its derivatives out.
// Not here: the steps (`derive/`), their replay (`check/replay.ts`).
// Invariant: only steps that are all proved prove an equality.
import { replay } from '../check/replay.ts';
import { closedForm, workshop } from '../derive/closed.ts';
import { provesEqual } from '../rules/equality.ts';
import type { Move } from '../rules/move.ts';
import type { Context } from '../term/context.ts';
import type { Term } from '../term/term.ts';
import { visit } from '../term/walk.ts';

const hasDerivative = (t: Term): boolean => {
  let found = false;
  visit(t, (x) => {
    found ||= x.kind === 'partial';
  });
  return found;
};

/** Whether both sides lead to one normal form when their derivatives are worked out, every step proved. */
export function provedInSteps(left: Term, right: Term, letters: readonly string[], context: Context): boolean {
  if (!hasDerivative(left) && !hasDerivative(right)) return false;
  const shop = workshop(context);
  const [a, b] = [left, right].map((t) => closedForm(t, letters, shop)) as [
    ReturnType<typeof closedForm>,
    ReturnType<typeof closedForm>,
  ];
  return provesEqual(a.term, b.term, context) && [...a.moves, ...b.moves].every((m) => isProved(m, context));
}

const isProved = (move: Move, context: Context): boolean =>
  move.inner.every((m) => isProved(m, context)) && replay(move, context, () => 'unknown') === 'proved';
