// What a value needs, in the form in which a reader would say it: x·y ≠ 0 as x ≠ 0 and y ≠ 0, √s > 0 as s > 0, a − b ≠
// 0 as a ≠ b.
// Not here: finding needs (`domain.ts`), deciding them (`rules/defined.ts`).
// Invariant: the needs that come out hold together exactly where the one that went in does.
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import { add, integer, isNumber, mul, negate, type Comparison, type Condition, type Term } from '../term/term.ts';
import { key } from '../term/walk.ts';
import { isMet, type Need } from '../rules/defined.ts';
import { isNonnegative, isPositive } from '../rules/conditions.ts';
import { provesPositive } from '../rules/equality.ts';

/** Which needs are known to be met, by what they are and of what; every line of a derivation asks the same again. */
export type Decided = Map<string, boolean>;

/** The need taken apart; none where it is known to be met. */
export function simplestNeeds(need: Need, context: Context, decided: Decided): readonly Need[] {
  const k = `${need.is}|${key(need.of)}`;
  let met = decided.get(k);
  if (met === undefined) decided.set(k, (met = isProvablyMet(need, context)));
  if (met) return [];
  const parts = takenApart[need.is](need.of, context);
  return parts === null ? [need] : parts.flatMap((n) => simplestNeeds(n, context, decided));
}

const isProvablyMet = (need: Need, context: Context): boolean =>
  isMet(need, context) ||
  provesPositive(need.of, context) ||
  (need.is === 'nonzero' && provesPositive(negate(need.of), context));

type Apart = (t: Term, context: Context) => readonly Need[] | null;

/** One step; null where there is none to take. */
const takenApart: { readonly [N in Need['is']]: Apart } = {
  nonzero: (t) => {
    if (t.kind === 'mul') return t.factors.map((of) => ({ is: 'nonzero', of }));
    if (t.kind === 'pow') return [{ is: 'nonzero', of: t.base }];
    if (t.kind === 'call' && (t.fn === 'sqrt' || t.fn === 'abs')) return [{ is: 'nonzero', of: must(t.args[0]) }];
    return null;
  },
  positive: (t, context) => {
    if (isNonnegative(t, context)) return [{ is: 'nonzero', of: t }];
    if (t.kind === 'mul') return withoutPositive(t.factors, 'positive', context);
    if (t.kind === 'pow' && isOdd(t.exponent)) return [{ is: 'positive', of: t.base }];
    if (t.kind === 'pow' && isNumber(t.exponent, -1)) return [{ is: 'positive', of: t.base }];
    if (t.kind === 'call' && t.fn === 'sqrt') return [{ is: 'positive', of: must(t.args[0]) }];
    return null;
  },
  nonnegative: (t, context) => {
    if (t.kind === 'mul') return withoutPositive(t.factors, 'nonnegative', context);
    if (t.kind === 'pow' && isOdd(t.exponent) && t.exponent.kind === 'num' && t.exponent.num > 0n)
      return [{ is: 'nonnegative', of: t.base }];
    return null;
  },
};
const isOdd = (t: Term): boolean => t.kind === 'num' && t.den === 1n && t.num % 2n !== 0n;

function withoutPositive(factors: readonly Term[], is: Need['is'], context: Context): readonly Need[] | null {
  const rest = factors.filter((f) => !isPositive(f, context));
  return rest.length === factors.length ? null : [{ is, of: mul(...rest) }];
}

// --- spelling --------------------------------------------------------------------------------------------------------

const operators: { readonly [N in Need['is']]: Comparison } = { nonzero: '!=', positive: '>', nonnegative: '>=' };
const mirrored: Partial<Record<Comparison, Comparison>> = { '!=': '!=', '>': '<', '>=': '<=' };

/** The need as a comparison, a number alone on the right, a difference as its two sides. */
export function comparison({ is, of }: Need): Condition {
  const op = operators[is];
  const compared = (o: Comparison, left: Term, right: Term): Condition => ({ kind: 'compare', op: o, left, right });
  if (of.kind !== 'add' || of.terms.length !== 2) return compared(op, of, integer(0));
  const [a, b] = of.terms as [Term, Term];
  const [plus, minus] = isNegative(b) ? [a, negate(b)] : isNegative(a) ? [b, negate(a)] : [add(a, b), integer(0)];
  return plus.kind === 'num' && minus.kind !== 'num'
    ? compared(must(mirrored[op]), minus, plus)
    : compared(op, plus, minus);
}
const isNegative = (t: Term): boolean =>
  t.kind === 'num' ? t.num < 0n : t.kind === 'mul' && t.factors[0]?.kind === 'num' && t.factors[0].num < 0n;
