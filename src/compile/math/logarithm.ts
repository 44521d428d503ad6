// log and log(1 + u) over lanes of float32 or float64.
// Not here: logarithms to other bases, which are quotients.
// Invariant: log 0 = −∞, of a negative number NaN, of ∞ it is ∞; subnormal arguments are exact in the exponent.
import { i32, v128, type V128 } from '../wasm.ts';
import type { Chain } from './chain.ts';

/** log 2 = high + low, where n·high is exact for the n that occur. */
export const log2Parts = {
  f32: { high: 0.693359375, low: -2.1219444e-4 },
  f64: { high: 6.9314718036912381649e-1, low: 1.90821492927058770002e-10 },
} as const;

// scripts/minimax.py log32: log(1+f) = f − f²/2 + f³·(…); log64: log((1+s)/(1−s)) = 2s + s³·(…s²); both for √½ ≤ 1+f <
// √2.
const logPolynomial = {
  f32: [
    0.33333331704330876, -0.25000821034255966, 0.20001227059579718, -0.16623357514520348, 0.142017548424689,
    -0.13160177847981414, 0.12761594468659637, -0.07634528244383249,
  ],
  f64: [
    0.6666666666666734, 0.3999999999941435, 0.285714287424682, 0.222221985642097, 0.1818356482691241,
    0.1531403690647703, 0.14796094196395118,
  ],
} as const;
const sqrtHalfBits = { f32: 0x3f3504f3n, f64: 0x3fe6a09e667f3bcdn } as const;
const smallestNormal = { f32: 2 ** -126, f64: 2 ** -1022 } as const;

/** Natural logarithm; ≤ 2 ulp. */
export function log(k: Chain, x: V128): V128 {
  const float = k.format.float;
  const finite = fromParts(k, splitExponent(k, x));
  // Outside (0, ∞): 0 → −∞, negative → NaN, ∞ and NaN → themselves.
  const atZero = k.let(k.where(float.eq(x, k.c(0)), k.c(-Infinity), k.c(NaN)));
  const outside = k.let(k.where(float.le(x, k.c(0)), atZero, x));
  const inside = k.let(v128.and(float.gt(x, k.c(0)), float.lt(x, k.c(Infinity))));
  return k.let(k.where(inside, finite, outside));
}

/** log of normal positive numbers, NaN for NaN and ∞; other lanes are meaningless. */
export function logNormal(k: Chain, x: V128): V128 {
  return k.let(k.add(fromParts(k, splitNormal(k, x)), k.sub(x, x)));
}

interface Parts {
  readonly e: V128;
  readonly f: V128;
}

/** log(2^e·(1 + f)). */
function fromParts(k: Chain, { e, f }: Parts): V128 {
  const { high, low } = log2Parts[k.format.type];
  const halfSquare = k.let(k.mul(k.mul(f, f), k.c(0.5)));
  if (k.format.type === 'f32') {
    const cube = k.let(k.mul(k.mul(f, f), f));
    const tail = k.let(k.madd(e, k.c(low), k.mul(cube, k.estrin(f, logPolynomial.f32))));
    return k.let(k.madd(e, k.c(high), k.add(k.sub(tail, halfSquare), f)));
  }
  const s = k.let(k.div(f, k.add(f, k.c(2))));
  const z = k.let(k.mul(s, s));
  const rest = k.let(k.mul(z, k.estrin(z, logPolynomial.f64)));
  const correction = k.let(k.madd(e, k.c(low), k.mul(s, k.add(halfSquare, rest))));
  return k.let(k.madd(e, k.c(high), k.sub(f, k.sub(halfSquare, correction))));
}

/** x = 2^e·(1 + f) with √½ ≤ 1 + f < √2, for x in (0, ∞). */
export function splitExponent(k: Chain, x: V128): Parts {
  const { type, mantissaBits, float } = k.format;
  const lift = mantissaBits + 2;
  const subnormal = k.let(float.lt(x, k.c(smallestNormal[type])));
  const { e, f } = splitNormal(k, k.let(k.where(subnormal, k.mul(x, k.c(2 ** lift)), x)));
  return { e: k.let(k.sub(e, v128.and(subnormal, k.c(lift)))), f };
}

/** The same for normal numbers. */
function splitNormal(k: Chain, x: V128): Parts {
  const { type, mantissaBits, exponentBias, integer } = k.format;
  const one = BigInt(exponentBias) << BigInt(mantissaBits);
  const moved = k.let(integer.add(x, k.bits(one - sqrtHalfBits[type])));
  const mantissa = k.let(v128.and(moved, k.bits((1n << BigInt(mantissaBits)) - 1n)));
  const f = k.let(k.sub(integer.add(mantissa, k.bits(sqrtHalfBits[type])), k.c(1)));
  // The biased exponent becomes a float by standing in the low bits of 2^mantissaBits.
  const power = 2 ** mantissaBits;
  const biased = k.let(v128.or(integer.shr_u(moved, i32.const(mantissaBits)), k.c(power)));
  return { e: k.let(k.sub(biased, k.c(power + exponentBias))), f };
}

/** log(1 + u) for finite u ≥ 0 (NaN stays); ≤ 2 ulp. */
export function log1pPositive(k: Chain, u: V128): V128 {
  const w = k.let(k.add(u, k.c(1)));
  const lost = k.let(k.sub(u, k.sub(w, k.c(1))));
  const main = fromParts(k, splitNormal(k, w));
  const corrected = k.let(k.add(main, k.div(lost, w)));
  return k.let(k.where(k.format.float.eq(u, u), corrected, u));
}
