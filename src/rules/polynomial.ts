// Sums of monomials over opaque atoms, with exact rational coefficients and exponents: the arithmetic below normal forms.
// Not here: which terms are atoms and how nodes become polynomials (`normal.ts`).
// Invariant: no monomial has coefficient 0 and no factor exponent 0; the map key of a monomial is determined by its factors.
import { memo } from '../term/memo.ts';
import { must } from '../term/must.ts';
import { add, isOne, mul, one, pow, rational, zero, type Num, type Term } from '../term/term.ts';
import { key } from '../term/walk.ts';
import { work } from '../term/work.ts';
import { isInteger, plus, times } from './rational.ts';

export interface Factor {
  readonly base: Term;
  readonly exponent: Num;
}
export interface Monomial {
  readonly coefficient: Num;
  readonly factors: ReadonlyMap<string, Factor>;
}
export type Polynomial = ReadonlyMap<string, Monomial>;

const numKey = (n: Num): string => (n.den === 1n ? `${n.num}` : `${n.num}/${n.den}`);
const spelled = memo<ReadonlyMap<string, Factor>, string>();
/** The key of a monomial; its factors change no more once it was asked for. */
export const factorsKey = (factors: ReadonlyMap<string, Factor>): string =>
  spelled.get(factors) ??
  spelled.set(
    factors,
    Array.from(factors, ([k, f]) => `${k}^${numKey(f.exponent)}`)
      .sort()
      .join('·'),
  );

export const monomial = (coefficient: Num, factors: readonly Factor[] = []): Monomial => {
  const map = new Map<string, Factor>();
  for (const f of factors) multiplyInto(map, f);
  return { coefficient, factors: map };
};

function multiplyInto(map: Map<string, Factor>, f: Factor): void {
  const k = key(f.base);
  const had = map.get(k);
  const exponent = had === undefined ? f.exponent : plus(had.exponent, f.exponent);
  if (exponent.num === 0n) map.delete(k);
  else map.set(k, { base: f.base, exponent });
}

export function timesMonomial(a: Monomial, b: Monomial): Monomial {
  const map = new Map(a.factors);
  for (const f of b.factors.values()) multiplyInto(map, f);
  return { coefficient: times(a.coefficient, b.coefficient), factors: map };
}

/** The monomial with one factor taken out and perhaps another put in. */
export function replaceFactor(m: Monomial, k: string, by: Factor | null): Monomial {
  const factors = new Map(m.factors);
  factors.delete(k);
  const rest: Monomial = { coefficient: m.coefficient, factors };
  return by === null ? rest : timesMonomial(rest, monomial(one, [by]));
}

export function fromMonomials(monomials: Iterable<Monomial>): Polynomial {
  const out = new Map<string, Monomial>();
  for (const m of monomials) {
    work(1);
    if (m.coefficient.num === 0n) continue;
    const k = factorsKey(m.factors);
    const had = out.get(k);
    const coefficient = had === undefined ? m.coefficient : plus(had.coefficient, m.coefficient);
    if (coefficient.num === 0n) out.delete(k);
    else out.set(k, { coefficient, factors: m.factors });
  }
  return out;
}

export const constantPolynomial = (n: Num): Polynomial => fromMonomials([monomial(n)]);
export const atomPolynomial = (base: Term, exponent: Num = one): Polynomial =>
  fromMonomials([monomial(one, [{ base, exponent }])]);
export const sumPolynomials = (ps: readonly Polynomial[]): Polynomial =>
  fromMonomials(ps.flatMap((p) => [...p.values()]));
export const scalePolynomial = (p: Polynomial, n: Num): Polynomial =>
  fromMonomials([...p.values()].map((m) => ({ ...m, coefficient: times(m.coefficient, n) })));

export function timesPolynomial(a: Polynomial, b: Polynomial): Polynomial {
  const out: Monomial[] = [];
  for (const x of a.values()) for (const y of b.values()) out.push(timesMonomial(x, y));
  return fromMonomials(out);
}

/** The power of the base. */
export function factorTerm(f: Factor): Term {
  return isOne(f.exponent) ? f.base : pow(f.base, f.exponent);
}

/** The monomial as a product with its factors in key order. */
export function monomialTerm(m: Monomial): Term {
  const factors = [...m.factors].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, f]) => factorTerm(f));
  return isOne(m.coefficient) && factors.length > 0
    ? mul(...factors)
    : factors.length === 0
      ? m.coefficient
      : mul(m.coefficient, ...factors);
}

/** The polynomial as a sum in key order: equal polynomials give the same term. */
export function polynomialTerm(p: Polynomial): Term {
  if (p.size === 0) return zero;
  return add(...[...p].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, m]) => monomialTerm(m)));
}

export const onlyMonomial = (p: Polynomial): Monomial | null => (p.size === 1 ? must([...p.values()][0]) : null);
/** The number that the polynomial is, or null. */
export function constantOf(p: Polynomial): Num | null {
  if (p.size === 0) return zero;
  const m = onlyMonomial(p);
  return m !== null && m.factors.size === 0 ? m.coefficient : null;
}

/** p^n for a positive integer, or null when that would have more than `limit` monomials. */
export function expandPower(p: Polynomial, n: Num, limit = 400): Polynomial | null {
  if (!isInteger(n) || n.num < 1n || n.num > 8n || p.size ** Number(n.num) > limit) return null;
  let out = p;
  for (let i = 1n; i < n.num; i++) out = timesPolynomial(out, p);
  return out;
}

export const half: Num = rational(1, 2);
