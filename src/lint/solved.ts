// Claims that hold only because a quantity has the value that was solved for: at the minimum `∂L/∂m = −7 (x − m)` is
// as true as `−2 (x − m)`, since both are zero there.
// Not here: facts that readers supply (`unstated.ts`).
// Invariant: only a difference that shows with the quantity free, on the same axes and without a doubt, takes a verdict
// away.
import { testEqual } from '../check/equal.ts';
import { scripted } from '../language/scripted.ts';
import { type Surface, unwrap, visitSurface } from '../language/surface.ts';
import { type Model, plainReading, resolveScripts } from '../meaning/index.ts';
import { add, one } from '../term/term.ts';
import { definitionsOf } from './accusation.ts';
import { attempt, type Attempt, type Question } from './attempt.ts';
import { failure, type Held, isDifferent, type Outcome } from './outcome.ts';

/** What a claim that is held amounts to where a quantity is freed of its value; null where that changes nothing. */
export function onlyAtValue(held: Held, question: Question, model: Model): Outcome | null {
  const { registry } = model;
  const by = variables(question, model).filter((id) => registry.lookUp(id)?.formals === null);
  const later = by.filter((id) => !registry.isInForce(id));
  for (const id of later) {
    const free = freed(id, held, question, model);
    if (free !== null)
      return {
        ...failure(free, [{ reading: plainReading, attempt: free }], question),
        model: { ...model, registry: registry.without(id) },
      };
  }
  if (!vanishes(held.attempt, question)) return null;
  for (const id of new Set([...by, ...definitionsOf(held.attempt)])) {
    const free = freed(id, held, question, model);
    const reason = `both sides are zero where ${id} has the value that the text gives it, and they differ elsewhere`;
    if (free !== null) return { holds: null, certain: null, first: free, reason, question };
  }
  return null;
}

/** The comparison with a quantity free, where it shows a difference. */
function freed(id: string, held: Held, question: Question, model: Model): Attempt | null {
  const free = attempt(question, { ...model, registry: model.registry.without(id) }, plainReading);
  if (!isDifferent(free) || free.doubts.length > 0 || free.kind !== 'compared' || held.attempt.kind !== 'compared')
    return null;
  const axes = held.attempt.context.definitions.get(id)?.params.length;
  return axes === undefined || free.context.shapes.get(id)?.length === axes ? free : null;
}

/** What a claim differentiates by. */
function variables({ left, right }: Question, model: Model): string[] {
  const found = new Set<string>();
  const note = (s: Surface): void => {
    const sc = scripted(unwrap(s));
    if (sc !== null) found.add(resolveScripts({ ...sc, transposed: false, primes: 0 }, model.usage).id);
  };
  for (const side of [left, right])
    visitSurface(side, (x) => {
      if (x.kind === 'derivative') x.by.forEach(note);
      else if (x.kind === 'gradient' && x.by !== null) note(x.by);
    });
  return [...found];
}

/** Both sides are zero at every point, and neither is written as zero. */
function vanishes(a: Attempt, { left, right }: Question): boolean {
  if (a.kind !== 'compared' || [left, right].some(isZero)) return false;
  // Beside 1, since what should be zero is only zero to rounding error.
  const { verdict } = testEqual(add(a.left, one), one, a.context, { environments: 6, exact: false, shrink: false });
  return verdict === 'tested' || verdict === 'proved';
}

const isZero = (s: Surface): boolean => {
  const u = unwrap(s);
  return u.kind === 'number' && u.num === 0n;
};
