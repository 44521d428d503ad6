// Normal forms of elementary functions: each is written through exp, log, powers and brackets where it can be.
// Not here: powers (`normal.ts`), conditions (`normal-conditions.ts`).
// Invariant: as in `normal.ts`: every clause is an identity wherever both sides are defined.
import { must } from '../term/must.ts';
import {
  call,
  constant,
  integer,
  isNumber,
  minusOne,
  one,
  rational,
  type Call,
  type Num,
  type Term,
} from '../term/term.ts';
import { isPositive } from './conditions.ts';
import { absolute, isInteger, negative, signOf } from './rational.ts';
import { key } from '../term/walk.ts';
import { conditionPolynomial } from './normal-conditions.ts';
import type { Normaliser } from './normaliser.ts';
import {
  atomPolynomial,
  constantOf,
  constantPolynomial,
  fromMonomials,
  half,
  monomial,
  onlyMonomial,
  polynomialTerm,
  scalePolynomial,
  sumPolynomials,
  type Factor,
  type Monomial,
  type Polynomial,
} from './polynomial.ts';

const term = (t: Term, n: Normaliser): Term => polynomialTerm(n.settle(n.of(t)));
const arg = (t: Call, i = 0): Term => must(t.args[i]);

/** A call as a polynomial. */
export function callPolynomial(t: Call, n: Normaliser): Polynomial {
  const rewrite = rewrites[t.fn];
  if (rewrite !== undefined) return rewrite(t, n);
  return atomPolynomial(call(t.fn, ...t.args.map((a) => term(a, n))));
}

/** Functions that are written through others in a normal form. */
const rewrites: Partial<Record<Call['fn'], (t: Call, n: Normaliser) => Polynomial>> = {
  exp: (t, n) => expPolynomial(n.of(arg(t)), n),
  log: (t, n) => logPolynomial(n.of(arg(t)), n),
  sqrt: (t, n) => n.power(n.of(arg(t)), half),
  sigmoid: (t, n) => {
    const e = expOf(arg(t), minusOne, n);
    return n.power(sumPolynomials([constantPolynomial(one), e]), minusOne);
  },
  softplus: (t, n) => logPolynomial(sumPolynomials([constantPolynomial(one), expOf(arg(t), one, n)]), n),
  tanh: (t, n) => {
    // 1 − 2/(1 + e^{2x})
    const inverseSum = n.power(sumPolynomials([constantPolynomial(one), expOf(arg(t), integer(2), n)]), minusOne);
    return sumPolynomials([constantPolynomial(one), scalePolynomial(inverseSum, integer(-2))]);
  },
  sinh: (t, n) =>
    scalePolynomial(
      sumPolynomials([expOf(arg(t), one, n), scalePolynomial(expOf(arg(t), minusOne, n), minusOne)]),
      half,
    ),
  cosh: (t, n) => scalePolynomial(sumPolynomials([expOf(arg(t), one, n), expOf(arg(t), minusOne, n)]), half),
  tan: (t, n) => {
    const x = term(arg(t), n);
    return n.settle(
      fromMonomials([
        monomial(one, [
          { base: call('sin', x), exponent: one },
          { base: call('cos', x), exponent: minusOne },
        ]),
      ]),
    );
  },
  relu: (t, n) => {
    const x = n.of(arg(t));
    return n.times([x, conditionPolynomial({ kind: 'compare', op: '>', left: arg(t), right: integer(0) }, n)]);
  },
  abs: (t, n) => n.times([n.of(arg(t)), signPolynomial(arg(t), n)]),
  sign: (t, n) => signPolynomial(arg(t), n),
  max: (t, n) => foldExtremum(t, n, '>'),
  min: (t, n) => foldExtremum(t, n, '<'),
};

function signPolynomial(x: Term, n: Normaliser): Polynomial {
  if (isPositive(x, n.context)) return constantPolynomial(one);
  const p = n.of(x);
  const c = constantOf(p);
  if (c !== null) return constantPolynomial(integer(signOf(c)));
  const lead = [...p].sort(([a], [b]) => (a < b ? -1 : 1))[0]?.[1];
  const flip = lead !== undefined && signOf(lead.coefficient) < 0 ? minusOne : one;
  const oriented = polynomialTerm(scalePolynomial(p, flip));
  return isPositive(oriented, n.context)
    ? constantPolynomial(flip)
    : scalePolynomial(atomPolynomial(call('sign', oriented)), flip);
}

/**
 * max(a, b) = a + (b − a)[b > a] and min(a, b) = b + (a − b)[b > a], folded over more arguments in one order, 0 first.
 */
function foldExtremum(t: Call, n: Normaliser, op: '>' | '<'): Polynomial {
  const ordered = t.args
    .map((x) => {
      const p = n.of(x);
      return { p, term: polynomialTerm(p) };
    })
    .sort((a, b) =>
      Math.min(b.p.size, 1) - Math.min(a.p.size, 1) === 0
        ? key(a.term) < key(b.term)
          ? -1
          : 1
        : Math.min(a.p.size, 1) - Math.min(b.p.size, 1),
    );
  const [first, ...rest] = ordered as [(typeof ordered)[number], ...typeof ordered];
  let { p, term: best } = first;
  for (const next of rest) {
    const c = conditionPolynomial({ kind: 'compare', op: '>', left: next.term, right: best }, n);
    const [below, above] = op === '>' ? [p, next.p] : [next.p, p];
    p = sumPolynomials([below, n.times([sumPolynomials([above, scalePolynomial(below, minusOne)]), c])]);
    best = call(op === '>' ? 'max' : 'min', best, next.term);
  }
  return p;
}

const expOf = (x: Term, factor: Num, n: Normaliser): Polynomial => expPolynomial(scalePolynomial(n.of(x), factor), n);

/** exp(Σ c·m) = Π exp(m)^c; exp(log u) = u. */
export function expPolynomial(p: Polynomial, n: Normaliser): Polynomial {
  const factors: Factor[] = [];
  let extra = constantPolynomial(one);
  for (const m of p.values()) {
    const unit: Monomial = { coefficient: one, factors: m.factors };
    const logs = m.factors.size === 1 ? [...m.factors.values()][0] : undefined;
    if (m.factors.size === 0) factors.push({ base: constant('e'), exponent: m.coefficient });
    else if (logs?.base.kind === 'call' && logs.base.fn === 'log' && isNumber(logs.exponent, 1))
      extra = n.times([extra, n.power(n.of(must(logs.base.args[0])), m.coefficient)]);
    else factors.push({ base: call('exp', polynomialTerm(fromMonomials([unit]))), exponent: m.coefficient });
  }
  return n.times([fromMonomials([monomial(one, factors)]), extra]);
}

/** log Π bᵉ = Σ e log b over the factors known to be positive; the rest stays together. */
function logPolynomial(p: Polynomial, n: Normaliser): Polynomial {
  if (p.size === 0) return atomPolynomial(call('log', integer(0)));
  const m = onlyMonomial(p) ?? onlyMonomial(n.contentPower(p, one));
  if (m === null) return atomPolynomial(call('log', polynomialTerm(p)));
  const parts: Polynomial[] = [];
  const rest: Factor[] = [];
  for (const f of m.factors.values()) {
    if (f.base.kind === 'call' && f.base.fn === 'exp')
      parts.push(scalePolynomial(n.of(must(f.base.args[0])), f.exponent));
    else if (f.base.kind === 'constant' && f.base.name === 'e') parts.push(constantPolynomial(f.exponent));
    else if (isPositive(f.base, n.context))
      parts.push(scalePolynomial(atomPolynomial(call('log', f.base)), f.exponent));
    else rest.push(f);
  }
  const [only] = rest;
  const positive = signOf(m.coefficient) > 0;
  if (positive && !isNumber(m.coefficient, 1)) parts.push(logOfNumber(m.coefficient));
  if (rest.length === 1 && only !== undefined && positive && isInteger(only.exponent) && only.exponent.num % 2n !== 0n)
    parts.push(scalePolynomial(atomPolynomial(call('log', only.base)), only.exponent));
  else if (rest.length > 0 || !positive)
    parts.push(
      atomPolynomial(
        call(
          'log',
          polynomialTerm(fromMonomials([monomial(positive ? one : negative(absolute(m.coefficient)), rest)])),
        ),
      ),
    );
  return sumPolynomials(parts);
}
function logOfNumber(c: Num): Polynomial {
  const log = (x: bigint): Polynomial => (x === 1n ? new Map() : atomPolynomial(call('log', rational(x))));
  return sumPolynomials([log(c.num), scalePolynomial(log(c.den), minusOne)]);
}
