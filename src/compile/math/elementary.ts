// The table from function names to vector code.
// Not here: the functions' code (the other files of this folder).
// Invariant: total over the function names of terms.
import type { FunctionName } from '../../term/term.ts';
import { v128, type V128 } from '../wasm.ts';
import type { Chain } from './chain.ts';
import { cosh, erf, exp, sigmoid, sinh, softplus, tanh } from './exponential.ts';
import { log } from './logarithm.ts';
import { acos, asin, atan, cos, sin, tan } from './trigonometric.ts';

type Emit = (k: Chain, ...args: readonly V128[]) => V128;
const unary =
  (f: (k: Chain, x: V128) => V128): Emit =>
  (k, x) =>
    f(k, k.let(x as V128));

/** The vector code of each function; operands are computed once. NaN in gives NaN out. */
export const elementary: { readonly [K in FunctionName]: Emit } = {
  exp: unary(exp),
  log: unary(log),
  sqrt: unary((k, x) => k.let(k.format.float.sqrt(x))),
  abs: unary((k, x) => k.let(k.abs(x))),
  sign: unary((k, x) =>
    k.let(k.where(k.format.float.gt(x, k.c(0)), k.c(1), k.where(k.format.float.lt(x, k.c(0)), k.c(-1), x))),
  ),
  sin: unary(sin),
  cos: unary(cos),
  tan: unary(tan),
  asin: unary(asin),
  acos: unary(acos),
  atan: unary(atan),
  sinh: unary(sinh),
  cosh: unary(cosh),
  tanh: unary(tanh),
  sigmoid: unary(sigmoid),
  softplus: unary(softplus),
  // A comparison instead of `max`: one instruction on x86, and NaN stays.
  relu: unary((k, x) => k.let(v128.andnot(x, k.format.float.lt(x, k.c(0))))),
  erf: unary(erf),
  max: (k, ...args) => args.reduce((a, b) => k.let(k.format.float.max(a, b))),
  min: (k, ...args) => args.reduce((a, b) => k.let(k.format.float.min(a, b))),
};
