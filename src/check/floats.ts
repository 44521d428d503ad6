// Float64 as a ring for evaluation.
// Not here: derivatives (`dual.ts`).
// Invariant: what is not defined over the reals is NaN or infinite, never an exception.
import { numberValue, type Comparison } from '../term/term.ts';
import { dualNumbers } from './dual.ts';
import { erf, sigmoid, softplus } from './elementary.ts';
import type { Ring } from './ring.ts';

export const comparisons: { readonly [K in Comparison]: (a: number, b: number) => boolean } = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function power(base: number, exponent: number): number {
  return exponent === 1 ? base : exponent === -1 ? 1 / base : exponent === 2 ? base * base : base ** exponent;
}

const ring: Ring<number> = {
  rational: numberValue,
  integer: (n) => n,
  constant: (name) => (name === 'pi' ? Math.PI : Math.E),
  add: (a, b) => a + b,
  mul: (a, b) => a * b,
  power: (base, exponent) => power(base, exponent.den === 1n ? Number(exponent.num) : numberValue(exponent)),
  raise: power,
  functions: {
    exp: Math.exp,
    log: Math.log,
    sqrt: Math.sqrt,
    abs: Math.abs,
    sign: Math.sign,
    sin: Math.sin,
    cos: Math.cos,
    tan: Math.tan,
    asin: Math.asin,
    acos: Math.acos,
    atan: Math.atan,
    sinh: Math.sinh,
    cosh: Math.cosh,
    tanh: Math.tanh,
    sigmoid,
    softplus,
    relu: (x) => Math.max(x, 0),
    erf,
  },
  compare: (op, a, b) => comparisons[op](a, b),
  isUndefined: Number.isNaN,
  isFinite: Number.isFinite,
  magnitude: Math.abs,
  coefficient: (bits) => (bits / 4294967296 - 0.5) * 1.2,
};

/** Float64 with perturbations. */
export const floats = dualNumbers(ring);

// --- stochastic arithmetic: how much of a result is rounding (Vignes, 1974) ---------------------------------------------------

let jitter = 1;
/** Chooses the roundings of what is evaluated next with `shakenFloats`. */
export function shake(seed: number): void {
  jitter = (seed * 2654435761) >>> 0;
}

/** The number moved by at most one unit in its last place. */
export function shaken(x: number): number {
  jitter = (Math.imul(jitter, 1664525) + 1013904223) >>> 0;
  return x * (1 + Number.EPSILON * (jitter / 2147483648 - 1));
}

const shakenRing: Ring<number> = {
  ...ring,
  rational: (n) => (n.den === 1n ? ring.rational(n) : shaken(ring.rational(n))),
  constant: (name) => shaken(ring.constant(name)),
  add: (a, b) => shaken(a + b),
  mul: (a, b) => shaken(a * b),
  power: (base, exponent) => shaken(ring.power(base, exponent)),
  raise: (base, exponent) => shaken(power(base, exponent)),
  // what differs by the roundings made here is one value, or else [x = max x] would be nothing but noise
  compare: (op, a, b) =>
    comparisons[op](a, Math.abs(a - b) <= 16 * Number.EPSILON * Math.max(Math.abs(a), Math.abs(b)) ? a : b),
  functions: Object.fromEntries(
    Object.entries(ring.functions).map(([name, f]) => [name, (x: number) => shaken(f(x))]),
  ) as unknown as Ring<number>['functions'],
};

/** Float64 in which every operation rounds at random: what differs between two runs is not to be trusted. */
export const shakenFloats = dualNumbers(shakenRing);
