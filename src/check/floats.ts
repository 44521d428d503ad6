// Float64 as a ring for evaluation.
// Not here: derivatives (`dual.ts`).
// Invariant: what is not defined over the reals is NaN or infinite, never an exception.
import { numberValue, type Comparison } from '../term/term.ts';
import { dualNumbers } from './dual.ts';
import { erf, sigmoid, softplus } from './elementary.ts';
import type { Ring } from './ring.ts';

export const comparisons: { readonly [K in Comparison]: (a: number, b: number) => boolean } = {
  '=': (a, b) => a === b, '!=': (a, b) => a !== b, '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b,
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
    exp: Math.exp, log: Math.log, sqrt: Math.sqrt, abs: Math.abs, sign: Math.sign,
    sin: Math.sin, cos: Math.cos, tan: Math.tan, asin: Math.asin, acos: Math.acos, atan: Math.atan, sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh,
    sigmoid, softplus, relu: (x) => Math.max(x, 0), erf,
  },
  compare: (op, a, b) => comparisons[op](a, b),
  isUndefined: Number.isNaN,
  magnitude: Math.abs,
  coefficient: (bits) => (bits / 4294967296 - 0.5) * 1.2,
};

/** Float64 with perturbations. */
export const floats = dualNumbers(ring);
