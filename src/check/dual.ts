// Forward-mode dual numbers that nest, so that derivatives of any order come from one evaluation.
// Not here: which quantity is perturbed (`world.ts`), and no rule of `rules/`: this is a second, independent meaning of ∂.
// Invariant: the outermost tag of a value is its largest one, so perturbations of different derivatives never mix (Siskind & Pearlmutter, 2005).
import { erf, sigmoid, softplus } from './elementary.ts';
import type { FunctionName } from '../term/term.ts';

/** primal + tangent·ε, where ε (named by `tag`) squares to zero. */
export interface Dual { readonly tag: number; readonly primal: Value; readonly tangent: Value }
export type Value = number | Dual;

const tagOf = (v: Value): number => (typeof v === 'number' ? 0 : v.tag);

/** primal + tangent·ε; without a tangent just the primal. */
export const dual = (tag: number, primal: Value, tangent: Value): Value => (tangent === 0 ? primal : { tag, primal, tangent });

/** The number itself, without any perturbation. */
export function real(v: Value): number {
  while (typeof v !== 'number') v = v.primal;
  return v;
}

/** The coefficient of ε_tag, where no larger tag is left. */
export const tangentOf = (v: Value, tag: number): Value => (typeof v !== 'number' && v.tag === tag ? v.tangent : 0);

export function add(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  const [s, t] = [tagOf(a), tagOf(b)];
  if (s > t) return dual(s, add((a as Dual).primal, b), (a as Dual).tangent);
  if (t > s) return dual(t, add(a, (b as Dual).primal), (b as Dual).tangent);
  return dual(s, add((a as Dual).primal, (b as Dual).primal), add((a as Dual).tangent, (b as Dual).tangent));
}

export function mul(a: Value, b: Value): Value {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  const [s, t] = [tagOf(a), tagOf(b)];
  if (s > t) return dual(s, mul((a as Dual).primal, b), mul((a as Dual).tangent, b));
  if (t > s) return dual(t, mul(a, (b as Dual).primal), mul(a, (b as Dual).tangent));
  const [x, y] = [a as Dual, b as Dual];
  return dual(s, mul(x.primal, y.primal), add(mul(x.tangent, y.primal), mul(x.primal, y.tangent)));
}

export const negate = (a: Value): Value => mul(-1, a);
export const subtract = (a: Value, b: Value): Value => (typeof a === 'number' && typeof b === 'number' ? a - b : add(a, negate(b)));

/** A function of one argument from its float meaning and its slope. */
function lift(f: (x: number) => number, slope: (x: Value) => Value): (x: Value) => Value {
  const lifted = (x: Value): Value => (typeof x === 'number' ? f(x) : dual(x.tag, lifted(x.primal), mul(slope(x.primal), x.tangent)));
  return lifted;
}

export const reciprocal = lift((x) => 1 / x, (x) => { const r = reciprocal(x); return negate(mul(r, r)); });
export const divide = (a: Value, b: Value): Value => (typeof a === 'number' && typeof b === 'number' ? a / b : mul(a, reciprocal(b)));

/** base^exponent for a constant exponent. */
export function powConstant(base: Value, exponent: number): Value {
  if (exponent === 0) return 1;
  if (exponent === 1) return base;
  if (typeof base === 'number') return exponent === -1 ? 1 / base : exponent === 2 ? base * base : base ** exponent;
  return dual(base.tag, powConstant(base.primal, exponent), mul(mul(exponent, powConstant(base.primal, exponent - 1)), base.tangent));
}

export function pow(base: Value, exponent: Value): Value {
  if (typeof exponent === 'number') return powConstant(base, exponent);
  if (real(base) === 0 && real(exponent) > 0) return powConstant(base, real(exponent));
  return fn.exp([mul(exponent, fn.log([base]))]);
}

const exp = lift(Math.exp, (x) => exp(x));
const log = lift(Math.log, reciprocal);
const sqrt = lift(Math.sqrt, (x) => divide(0.5, sqrt(x)));
const sin = lift(Math.sin, (x) => cos(x));
const cos: (x: Value) => Value = lift(Math.cos, (x) => negate(sin(x)));
const tan = lift(Math.tan, (x) => { const t = tan(x); return add(1, mul(t, t)); });
const sinh = lift(Math.sinh, (x) => cosh(x));
const cosh: (x: Value) => Value = lift(Math.cosh, (x) => sinh(x));
const tanh = lift(Math.tanh, (x) => { const t = tanh(x); return subtract(1, mul(t, t)); });
const logistic = lift(sigmoid, (x) => mul(logistic(x), logistic(negate(x))));
const square = (x: Value): Value => mul(x, x);
const abs = lift(Math.abs, (x) => Math.sign(real(x)));
const sign = lift(Math.sign, () => 0);
const relu = lift((x) => Math.max(x, 0), (x) => (real(x) > 0 ? 1 : 0));
const softPlus = lift(softplus, logistic);
const errorFunction = lift(erf, (x) => mul(2 / Math.sqrt(Math.PI), exp(negate(square(x)))));
const asin = lift(Math.asin, (x) => reciprocal(sqrt(subtract(1, square(x)))));
const acos = lift(Math.acos, (x) => negate(reciprocal(sqrt(subtract(1, square(x))))));
const atan = lift(Math.atan, (x) => reciprocal(add(1, square(x))));

/** The largest (`order` 1) or smallest (−1); at a tie the first one; NaN wins. */
export function extreme(values: readonly Value[], order: 1 | -1): Value {
  let best: Value = -order * Infinity;
  for (const [n, v] of values.entries()) {
    if (Number.isNaN(real(v))) return v;
    if (n === 0 || order * (real(v) - real(best)) > 0) best = v;
  }
  return best;
}

const unary = (f: (x: Value) => Value) => ([x]: readonly Value[]): Value => f(x as Value);

/** The elementary functions on dual numbers. */
export const fn: { readonly [F in FunctionName]: (args: readonly Value[]) => Value } = {
  exp: unary(exp), log: unary(log), sqrt: unary(sqrt), abs: unary(abs), sign: unary(sign),
  sin: unary(sin), cos: unary(cos), tan: unary(tan), asin: unary(asin), acos: unary(acos), atan: unary(atan),
  sinh: unary(sinh), cosh: unary(cosh), tanh: unary(tanh),
  sigmoid: unary(logistic), softplus: unary(softPlus), relu: unary(relu), erf: unary(errorFunction),
  max: (args) => extreme(args, 1), min: (args) => extreme(args, -1),
};
