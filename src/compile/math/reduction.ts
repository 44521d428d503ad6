// An argument of sin, cos, tan brought to |r| ≤ π/4 and a quadrant.
// Not here: the polynomials (`trigonometric.ts`).
// Invariant: lanes beyond `limit` go through 128 bits of 1/(2π) (Payne and Hanek 1983), so no finite argument is lost;
// ±∞ gives NaN.
import { lastOf, must } from '../../term/must.ts';
import type { FunctionReference, ModuleBuilder } from '../assemble.ts';
import {
  block,
  br_table,
  f32,
  f32x4,
  f64,
  f64x2,
  i32,
  i32x4,
  i64,
  if_,
  return_,
  v128,
  type Code,
  type F64,
  type I64,
  type Label,
  type Local,
  type V128,
} from '../wasm.ts';
import type { Chain } from './chain.ts';

// π/2 in parts that are exact when multiplied by a quadrant count up to the limit (11 and 33 bits; the last in full).
const halfPi = {
  f32: {
    limit: 8192,
    parts: [1.5703125, 0.0004837512969970703125, 7.5495336204767227173e-8, 2.5633441515945187882e-12],
  },
  f64: { limit: 1e6, parts: [1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32] },
} as const;

/** r with x = r + q·π/2, |r| ≤ π/4 (a little more at the seams), and q in the low bits of `quadrant`. */
export function reduceAngle(k: Chain, x: V128): { r: V128; quadrant: V128 } {
  const { limit, parts } = halfPi[k.format.type];
  const y = k.f.local('v128');
  const turns = k.f.local('v128');
  k.do(k.format.type === 'f32' ? [y.set(x), turns.set(k.bits(0n))] : y.set(x));
  const far = k.format.float.gt(k.abs(y), k.c(limit));
  k.do(
    if_(
      v128.any_true(v128.or(far, k.format.float.ne(y, y))),
      k.format.type === 'f32' ? reduceFloats(k, y, turns, limit) : y.set(reduceDoubles(k, y, limit)),
    ),
  );
  const t = k.let(k.madd(y, k.c(2 / Math.PI), k.c(k.format.magic)));
  const n = k.let(k.sub(t, k.c(k.format.magic)));
  let r: V128 = y;
  for (const part of parts) r = k.let(k.nmadd(n, k.c(part), r));
  return { r, quadrant: k.format.type === 'f32' ? k.let(i32x4.add(t, turns)) : t };
}

/** Each lane beyond the limit replaced by its remainder modulo 2π. */
function reduceDoubles(k: Chain, y: V128, limit: number): V128 {
  const remainder = remainderFunction(k.module);
  return [0, 1].reduce(
    (result, lane) =>
      f64x2.replace_lane(result, lane, remainder.call('f64', f64x2.extract_lane(y, lane), f64.const(limit))),
    y,
  );
}
/**
 * Each float32 lane beyond the limit replaced by its remainder modulo π/2, which float64 still holds exactly enough
 * near 0; `turns` gets the quadrants.
 */
function reduceFloats(k: Chain, y: Local<'v128'>, turns: Local<'v128'>, limit: number): Code {
  const quarter = quarterFunction(k.module);
  const packed = k.f.local('f64');
  return [0, 1, 2, 3].map((lane) => [
    packed.set(quarter.call('f64', f64.promote_f32(f32x4.extract_lane(y, lane)), f64.const(limit))),
    y.set(f32x4.replace_lane(y, lane, f32.demote_f64(packed))),
    turns.set(i32x4.replace_lane(turns, lane, i32.and(i32.wrap_i64(i64.reinterpret_f64(packed)), i32.const(3)))),
  ]);
}

const madeQuarters = new WeakMap<ModuleBuilder, FunctionReference>();
/**
 * (x, limit) for a float32 x → its remainder modulo π/2 with the quadrant in the last two bits of the mantissa; x
 * itself, whose last bits are 0, if |x| ≤ limit. One function per module.
 */
function quarterFunction(m: ModuleBuilder): FunctionReference {
  const known = madeQuarters.get(m);
  if (known !== undefined) return known;
  const turn = turnFunction(m);
  const f = m.func(null, ['f64', 'f64'], ['f64'], (b, x, limit) => {
    const part = b.local('i64'),
      quadrant = b.local('i64');
    const sign = f64.copysign(f64.const(1), x);
    return [
      if_(f64.le(f64.abs(x), limit), return_(x)),
      if_(i32.eqz(f64.lt(f64.abs(x), f64.const(Infinity))), return_(f64.const(NaN))),
      part.set(turn.call('i64', x)),
      quadrant.set(i64.shr_s(i64.add(part, i64.const(1n << 61n)), i64.const(62))),
      part.set(i64.sub(part, i64.shl(quadrant, i64.const(62)))),
      quadrant.set(i64.mul(quadrant, i64.trunc_sat_f64_s(sign))),
      f64.reinterpret_i64(
        i64.or(
          i64.and(i64.reinterpret_f64(f64.mul(sign, radians(part))), i64.const(-4n)),
          i64.and(quadrant, i64.const(3)),
        ),
      ),
    ];
  });
  madeQuarters.set(m, f);
  return f;
}

// 1/(2π) in words of 64 bits after a word of zeros.
const words = [
  0n,
  0x28be60db9391054an,
  0x7f09d5f47d4d3770n,
  0x36d8a5664f10e410n,
  0x7f9458eaf7aef158n,
  0x6dc91b8e909374b8n,
  0x01924bba82746487n,
  0x3f877ac72c4a69cfn,
  0xba208d7d4baed121n,
  0x3a671c09ad17df90n,
  0x4e64758e60d4ce7dn,
  0x272117e2ef7e4a0en,
  0xc7fe25fff7816603n,
  0xfbcbc462d6829b47n,
  0xdb4d9fb3c9f2c26dn,
  0xd3d18fd9a797fa8bn,
  0x5d49eeb1faf97c5en,
  0xcf41ce7de294a4ban,
  0x9afed7ec47e35742n,
  0x1580cc11bf1edaean,
  0xfc33ef0826bd0d87n,
];

/** 2^64 parts of a turn in radians. */
const radians = (parts: I64): F64 => f64.mul(f64.convert_i64_s(parts), f64.const(2 * Math.PI * 2 ** -64));

const madeTurns = new WeakMap<ModuleBuilder, FunctionReference>();
/** |x| as a signed fraction of a turn in units of 2^−64, whole turns dropped; x finite. One function per module. */
function turnFunction(m: ModuleBuilder): FunctionReference {
  const known = madeTurns.get(m);
  if (known !== undefined) return known;
  const word = wordFunction(m);
  const high = multiplyHigh(m);
  const f = m.func(null, ['f64'], ['i64'], (b, x) => {
    const bits = b.local('i64'),
      mantissa = b.local('i64'),
      at = b.local('i32'),
      shift = b.local('i64');
    // Bits of 1/(2π) from `at + shift` on; those before only add whole turns.
    const window = (n: number): I64 =>
      i64.or(
        i64.shl(word.call('i64', i32.add(at, i32.const(n))), shift),
        i64.shr_u(
          i64.shr_u(word.call('i64', i32.add(at, i32.const(n + 1))), i64.const(1)),
          i64.sub(i64.const(63), shift),
        ),
      );
    const exponent: I64 = i64.sub(i64.and(i64.shr_u(bits, i64.const(52)), i64.const(2047)), i64.const(1023 + 52 - 64));
    return [
      bits.set(i64.reinterpret_f64(x)),
      mantissa.set(i64.or(i64.and(bits, i64.const((1n << 52n) - 1n)), i64.const(1n << 52n))),
      shift.set(exponent),
      at.set(i32.wrap_i64(i64.shr_u(shift, i64.const(6)))),
      shift.set(i64.and(shift, i64.const(63))),
      i64.add(i64.mul(mantissa, window(0)), high.call('i64', mantissa, window(1))),
    ];
  });
  madeTurns.set(m, f);
  return f;
}

const made = new WeakMap<ModuleBuilder, FunctionReference>();
/** (x, limit) → x if |x| ≤ limit, else x modulo 2π in [−π, π]; absolute error ≤ 2^−51. One function per module. */
function remainderFunction(m: ModuleBuilder): FunctionReference {
  const known = made.get(m);
  if (known !== undefined) return known;
  const turn = turnFunction(m);
  const f = m.func(null, ['f64', 'f64'], ['f64'], (_b, x, limit) => [
    if_(f64.le(f64.abs(x), limit), return_(x)),
    if_(i32.eqz(f64.lt(f64.abs(x), f64.const(Infinity))), return_(f64.const(NaN))),
    f64.mul(f64.copysign(f64.const(1), x), radians(turn.call('i64', x))),
  ]);
  made.set(m, f);
  return f;
}

function wordFunction(m: ModuleBuilder): FunctionReference {
  return m.func(null, ['i32'], ['i64'], (_f, n) => {
    // Nested blocks, the innermost around the branch: leaving block k lands at the code that returns word k.
    const nest = (k: number, outer: readonly Label[]): Code =>
      block((leave) =>
        k === 0
          ? br_table([leave, ...outer], outer.at(-1) ?? leave, n)
          : [nest(k - 1, [leave, ...outer]), return_(i64.const(must(words[k - 1])))],
      );
    return [nest(words.length - 1, []), i64.const(lastOf(words))];
  });
}

/** The upper 64 bits of the product of two unsigned numbers. */
function multiplyHigh(m: ModuleBuilder): FunctionReference {
  return m.func(null, ['i64', 'i64'], ['i64'], (f, a, b) => {
    const low = (x: I64): I64 => i64.and(x, i64.const(0xffffffffn));
    const top = (x: I64): I64 => i64.shr_u(x, i64.const(32));
    const middle = f.local('i64'),
      cross = f.local('i64');
    return [
      middle.set(i64.add(i64.mul(top(a), low(b)), top(i64.mul(low(a), low(b))))),
      cross.set(i64.add(i64.mul(low(a), top(b)), low(middle))),
      i64.add(i64.mul(top(a), top(b)), i64.add(top(middle), top(cross))),
    ];
  });
}
