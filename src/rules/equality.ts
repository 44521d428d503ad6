// Whether two terms are equal by their normal forms, with definitions put in where the terms name different quantities.
// Not here: normal forms (`normal.ts`), testing at points (`check/`).
// Invariant: "equal" is a proof; what is not proved may still be equal.
import { must } from '../term/must.ts';
import { emptyContext, type Context } from '../term/context.ts';
import { one, rational, subtract, type Term } from '../term/term.ts';
import { nodeCount } from '../term/count.ts';
import { entryNames, key, mapNode, openAll } from '../term/walk.ts';
import { isPositive, reachedFrom } from './conditions.ts';
import { normaliser, product, settledPolynomial } from './normal.ts';
import type { Normaliser } from './normaliser.ts';
import {
  fromMonomials,
  monomial,
  polynomialTerm,
  sumPolynomials,
  timesMonomial,
  type Polynomial,
} from './polynomial.ts';
import { compare, isInteger, negative, plus } from './rational.ts';

/** Whether a = b follows from normal forms alone: with names as they stand, with what only one side names put in, with everything put in. */
export function provesEqual(a: Term, b: Term, context: Context = emptyContext): boolean {
  if (key(a) === key(b)) return true;
  const agree = (x: Term, y: Term): boolean => {
    const n = normaliser(context);
    return isZeroPolynomial(settledPolynomial(subtract(x, y), n), n);
  };
  const [x, y] = aligned(a, b, context);
  if (agree(x, y)) return true;
  if ((x !== a || y !== b) && agree(a, b)) return true;
  const ua = unfold(a, context);
  const ub = unfold(b, context);
  return (ua !== a || ub !== b) && nodeCount(ua) + nodeCount(ub) <= largestUnfolded && agree(ua, ub);
}

/** Unfolded terms beyond this many nodes are not worth a normal form. */
const largestUnfolded = 400;
/** Definitions rarely stand deeper in one another within one step. */
const mostRounds = 8;

/** Both terms with the quantities unfolded that only one of them names, those defined last first, until they name the same ones. */
function aligned(a: Term, b: Term, context: Context): [Term, Term] {
  let [x, y] = [a, b];
  for (let round = 0; round < mostRounds; round++) {
    const named = lastDefined(differingNames(x, y, context), context);
    if (named.size === 0) break;
    const next: [Term, Term] = [unfoldNames(x, context, named), unfoldNames(y, context, named)];
    // Under a ∂ by it a name stays.
    if (key(next[0]) === key(x) && key(next[1]) === key(y)) break;
    if (nodeCount(next[0]) + nodeCount(next[1]) > largestUnfolded + nodeCount(a) + nodeCount(b)) break;
    [x, y] = next;
  }
  return [x, y];
}

/** Defined names that stand in one of the terms and not in the other. */
function differingNames(a: Term, b: Term, context: Context): string[] {
  const [inA, inB] = [entryNames(a), entryNames(b)];
  return [...new Set([...inA, ...inB])].filter((n) => context.definitions.has(n) && inA.has(n) !== inB.has(n));
}
/** Those of the names that none of the others is made of. */
const lastDefined = (names: readonly string[], context: Context): ReadonlySet<string> =>
  new Set(
    names.length < 2
      ? names
      : names.filter((n) => {
          const reached = reachedFrom(n, context);
          return names.every((m) => m === n || !reached.has(m));
        }),
  );

/** The entries with these names replaced by their definitions, once. */
function unfoldNames(t: Term, context: Context, names: ReadonlySet<string>): Term {
  if (t.kind === 'partial' && names.has(t.by.name)) return t;
  const d = t.kind === 'entry' && names.has(t.name) ? context.definitions.get(t.name) : undefined;
  return t.kind === 'entry' && d !== undefined && d.params.length === t.indices.length
    ? openAll(d.body, t.indices)
    : mapNode(t, (x) => unfoldNames(x, context, names));
}

/** The term with the bodies of definitions in place of their entries, all the way down. */
export function unfold(t: Term, context: Context, keep: ReadonlySet<string> = new Set()): Term {
  if (t.kind === 'partial') return mapNode(t, (x) => unfold(x, context, new Set([...keep, t.by.name])));
  if (t.kind !== 'entry') return mapNode(t, (x) => unfold(x, context, keep));
  const d = keep.has(t.name) ? undefined : context.definitions.get(t.name);
  return d === undefined || d.params.length !== t.indices.length
    ? t
    : unfold(openAll(d.body, t.indices), context, new Set([...keep, t.name]));
}

/** Whether a polynomial is 0 after denominators are cleared. */
export function isZeroPolynomial(p: Polynomial, n: Normaliser): boolean {
  let now = p;
  for (let round = 0; round < 6; round++) {
    if (now.size === 0) return true;
    const next = clearDenominator(now, n);
    if (next === null) return false;
    now = next;
  }
  return now.size === 0;
}

/** Whether the term is positive by its normal form, with everything put in and positive denominators cleared. */
export function provesPositive(t: Term, context: Context): boolean {
  const n = normaliser(context);
  const whole = unfold(t, context);
  if (nodeCount(whole) > largestUnfolded) return false;
  let now = settledPolynomial(whole, n);
  for (let round = 0; round < 4; round++) {
    if (isPositive(polynomialTerm(now), context)) return true;
    const next = clearDenominator(now, n, (base) => isPositive(base, context));
    if (next === null) return false;
    now = next;
  }
  return false;
}

/** Multiplies by the highest denominator of one sum-valued base, or null when there is none left. */
function clearDenominator(p: Polynomial, n: Normaliser, may: (base: Term) => boolean = () => true): Polynomial | null {
  for (const m of p.values())
    for (const [k, f] of m.factors) {
      if (f.base.kind !== 'add' || !may(f.base)) continue;
      const exponents = [...p.values()].map((x) => x.factors.get(k)?.exponent ?? rational(0));
      let lowest = must(exponents[0]);
      for (const e of exponents) if (compare(e, lowest) < 0) lowest = e;
      if (
        !exponents.every((e) => isInteger(plus(e, negative(lowest)))) ||
        !exponents.some((e) => compare(e, lowest) !== 0)
      )
        continue;
      const lift = monomial(one, [{ base: f.base, exponent: negative(lowest) }]);
      return sumPolynomials([...p.values()].map((x) => product([fromMonomials([timesMonomial(x, lift)])], n)));
    }
  return null;
}
