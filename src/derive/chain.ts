// The chain rule through a named quantity that everything passes: ∂L/∂x = Σ ∂L/∂v · ∂v/∂x, where x can reach L only
// through v.
// Not here: the derivatives on both sides of it.
// Invariant: v is a bottleneck: with v held fixed, L does not move with x.
import type { Context } from '../term/context.ts';
import { boundIndex, entry, mul, partial, reduce, type Entry, type Partial, type Term } from '../term/term.ts';
import { shift } from '../term/walk.ts';
import { reachedFrom } from '../rules/conditions.ts';

/** The bottleneck nearest to the variable when at least two definitions lie between; null otherwise. */
export function bottleneck(p: Partial, context: Context): string | null {
  if (p.body.kind !== 'entry' || !context.definitions.has(p.body.name)) return null;
  const target = p.body.name;
  const forward = reachedFrom(p.by.name, context, p.held);
  const between = [...forward].filter(
    (n) => n !== p.by.name && n !== target && context.definitions.has(n) && reachedFrom(n, context, p.held).has(target),
  );
  if (between.length < 2) return null;
  const passes = between.filter(
    (v) => !reachedFrom(p.by.name, context, [...p.held, v]).has(target) && !p.held.includes(v),
  );
  let best: string | null = null;
  let fewest = Infinity;
  for (const v of passes) {
    const before = between.filter((n) => n !== v && reachedFrom(n, context, p.held).has(v)).length;
    if (before < fewest) {
      best = v;
      fewest = before;
    }
  }
  return best;
}

/** Σ ∂L/∂v · ∂v/∂x over all entries of v. */
export function chainThrough(p: Partial, v: string, context: Context): Term {
  const params = context.definitions.get(v)?.params ?? [];
  const n = params.length;
  const middle: Entry = entry(v, ...params.map((_, i) => boundIndex(n - 1 - i)));
  const by = shift(p.by, n);
  if (by.kind !== 'entry') throw new Error('bug: entry shifted into something else');
  const body = mul(partial(shift(p.body, n), middle, p.held), partial(middle, by, p.held));
  return params.reduceRight<Term>(
    (t, param, i) =>
      reduce('sum', param.letter, t, { set: context.shapes.get(v)?.[i] ?? param.set, from: null, to: null }),
    body,
  );
}
