// Activations and their backward passes, element by element.
// Not here: the functions' vector code (`../math/`).
// Invariant: every NaN is written as one bit pattern.
import type { ModuleBuilder } from '../assemble.ts';
import { formats, type Chain, type Style } from '../math/chain.ts';
import { erf, exp, sigmoid, softplus, tanh } from '../math/exponential.ts';
import { elementary } from '../math/elementary.ts';
import { i32, select, v128, type I32, type V128 } from '../wasm.ts';
import { CHUNK } from './chunk.ts';
import { integerField } from './parameters.ts';
import { sweep } from './sweep.ts';

export type Activation = 'sigmoid' | 'relu' | 'tanh' | 'gelu' | 'silu' | 'softplus';

/** Φ(x), the distribution function of the standard normal. */
const normalDistribution = (k: Chain, x: V128): V128 =>
  k.let(k.mul(k.c(0.5), k.add(k.c(1), erf(k, k.let(k.mul(x, k.c(Math.SQRT1_2)))))));
/** φ(x), its density. */
const normalDensity = (k: Chain, x: V128): V128 =>
  k.let(k.mul(k.c(0.3989422804014327), exp(k, k.let(k.mul(k.mul(x, x), k.c(-0.5))))));
/** e^(−a)/(1 + e^(−a))² for a = `times`·|x|: the derivative of the sigmoid, without the cancellation of s·(1 − s). */
function bell(k: Chain, x: V128, times: number): V128 {
  const e = exp(k, k.let(k.mul(k.abs(x), k.c(-times))));
  const w = k.let(k.add(e, k.c(1)));
  return k.let(k.div(e, k.mul(w, w)));
}
/** 0 times infinity in the far tails is 0 there: the factor wins. */
const bounded = (k: Chain, x: V128): V128 => k.let(k.pmin(k.pmax(x, k.c(-1e30)), k.c(1e30)));

interface Pair {
  value(k: Chain, x: V128): V128;
  slope(k: Chain, x: V128): V128;
}
export const activations: { readonly [A in Activation]: Pair } = {
  sigmoid: { value: sigmoid, slope: (k, x) => bell(k, x, 1) },
  relu: {
    value: (k, x) => elementary.relu(k, x),
    slope: (k, x) => k.let(v128.and(k.format.float.gt(x, k.c(0)), k.c(1))),
  },
  tanh: { value: tanh, slope: (k, x) => k.let(k.mul(bell(k, x, 2), k.c(4))) },
  gelu: {
    value: (k, x) => k.let(k.mul(bounded(k, x), normalDistribution(k, x))),
    slope: (k, x) => {
      const b = bounded(k, x);
      return k.let(k.add(normalDistribution(k, x), k.mul(b, normalDensity(k, b))));
    },
  },
  silu: {
    value: (k, x) => k.let(k.mul(k.let(k.pmax(x, k.c(-1e30))), sigmoid(k, x))),
    slope: (k, x) => {
      const s = sigmoid(k, x);
      const other = sigmoid(k, k.let(k.neg(x)));
      return k.let(k.mul(s, k.add(k.c(1), k.mul(bounded(k, x), other))));
    },
  },
  softplus: { value: softplus, slope: sigmoid },
};

/** y = f(x) over n elements. */
export function activationKernel(m: ModuleBuilder, style: Style, activation: Activation): void {
  elementKernel(m, style, false, (k, x) => activations[activation].value(k, x));
}
/** y = g·f′(x), with the upstream g in the field `second`. */
export function activationBackwardKernel(m: ModuleBuilder, style: Style, activation: Activation): void {
  elementKernel(m, style, true, (k, x, g) => k.let(k.mul(g, activations[activation].slope(k, x))));
}

function elementKernel(
  m: ModuleBuilder,
  style: Style,
  binary: boolean,
  body: (k: Chain, x: V128, g: V128) => V128,
): void {
  const { bytes } = formats[style.type];
  const rows = m.func('rows', ['i32', 'i32', 'i32', 'i32'], [], (f, record, from, to) => {
    const x = f.local('i32'),
      y = f.local('i32'),
      g = f.local('i32'),
      start = f.local('i32'),
      end = f.local('i32');
    const at = (field: Parameters<typeof integerField>[1]): I32 =>
      i32.add(integerField(record, field), i32.mul(start, i32.const(bytes)));
    const total = integerField(record, 'n');
    return [
      start.set(i32.mul(from, i32.const(CHUNK))),
      end.set(i32.mul(to, i32.const(CHUNK))),
      end.set(select(end, total, i32.lt_s(end, total))),
      x.set(at('x')),
      y.set(at('y')),
      binary ? g.set(at('second')) : [],
      // Two chains: these functions hold many values at once.
      sweep({
        module: m,
        f,
        style,
        streams: binary ? [x, y, g] : [x, y],
        count: i32.sub(end, start),
        unroll: 2,
        body: (k, access) => {
          const v = access.load(x);
          access.store(y, k.canonical(body(k, v, binary ? access.load(g) : v)));
          return undefined;
        },
      }),
    ];
  });
  m.func('run', ['i32'], ['i32'], (_f, record) => [
    rows.run(record, i32.const(0), integerField(record, 'rows'), i32.const(0)),
    i32.const(-1),
  ]);
}
