// sin, cos, tan, asin, acos, atan over lanes of float32 or float64.
// Not here: bringing large angles near zero (`reduction.ts`).
// Invariant: errors are ≤ 3 ulp of the result, for float64 sin, cos, tan at angles beyond the limit of `reduction.ts`
// 2^−50, absolute.
import { i32, v128, type V128 } from '../wasm.ts';
import type { Chain } from './chain.ts';
import { oddPolynomial } from './exponential.ts';
import { reduceAngle } from './reduction.ts';

// scripts/minimax.py, each on |r| ≤ π/4: sin r = r + r³·(…r²), cos r = 1 − r²/2 + r⁴·(…r²).
const sinPolynomial = {
  f32: [-0.16666666641527003, 0.008333329374134904, -0.0001983933100024951, 2.7182744977155523e-6],
  f64: [
    -0.16666666666666666, 0.008333333333333323, -0.00019841269841255064, 2.755731921418812e-6, -2.505210491096968e-8,
    1.6058366546653105e-10, -7.57869376079571e-13,
  ],
} as const;
const cosPolynomial = {
  f32: [0.041666666622653, -0.0013888883738048916, 2.479951589311075e-5, -2.72098931741766e-7],
  f64: [
    0.041666666666666664, -0.0013888888888888874, 2.480158730157146e-5, -2.7557319215360107e-7, 2.0876754362518026e-9,
    -1.1470292842358486e-11, 4.738089449135944e-14,
  ],
} as const;

function sinCosReduced(k: Chain, r: V128): { s: V128; c: V128 } {
  const s = oddPolynomial(k, r, sinPolynomial[k.format.type]);
  const z = k.let(k.mul(r, r));
  const p = k.let(k.mul(z, k.estrin(z, cosPolynomial[k.format.type])));
  // 1 − z/2 with what it lost.
  const half = k.let(k.mul(z, k.c(0.5)));
  const w = k.let(k.sub(k.c(1), half));
  const lost = k.let(k.sub(k.sub(k.c(1), w), half));
  return { s, c: k.let(k.add(w, k.madd(z, p, lost))) };
}
const isOdd = (k: Chain, quadrant: V128): V128 =>
  k.let(k.format.integer.eq(v128.and(quadrant, k.bits(1n)), k.bits(1n)));
/** The sign bit where bit 1 of the count is set. */
const signOf = (k: Chain, quadrant: V128): V128 =>
  k.format.integer.shl(v128.and(quadrant, k.bits(2n)), i32.const(k.format.bytes * 8 - 2));

/** Sine. */
export function sin(k: Chain, x: V128): V128 {
  const { r, quadrant } = reduceAngle(k, x);
  const { s, c } = sinCosReduced(k, r);
  return k.let(v128.xor(k.where(isOdd(k, quadrant), c, s), signOf(k, quadrant)));
}
/** Cosine. */
export function cos(k: Chain, x: V128): V128 {
  const { r, quadrant } = reduceAngle(k, x);
  const { s, c } = sinCosReduced(k, r);
  const next = k.let(k.format.integer.add(quadrant, k.bits(1n)));
  return k.let(v128.xor(k.where(isOdd(k, quadrant), s, c), signOf(k, next)));
}
/** Tangent. */
export function tan(k: Chain, x: V128): V128 {
  const { r, quadrant } = reduceAngle(k, x);
  const { s, c } = sinCosReduced(k, r);
  const odd = isOdd(k, quadrant);
  return k.let(k.div(k.where(odd, k.neg(c), s), k.where(odd, s, c)));
}

// scripts/minimax.py: atan t = t + t³·(…t²) on |t| ≤ tan(π/8); asin t = t + t³·(…t²) on |t| ≤ ½.
const atanPolynomial = {
  f32: [-0.3333331550156955, 0.199984891935427, -0.14243843863804342, 0.10595963600841818, -0.06083352686787795],
  f64: [
    -0.33333333333333326, 0.19999999999997692, -0.14285714285390952, 0.11111111088361424, -0.09090908151162395,
    0.07692282908860357, -0.06666228978316074, 0.058770435752895075, -0.05218544762678952, 0.045041210058466306,
    -0.03348778282578514, 0.015208707274762907,
  ],
} as const;
const asinPolynomial = {
  f32: [
    0.16666659871888054, 0.0750051091777351, 0.04451572024177201, 0.031817612027666003, 0.014402602919908851,
    0.037565207478101346,
  ],
  f64: [
    0.16666666666666763, 0.07499999999970262, 0.044642857175121356, 0.030381942683578574, 0.022372215661581835,
    0.017351600066915912, 0.013980961763328728, 0.011397773377449823, 0.010786543836107847, 0.0036829860186469703,
    0.021763634757048154, -0.021077482360658272, 0.032677007054419685,
  ],
} as const;

/** Inverse tangent: atan a = π/2 − atan(1/a) = π/4 + atan((a−1)/(a+1)). */
export function atan(k: Chain, x: V128): V128 {
  const a = k.let(k.abs(x));
  const big = k.let(k.format.float.gt(a, k.c(2.414213562373095)));
  const middle = k.let(k.format.float.gt(a, k.c(0.41421356237309503)));
  const numerator = k.let(k.where(big, k.c(-1), k.where(middle, k.sub(a, k.c(1)), a)));
  const denominator = k.let(k.where(big, a, k.where(middle, k.add(a, k.c(1)), k.c(1))));
  const t = k.let(k.div(numerator, denominator));
  const offset = k.let(k.where(big, k.c(Math.PI / 2), k.where(middle, k.c(Math.PI / 4), k.c(0))));
  return k.let(k.copysign(k.add(offset, oddPolynomial(k, t, atanPolynomial[k.format.type])), x));
}

/** asin of ½·(1 − |x|)'s root, doubled (that is acos |x|), for |x| > ½; asin |x| otherwise. */
function asinParts(k: Chain, x: V128): { a: V128; outer: V128; value: V128 } {
  const a = k.let(k.abs(x));
  const outer = k.let(k.format.float.gt(a, k.c(0.5)));
  const root = k.let(k.format.float.sqrt(k.mul(k.sub(k.c(1), a), k.c(0.5))));
  const t = k.let(k.where(outer, root, a));
  const p = oddPolynomial(k, t, asinPolynomial[k.format.type]);
  return { a, outer, value: k.let(k.where(outer, k.add(p, p), p)) };
}
/** Inverse sine; NaN outside [−1, 1]. */
export function asin(k: Chain, x: V128): V128 {
  const { outer, value } = asinParts(k, x);
  return k.let(k.copysign(k.where(outer, k.sub(k.c(Math.PI / 2), value), value), x));
}
/** Inverse cosine; NaN outside [−1, 1]. */
export function acos(k: Chain, x: V128): V128 {
  const { outer, value } = asinParts(k, x);
  const negative = k.let(k.format.float.lt(x, k.c(0)));
  const far = k.let(k.where(negative, k.sub(k.c(Math.PI), value), value));
  return k.let(k.where(outer, far, k.sub(k.c(Math.PI / 2), k.copysign(value, x))));
}
