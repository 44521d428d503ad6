// The instructions of WebAssembly under their names in the specification: `f32x4.add(a, b)` is the code of a, of b, and the opcode.
// Not here: functions, sections and bytes of a whole module (`assemble.ts`).
// Invariant: an Expression leaves exactly one value of its type on the stack, a statement (Code) none.

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/** The target of a branch; its depth is computed when the code is flattened. */
export interface Label {
  readonly label: symbol;
}
interface Open {
  readonly open: Label | null;
}
interface Close {
  readonly close: true;
}
interface Target {
  readonly target: Label;
}

/** Code is a tree of bytes; it may be shared, and is flattened once per function. */
export type Code = readonly Piece[];
export type Piece = number | Code | Open | Close | Target | Expression;
export interface Expression<T extends ValueType = ValueType> {
  readonly type: T;
  readonly code: Code;
}
export type I32 = Expression<'i32'>;
export type I64 = Expression<'i64'>;
export type F32 = Expression<'f32'>;
export type F64 = Expression<'f64'>;
export type V128 = Expression<'v128'>;

/** Unsigned LEB128. */
export function unsigned(n: number): number[] {
  const bytes: number[] = [];
  do {
    const low = n % 128;
    n = Math.floor(n / 128);
    bytes.push(n > 0 ? low + 128 : low);
  } while (n > 0);
  return bytes;
}
/** Signed LEB128 of an integer of up to 64 bits. */
export function signed(value: number | bigint): number[] {
  if (typeof value === 'number' && value >= -64 && value < 64) return [value & 127];
  let n = BigInt(value);
  const bytes: number[] = [];
  for (;;) {
    const low = Number(n & 127n);
    n >>= 7n;
    if ((n === 0n && low < 64) || (n === -1n && low >= 64)) {
      bytes.push(low);
      return bytes;
    }
    bytes.push(low + 128);
  }
}

/** The bytes of code, with branch targets as depths. */
export function flatten(code: Code): number[] {
  const bytes: number[] = [];
  const open: (Label | null)[] = [];
  const walk = (pieces: Code): void => {
    for (const p of pieces) {
      if (typeof p === 'number') bytes.push(p);
      else if (Array.isArray(p)) walk(p as Code);
      else if ('code' in p) walk(p.code);
      else if ('open' in p) open.push(p.open);
      else if ('close' in p) open.pop();
      else if ('target' in p) bytes.push(...unsigned(depthOf(open, p.target)));
    }
  };
  walk(code);
  return bytes;
}
function depthOf(open: readonly (Label | null)[], target: Label): number {
  const at = open.lastIndexOf(target);
  if (at === -1) throw new Error('bug: branch out of its block');
  return open.length - 1 - at;
}

const bytesOf32 = (x: number): number[] => [...new Uint8Array(Float32Array.of(x).buffer)];
const bytesOf64 = (x: number): number[] => [...new Uint8Array(Float64Array.of(x).buffer)];
const expression = <T extends ValueType>(type: T, ...code: Code): Expression<T> => ({ type, code });
const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];

// Makers of instructions: the operand types first, then the opcode.
type Unary<A extends ValueType, R extends ValueType> = (a: Expression<A>) => Expression<R>;
type Binary<A extends ValueType, R extends ValueType> = (a: Expression<A>, b: Expression<A>) => Expression<R>;
const unary =
  <A extends ValueType, R extends ValueType>(_a: A, r: R, ...opcode: number[]): Unary<A, R> =>
  (a) =>
    expression(r, a, ...opcode);
const binary =
  <A extends ValueType, R extends ValueType>(_a: A, r: R, ...opcode: number[]): Binary<A, R> =>
  (a, b) =>
    expression(r, a, b, ...opcode);
/** No alignment is promised, except by atomics, where the specification demands it. */
const load =
  <T extends ValueType>(type: T, ...opcode: number[]) =>
  (address: I32, offset = 0): Expression<T> =>
    expression(type, address, ...opcode, 0, ...unsigned(offset));
const store =
  <T extends ValueType>(_type: T, ...opcode: number[]) =>
  (address: I32, value: Expression<T>, offset = 0): Code => [address, value, ...opcode, 0, ...unsigned(offset)];

const v1 = (opcode: number): Unary<'v128', 'v128'> => unary('v128', 'v128', ...simd(opcode));
const v2 = (opcode: number): Binary<'v128', 'v128'> => binary('v128', 'v128', ...simd(opcode));
const v3 =
  (opcode: number) =>
  (a: V128, b: V128, c: V128): V128 =>
    expression('v128', a, b, c, ...simd(opcode));
const shift =
  (opcode: number) =>
  (a: V128, count: I32): V128 =>
    expression('v128', a, count, ...simd(opcode));
const splat = <T extends ValueType>(_type: T, opcode: number): Unary<T, 'v128'> =>
  unary(_type, 'v128', ...simd(opcode));
const extract =
  <T extends ValueType>(type: T, opcode: number) =>
  (a: V128, lane: number): Expression<T> =>
    expression(type, a, ...simd(opcode), lane);
const replace =
  <T extends ValueType>(_type: T, opcode: number) =>
  (a: V128, lane: number, value: Expression<T>): V128 =>
    expression('v128', a, value, ...simd(opcode), lane);
const test = (opcode: number): Unary<'v128', 'i32'> => unary('v128', 'i32', ...simd(opcode));
const loadLane =
  (opcode: number) =>
  (address: I32, value: V128, lane: number, offset = 0): V128 =>
    expression('v128', address, value, ...simd(opcode), 0, ...unsigned(offset), lane);
const storeLane =
  (opcode: number) =>
  (address: I32, value: V128, lane: number, offset = 0): Code => [
    address,
    value,
    ...simd(opcode),
    0,
    ...unsigned(offset),
    lane,
  ];

const integerOps = <T extends 'i32' | 'i64'>(type: T, compare: number, compute: number) => ({
  eqz: unary(type, 'i32', compare),
  eq: binary(type, 'i32', compare + 1),
  ne: binary(type, 'i32', compare + 2),
  lt_s: binary(type, 'i32', compare + 3),
  lt_u: binary(type, 'i32', compare + 4),
  gt_s: binary(type, 'i32', compare + 5),
  gt_u: binary(type, 'i32', compare + 6),
  le_s: binary(type, 'i32', compare + 7),
  le_u: binary(type, 'i32', compare + 8),
  ge_s: binary(type, 'i32', compare + 9),
  ge_u: binary(type, 'i32', compare + 10),
  clz: unary(type, type, compute),
  ctz: unary(type, type, compute + 1),
  popcnt: unary(type, type, compute + 2),
  add: binary(type, type, compute + 3),
  sub: binary(type, type, compute + 4),
  mul: binary(type, type, compute + 5),
  div_s: binary(type, type, compute + 6),
  div_u: binary(type, type, compute + 7),
  rem_s: binary(type, type, compute + 8),
  rem_u: binary(type, type, compute + 9),
  and: binary(type, type, compute + 10),
  or: binary(type, type, compute + 11),
  xor: binary(type, type, compute + 12),
  shl: binary(type, type, compute + 13),
  shr_s: binary(type, type, compute + 14),
  shr_u: binary(type, type, compute + 15),
  rotl: binary(type, type, compute + 16),
  rotr: binary(type, type, compute + 17),
});
const floatOps = <T extends 'f32' | 'f64'>(type: T, compare: number, compute: number) => ({
  eq: binary(type, 'i32', compare),
  ne: binary(type, 'i32', compare + 1),
  lt: binary(type, 'i32', compare + 2),
  gt: binary(type, 'i32', compare + 3),
  le: binary(type, 'i32', compare + 4),
  ge: binary(type, 'i32', compare + 5),
  abs: unary(type, type, compute),
  neg: unary(type, type, compute + 1),
  ceil: unary(type, type, compute + 2),
  floor: unary(type, type, compute + 3),
  trunc: unary(type, type, compute + 4),
  nearest: unary(type, type, compute + 5),
  sqrt: unary(type, type, compute + 6),
  add: binary(type, type, compute + 7),
  sub: binary(type, type, compute + 8),
  mul: binary(type, type, compute + 9),
  div: binary(type, type, compute + 10),
  min: binary(type, type, compute + 11),
  max: binary(type, type, compute + 12),
  copysign: binary(type, type, compute + 13),
});
const atomicOps = <T extends 'i32' | 'i64'>(type: T, align: number, wide: 0 | 1) => {
  const rmw =
    (opcode: number) =>
    (address: I32, value: Expression<T>, offset = 0): Expression<T> =>
      expression(type, address, value, 0xfe, opcode + wide, align, ...unsigned(offset));
  return {
    load: (address: I32, offset = 0): Expression<T> =>
      expression(type, address, 0xfe, 0x10 + wide, align, ...unsigned(offset)),
    store: (address: I32, value: Expression<T>, offset = 0): Code => [
      address,
      value,
      0xfe,
      0x17 + wide,
      align,
      ...unsigned(offset),
    ],
    rmw: {
      add: rmw(0x1e),
      sub: rmw(0x25),
      and: rmw(0x2c),
      or: rmw(0x33),
      xor: rmw(0x3a),
      xchg: rmw(0x41),
      cmpxchg: (address: I32, expected: Expression<T>, replacement: Expression<T>, offset = 0): Expression<T> =>
        expression(type, address, expected, replacement, 0xfe, 0x48 + wide, align, ...unsigned(offset)),
    },
  };
};

export const i32 = {
  const: (n: number): I32 => expression('i32', 0x41, ...signed(n | 0)),
  ...integerOps('i32', 0x45, 0x67),
  load: load('i32', 0x28),
  load8_s: load('i32', 0x2c),
  load8_u: load('i32', 0x2d),
  load16_s: load('i32', 0x2e),
  load16_u: load('i32', 0x2f),
  store: store('i32', 0x36),
  store8: store('i32', 0x3a),
  store16: store('i32', 0x3b),
  wrap_i64: unary('i64', 'i32', 0xa7),
  reinterpret_f32: unary('f32', 'i32', 0xbc),
  extend8_s: unary('i32', 'i32', 0xc0),
  extend16_s: unary('i32', 'i32', 0xc1),
  trunc_sat_f32_s: unary('f32', 'i32', 0xfc, 0),
  trunc_sat_f32_u: unary('f32', 'i32', 0xfc, 1),
  trunc_sat_f64_s: unary('f64', 'i32', 0xfc, 2),
  trunc_sat_f64_u: unary('f64', 'i32', 0xfc, 3),
  atomic: atomicOps('i32', 2, 0),
};
export const i64 = {
  const: (n: bigint | number): I64 => expression('i64', 0x42, ...signed(BigInt.asIntN(64, BigInt(n)))),
  ...integerOps('i64', 0x50, 0x79),
  load: load('i64', 0x29),
  load32_s: load('i64', 0x34),
  load32_u: load('i64', 0x35),
  store: store('i64', 0x37),
  store32: store('i64', 0x3e),
  extend_i32_s: unary('i32', 'i64', 0xac),
  extend_i32_u: unary('i32', 'i64', 0xad),
  reinterpret_f64: unary('f64', 'i64', 0xbd),
  trunc_sat_f32_s: unary('f32', 'i64', 0xfc, 4),
  trunc_sat_f64_s: unary('f64', 'i64', 0xfc, 6),
  trunc_sat_f64_u: unary('f64', 'i64', 0xfc, 7),
  atomic: atomicOps('i64', 3, 1),
};
export const f32 = {
  const: (x: number): F32 => expression('f32', 0x43, ...bytesOf32(x)),
  ...floatOps('f32', 0x5b, 0x8b),
  load: load('f32', 0x2a),
  store: store('f32', 0x38),
  convert_i32_s: unary('i32', 'f32', 0xb2),
  convert_i32_u: unary('i32', 'f32', 0xb3),
  convert_i64_s: unary('i64', 'f32', 0xb4),
  convert_i64_u: unary('i64', 'f32', 0xb5),
  demote_f64: unary('f64', 'f32', 0xb6),
  reinterpret_i32: unary('i32', 'f32', 0xbe),
};
export const f64 = {
  const: (x: number): F64 => expression('f64', 0x44, ...bytesOf64(x)),
  ...floatOps('f64', 0x61, 0x99),
  load: load('f64', 0x2b),
  store: store('f64', 0x39),
  convert_i32_s: unary('i32', 'f64', 0xb7),
  convert_i32_u: unary('i32', 'f64', 0xb8),
  convert_i64_s: unary('i64', 'f64', 0xb9),
  convert_i64_u: unary('i64', 'f64', 0xba),
  promote_f32: unary('f32', 'f64', 0xbb),
  reinterpret_i64: unary('i64', 'f64', 0xbf),
};

export const v128 = {
  /** The 16 bytes in memory order. */
  const: (bytes: readonly number[]): V128 => expression('v128', ...simd(12), ...bytes),
  load: load('v128', ...simd(0)),
  store: store('v128', ...simd(11)),
  load8_splat: load('v128', ...simd(7)),
  load16_splat: load('v128', ...simd(8)),
  load32_splat: load('v128', ...simd(9)),
  load64_splat: load('v128', ...simd(10)),
  load32_zero: load('v128', ...simd(92)),
  load64_zero: load('v128', ...simd(93)),
  load8_lane: loadLane(84),
  load16_lane: loadLane(85),
  load32_lane: loadLane(86),
  load64_lane: loadLane(87),
  store8_lane: storeLane(88),
  store16_lane: storeLane(89),
  store32_lane: storeLane(90),
  store64_lane: storeLane(91),
  not: v1(77),
  and: v2(78),
  andnot: v2(79),
  or: v2(80),
  xor: v2(81),
  bitselect: v3(82),
  any_true: test(83),
};
export const i8x16 = {
  splat: splat('i32', 15),
  shuffle: (a: V128, b: V128, lanes: readonly number[]): V128 => expression('v128', a, b, ...simd(13), ...lanes),
  swizzle: v2(14),
  eq: v2(35),
  ne: v2(36),
  all_true: test(99),
  bitmask: test(100),
  add: v2(110),
  sub: v2(113),
  popcnt: v1(98),
  relaxed_swizzle: v2(0x100),
  relaxed_laneselect: v3(0x109),
};
export const i32x4 = {
  const: (a: number, b: number, c: number, d: number): V128 =>
    v128.const([...new Uint8Array(Int32Array.of(a, b, c, d).buffer)]),
  splat: splat('i32', 17),
  extract_lane: extract('i32', 27),
  replace_lane: replace('i32', 28),
  eq: v2(55),
  ne: v2(56),
  lt_s: v2(57),
  lt_u: v2(58),
  gt_s: v2(59),
  gt_u: v2(60),
  le_s: v2(61),
  le_u: v2(62),
  ge_s: v2(63),
  ge_u: v2(64),
  abs: v1(160),
  neg: v1(161),
  all_true: test(163),
  bitmask: test(164),
  shl: shift(171),
  shr_s: shift(172),
  shr_u: shift(173),
  add: v2(174),
  sub: v2(177),
  mul: v2(181),
  min_s: v2(182),
  min_u: v2(183),
  max_s: v2(184),
  max_u: v2(185),
  trunc_sat_f32x4_s: v1(248),
  trunc_sat_f32x4_u: v1(249),
  trunc_sat_f64x2_s_zero: v1(252),
  trunc_sat_f64x2_u_zero: v1(253),
  relaxed_trunc_f32x4_s: v1(0x101),
  relaxed_trunc_f64x2_s_zero: v1(0x103),
  relaxed_laneselect: v3(0x10b),
};
export const i64x2 = {
  const: (a: bigint, b: bigint): V128 => v128.const([...new Uint8Array(BigInt64Array.of(a, b).buffer)]),
  splat: splat('i64', 18),
  extract_lane: extract('i64', 29),
  replace_lane: replace('i64', 30),
  abs: v1(192),
  neg: v1(193),
  all_true: test(195),
  bitmask: test(196),
  extend_low_i32x4_s: v1(199),
  extend_high_i32x4_s: v1(200),
  extend_low_i32x4_u: v1(201),
  extend_high_i32x4_u: v1(202),
  shl: shift(203),
  shr_s: shift(204),
  shr_u: shift(205),
  add: v2(206),
  sub: v2(209),
  mul: v2(213),
  eq: v2(214),
  ne: v2(215),
  lt_s: v2(216),
  gt_s: v2(217),
  le_s: v2(218),
  ge_s: v2(219),
  relaxed_laneselect: v3(0x10c),
};
export const f32x4 = {
  const: (a: number, b: number, c: number, d: number): V128 => v128.const([a, b, c, d].flatMap(bytesOf32)),
  splat: splat('f32', 19),
  extract_lane: extract('f32', 31),
  replace_lane: replace('f32', 32),
  eq: v2(65),
  ne: v2(66),
  lt: v2(67),
  gt: v2(68),
  le: v2(69),
  ge: v2(70),
  ceil: v1(103),
  floor: v1(104),
  trunc: v1(105),
  nearest: v1(106),
  abs: v1(224),
  neg: v1(225),
  sqrt: v1(227),
  add: v2(228),
  sub: v2(229),
  mul: v2(230),
  div: v2(231),
  min: v2(232),
  max: v2(233),
  pmin: v2(234),
  pmax: v2(235),
  convert_i32x4_s: v1(250),
  convert_i32x4_u: v1(251),
  demote_f64x2_zero: v1(94),
  relaxed_madd: v3(0x105),
  relaxed_nmadd: v3(0x106),
  relaxed_min: v2(0x10d),
  relaxed_max: v2(0x10e),
};
export const f64x2 = {
  const: (a: number, b: number): V128 => v128.const([a, b].flatMap(bytesOf64)),
  splat: splat('f64', 20),
  extract_lane: extract('f64', 33),
  replace_lane: replace('f64', 34),
  eq: v2(71),
  ne: v2(72),
  lt: v2(73),
  gt: v2(74),
  le: v2(75),
  ge: v2(76),
  ceil: v1(116),
  floor: v1(117),
  trunc: v1(122),
  nearest: v1(148),
  abs: v1(236),
  neg: v1(237),
  sqrt: v1(239),
  add: v2(240),
  sub: v2(241),
  mul: v2(242),
  div: v2(243),
  min: v2(244),
  max: v2(245),
  pmin: v2(246),
  pmax: v2(247),
  convert_low_i32x4_s: v1(254),
  convert_low_i32x4_u: v1(255),
  promote_low_f32x4: v1(95),
  relaxed_madd: v3(0x107),
  relaxed_nmadd: v3(0x108),
  relaxed_min: v2(0x10f),
  relaxed_max: v2(0x110),
};

export const memory = {
  size: expression('i32', 0x3f, 0) as I32,
  grow: (pages: I32): I32 => expression('i32', pages, 0x40, 0),
  copy: (to: I32, from: I32, bytes: I32): Code => [to, from, bytes, 0xfc, 10, 0, 0],
  fill: (to: I32, byte: I32, bytes: I32): Code => [to, byte, bytes, 0xfc, 11, 0],
  atomic: {
    notify: (address: I32, count: I32, offset = 0): I32 =>
      expression('i32', address, count, 0xfe, 0x00, 2, ...unsigned(offset)),
    /** 0 woken, 1 value differed, 2 timed out; the timeout is in nanoseconds, negative for none. */
    wait32: (address: I32, expected: I32, timeout: I64, offset = 0): I32 =>
      expression('i32', address, expected, timeout, 0xfe, 0x01, 2, ...unsigned(offset)),
    fence: [0xfe, 0x03, 0x00] as Code,
  },
};

// --- control ----------------------------------------------------------------------------------------------------------

export const typeCode: { readonly [T in ValueType]: number } = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};
const EMPTY = 0x40;
const END = 0x0b;
const newLabel = (): Label => ({ label: Symbol() });

/** `body` receives the label that a branch leaves the block by. */
export function block(body: (leave: Label) => Code): Code {
  const label = newLabel();
  return [0x02, EMPTY, { open: label }, body(label), END, { close: true }];
}
/** `body` receives the label that a branch starts the next round by; without one the loop ends. */
export function loop(body: (again: Label) => Code): Code {
  const label = newLabel();
  return [0x03, EMPTY, { open: label }, body(label), END, { close: true }];
}
export const if_ = (condition: I32, then: Code, otherwise: Code | null = null): Code => [
  condition,
  0x04,
  EMPTY,
  { open: null },
  then,
  ...(otherwise === null ? [] : [0x05, otherwise]),
  END,
  { close: true },
];
export const br = (to: Label): Code => [0x0c, { target: to }];
export const br_if = (to: Label, condition: I32): Code => [condition, 0x0d, { target: to }];
/** Branches to `labels[index]`, to `otherwise` when the index is beyond them. */
export const br_table = (labels: readonly Label[], otherwise: Label, index: I32): Code => [
  index,
  0x0e,
  ...unsigned(labels.length),
  ...labels.map((target) => ({ target })),
  { target: otherwise },
];
export const return_ = (...values: readonly Expression[]): Code => [...values, 0x0f];
export const unreachable: Code = [0x00];
export const drop = (value: Expression): Code => [value, 0x1a];
/** `then` if the condition is not zero; both are computed. */
export const select = <T extends ValueType>(
  then: Expression<T>,
  otherwise: Expression<T>,
  condition: I32,
): Expression<T> =>
  // The untyped select takes numbers only; a vector needs the typed form.
  then.type === 'v128'
    ? expression(then.type, then, otherwise, condition, 0x1c, 1, typeCode.v128)
    : expression(then.type, then, otherwise, condition, 0x1b);
/** The value of the branch taken; only that branch is computed. */
export const ifValue = <T extends ValueType>(
  condition: I32,
  then: Expression<T>,
  otherwise: Expression<T>,
): Expression<T> =>
  expression(then.type, condition, 0x04, typeCode[then.type], { open: null }, then, 0x05, otherwise, END, {
    close: true,
  });
/** Statements, then a value. */
export const sequence = <T extends ValueType>(before: Code, value: Expression<T>): Expression<T> =>
  expression(value.type, before, value);

/** A loop that runs while the condition, read before each round, is not zero. */
export const while_ = (condition: I32, body: Code): Code =>
  if_(
    condition,
    loop((again) => [body, br_if(again, condition)]),
  );
/** A loop that runs at least once. */
export const doWhile = (body: Code, condition: I32): Code => loop((again) => [body, br_if(again, condition)]);

/** A local variable; used as an expression it is `local.get`. */
export interface Local<T extends ValueType = ValueType> extends Expression<T> {
  readonly index: number;
  set(value: Expression<T>): Code;
  tee(value: Expression<T>): Expression<T>;
}
export function localAt<T extends ValueType>(type: T, index: number): Local<T> {
  const at = unsigned(index);
  return {
    type,
    index,
    code: [0x20, ...at],
    set: (value) => [value, 0x21, ...at],
    tee: (value) => expression(type, value, 0x22, ...at),
  };
}
/** A module-wide variable; used as an expression it is `global.get`. */
export interface Global<T extends ValueType = ValueType> extends Expression<T> {
  readonly index: number;
  set(value: Expression<T>): Code;
}
export function globalAt<T extends ValueType>(type: T, index: number): Global<T> {
  const at = unsigned(index);
  return { type, index, code: [0x23, ...at], set: (value) => [value, 0x24, ...at] };
}
