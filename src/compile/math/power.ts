// x^y for real exponents over lanes of float32 or float64, with the special cases of C's pow.
// Not here: small integer exponents, which a caller writes as products, and square roots.
// Invariant: x^0 = 1^y = 1 even for NaN; a negative base needs a whole exponent, else NaN.
import { f32x4, f64x2, i8x16, v128, type V128 } from '../wasm.ts';
import type { Chain } from './chain.ts';
import { exp } from './exponential.ts';
import { log, log2Parts, splitExponent } from './logarithm.ts';

/** x^y; float32: ≤ 1 ulp; float64: relative error ≤ 2^−52 + |y·log x|·2^−58. */
export function pow(k: Chain, x: V128, y: V128): V128 {
  const base = k.let(x);
  const exponent = k.let(y);
  const a = k.let(k.abs(base));
  const magnitude = k.format.type === 'f32' ? powThroughDouble(k, a, exponent) : powDouble(k, a, exponent);
  return withSpecialCases(k, base, exponent, magnitude);
}

/** |x|^y of four float32 lanes computed as two pairs of float64. */
function powThroughDouble(k: Chain, a: V128, y: V128): V128 {
  const wide = k.as('f64');
  const upper = (v: V128): V128 =>
    wide.let(f64x2.promote_low_f32x4(i8x16.shuffle(v, v, [8, 9, 10, 11, 12, 13, 14, 15, 0, 0, 0, 0, 0, 0, 0, 0])));
  const lower = (v: V128): V128 => wide.let(f64x2.promote_low_f32x4(v));
  const one = (u: V128, v: V128): V128 =>
    wide.let(f32x4.demote_f64x2_zero(exp(wide, wide.let(wide.mul(v, log(wide, u))))));
  const bounded = boundExponent(k, y);
  const low = one(lower(a), lower(bounded));
  const high = one(upper(a), upper(bounded));
  return k.let(i8x16.shuffle(low, high, [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]));
}

/** Beyond 2^64 the result is 0, 1 or ∞ anyhow; an infinite exponent would make ∞·0. */
const boundExponent = (k: Chain, y: V128): V128 => k.let(k.pmax(k.pmin(y, k.c(2 ** 64)), k.c(-(2 ** 64))));

interface Pair {
  readonly high: V128;
  readonly low: V128;
}

/** a + b as a rounded sum and what it lost, for |a| ≥ |b|. */
function fastSum(k: Chain, a: V128, b: V128): Pair {
  const high = k.let(k.add(a, b));
  return { high, low: k.let(k.sub(b, k.sub(high, a))) };
}
/** a·b as a rounded product and what it lost (Dekker 1971). No fused multiply-add: the halves must multiply exactly. */
function product(k: Chain, a: V128, b: V128): Pair {
  const float = f64x2;
  const split = (v: V128): Pair => {
    const c = k.let(float.mul(v, k.c(134217729)));
    const high = k.let(float.sub(c, float.sub(c, v)));
    return { high, low: k.let(float.sub(v, high)) };
  };
  const high = k.let(float.mul(a, b));
  const s = split(a);
  const t = split(b);
  const e1 = k.let(float.sub(float.mul(s.high, t.high), high));
  const e2 = k.let(float.add(float.add(e1, float.mul(s.high, t.low)), float.mul(s.low, t.high)));
  return { high, low: k.let(float.add(e2, float.mul(s.low, t.low))) };
}

// The series of log((1+s)/(1−s))/s − 2 in s²: 2/3, 2/5, …
const series = [2 / 5, 2 / 7, 2 / 9, 2 / 11, 2 / 13, 2 / 15, 2 / 17, 2 / 19, 2 / 21];

/** log a in two parts, for a in (0, ∞). */
function logPair(k: Chain, a: V128): Pair {
  const { e, f } = splitExponent(k, a);
  const denominator = k.let(k.add(f, k.c(2)));
  const lostInDenominator = k.let(k.sub(f, k.sub(denominator, k.c(2))));
  const s = k.let(k.div(f, denominator));
  const back = product(k, s, denominator);
  const residual = k.let(k.sub(k.sub(k.sub(f, back.high), back.low), k.mul(s, lostInDenominator)));
  const sLow = k.let(k.div(residual, denominator));
  const z = product(k, s, s);
  const cube = product(k, z.high, s);
  const third = product(k, cube.high, k.c(2 / 3));
  // 2/3 itself is rounded; its remainder and the low part of s³ are put back.
  const thirdLow = k.let(
    k.add(
      k.add(third.low, k.mul(cube.high, k.c(3.700743415417188e-17))),
      k.mul(k.madd(z.low, s, cube.low), k.c(2 / 3)),
    ),
  );
  const rest = k.let(k.mul(k.mul(cube.high, z.high), k.estrin(z.high, series)));
  const { high, low } = log2Parts.f64;
  const main = fastSum(k, k.let(k.mul(e, k.c(high))), k.let(k.add(s, s)));
  const swapped = k.let(k.format.float.eq(e, k.c(0)));
  const top = fastSum(k, k.let(k.where(swapped, k.add(s, s), main.high)), third.high);
  const small = k.let(
    k.add(
      k.add(k.where(swapped, k.c(0), main.low), top.low),
      k.add(k.add(rest, thirdLow), k.madd(k.add(sLow, sLow), k.add(z.high, k.c(1)), k.mul(e, k.c(low)))),
    ),
  );
  return fastSum(k, top.high, small);
}

/** |x|^y for finite positive |x|. */
function powDouble(k: Chain, a: V128, y: V128): V128 {
  const logarithm = logPair(k, a);
  const bounded = boundExponent(k, y);
  const p = product(k, bounded, logarithm.high);
  const low = k.let(k.madd(bounded, logarithm.low, p.low));
  const e = exp(k, p.high);
  const finite = k.let(v128.and(k.format.float.lt(e, k.c(Infinity)), k.format.float.gt(e, k.c(0))));
  return k.let(k.where(finite, k.madd(e, low, e), e));
}

function withSpecialCases(k: Chain, x: V128, y: V128, magnitude: V128): V128 {
  const float = k.format.float;
  const a = k.let(k.abs(x));
  const zeroBase = k.let(float.eq(a, k.c(0)));
  const infiniteBase = k.let(float.eq(a, k.c(Infinity)));
  const up = k.let(v128.xor(float.gt(y, k.c(0)), zeroBase));
  const atEdge = k.let(k.where(up, k.c(Infinity), k.c(0)));
  const positive = k.let(k.where(v128.or(zeroBase, infiniteBase), atEdge, magnitude));
  const whole = k.let(float.eq(float.nearest(y), y));
  const half = k.let(k.mul(y, k.c(0.5)));
  const odd = k.let(v128.andnot(whole, float.eq(float.nearest(half), half)));
  const negative = k.let(float.lt(x, k.c(0)));
  const signed = k.let(k.where(v128.and(odd, v128.or(negative, zeroBase)), k.copysign(positive, x), positive));
  const real = k.let(k.where(v128.and(v128.andnot(negative, whole), v128.not(infiniteBase)), k.c(NaN), signed));
  const valid = k.let(v128.and(float.eq(x, x), float.eq(y, y)));
  const checked = k.let(k.where(valid, real, k.c(NaN)));
  return k.let(k.where(v128.or(float.eq(y, k.c(0)), float.eq(x, k.c(1))), k.c(1), checked));
}
