// Sums over the lanes of a sweep, exact to about one rounding.
// Not here: the sweep.
// Invariant: fixed order; the result is float64.
import type { FunctionBuilder } from '../assemble.ts';
import { formats, type FloatType } from '../math/chain.ts';
import {
  f32,
  f32x4,
  f64,
  f64x2,
  i8x16,
  select,
  sequence,
  type Code,
  type Expression,
  type F32,
  type F64,
  type Local,
  type V128,
} from '../wasm.ts';
import type { Reduction } from './sweep.ts';

export const splatConstant = (f: FunctionBuilder, type: FloatType, x: number): V128 =>
  f.hoist(formats[type].constant(x));
export const toF64 = (type: FloatType, e: Expression): F64 =>
  type === 'f32' ? f64.promote_f32(e as Expression<'f32'>) : (e as F64);
export const fromF64 = (type: FloatType, e: F64): Expression<FloatType> => (type === 'f32' ? f32.demote_f64(e) : e);
/** A float64 rounded to the type, in every lane. */
export const splatF64 = (type: FloatType, e: F64): V128 =>
  type === 'f32' ? f32x4.splat(f32.demote_f64(e)) : f64x2.splat(e);

export interface Sum extends Reduction {
  readonly start: Code;
  readonly value: F64;
}

/** A sum that keeps what each addition lost (Kahan 1965): a plain float32 sum of 2,048 terms would cost 2 ulp. */
export function compensatedSum(f: FunctionBuilder, type: FloatType): Sum {
  const { add, sub } = formats[type].float;
  const total = f.local('v128'),
    lost = f.local('v128'),
    term = f.local('v128'),
    next = f.local('v128');
  const zero = splatConstant(f, type, 0);
  return {
    op: add,
    start: [total.set(zero), lost.set(zero)],
    accumulate: (v) => [
      term.set(sub(v, lost)),
      next.set(add(total, term)),
      lost.set(sub(sub(next, total), term)),
      total.set(next),
    ],
    value: f64.sub(laneSum(f, type, total), laneSum(f, type, lost)),
  };
}
/** The lanes added in float64. */
function laneSum(f: FunctionBuilder, type: FloatType, v: Local<'v128'>): F64 {
  const pair = f.local('v128');
  const upper = i8x16.shuffle(v, v, [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]);
  const set = pair.set(type === 'f64' ? v : f64x2.add(f64x2.promote_low_f32x4(v), f64x2.promote_low_f32x4(upper)));
  return sequence([set], f64.add(f64x2.extract_lane(pair, 0), f64x2.extract_lane(pair, 1)));
}

/** A sum in float64 of float32 lanes; of float64 lanes the compensated sum. */
export function wideSum(f: FunctionBuilder, type: FloatType): Sum {
  return type === 'f64' ? compensatedSum(f, type) : { of: (v) => widened(f, v), ...pairSum(f, (pair) => pair) };
}
/**
 * The same where the vectors of a round are added in float32 first, which costs half a unit of the last place of the
 * greatest of them for each halving and saves most of the work.
 */
export function groupedSum(f: FunctionBuilder, type: FloatType): Sum {
  return type === 'f64' ? compensatedSum(f, type) : { ...pairSum(f, (v) => widened(f, v)), op: formats.f32.float.add };
}
function pairSum(f: FunctionBuilder, pairs: (value: V128) => V128): Sum {
  const total = f.local('v128');
  return {
    op: f64x2.add,
    start: total.set(splatConstant(f, 'f64', 0)),
    accumulate: (v) => total.set(f64x2.add(total, pairs(v))),
    value: f64.add(f64x2.extract_lane(total, 0), f64x2.extract_lane(total, 1)),
  };
}
/** The upper two lanes added to the lower two, in float64. */
function widened(f: FunctionBuilder, v: V128): V128 {
  const kept = f.local('v128');
  const lower = { type: 'v128', code: [kept.set(v), f64x2.promote_low_f32x4(kept)] } as const;
  return f64x2.add(
    lower,
    f64x2.promote_low_f32x4(i8x16.shuffle(kept, kept, [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15])),
  );
}

/** The greatest lane of all vectors; beside a NaN it may be missed. */
export function maximumOf(
  f: FunctionBuilder,
  type: FloatType,
): Reduction & { readonly start: Code; readonly value: Expression<FloatType>; readonly best: Local<'v128'> } {
  const { pmax } = formats[type].float;
  const best = f.local('v128');
  return {
    op: pmax,
    best,
    start: best.set(splatConstant(f, type, -Infinity)),
    accumulate: (v) => best.set(pmax(best, v)),
    value: greatestLane(f, type, best),
  };
}
function greatestLane(f: FunctionBuilder, type: FloatType, v: V128): Expression<FloatType> {
  const { pmax, extract_lane } = formats[type].float;
  const half = f.local('v128');
  const first = half.set(pmax(v, i8x16.shuffle(v, v, [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7])));
  const last =
    type === 'f64'
      ? half
      : pmax(half, i8x16.shuffle(half, half, [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]));
  return sequence([first], extract_lane(last, 0));
}

/** The greater of two numbers; `a` beside a NaN. One comparison, where `max` also has to mind NaN and −0. */
export function greater(type: FloatType, a: Expression<FloatType>, b: Expression<FloatType>): Expression<FloatType> {
  return type === 'f32' ? select(b, a, f32.gt(b as F32, a as F32)) : select(b, a, f64.gt(b as F64, a as F64));
}
