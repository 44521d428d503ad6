// The statistics of one row of logits x: its maximum m, e^(x−M) for references M near it, and log Σ e^(x−m).
// Not here: what is made of them (the callers), nor rows and threads.
// Invariant: one exponential per element; float64 across blocks; any +∞ or NaN, or nothing but −∞, makes the sum NaN.
import type { FunctionBuilder, FunctionReference, ModuleBuilder } from '../assemble.ts';
import { Chain, formats, scalars, splatScalar, type FloatType, type Style } from '../math/chain.ts';
import {
  f64, f64x2, i32, if_, ifValue, loop, br_if, select, sequence, v128, type Code, type F64, type I32, type Local, type V128, type ValueType,
} from '../wasm.ts';
import { reference, type Reference } from './exponentials.ts';
import { exponential, logarithm, once } from './scalar-functions.ts';
import { BLOCK } from './scratch.ts';
import { compensatedSum, maximumOf, splatConstant, splatF64, toF64 } from './sums.ts';
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
  /** Computes all of the following. */
  readonly code: Code;
  /** The greatest logit. */
  readonly max: F64;
  /** Σ e^(x−M); NaN where the row has no softmax. */
  readonly sum: Local<'f64'>;
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
  const code: Code = [
    blocks(o, ref, max as Local<FloatType>, sum),
    if_(i32.eqz(plain), [
      sum.set(subtractingFunction(o).call('f64', ...o.logits.streams, o.exponentials ?? i32.const(0), o.n, max, o.scratch)),
      M.set(max),
    ]),
    logSum.set(f64.max(f64.add(logarithm(o.module).call('f64', sum), f64.sub(toF64(type, M), toF64(type, max))), f64.const(0))),
  ];
  return {
    code, sum, logSum, max: toF64(type, max),
    eachProbability: (factor, streams, body) => probabilities(o, ref.M, sum, factor, streams, body),
    eachDifference: (streams, body, reduce) => differences(o, max as Local<FloatType>, streams, body, reduce),
    differenceAt: (index) => differenceAt(o, toF64(type, max), index),
  };
}

/** Block by block: maximum, reference, exponentials, sum. */
function blocks(o: RowOptions, ref: Reference, max: Local<FloatType>, sum: Local<'f64'>): Code {
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
    ref.moveTo(s.max(blockMax, s.const(-2 * LARGE))),
    if_(f64.gt(sum, f64.const(0)), sum.set(f64.mul(sum, exponential(o.module).call('f64', f64.sub(toF64(type, before), toF64(type, M)))))),
  ];
  const count = (pass: F64): Code => sum.set(f64.add(sum, pass));
  const ahead = maximumOf(f, type);
  return [
    p.map((pointer, k) => pointer.set(o.logits.streams[k] as I32)), o.exponentials === null ? [] : q.set(o.exponentials), left.set(o.n), table.set(o.scratch),
    sum.set(f64.const(0)), m.set(s.const(-Infinity)),
    blockMax.set(maximum(o, p, blockSize(type, left))),
    loop((again) => [
      m.set(s.max(m, blockMax)),
      // While nothing is counted the reference may move freely.
      if_(i32.or(f64.eq(sum, f64.const(0)), s.gt(blockMax, s.add(M, s.const(HEADROOM)))), move),
      f64.store(table, toF64(type, M)), table.set(i32.add(table, i32.const(8))),
      if_(i32.ge_u(left, i32.const(2 * BLOCK[type])),
        [
          ahead.start, count(exponentialSum(o, ref, p, q, i32.const(BLOCK[type]), ahead)),
          blockMax.set(ahead.value as F64),
          left.set(i32.sub(left, i32.const(BLOCK[type]))),
        ], [
          size.set(blockSize(type, left)),
          count(exponentialSum(o, ref, p, q, size, null)),
          left.set(i32.sub(left, size)),
          if_(left, blockMax.set(maximum(o, p, left))),
        ]),
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
 * `ahead`: this block and the next are whole; the maximum of the next is taken meanwhile, so that its loads hide behind the arithmetic.
 */
function exponentialSum(o: RowOptions, ref: Reference, p: readonly Local<'i32'>[], q: Local<'i32'>, size: I32, ahead: ReturnType<typeof maximumOf> | null): F64 {
  const { f, style, module } = o;
  const total = compensatedSum(f, style.type);
  const blockBytes = BLOCK[style.type] * formats[style.type].bytes;
  const beside = (next: ReturnType<typeof maximumOf>) => (vectors: number): Code => {
    const k = new Chain(module, f, style);
    const values = Array.from({ length: vectors }, (_, slot) => o.logits.value(k, (stream) => v128.load(p[stream] as I32, blockBytes + 16 * slot)));
    const tree = (v: readonly V128[]): V128 => (v.length === 1 ? v[0] as V128 : next.op(tree(v.slice(0, v.length / 2)), tree(v.slice(v.length / 2))));
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

/** (streams, where, n, max, scratch) → Σ e^(x − max), with x − max rounded: for rows beyond ±2^14 and rows with ∞ or NaN. */
function subtractingFunction(o: RowOptions): FunctionReference {
  const { module: m, style, logits } = o;
  const { type } = style;
  const keeps = o.exponentials !== null;
  const count = logits.streams.length;
  const params: ValueType[] = [...logits.streams.map(() => 'i32' as const), 'i32', 'i32', type, 'i32'];
  return once(m, `subtracting ${type} ${style.fast} ${keeps} ${logits.name}`, () => m.func(null, params, ['f64'], (f, ...args) => {
    const [where, n, max, scratch] = args.slice(count) as [Local<'i32'>, Local<'i32'>, Local<'f64'>, Local<'i32'>];
    const p = args.slice(0, count) as Local<'i32'>[];
    const inner: RowOptions = { ...o, f, n, logits: { ...logits, streams: p } };
    const sum = compensatedSum(f, type);
    const ref = reference(f, style);
    const shift = f.local('v128');
    const size = f.local('i32');
    const total = f.local('f64');
    return [
      ref.moveTo(scalars[type].const(0)), shift.set((splatScalar[type] as typeof f64x2.splat)(max)),
      loop((again) => [
        size.set(blockSize(type, n)),
        sum.start,
        sweep({ module: m, f, style, streams: keeps ? [...p, where] : p, count: size, unroll: 1, reduce: sum, body: (k, at) => {
          const e = ref.exponential(k, k.let(k.sub(logitsAt(inner, k, at, p), shift)));
          if (keeps) at.store(where, e);
          return e;
        } }),
        total.set(f64.add(total, sum.value)),
        f64.store(scratch, toF64(type, max)), scratch.set(i32.add(scratch, i32.const(8))),
        n.set(i32.sub(n, size)),
        br_if(again, n),
      ]),
      total,
    ];
  }));
}
