// Exact arithmetic on pairs of residues: exponents live modulo q, everything else modulo p, and exp(x) = ω^x leads from one to the other.
// Not here: derivatives (`dual.ts`), which points are tried (`exact.ts`).
// Invariant: every identity between polynomials, exponentials and logarithms holds here too; NaN stands for a residue that is not known. (Idea: Mirage, OSDI 2025.)
import { isNumber, type Num } from '../term/term.ts';
import { dualNumbers } from './dual.ts';
import { Outside, type Ring, type Unary } from './ring.ts';
import { hash } from './unknown.ts';

/** Two primes with p = 4q + 1, small enough that products are exact in doubles. */
export const q = 16777027;
export const p = 67108109;

/** A quantity modulo q (as an exponent) and modulo p (as a value). The two are independent but for integers and fractions. */
export interface Residues {
  readonly q: number;
  readonly p: number;
}

const times = (a: number, b: number, m: number): number => (a === 0 || b === 0 ? 0 : (a * b) % m);

/** base^e modulo m, e ≥ 0. */
export function powerModulo(base: number, e: number, m: number): number {
  let result = 1;
  for (let b = base % m; e > 0; e = Math.floor(e / 2), b = (b * b) % m) if (e % 2 === 1) result = (result * b) % m;
  return result;
}

function inverseModulo(a: number, m: number): number {
  if (a === 0) throw new Outside('division by zero');
  return Number.isNaN(a) ? NaN : powerModulo(a, m - 2, m);
}

// A generator of the subgroup of order q.
const omega = powerModulo(2, (p - 1) / q, p);
const inSubgroup = (a: number): boolean => powerModulo(a, q, p) === 1;

// --- discrete logarithms, by baby steps and giant steps (Shanks, 1971) ------------------------------------------------------

const strideLength = 4096;
let babySteps: Map<number, number> | null = null;
const logs = new Map<number, number>();

function babyStepTable(): Map<number, number> {
  if (babySteps !== null) return babySteps;
  babySteps = new Map();
  for (let n = 0, power = 1; n < strideLength; n++, power = (power * omega) % p) babySteps.set(power, n);
  return babySteps;
}

// Raising to this power projects onto the subgroup and leaves its elements alone.
const projection = 4 * powerModulo(4, q - 2, q);
const giantStep = powerModulo(omega, q - strideLength, p);

/** The exponent of ω for the part of `a` in the subgroup; a homomorphism, so log(ab) = log a + log b for all residues. */
function discreteLog(a: number): number {
  if (a === 0) throw new Outside('logarithm of zero');
  const known = logs.get(a);
  if (known !== undefined) return known;
  const table = babyStepTable();
  for (let n = 0, x = powerModulo(a, projection, p); n <= q; n += strideLength, x = (x * giantStep) % p) {
    const small = table.get(x);
    if (small === undefined) continue;
    if (logs.size > 100_000) logs.clear();
    logs.set(a, (n + small) % q);
    return (n + small) % q;
  }
  throw new Error('bug: no discrete logarithm');
}

// --- the ring ------------------------------------------------------------------------------------------------------------------

const modulo = (n: bigint, m: number): number => Number(((n % BigInt(m)) + BigInt(m)) % BigInt(m));
const rational = (n: Num): Residues => ({
  q: times(modulo(n.num, q), n.den === 1n ? 1 : inverseModulo(modulo(n.den, q), q), q),
  p: times(modulo(n.num, p), n.den === 1n ? 1 : inverseModulo(modulo(n.den, p), p), p),
});
const integer = (n: number): Residues => ({ q: ((n % q) + q) % q, p: ((n % p) + p) % p });
const add = (a: Residues, b: Residues): Residues => ({ q: (a.q + b.q) % q, p: (a.p + b.p) % p });
const mul = (a: Residues, b: Residues): Residues => ({ q: times(a.q, b.q, q), p: times(a.p, b.p, p) });

function power(base: Residues, exponent: Num): Residues {
  if (exponent.den !== 1n) return root(base, exponent);
  const size = exponent.num < 0n ? -exponent.num : exponent.num;
  const raised = (x: number, m: number): number => {
    if (Number.isNaN(x)) return NaN;
    const up = powerModulo(x, modulo(size, m - 1), m);
    return exponent.num < 0n ? inverseModulo(up, m) : up;
  };
  return isNumber(exponent, 1) ? base : { q: raised(base.q, q), p: raised(base.p, p) };
}

// In a group of odd prime order every element has exactly one root of each kind.
function root(base: Residues, exponent: Num): Residues {
  if (Number.isNaN(base.p) || !inSubgroup(base.p)) throw new Outside('no root');
  return {
    q: NaN,
    p: powerModulo(base.p, times(modulo(exponent.num, q), inverseModulo(modulo(exponent.den, q), q), q), p),
  };
}

/** Functions that are no more than their name here: equal arguments give equal values, nothing else is known. */
function atom(name: string): (x: Residues) => Residues {
  return (x) => {
    const print = Number.isNaN(x.p) ? `q${x.q}` : `p${x.p}`;
    if (print === 'qNaN') throw new Outside('unknown argument');
    return { q: hash(`${name} q ${print}`, 0) % q, p: hash(`${name} p ${print}`, 0) % p };
  };
}
const exponentAtom = atom('exp');

const one = integer(1);
const exp = (x: Residues): Residues => ({
  q: NaN,
  p: powerModulo(omega, Number.isNaN(x.q) ? exponentAtom(x).q : x.q, p),
});
const negate = (x: Residues): Residues => mul(integer(-1), x);
const reciprocal = (x: Residues): Residues => ({ q: inverseModulo(x.q, q), p: inverseModulo(x.p, p) });
const half: Num = { kind: 'num', num: 1n, den: 2n };
const log = (x: Residues): Residues =>
  Number.isNaN(x.p) ? { q: atom('log')(x).q, p: NaN } : { q: discreteLog(x.p), p: NaN };
const outside = (): never => {
  throw new Outside('no order among residues');
};

const functions: { readonly [F in Unary]: (x: Residues) => Residues } = {
  exp,
  log,
  sqrt: (x) => root(x, half),
  abs: outside,
  sign: outside,
  relu: outside,
  sin: atom('sin'),
  cos: atom('cos'),
  tan: (x) => mul(atom('sin')(x), reciprocal(atom('cos')(x))),
  asin: atom('asin'),
  acos: atom('acos'),
  atan: atom('atan'),
  erf: atom('erf'),
  sinh: (x) => mul(rational(half), add(exp(x), negate(exp(negate(x))))),
  cosh: (x) => mul(rational(half), add(exp(x), exp(negate(x)))),
  tanh: (x) => {
    const e = exp(mul(integer(2), x));
    return mul(add(e, integer(-1)), reciprocal(add(e, one)));
  },
  sigmoid: (x) => reciprocal(add(one, exp(negate(x)))),
  softplus: (x) => log(add(one, exp(x))),
};

const isZero = (x: Residues): boolean =>
  (x.q === 0 && (x.p === 0 || Number.isNaN(x.p))) || (x.p === 0 && Number.isNaN(x.q));

/** Equal in every residue that both sides know; null where they share none. */
export function sameResidues(a: Residues, b: Residues): boolean | null {
  const both = [
    [a.q, b.q],
    [a.p, b.p],
  ].filter((pair) => !pair.some(Number.isNaN));
  return both.length === 0 ? null : both.every(([x, y]) => x === y);
}

const ring: Ring<Residues> = {
  rational,
  integer,
  add,
  mul,
  power,
  functions,
  constant: (name) => (name === 'e' ? exp(one) : { q: 3141592, p: powerModulo(omega, 14142135, p) }),
  raise: (base, exponent) => {
    if (Number.isNaN(exponent.q) || Number.isNaN(base.p) || !inSubgroup(base.p)) throw new Outside('no power');
    return exp({ q: times(exponent.q, discreteLog(base.p), q), p: NaN });
  },
  compare: (op, a, b) => {
    const same = op === '=' || op === '!=' ? sameResidues(a, b) : null;
    return same === null ? outside() : same === (op === '=');
  },
  isUndefined: () => false,
  isFinite: () => true,
  magnitude: (x) => (isZero(x) ? 0 : 1),
  coefficient: (bits) => ({ q: bits % q, p: hash('coefficient', bits) % p }),
};

/** Pairs of residues with perturbations. */
export const residues = dualNumbers(ring);

/** Random residues from two numbers in [0, 1); a positive quantity is a power of ω, so that roots and logarithms of it exist. */
export function randomResidues(u: number, v: number, positive: boolean): Residues {
  return {
    q: Math.floor(u * q),
    p: positive ? powerModulo(omega, 1 + Math.floor(v * (q - 1)), p) : 1 + Math.floor(v * (p - 1)),
  };
}
