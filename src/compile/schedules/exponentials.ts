// e^(x − reference) of a row's elements, with the scale of the whole row folded into the exponent bits.
// Not here: the choice of the reference and the passes (`normalise.ts`).
// Invariant: a lane depends on the exact difference x − M alone, so a shift of the whole row that is exact changes no
// bit; −∞ gives 0, NaN stays.
import { must } from '../../term/must.ts';
import { log2Parts } from '../math/logarithm.ts';
import { expPolynomial } from '../math/exponential.ts';
import type { Chain, FloatType, Style } from '../math/chain.ts';
import type { FunctionBuilder, ModuleBuilder } from '../assemble.ts';
import {
  f64x2,
  i32,
  select,
  i32x4,
  i64x2,
  v128,
  type Code,
  type Expression,
  type F64,
  type f64,
  type I32,
  type Local,
  type V128,
} from '../wasm.ts';
import { scalars, splatScalar } from '../math/chain.ts';

/** Where the table of 2^(j/32) stands in the memory of every module that uses float64 rows. */
export const TABLE_ADDRESS = 1024;
const TABLE_SIZE = 32;

/** Steps of the exponent in one doubling: float64 looks 1/32 of it up. */
const steps = { f32: 1, f64: TABLE_SIZE } as const;
// scripts/minimax.py exp6 and expTable5: e^r = 1 + r + r²·(…).
const polynomial = {
  f32: expPolynomial.f32,
  f64: [0.49999999999044137, 0.16666666666530117, 0.04166691108718052, 0.008333368250530633],
} as const;

/** Writes the table into a module's memory. */
export function placeTable(m: ModuleBuilder, type: FloatType): void {
  if (type === 'f32') return;
  m.data(
    TABLE_ADDRESS,
    new Uint8Array(Float64Array.from({ length: TABLE_SIZE }, (_, j) => must(powersOfTwo[j])).buffer),
  );
}
// 2^(j/32), correctly rounded: Math.pow may differ between engines.
const powersOfTwo = [
  1.0, 1.0218971486541166, 1.0442737824274138, 1.0671404006768237, 1.0905077326652577, 1.1143867425958924,
  1.1387886347566916, 1.1637248587775775, 1.189207115002721, 1.215247359980469, 1.241857812073484, 1.2690509571917332,
  1.2968395546510096, 1.3252366431597413, 1.3542555469368927, 1.383909881963832, 1.4142135623730951, 1.4451808069770467,
  1.4768261459394993, 1.5091644275934228, 1.5422108254079407, 1.5759808451078865, 1.6104903319492543,
  1.6457554781539649, 1.681792830507429, 1.718619298122478, 1.7562521603732995, 1.7947090750031072, 1.8340080864093424,
  1.8741676341103, 1.9152065613971474, 1.9571441241754002,
];

/** The exponentials of a row are e^(x − M) for a reference M near its maximum. */
export interface Reference {
  readonly M: Local<FloatType>;
  /** Moves M next to a maximum (finite), onto the grid on which the differences below are exact. */
  moveTo(maximum: Expression<FloatType>): Code;
  /** x − M brought near 0, and the power of two that goes with it. */
  reduce(k: Chain, x: V128): Reduced;
  /** The exponentials of one vector; `beyond`: as where the reference is subtracted. */
  exponential(k: Chain, x: V128, beyond?: boolean): V128;
}

/** e^(x − M) = e^rest·2^(what stands in the low bits of `power`). */
export interface Reduced {
  readonly rest: V128;
  readonly power: V128;
}

/** Beyond this difference the exponential is 0 (in float32, 2^−127). */
const REACH = { f32: 104, f64: 750 } as const;

/**
 * `subtracting`: for |x| and |M| beyond 2^14, where n·high + M would no longer be exact but x − M is: both forms give
 * the same bits where both are exact.
 */
export function reference(f: FunctionBuilder, style: Style, subtracting = false): Reference {
  const { type } = style;
  const s = scalars[type] as typeof f64;
  const M = f.local(type) as Local<'f64'>;
  const away = f.local(type) as Local<'f64'>;
  const base = f.local('v128'),
    lowest = f.local('v128');
  const splat = splatScalar[type] as typeof f64x2.splat;
  const { high, low } = parts(type);
  const { magic, bias, perUnit } = constants(type);
  const reach = s.const(REACH[type]);
  return {
    M: M as Local<FloatType>,
    moveTo: (maximum) => [
      M.set(maximum as F64),
      // Adding and taking away rounds M to the spacing of the numbers of the size |M| + reach.
      away.set(select(reach, s.neg(reach), s.ge(M, s.const(0)))),
      M.set(s.sub(s.add(M, away), away)),
      base.set(splat(M)),
      // Where the exponent field is 0 the result is exactly 0.
      lowest.set(splat(s.add(M, s.const((-bias * Math.LN2) / steps[type])))),
    ],
    reduce: (k, x) => reduce(k, x),
    exponential(k, x, beyond) {
      const { rest, power } = reduce(k, x, beyond);
      return raise(k, rest, () => power);
    },
  };
  function reduce(k: Chain, x: V128, away = subtracting): Reduced {
    const clamped = away
      ? k.let(k.pmax(k.sub(x, base), k.c((-bias * Math.LN2) / steps[type])))
      : k.let(k.pmax(x, lowest));
    const d = away ? clamped : k.let(k.sub(clamped, base));
    const power = k.let(k.madd(d, k.c(perUnit), k.c(magic + bias)));
    const n = k.let(k.sub(power, k.c(magic + bias)));
    // n·high + M is exact on M's grid, and near x: the difference is exact where x − M would not be.
    const near = k.let(away ? k.mul(n, k.c(high)) : k.madd(n, k.c(high), base));
    const r0 = k.let(k.sub(clamped, near));
    return { rest: k.let(k.nmadd(n, k.c(low), r0)), power };
  }
}

/** e^rest·2^power; the power is asked for last, so that one that stands in memory occupies no register meanwhile. */
export function raise(k: Chain, r: V128, power: () => V128): V128 {
  if (k.format.type === 'f32') {
    const scale = (): V128 => k.let(i32x4.shl(power(), i32.const(23)));
    // Horner's rule keeps few values alive: with four chains interleaved, registers are scarcer than latency.
    if (k.fast) return k.let(k.mul(k.horner(r, [1, 1, ...polynomial.f32]), scale()));
    // 1 + (r + r²·q): without fused multiply-add it rounds less than (q·r + 1)·r + 1 and costs the same.
    const [c2, c3, c4, c5, c6] = polynomial.f32;
    const square = k.let(k.mul(r, r));
    const p45 = k.let(k.madd(r, k.c(c5), k.c(c4)));
    const p456 = k.let(k.madd(square, k.c(c6), p45));
    const p23 = k.let(k.madd(r, k.c(c3), k.c(c2)));
    const q = k.let(k.madd(p456, square, p23));
    const sum = k.let(k.add(k.let(k.madd(q, square, r)), k.c(1)));
    return k.let(k.mul(sum, scale()));
  }
  const [c2, c3, c4, c5] = polynomial.f64;
  const square = k.let(k.mul(r, r));
  const p45 = k.let(k.madd(r, k.c(c5), k.c(c4)));
  const p23 = k.let(k.madd(r, k.c(c3), k.c(c2)));
  const p = k.let(k.madd(p45, square, p23));
  const q = k.let(k.madd(p, square, r));
  const t = k.let(power());
  const entry = (lane: number): I32 =>
    i32.shl(i32.and(i32.wrap_i64(i64x2.extract_lane(t, lane)), i32.const(TABLE_SIZE - 1)), i32.const(3));
  const root = k.let(v128.load64_lane(entry(1), v128.load64_zero(entry(0), TABLE_ADDRESS), 1, TABLE_ADDRESS));
  const scaled = k.let(k.mul(root, i64x2.shl(i64x2.shr_u(t, i32.const(5)), i32.const(52))));
  return k.let(k.madd(q, scaled, scaled));
}

/** log 2 per step in two parts. */
const parts = (type: FloatType): { high: number; low: number } => ({
  high: log2Parts[type].high / steps[type],
  low: log2Parts[type].low / steps[type],
});

export function constants(type: FloatType): { magic: number; bias: number; perUnit: number; stepsPerDoubling: number } {
  return type === 'f32'
    ? { magic: 12582912, bias: 127, perUnit: Math.LOG2E, stepsPerDoubling: 1 }
    : {
        magic: 6755399441055744,
        bias: 1023 * TABLE_SIZE,
        perUnit: Math.LOG2E * TABLE_SIZE,
        stepsPerDoubling: TABLE_SIZE,
      };
}
