// exp and what is made of it (sigmoid, tanh, sinh, cosh, softplus, erf) over lanes of float32 or float64.
// Not here: the exponential of the softmax family, whose scale is folded in (`../schedules/`).
// Invariant: NaN gives NaN; the stated error holds without fused multiply-add (bounds are tested in
// test/compile/math.test.ts).
import { i32, type V128 } from '../wasm.ts';
import type { Chain } from './chain.ts';
import { log1pPositive, log2Parts } from './logarithm.ts';

// Coefficients: scripts/minimax.py (exp6, exp11): e^r = 1 + r + r²·(…) on |r| ≤ ½·log 2.
export const expPolynomial = {
  f32: [0.4999999344802411, 0.16666520631470685, 0.04166838800351872, 0.008368716905445958, 0.0013814600604689033],
  f64: [
    0.500000000000001, 0.16666666666666674, 0.04166666666652199, 0.008333333333322207, 0.0013888888947820891,
    0.00019841269886591, 2.4801487326012337e-5, 2.7557242336680357e-6, 2.763265575933203e-7, 2.5110049895858716e-8,
  ],
} as const;
/** Below `low` exp is 0, above `high` it is infinite. */
const expRange = { f32: { low: -104, high: 89 }, f64: { low: -746, high: 710 } } as const;

/** e^x; ≤ 2 ulp, gradual underflow included. */
export function exp(k: Chain, x: V128): V128 {
  const { type, magic, exponentBias, mantissaBits, integer } = k.format;
  const { high, low } = log2Parts[type];
  const range = expRange[type];
  const clamped = k.let(k.pmin(k.pmax(x, k.c(range.low)), k.c(range.high)));
  const t = k.let(k.madd(clamped, k.c(Math.LOG2E), k.c(magic)));
  const n = k.let(k.sub(t, k.c(magic)));
  const r0 = k.let(k.nmadd(n, k.c(high), clamped));
  const r = k.let(k.nmadd(n, k.c(low), r0));
  const p = expReduced(k, r);
  // 2^n as two factors: n itself may lie outside the exponents of the type.
  const biased = magic + exponentBias;
  const t1 = k.let(k.add(k.mul(n, k.c(0.5)), k.c(biased)));
  const n1 = k.let(k.sub(t1, k.c(biased)));
  const t2 = k.let(k.add(k.sub(n, n1), k.c(biased)));
  const scaled = k.let(k.mul(p, integer.shl(t1, i32.const(mantissaBits))));
  return k.let(k.mul(scaled, integer.shl(t2, i32.const(mantissaBits))));
}

/** 1 + r + r²·P(r) on |r| ≤ ½·log 2. */
export function expReduced(k: Chain, r: V128): V128 {
  const q = k.estrin(r, expPolynomial[k.format.type]);
  const square = k.let(k.mul(r, r));
  const linear = k.let(k.add(r, k.c(1)));
  return k.let(k.madd(q, square, linear));
}

/** 1/(1 + e^(−x)); ≤ 3 ulp. */
export function sigmoid(k: Chain, x: V128): V128 {
  const e = exp(k, k.let(k.neg(k.abs(x))));
  const numerator = k.let(k.where(k.format.float.lt(x, k.c(0)), e, k.c(1)));
  return k.let(k.div(numerator, k.add(e, k.c(1))));
}

/** log(1 + e^x) = max(x, 0) + log1p(e^(−|x|)); ≤ 3 ulp. */
export function softplus(k: Chain, x: V128): V128 {
  const e = exp(k, k.let(k.neg(k.abs(x))));
  return k.let(k.add(k.format.float.max(x, k.c(0)), log1pPositive(k, e)));
}

// scripts/minimax.py tanh32, tanh64: tanh x = x + x³·(…x²) on |x| ≤ 0.625.
const tanhPolynomial = {
  f32: [-0.33333283924937057, 0.13331491277694332, -0.05374349722280222, 0.020650584319810848, -0.005717041639225494],
  f64: [
    -0.3333333333333333, 0.13333333333333325, -0.05396825396824725, 0.021869488535875514, -0.008863235522991376,
    0.00359212792586228, -0.0014558331742708748, 0.0005900180543448179, -0.00023907682341192535, 9.670417584534106e-5,
    -3.8661813304993056e-5, 1.4637180706191212e-5, -4.606913869152915e-6, 8.560006261555283e-7,
  ],
} as const;

/** Hyperbolic tangent; ≤ 2 ulp. */
export function tanh(k: Chain, x: V128): V128 {
  const a = k.let(k.abs(x));
  const small = oddPolynomial(k, x, tanhPolynomial[k.format.type]);
  const e = exp(k, k.let(k.add(a, a)));
  const large = k.let(k.sub(k.c(1), k.div(k.c(2), k.add(e, k.c(1)))));
  return k.let(k.where(k.format.float.lt(a, k.c(0.625)), small, k.copysign(large, x)));
}

// scripts/minimax.py sinh32, sinh64: on |x| ≤ 1.
const sinhPolynomial = {
  f32: [0.1666666648872222, 0.008333350597861878, 0.0001983606627630532, 2.817439515549137e-6],
  f64: [
    0.16666666666666666, 0.008333333333333333, 0.0001984126984126959, 2.755731922412024e-6, 2.5052108345641594e-8,
    1.6059050705861562e-10, 7.646476361217816e-13, 2.848398296654722e-15,
  ],
} as const;

/** Hyperbolic sine; ≤ 3 ulp. */
export function sinh(k: Chain, x: V128): V128 {
  const a = k.let(k.abs(x));
  const small = oddPolynomial(k, x, sinhPolynomial[k.format.type]);
  const { half, reciprocal } = halfExp(k, a);
  const large = k.let(k.sub(half, reciprocal));
  return k.let(k.where(k.format.float.lt(a, k.c(1)), small, k.copysign(large, x)));
}

/** Hyperbolic cosine; ≤ 3 ulp. */
export function cosh(k: Chain, x: V128): V128 {
  const { half, reciprocal } = halfExp(k, k.let(k.abs(x)));
  return k.let(k.add(half, reciprocal));
}

/** e^a/2 without overflowing before it must, and e^(−a)/2. */
function halfExp(k: Chain, a: V128): { half: V128; reciprocal: V128 } {
  // cosh is finite a little beyond where e^a is: the root is squared.
  const edge = k.c(expRange[k.format.type].high - 2);
  const over = k.let(k.format.float.gt(a, edge));
  const e = exp(k, k.let(k.where(over, k.mul(a, k.c(0.5)), a)));
  const half = k.let(k.mul(e, k.c(0.5)));
  const big = k.let(k.mul(half, k.where(over, e, k.c(1))));
  return { half: big, reciprocal: k.let(k.where(over, k.c(0), k.div(k.c(0.25), half))) };
}

// scripts/minimax.py erf32, erf64 on |x| ≤ 0.93; erfc32, erfc64: −log erfc.
const erfPolynomial = {
  f32: [
    1.1283791666243337, -0.3761263352144927, 0.11283691228193692, -0.026859120010821056, 0.005200260663805796,
    -0.000813321493809925, 8.327485128492838e-5,
  ],
  f64: [
    1.1283791670955126, -0.37612638903183704, 0.11283791670952528, -0.026866170644570697, 0.005223977619189891,
    -0.0008548326611619706, 0.0001205531575986806, -1.4925175144369831e-5, 1.64533320163715e-6, -1.6257874590380095e-7,
    1.3953239412066116e-8, -8.270985573446152e-10,
  ],
} as const;
const minusLogErfc32 = [
  -0.00017587337426361026, 1.1295208174823774, 0.6333346651341051, 0.10829393295468241, -0.02512861551786039,
  0.004174639482277227, -0.0004352181348559025, 2.116183955473217e-5,
];
const minusLogErfc64 = {
  near: [
    3.5982391439830814, 2.3143625169988704, 0.3674773930729958, 0.006403354431459419, -0.0009464147201034862,
    0.00012683008444842178, -1.4176719921849497e-5, 1.0316640375904414e-6, 4.201482270519402e-8, -3.4521453563026106e-8,
    8.044570767269404e-9, -1.2749742799823635e-9, 1.3775702544289776e-10, 9.692989808307908e-13, -5.183466554065803e-12,
  ],
  far: [
    18.821154183083024, 16.01923690951119, 3.5181200565449187, 0.024480532160673345, -0.007020186467795594,
    0.002054500661116428, -0.0005986653157828871, 0.00017053696654157447, -4.651073942420772e-5, 1.4869603725426457e-5,
    1.718826455115544e-6, 5.8888696366711856e-6, 3.5330342132123484e-6, 1.497774094127071e-6, 2.9977274620678986e-7,
  ],
} as const;

/** Error function; ≤ 3 ulp. */
export function erf(k: Chain, x: V128): V128 {
  const a = k.let(k.abs(x));
  const square = k.let(k.mul(x, x));
  // x + x·(P − 1): the coefficient is near 1, so the product rounds less.
  const [first, ...others] = erfPolynomial[k.format.type];
  const small = k.let(k.madd(k.estrin(square, [first - 1, ...others]), x, x));
  const q = minusLogErfc(k, a);
  const large = k.let(k.sub(k.c(1), exp(k, k.let(k.neg(q)))));
  return k.let(k.where(k.format.float.lt(a, k.c(0.925)), small, k.copysign(large, x)));
}

function minusLogErfc(k: Chain, a: V128): V128 {
  if (k.format.type === 'f32') return k.horner(k.let(k.pmin(a, k.c(4))), minusLogErfc32);
  const b = k.let(k.pmin(a, k.c(6)));
  const near = k.horner(k.let(k.mul(k.sub(b, k.c(1.56)), k.c(1 / 0.64))), minusLogErfc64.near);
  const far = k.horner(k.let(k.mul(k.sub(b, k.c(4.1)), k.c(1 / 1.9))), minusLogErfc64.far);
  return k.let(k.where(k.format.float.lt(b, k.c(2.2)), near, far));
}

/** x + x³·P(x²). */
export function oddPolynomial(k: Chain, x: V128, coefficients: readonly number[]): V128 {
  const square = k.let(k.mul(x, x));
  const p = k.estrin(square, coefficients);
  const cube = k.let(k.mul(square, x));
  return k.let(k.madd(p, cube, x));
}
