// Normal forms: every node as a sum of monomials over atoms; two terms with the same normal form are equal over the reals.
// Not here: how normal forms of Σ are found (`normal-sums.ts`) and of conditions (`normal-conditions.ts`), deciding with them (`equality.ts`); no search, no printing.
// Invariant: each clause is an identity wherever both sides are defined, so a false "equal" is impossible; a missed one only costs a proof.
import { must } from '../term/must.ts';
import { emptyContext, type Context } from '../term/context.ts';
import {
  call,
  determinant,
  integer,
  inverse,
  isNumber,
  minusOne,
  one,
  partial,
  pow,
  rational,
  type Add,
  type Num,
  type Pow,
  type Term,
} from '../term/term.ts';
import { isPositive } from './conditions.ts';
import {
  absolute,
  compare,
  contentOf,
  integerPower,
  inverted,
  isInteger,
  negative,
  plus,
  signOf,
  times,
} from './rational.ts';
import { entryNames } from '../term/walk.ts';
import { isDefined } from './defined.ts';
import {
  bracketPolynomial,
  canonicalCondition,
  conditionPolynomial,
  excludeEachOther,
  settleApart,
} from './normal-conditions.ts';
import { deltaPolynomial, settleDeltas } from './normal-deltas.ts';
import { callPolynomial, expPolynomial } from './normal-functions.ts';
import { sumPolynomial } from './normal-sums.ts';
import type { Normaliser } from './normaliser.ts';
import {
  atomPolynomial,
  constantOf,
  constantPolynomial,
  expandPower,
  fromMonomials,
  monomial,
  replaceFactor,
  onlyMonomial,
  polynomialTerm,
  scalePolynomial,
  sumPolynomials,
  timesMonomial,
  timesPolynomial,
  type Factor,
  type Monomial,
  type Polynomial,
} from './polynomial.ts';

/** A fresh normaliser with its own memo and budget. */
export function normaliser(
  context: Context = emptyContext,
  hasValue: Normaliser['hasValue'] = (t) => isDefined(t, context),
): Normaliser {
  const n: Normaliser = {
    context,
    hasValue,
    memo: new Map(),
    budget: 5_000,
    of: (t) => toPolynomial(t, n),
    times: (ps) => product(ps, n),
    settle: (p) => settle(p, n),
    power: (p, e) => powerPolynomial(p, e, n),
    contentPower: (p, e) => contentPower(p, e, n),
  };
  return n;
}

/** The canonical term of `t`; equal results mean equal terms. */
export const normalForm = (t: Term, context: Context = emptyContext): Term => normalTerm(t, normaliser(context));
/** The same without knowing what the names stand for. */
export const nameless = (t: Term): Term =>
  normalTerm(
    t,
    normaliser(emptyContext, (x) => entryNames(x).size === 0 && isDefined(x, emptyContext)),
  );

export function toPolynomial(t: Term, n: Normaliser): Polynomial {
  const had = n.memo.get(t);
  if (had !== undefined) return had;
  const p = makePolynomial(t, n);
  n.memo.set(t, p);
  return p;
}
export const normalTerm = (t: Term, n: Normaliser): Term => polynomialTerm(settledPolynomial(t, n));
/** The polynomial with its brackets settled as they stand: nothing more will be multiplied to them. */
export const settledPolynomial = (t: Term, n: Normaliser): Polynomial => settle(toPolynomial(t, n), n);

function makePolynomial(t: Term, n: Normaliser): Polynomial {
  switch (t.kind) {
    case 'num':
      return constantPolynomial(t);
    case 'constant':
    case 'size':
    case 'position':
    case 'entry':
      return atomPolynomial(t);
    case 'delta':
      return deltaPolynomial(t);
    case 'bracket':
      return bracketPolynomial(t.condition, n);
    case 'if': {
      const yes = conditionPolynomial(t.condition, n);
      const no = conditionPolynomial({ kind: 'not', of: t.condition }, n);
      return sumPolynomials([product([yes, toPolynomial(t.then, n)], n), product([no, toPolynomial(t.else, n)], n)]);
    }
    case 'add':
      return addPolynomial(t, n);
    case 'mul':
      return product(
        t.factors.map((f) => toPolynomial(f, n)),
        n,
      );
    case 'pow':
      return powerNode(t, n);
    case 'call':
      return callPolynomial(t, n);
    case 'apply':
      return atomPolynomial({ ...t, args: t.args.map((a) => normalTerm(a, n)) });
    case 'reduce':
      return t.op === 'sum'
        ? sumPolynomial(t, n)
        : atomPolynomial({ ...t, where: t.where && canonicalCondition(t.where), body: normalTerm(t.body, n) });
    case 'inverse':
      return atomPolynomial(inverse(normalTerm(t.body, n), t.row, t.column, t.set));
    case 'determinant':
      return atomPolynomial(determinant(normalTerm(t.body, n), t.set));
    case 'partial':
      return atomPolynomial(partial(normalTerm(t.body, n), t.by, t.held));
  }
}

const addPolynomial = (t: Add, n: Normaliser): Polynomial => sumPolynomials(t.terms.map((x) => toPolynomial(x, n)));

/** The product, expanded as long as the budget lasts; otherwise the big factors stay atoms. */
export function product(ps: readonly Polynomial[], n: Normaliser): Polynomial {
  let out = constantPolynomial(one);
  for (const p of ps) {
    if (out.size * p.size > 300 || n.budget < 0) out = timesPolynomial(asAtom(out), asAtom(p));
    else {
      n.budget -= out.size * p.size;
      out = timesPolynomial(out, p);
    }
  }
  return settle(out, n);
}
const asAtom = (p: Polynomial): Polynomial => (p.size > 1 ? atomPolynomial(polynomialTerm(p)) : p);

/** Applies what only shows once factors stand together: deltas pick indices, sin² → 1 − cos², numbers with whole exponents multiply out. */
export function settle(p: Polynomial, n: Normaliser): Polynomial {
  let touched = false;
  const parts: Iterable<Monomial>[] = [];
  for (const m of p.values()) {
    const s = settleDeltas(m, n) ?? settlePowers(m, n) ?? settleApart(m, n);
    if (s !== null) touched = true;
    parts.push(s?.values() ?? [m]);
  }
  return touched ? fromMonomials(parts.flatMap((x) => [...x])) : p;
}

function settlePowers(m: Monomial, n: Normaliser): Polynomial | null {
  if (
    excludeEachOther(
      [...m.factors.values()].map((f) => f.base),
      n,
    )
  )
    return new Map();
  for (const [k, f] of m.factors) {
    if (f.base.kind === 'bracket' && !isNumber(f.exponent, 1) && signOf(f.exponent) > 0)
      return settle(fromMonomials([replaceFactor(m, k, { base: f.base, exponent: one })]), n);
    if (f.base.kind === 'call' && f.base.fn === 'sin' && isInteger(f.exponent) && f.exponent.num >= 2n) {
      const rest = replaceFactor(m, k, { base: f.base, exponent: plus(f.exponent, rational(-2)) });
      const square = sumPolynomials([
        constantPolynomial(one),
        scalePolynomial(atomPolynomial(call('cos', ...f.base.args), integer(2)), minusOne),
      ]);
      return settle(timesPolynomial(fromMonomials([rest]), square), n);
    }
    if (
      f.base.kind === 'call' &&
      f.base.fn === 'sign' &&
      isInteger(f.exponent) &&
      (f.exponent.num >= 3n || f.exponent.num < 0n)
    ) {
      return settle(
        fromMonomials([
          replaceFactor(m, k, { base: f.base, exponent: f.exponent.num % 2n === 0n ? rational(2) : one }),
        ]),
        n,
      );
    }
    if (f.base.kind === 'num' && isInteger(f.exponent)) {
      const value = integerPower(f.base, f.exponent);
      if (value !== null) return settle(fromMonomials([timesMonomial(replaceFactor(m, k, null), monomial(value))]), n);
    }
    if (f.base.kind === 'add' && isInteger(f.exponent) && signOf(f.exponent) < 0) {
      // a power that became whole only now: its base in the canonical sign and without common factors
      const again = onlyMonomial(contentPower(n.of(f.base), f.exponent, n));
      if (again !== null && !again.factors.has(k))
        return settle(fromMonomials([timesMonomial(replaceFactor(m, k, null), again)]), n);
    }
    if (f.base.kind === 'add' && isInteger(f.exponent) && signOf(f.exponent) > 0) {
      const expanded = expandPower(toPolynomial(f.base, n), f.exponent);
      if (expanded !== null && expanded.size > 1 && n.budget > 0) {
        n.budget -= expanded.size;
        return product([fromMonomials([replaceFactor(m, k, null)]), expanded], n);
      }
    }
  }
  return null;
}

// --- powers ----------------------------------------------------------------------------------------------------------

function powerNode(t: Pow, n: Normaliser): Polynomial {
  const exponent = toPolynomial(t.exponent, n);
  const c = constantOf(exponent);
  if (c !== null) return numericPower(t.base, c, n);
  const base = normalTerm(t.base, n);
  if (base.kind === 'constant' && base.name === 'e') return expPolynomial(exponent, n);
  // b^(γ − 1) = b^γ · b^(−1): the numeric part of the exponent is split off
  const number = exponent.get('')?.coefficient ?? null;
  const symbolic = fromMonomials([...exponent].filter(([k]) => k !== '').map(([, m]) => m));
  const atom = atomPolynomial(pow(base, polynomialTerm(symbolic)));
  return number === null ? atom : product([atom, powerPolynomial(toPolynomial(t.base, n), number, n)], n);
}

/** base^e; below a fraction bar a product stays one, and a power is not multiplied out. */
function numericPower(base: Term, e: Num, n: Normaliser): Polynomial {
  if (isInteger(e) && signOf(e) < 0) {
    if (base.kind === 'mul')
      return product(
        base.factors.map((f) => numericPower(f, e, n)),
        n,
      );
    if (base.kind === 'pow' && base.exponent.kind === 'num' && isInteger(base.exponent))
      return numericPower(base.base, times(base.exponent, e), n);
  }
  return powerPolynomial(toPolynomial(base, n), e, n);
}

/** p^e for a rational e. */
export function powerPolynomial(p: Polynomial, e: Num, n: Normaliser): Polynomial {
  if (e.num === 0n) return constantPolynomial(one);
  if (isNumber(e, 1)) return p;
  const c = constantOf(p);
  if (c !== null) return numberPower(c, e);
  const m = onlyMonomial(p);
  if (m !== null) return settle(monomialPower(m, e, n), n);
  if (isInteger(e) && signOf(e) > 0) {
    const x = expandPower(p, e, 200);
    if (x !== null && n.budget > 0) {
      n.budget -= x.size;
      return settle(x, n);
    }
  }
  return settle(contentPower(p, e, n), n);
}

function numberPower(c: Num, e: Num): Polynomial {
  if (isNumber(c, 1)) return constantPolynomial(one);
  const value = integerPower(c, e);
  if (value !== null) return constantPolynomial(value);
  if (c.den !== 1n && c.num > 0n)
    return timesPolynomial(numberPower(rational(c.num), e), numberPower(rational(c.den), negative(e)));
  return atomPolynomial(c, e);
}

function monomialPower(m: Monomial, e: Num, n: Normaliser): Polynomial {
  if (isInteger(e)) {
    const powered: Factor[] = [...m.factors.values()].map((f) => ({ base: f.base, exponent: times(f.exponent, e) }));
    return timesPolynomial(numberPower(m.coefficient, e), fromMonomials([monomial(one, powered)]));
  }
  // (a·b)^r = a^r · b^r only for positive a
  const positive: Factor[] = [];
  const rest: Factor[] = [];
  for (const f of m.factors.values()) (isPositive(f.base, n.context) ? positive : rest).push(f);
  const sign = signOf(m.coefficient) < 0 ? minusOne : one;
  const outside = timesPolynomial(
    numberPower(absolute(m.coefficient), e),
    fromMonomials([
      monomial(
        one,
        positive.map((f) => ({ base: f.base, exponent: times(f.exponent, e) })),
      ),
    ]),
  );
  const [only] = rest;
  if (rest.length === 0 && sign === one) return outside;
  if (rest.length === 1 && only !== undefined && sign === one) {
    // (b^k)^r = b^(k r) for odd or fractional k; for even k, |b| would be needed
    const exponentOk = !(isInteger(only.exponent) && only.exponent.num % 2n === 0n);
    if (exponentOk) return timesPolynomial(outside, atomPolynomial(only.base, times(only.exponent, e)));
  }
  return timesPolynomial(outside, atomPolynomial(polynomialTerm(fromMonomials([monomial(sign, rest)])), e));
}

/** A power of a sum: numeric content and common factors are taken out, the primitive sum is an atom. */
function contentPower(p: Polynomial, e: Num, n: Normaliser): Polynomial {
  const ordered = [...p].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, m]) => m);
  let content = contentOf(ordered.map((m) => m.coefficient));
  if (isInteger(e) && signOf(must(ordered[0]).coefficient) < 0) content = negative(content);
  const common = isInteger(e) ? commonFactors(ordered) : [];
  const inverseCommon = monomial(
    inverted(content),
    common.map((f) => ({ base: f.base, exponent: negative(f.exponent) })),
  );
  const primitive =
    common.length === 0
      ? scalePolynomial(p, inverted(content))
      : settle(fromMonomials(ordered.map((m) => timesMonomial(m, inverseCommon))), n);
  const outside = timesPolynomial(
    numberPower(content, e),
    fromMonomials([
      monomial(
        one,
        common.map((f) => ({ base: f.base, exponent: times(f.exponent, e) })),
      ),
    ]),
  );
  return timesPolynomial(outside, atomPolynomial(polynomialTerm(primitive), e));
}

function commonFactors(ms: readonly Monomial[]): Factor[] {
  const [first, ...others] = ms;
  if (first === undefined) return [];
  const out: Factor[] = [];
  for (const [k, f] of first.factors) {
    if (f.base.kind === 'delta' || f.base.kind === 'bracket') continue;
    let e = f.exponent;
    for (const o of others) {
      const x = o.factors.get(k)?.exponent;
      if (x === undefined || signOf(x) !== signOf(e)) {
        e = rational(0);
        break;
      }
      if (compare(absolute(x), absolute(e)) < 0) e = x;
    }
    if (e.num !== 0n) out.push({ base: f.base, exponent: e });
  }
  return out;
}
