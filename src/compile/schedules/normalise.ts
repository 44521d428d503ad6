// The statistics of one row of logits x: its maximum m, e^(x−M) for references M near it, and log Σ e^(x−m).
// Not here: what is made of them (the callers), nor rows and threads.
// Invariant: one exponential per element; float64 across blocks; any +∞ or NaN, or nothing but −∞, makes the sum NaN.
import type { FunctionBuilder, FunctionReference, ModuleBuilder } from '../assemble.ts';
import { Chain, formats, scalars, splatScalar, type FloatType, type Style } from '../math/chain.ts';
import {
  f64, f64x2, i32, if_, ifValue, loop, br_if, select, sequence, v128, type Code, type F64, type I32, type Local, type V128, type ValueType,
} from '../wasm.ts';
import { reference, type Reference } from './exponentials.ts';
import { exponential, logarithm, logarithmOnePlus, once } from './scalar-functions.ts';
import { BLOCK } from './scratch.ts';
import { compensatedSum, fromF64, greater, maximumOf, splatConstant, splatF64, toF64, wideSum } from './sums.ts';
import { sweep, type Access } from './sweep.ts';

const UNROLL = 4;
/** Beyond this magnitude multiples of log 2 are no longer exact: then x − m is rounded, as everybody does. */
const LARGE = 2 ** 14;
/** A block that exceeds the reference by more than this moves it. */
const HEADROOM = 16;

/** What the row is normalised over: a value of the elements of some streams, walked in step. */
export interface Logits {
  /** Addresses of the first elements; they are not moved. */
  readonly streams: readonly Local<'i32'>[];
  /** The logits of one vector; `load(k)` gives the elements of stream k. */
  value(k: Chain, load: (stream: number) => V128): V128;
  /** Names the value, where two kernels of one module differ in it. */
  readonly name: string;
}
/** The elements themselves. */
export const plainLogits = (x: Local<'i32'>): Logits => ({ streams: [x], value: (_k, load) => load(0), name: 'x' });

export interface RowOptions {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly style: Style;
  readonly logits: Logits;
  /** Where the exponentials are kept for the pass after; null when only the sum is wanted. */
  readonly exponentials: Local<'i32'> | null;
  /** Elements of the row, at least 1. */
  readonly n: Local<'i32'>;
  /** Address of one float64 per block of the row, for this thread alone. */
  readonly scratch: I32;
}

export interface RowStatistics {
  /** Computes the maximum and the sum. */
  readonly code: Code;
  /** The greatest logit. */
  readonly max: F64;
  /** Σ e^(x−M); NaN where the row has no softmax. */
  readonly sum: Local<'f64'>;
  /** Computes `logSum`, after `code`. */
  readonly logarithm: Code;
  /** log Σ e^(x−m), at least 0. */
  readonly logSum: Local<'f64'>;
  /** A pass over the row with p = factor·softmax; `streams` are pointers that the body walks besides the exponentials `e`. */
  eachProbability(factor: F64, streams: readonly Local<'i32'>[], body: (k: Chain, at: Access, p: V128, e: Local<'i32'>) => void): Code;
  /** A pass over the row with x − m; `streams` are pointers that the body walks besides. */
  eachDifference(streams: readonly Local<'i32'>[], body: (k: Chain, at: Access, difference: V128) => V128 | undefined, reduce?: ReturnType<typeof compensatedSum>): Code;
  /** x − m of one element. */
  differenceAt(index: I32): F64;
}

export function rowStatistics(o: RowOptions): RowStatistics {
  const { f, style } = o;
  const { type } = style;
  const s = scalars[type] as typeof f64;
  const max = f.local(type) as Local<'f64'>;
  const sum = f.local('f64');
  const logSum = f.local('f64');
  const ref = reference(f, style);
  const M = ref.M as Local<'f64'>;
  const plain = i32.and(f64.gt(sum, f64.const(0)), s.lt(s.abs(max), s.const(LARGE)));
  const top: TopBlock | null = o.exponentials === null ? null : { at: f.local('i32'), size: f.local('i32'), sum: f.local('f64') };
  const code: Code = [
    blocks(o, ref, max as Local<FloatType>, sum, { low: -2 * LARGE, lookAhead: style.fast || type === 'f64', top }),
    if_(i32.eqz(plain), [
      top === null ? [] : [top.size.set(i32.const(0)), top.sum.set(f64.const(0))],
      sum.set(subtractingFunction(o).call('f64', ...o.logits.streams, o.exponentials ?? i32.const(0), o.n, o.scratch)),
      // Nothing but −∞: no element to count from.
      sum.set(ifValue(f64.gt(sum, f64.const(0)), sum, f64.const(NaN))),
      M.set(fromF64(type, f64.load(i32.add(o.scratch, lastEntry(o)))) as F64),
    ]),
  ];
  return {
    code, sum, logSum, max: toF64(type, max), get logarithm() { return logarithmOfSum(o, ref, max as Local<FloatType>, sum, logSum, top); },
    eachProbability: (factor, streams, body) => probabilities(o, ref.M, sum, factor, streams, body),
    eachDifference: (streams, body, reduce) => differences(o, max as Local<FloatType>, streams, body, reduce),
    differenceAt: (index) => differenceAt(o, toF64(type, max), index),
  };
}

/**
 * log Σ e^(x−m) from Σ e^(x−M). Where one element outweighs the others the sum is little more than that element's exponential, whose rounding would
 * be the error of the logarithm: it is taken out of the sum and put back exactly.
 */
function logarithmOfSum(o: RowOptions, ref: Reference, max: Local<FloatType>, sum: Local<'f64'>, logSum: Local<'f64'>, top: TopBlock | null): Code {
  const { f, style, module } = o;
  const { type } = style;
  const s = scalars[type] as typeof f64;
  const M = ref.M as Local<'f64'>;
  const rest = f.local('f64'), apart = f.local('f64'), whole = f.local('f64');
  // Other blocks are part of the rest, and exact enough for it.
  const again: Code = top === null ? whole.set(sum) : whole.set(f64.add(f64.sub(sum, top.sum), againFunction(o).call('f64', top.at, top.size)));
  const others = (subtracting: boolean): F64 => restFunction(o, subtracting).call('f64', ...o.logits.streams, o.n, max);
  const k = new Chain(module, f, style);
  const largest = ref.exponential(k, k.let((splatScalar[type] as typeof f64x2.splat)(max as Local<'f64'>)));
  return [
    apart.set(f64.sub(toF64(type, max), toF64(type, M))),
    logSum.set(f64.sub(logarithm(module).call('f64', sum), apart)),
    if_(f64.lt(logSum, f64.const(1)), [
      again,
      // At M the exponential is exactly 1.
      if_(s.eq(max as Local<'f64'>, M),
        rest.set(f64.sub(whole, f64.const(1))),
        [k.steps, rest.set(f64.div(f64.sub(whole, toF64(type, formats[type].float.extract_lane(largest, 0))), exponential(module).call('f64', apart)))]),
      // What is left of a float64 sum near 1 after taking 1 away has few digits: the others are added anew.
      if_(f64.lt(rest, f64.const(2 ** -28)), rest.set(ifValue(s.lt(s.abs(max as Local<'f64'>), s.const(LARGE)), others(false), others(true)))),
      logSum.set(logarithmOnePlus(module).call('f64', f64.max(rest, f64.const(0)))),
    ]),
  ];
}

/** The block that holds the greatest logit: where its exponentials stand, how many there are, their sum. */
interface TopBlock { readonly at: Local<'i32'>; readonly size: Local<'i32'>; readonly sum: Local<'f64'> }

/** Where the table of references ends: each block's stands there as float64. */
const lastEntry = (o: RowOptions): I32 => i32.shl(i32.div_u(i32.sub(o.n, i32.const(1)), i32.const(BLOCK[o.style.type])), i32.const(3));

/** Block by block: maximum, reference (no less than `low`), exponentials, sum. `lookAhead`: the maximum of the next block is taken with the exponentials of this one. */
function blocks(o: RowOptions, ref: Reference, max: Local<FloatType>, sum: Local<'f64'>, { low, lookAhead, top }: { low: number; lookAhead: boolean; top: TopBlock | null }): Code {
  const { f, style } = o;
  const { type } = style;
  const s = scalars[type] as typeof f64;
  const m = max as Local<'f64'>;
  const M = ref.M as Local<'f64'>;
  const p = o.logits.streams.map(() => f.local('i32'));
  const q = f.local('i32'), size = f.local('i32'), left = f.local('i32'), table = f.local('i32');
  const blockMax = f.local(type) as Local<'f64'>, before = f.local(type) as Local<'f64'>;
  const move: Code = [
    before.set(M),
    ref.moveTo(greater(type, blockMax, s.const(low))),
    if_(f64.gt(sum, f64.const(0)), sum.set(f64.mul(sum, exponential(o.module).call('f64', f64.sub(toF64(type, before), toF64(type, M)))))),
  ];
  const isTop = f.local('i32'), part = f.local('f64'), start = f.local('i32');
  const count = (pass: F64, length: I32): Code => (top === null ? sum.set(f64.add(sum, pass)) : [
    start.set(q), part.set(pass), sum.set(f64.add(sum, part)),
    if_(isTop, [top.at.set(start), top.size.set(length), top.sum.set(part)]),
  ]);
  const whole = (): Code => {
    const ahead = maximumOf(f, type);
    return [
      ahead.start, count(exponentialSum(o, ref, p, q, i32.const(BLOCK[type]), ahead), i32.const(BLOCK[type])),
      blockMax.set(ahead.value as F64),
      left.set(i32.sub(left, i32.const(BLOCK[type]))),
    ];
  };
  const rest = (): Code => [
    size.set(blockSize(type, left)),
    count(exponentialSum(o, ref, p, q, size, null), size),
    left.set(i32.sub(left, size)),
    // The last two blocks of a row, or all of them where nothing looks ahead.
    if_(left, blockMax.set(maximum(o, p, blockSize(type, left)))),
  ];
  return [
    p.map((pointer, k) => pointer.set(o.logits.streams[k] as I32)), o.exponentials === null ? [] : q.set(o.exponentials), left.set(o.n), table.set(o.scratch),
    sum.set(f64.const(0)), m.set(s.const(-Infinity)),
    blockMax.set(maximum(o, p, blockSize(type, left))),
    loop((again) => [
      top === null ? [] : isTop.set(s.gt(blockMax, m)),
      m.set(greater(type, m, blockMax) as F64),
      // While nothing is counted the reference may move freely.
      if_(i32.or(f64.eq(sum, f64.const(0)), s.gt(blockMax, s.add(M, s.const(HEADROOM)))), move),
      f64.store(table, toF64(type, M)), table.set(i32.add(table, i32.const(8))),
      lookAhead ? if_(i32.ge_u(left, i32.const(2 * BLOCK[type])), whole(), rest()) : rest(),
      br_if(again, left),
    ]),
  ];
}
const blockSize = (type: FloatType, rest: I32): I32 => select(rest, i32.const(BLOCK[type]), i32.lt_u(rest, i32.const(BLOCK[type])));

/** The logits here, −∞ where the row has ended. */
const logitsAt = (o: RowOptions, k: Chain, at: Access, p: readonly Local<'i32'>[]): V128 =>
  at.pad(o.logits.value(k, (stream) => at.load(p[stream] as Local<'i32'>)), splatConstant(o.f, o.style.type, -Infinity));

/** The greatest logit of a block. */
function maximum(o: RowOptions, from: readonly Local<'i32'>[], size: I32): F64 {
  const { f, style, module } = o;
  const p = from.map(() => f.local('i32'));
  const best = maximumOf(f, style.type);
  const pass = sweep({ module, f, style, streams: p, count: size, unroll: UNROLL, reduce: best, body: (k, at) => logitsAt(o, k, at, p) });
  // Its type is that of the logits; the schedules write both types through the names of float64.
  return { ...best.value, code: [p.map((pointer, k) => pointer.set(from[k] as I32)), best.start, pass, best.value] } as F64;
}

/**
 * Σ of the block's exponentials, which are stored where wanted. Moves all pointers behind the block.
 * `ahead`: this block and the next are whole; the maximum of the next is taken meanwhile, so that its loads hide behind the arithmetic. Without fused multiply-add the arithmetic alone fills the registers.
 */
function exponentialSum(o: RowOptions, ref: Reference, p: readonly Local<'i32'>[], q: Local<'i32'>, size: I32, ahead: ReturnType<typeof maximumOf> | null): F64 {
  const { f, style, module } = o;
  const total = wideSum(f, style.type, o.exponentials !== null);
  const blockBytes = BLOCK[style.type] * formats[style.type].bytes;
  const beside = (next: ReturnType<typeof maximumOf>) => (vectors: number): Code => {
    const k = new Chain(module, f, style);
    const values = Array.from({ length: vectors }, (_, slot) => o.logits.value(k, (stream) => v128.load(p[stream] as I32, blockBytes + 16 * slot)));
    const tree = (v: readonly V128[]): V128 => (v.length === 1 ? v[0] as V128 : (next.op as NonNullable<typeof next.op>)(tree(v.slice(0, v.length / 2)), tree(v.slice(v.length / 2))));
    return [k.steps, next.accumulate(tree(values))];
  };
  const pass = sweep({
    module, f, style, streams: o.exponentials === null ? p : [...p, q], count: size, unroll: UNROLL, reduce: total,
    ...(ahead === null ? {} : { whole: true, beside: beside(ahead) }),
    body: (k, at) => {
      const e = ref.exponential(k, logitsAt(o, k, at, p));
      if (o.exponentials !== null) at.store(q, e);
      return e;
    },
  });
  return sequence([total.start, pass], total.value);
}

/** Each block's exponentials times factor·e^(M_block − M)/sum. */
function probabilities(o: RowOptions, M: Local<FloatType>, sum: Local<'f64'>, factor: F64, streams: readonly Local<'i32'>[], body: (k: Chain, at: Access, p: V128, e: Local<'i32'>) => void): Code {
  const { f, style, module } = o;
  const { type } = style;
  if (o.exponentials === null) throw new Error('bug: the exponentials were not kept');
  const e = f.local('i32'), size = f.local('i32'), left = f.local('i32'), table = f.local('i32');
  const ratio = f.local('f64'), behind = f.local('f64');
  const scale = f.local('v128');
  const moved = ifValue(f64.eq(behind, f64.const(0)), f64.const(1), exponential(module).call('f64', behind));
  return [
    e.set(o.exponentials), left.set(o.n), table.set(o.scratch), ratio.set(f64.div(factor, sum)),
    loop((again) => [
      size.set(blockSize(type, left)),
      behind.set(f64.sub(f64.load(table), toF64(type, M))),
      scale.set(splatF64(type, f64.mul(ratio, moved))), table.set(i32.add(table, i32.const(8))),
      sweep({ module, f, style, streams: [e, ...streams], count: size, unroll: UNROLL, body: (k, at) => { body(k, at, k.let(k.mul(at.load(e), scale)), e); return undefined; } }),
      left.set(i32.sub(left, size)),
      br_if(again, left),
    ]),
  ];
}

function differences(o: RowOptions, max: Local<FloatType>, streams: readonly Local<'i32'>[], body: (k: Chain, at: Access, difference: V128) => V128 | undefined, reduce?: ReturnType<typeof compensatedSum>): Code {
  const { f, style, module } = o;
  const p = o.logits.streams.map(() => f.local('i32'));
  const shift = f.local('v128');
  return [
    p.map((pointer, k) => pointer.set(o.logits.streams[k] as I32)), shift.set((splatScalar[style.type] as typeof f64x2.splat)(max as Local<'f64'>)),
    sweep({
      module, f, style, streams: [...p, ...streams], count: o.n, unroll: UNROLL, ...(reduce === undefined ? {} : { reduce }),
      body: (k, at) => body(k, at, k.let(k.sub(o.logits.value(k, (stream) => at.load(p[stream] as Local<'i32'>)), shift))),
    }),
  ];
}

function differenceAt(o: RowOptions, max: F64, index: I32): F64 {
  const { type } = o.style;
  const k = new Chain(o.module, o.f, o.style);
  const { bytes } = formats[type];
  const loadSplat = type === 'f32' ? v128.load32_splat : v128.load64_splat;
  const x = k.let(o.logits.value(k, (stream) => loadSplat(i32.add(o.logits.streams[stream] as I32, i32.mul(index, i32.const(bytes))))));
  return sequence(k.steps, f64.sub(toF64(type, formats[type].float.extract_lane(x, 0)), max));
}

/** (address, n) → the sum of so many exponentials that stand in memory, each vector for itself. */
function againFunction(o: RowOptions): FunctionReference {
  const { module: m, style } = o;
  return once(m, `again ${style.type} ${style.fast}`, () => m.func(null, ['i32', 'i32'], ['f64'], (f, at, n) => {
    const sum = wideSum(f, style.type, false);
    return [sum.start, sweep({ module: m, f, style, streams: [at], count: n, unroll: UNROLL, reduce: sum, body: (_k, access) => access.load(at) }), sum.value];
  }));
}

/** (streams, n, max) → Σ e^(x − max) over the elements below the maximum. */
function restFunction(o: RowOptions, subtracting: boolean): FunctionReference {
  const { module: m, style, logits } = o;
  const { type } = style;
  const params: ValueType[] = [...logits.streams.map(() => 'i32' as const), 'i32', type];
  return once(m, `rest ${type} ${style.fast} ${subtracting} ${logits.name}`, () => m.func(null, params, ['f64'], (f, ...args) => {
    const [n, max] = args.slice(-2) as [Local<'i32'>, Local<'f64'>];
    const p = args.slice(0, -2) as Local<'i32'>[];
    const sum = wideSum(f, type, false);
    const ref = reference(f, style, subtracting);
    const top = f.local('v128');
    const apart = f64.sub(toF64(type, ref.M), toF64(type, max));
    return [
      ref.moveTo(max as Local<FloatType>), top.set((splatScalar[type] as typeof f64x2.splat)(max)), sum.start,
      sweep({ module: m, f, style, streams: p, count: n, unroll: 1, reduce: sum, body: (k, at) => {
        const x = k.let(logitsAt({ ...o, f }, k, at, p));
        return k.let(v128.andnot(ref.exponential(k, x), k.format.float.eq(x, top)));
      } }),
      f64.mul(sum.value, exponential(m).call('f64', apart)),
    ];
  }));
}

/** (streams, where, n, scratch) → Σ e^(x − M), with x − M rounded: for rows beyond ±2^14 and rows with ∞ or NaN. */
function subtractingFunction(o: RowOptions): FunctionReference {
  const { module: m, style, logits } = o;
  const { type } = style;
  const params: ValueType[] = [...logits.streams.map(() => 'i32' as const), 'i32', 'i32', 'i32'];
  return once(m, `subtracting ${type} ${style.fast} ${o.exponentials !== null} ${logits.name}`, () => m.func(null, params, ['f64'], (f, ...args) => {
    const [where, n, scratch] = args.slice(-3) as Local<'i32'>[] as [Local<'i32'>, Local<'i32'>, Local<'i32'>];
    const streams = args.slice(0, -3) as Local<'i32'>[];
    const sum = f.local('f64');
    const lowest = type === 'f32' ? -3.4028234663852886e38 : -Number.MAX_VALUE;
    const inner: RowOptions = { ...o, f, n, scratch, exponentials: o.exponentials === null ? null : where, logits: { ...logits, streams } };
    return [blocks(inner, reference(f, style, true), f.local(type), sum, { low: lowest, lookAhead: false, top: null }), sum];
  }));
}
