// What may still be used under an outer ∂: an equation that holds at every point need not hold when one quantity is
// moved on its own.
// Not here: deciding equality.
// Invariant: in the returned context every definition and assumption stays true while the named quantities move.
import type { Assumption, Context } from '../term/context.ts';
import type { Term } from '../term/term.ts';
import { subtermAt } from '../term/paths.ts';
import { mentions, reachedFrom } from './conditions.ts';

/** The names by which the ∂'s around a place differentiate. */
export function movedAround(t: Term, path: readonly number[]): readonly string[] {
  const names = new Set<string>();
  path.forEach((_, n) => {
    const { term } = subtermAt(t, path.slice(0, n));
    if (term.kind === 'partial') names.add(term.by.name);
  });
  return [...names].sort();
}

const known = new WeakMap<Context, Map<string, Context>>();

/** The context without the definitions of the names and without assumed equations that what they move enters. */
export function perturbed(context: Context, names: readonly string[]): Context {
  if (names.length === 0) return context;
  let all = known.get(context);
  if (all === undefined) known.set(context, (all = new Map()));
  const k = names.join();
  let made = all.get(k);
  if (made === undefined) all.set(k, (made = without(context, names)));
  return made;
}

function without(context: Context, names: readonly string[]): Context {
  const moved = new Set(names.flatMap((n) => [...reachedFrom(n, context)]));
  const assumptions = context.assumptions.filter((a) => holdsNearby(a, moved));
  const definitions = new Map([...context.definitions].filter(([n]) => !names.includes(n)));
  return assumptions.length === context.assumptions.length && definitions.size === context.definitions.size
    ? context
    : { ...context, assumptions, definitions };
}

/** Signs stay what they are under small changes; equations need not. */
const holdsNearby = (a: Assumption, moved: ReadonlySet<string>): boolean =>
  a.kind === 'equation'
    ? !mentions(a.left, moved) && !mentions(a.right, moved)
    : a.kind === 'condition' || a.property === 'positive' || !moved.has(a.of);
