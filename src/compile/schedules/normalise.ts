// The statistics of one row of logits x: its maximum m, e^(x−M) for references M near it, and log Σ e^(x−m).
// Not here: what is made of them (`outputs` hooks of the callers), nor rows and threads.
// Invariant: one exponential per element; float64 across blocks; any +∞ or NaN, or nothing but −∞, makes the sum NaN.
import type { FunctionBuilder, FunctionReference, ModuleBuilder } from '../assemble.ts';
import { Chain, formats, scalars, splatScalar, type FloatType, type Style } from '../math/chain.ts';
import { exp } from '../math/exponential.ts';
import { logNormal } from '../math/logarithm.ts';
import {
  f32, f32x4, f64, f64x2, i32, if_, ifValue, loop, br_if, select, i8x16, sequence, v128, type Code, type Expression, type F64, type I32, type Local, type V128,
} from '../wasm.ts';
import { reference, type Reference } from './exponentials.ts';
import { sweep, type Access, type Reduction } from './sweep.ts';

/** Elements of one block: it stays in the first cache between the pass for its maximum and the pass for its exponentials. */
const BLOCK = { f32: 2048, f64: 1024 } as const;
const UNROLL = 4;
/** Beyond this magnitude multiples of log 2 are no longer exact: then x − m is rounded, as everybody does. */
const LARGE = 2 ** 14;
/** A block that exceeds the reference by more than this moves it. */
const HEADROOM = 16;

export interface RowOptions {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly style: Style;
  /** Address of the row of logits. */
  readonly x: Local<'i32'>;
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
  readonly max: Local<FloatType>;
  /** Σ of the kept exponentials at the final scale; NaN where the row has no softmax. */
  readonly sum: Local<'f64'>;
  /** log Σ e^(x−m), ≥ 0 up to rounding. */
  readonly logSum: Local<'f64'>;
  /** A pass over the row with p = factor·softmax; `streams` are copies of pointers that the body walks besides the exponentials. */
  eachProbability(factor: F64, streams: readonly Local<'i32'>[], body: (k: Chain, at: Access, p: V128, exponentials: Local<'i32'>) => void): Code;
}

export const scratchBytes = (type: FloatType, n: number): number => 8 * Math.ceil(n / BLOCK[type]);

export function rowStatistics(o: RowOptions): RowStatistics {
  const { f, style } = o;
  const s = scalars[style.type] as typeof f64;
  const max = f.local(style.type) as Local<'f64'>;
  const sum = f.local('f64');
  const logSum = f.local('f64');
  const ref = reference(f, style);
  const M = ref.M as Local<'f64'>;
  const plain = i32.and(f64.gt(sum, f64.const(0)), s.lt(s.abs(max), s.const(LARGE)));
  const code: Code = [
    blocks(o, ref, max as Local<FloatType>, sum),
    if_(i32.eqz(plain), [
      sum.set(subtractingFunction(o.module, style, o.exponentials !== null).call('f64', o.x, o.exponentials ?? i32.const(0), o.n, max, o.scratch)),
      M.set(max),
    ]),
    logSum.set(f64.max(f64.add(logarithm(o.module).call('f64', sum), f64.sub(toF64(style.type, M), toF64(style.type, max))), f64.const(0))),
  ];
  return { code, max: max as Local<FloatType>, sum, logSum, eachProbability: (factor, streams, body) => probabilities(o, ref.M, sum, factor, streams, body) };
}

/** Block by block: maximum, reference, exponentials, sum. */
function blocks(o: RowOptions, ref: Reference, max: Local<FloatType>, sum: Local<'f64'>): Code {
  const { f, style } = o;
  const { type } = style;
  const s = scalars[type] as typeof f64;
  const m = max as Local<'f64'>;
  const M = ref.M as Local<'f64'>;
  const p = f.local('i32'), q = f.local('i32'), size = f.local('i32'), left = f.local('i32'), table = f.local('i32');
  const blockMax = f.local(type) as Local<'f64'>, before = f.local(type) as Local<'f64'>;
  const move: Code = [
    before.set(M),
    ref.moveTo(s.max(blockMax, s.const(-2 * LARGE))),
    if_(f64.gt(sum, f64.const(0)), sum.set(f64.mul(sum, exponential(o.module).call('f64', f64.sub(toF64(type, before), toF64(type, M)))))),
  ];
  const sizeOf = (rest: I32): I32 => select(rest, i32.const(BLOCK[type]), i32.lt_u(rest, i32.const(BLOCK[type])));
  const count = (pass: F64): Code => sum.set(f64.add(sum, pass));
  const ahead = f.local('v128');
  return [
    p.set(o.x), o.exponentials === null ? [] : q.set(o.exponentials), left.set(o.n), table.set(o.scratch),
    sum.set(f64.const(0)), m.set(s.const(-Infinity)),
    blockMax.set(maximum(o, p, sizeOf(left)) as F64),
    loop((again) => [
      m.set(s.max(m, blockMax)),
      // While nothing is counted the reference may move freely.
      if_(i32.or(f64.eq(sum, f64.const(0)), s.gt(blockMax, s.add(M, s.const(HEADROOM)))), move),
      f64.store(table, toF64(type, M)), table.set(i32.add(table, i32.const(8))),
      if_(i32.ge_u(left, i32.const(2 * BLOCK[type])),
        [
          count(exponentialSum(o, ref, p, q, i32.const(BLOCK[type]), ahead)),
          blockMax.set(horizontalMaximum(type, ahead) as F64),
          left.set(i32.sub(left, i32.const(BLOCK[type]))),
        ], [
          size.set(sizeOf(left)),
          count(exponentialSum(o, ref, p, q, size, null)),
          left.set(i32.sub(left, size)),
          if_(left, blockMax.set(maximum(o, p, left) as F64)),
        ]),
      br_if(again, left),
    ]),
  ];
}

const toF64 = (type: FloatType, e: Expression): F64 => (type === 'f32' ? f64.promote_f32(e as Expression<'f32'>) : e as F64);

/** The greatest element of a block; beside a NaN it may be missed, and the row is NaN anyway. */
function maximum(o: RowOptions, from: Local<'i32'>, size: I32): Expression<FloatType> {
  const { f, style } = o;
  const p = f.local('i32');
  const best = f.local('v128');
  const start = splatConstant(f, style.type, -Infinity);
  const pmax = style.type === 'f32' ? f32x4.pmax : f64x2.pmax;
  const pass = sweep({ module: o.module, f, style, streams: [p], count: size, unroll: UNROLL, reduce: { op: pmax, accumulate: (v) => best.set(pmax(best, v)) }, body: (_k, at) => at.load(p, start) });
  return { type: style.type, code: [p.set(from), best.set(start), pass, horizontalMaximum(style.type, best)] };
}

/**
 * Σ of the block's exponentials, which are stored where wanted. Moves both pointers behind the block.
 * `ahead`: the block and the next one are whole; the maximum of the next is taken meanwhile, so that its loads hide behind the arithmetic.
 */
function exponentialSum(o: RowOptions, ref: Reference, p: Local<'i32'>, q: Local<'i32'>, size: I32, ahead: Local<'v128'> | null): F64 {
  const { f, style } = o;
  const { pmax } = formats[style.type].float;
  const total = compensatedSum(f, style.type);
  const blockBytes = BLOCK[style.type] * formats[style.type].bytes;
  const lookAhead = (next: Local<'v128'>) => (vectors: number): Code => {
    const load = (slot: number): V128 => v128.load(p, blockBytes + 16 * slot);
    const tree = (from: number, n: number): V128 => (n === 1 ? load(from) : pmax(tree(from, n / 2), tree(from + n / 2, n / 2)));
    return next.set(pmax(next, tree(0, vectors)));
  };
  const pass = sweep({
    module: o.module, f, style, streams: o.exponentials === null ? [p] : [p, q], count: size, unroll: UNROLL, reduce: total,
    ...(ahead === null ? {} : { whole: true, beside: lookAhead(ahead) }),
    body: (k, at) => {
      const e = ref.exponential(k, at.load(p, splatConstant(f, style.type, -Infinity)));
      if (o.exponentials !== null) at.store(q, e);
      return e;
    },
  });
  return { type: 'f64', code: [total.start, ahead === null ? [] : ahead.set(splatConstant(f, style.type, -Infinity)), pass, total.value] };
}

/** A sum that keeps what each addition lost (Kahan 1965): a plain float32 sum of a block alone would cost 2 ulp. */
export function compensatedSum(f: FunctionBuilder, type: FloatType): Reduction & { readonly start: Code; readonly value: F64 } {
  const { add, sub } = formats[type].float;
  const total = f.local('v128'), lost = f.local('v128'), term = f.local('v128'), next = f.local('v128');
  const zero = splatConstant(f, type, 0);
  return {
    op: add,
    start: [total.set(zero), lost.set(zero)],
    accumulate: (v) => [term.set(sub(v, lost)), next.set(add(total, term)), lost.set(sub(sub(next, total), term)), total.set(next)],
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

const splatConstant = (f: FunctionBuilder, type: FloatType, x: number): V128 => f.hoist(formats[type].constant(x));

/** The greatest lane. */
function horizontalMaximum(type: FloatType, v: V128): Expression<FloatType> {
  if (type === 'f64') return f64.max(f64x2.extract_lane(v, 0), f64x2.extract_lane(v, 1));
  const lane = (n: number): Expression<'f32'> => f32x4.extract_lane(v, n);
  return f32.max(f32.max(lane(0), lane(1)), f32.max(lane(2), lane(3)));
}

/** The pass after: each block's exponentials times factor·e^(M_block − M)/sum. */
function probabilities(o: RowOptions, M: Local<FloatType>, sum: Local<'f64'>, factor: F64, streams: readonly Local<'i32'>[], body: (k: Chain, at: Access, p: V128, e: Local<'i32'>) => void): Code {
  const { f, style } = o;
  if (o.exponentials === null) throw new Error('bug: the exponentials were not kept');
  const e = f.local('i32'), size = f.local('i32'), left = f.local('i32'), table = f.local('i32');
  const ratio = f.local('f64');
  const scale = f.local('v128');
  const zero = splatConstant(f, style.type, 0);
  const behind = f.local('f64');
  const blockScale = sequence([behind.set(f64.sub(f64.load(table), toF64(style.type, M)))], f64.mul(ratio, ifValue(f64.eq(behind, f64.const(0)), f64.const(1), exponential(o.module).call('f64', behind))));
  const splat = style.type === 'f32' ? f32x4.splat(f32.demote_f64(blockScale)) : f64x2.splat(blockScale);
  return [
    e.set(o.exponentials), left.set(o.n), table.set(o.scratch), ratio.set(f64.div(factor, sum)),
    loop((again) => [
      size.set(select(left, i32.const(BLOCK[style.type]), i32.lt_u(left, i32.const(BLOCK[style.type])))),
      scale.set(splat), table.set(i32.add(table, i32.const(8))),
      sweep({ module: o.module, f, style, streams: [e, ...streams], count: size, unroll: UNROLL, body: (k, at) => { body(k, at, k.let(k.mul(at.load(e, zero), scale)), e); return undefined; } }),
      left.set(i32.sub(left, size)),
      br_if(again, left),
    ]),
  ];
}

type Functions = Map<string, FunctionReference>;
const functions = new WeakMap<ModuleBuilder, Functions>();
function once(m: ModuleBuilder, name: string, make: () => FunctionReference): FunctionReference {
  const known = functions.get(m) ?? new Map<string, FunctionReference>();
  functions.set(m, known);
  const f = known.get(name) ?? make();
  known.set(name, f);
  return f;
}

/** log of a normal float64, NaN for ∞; ≤ 2 ulp. */
export const logarithm = (m: ModuleBuilder): FunctionReference => scalarFunction(m, 'log', logNormal);
/** e^x of a float64; ≤ 2 ulp. */
export const exponential = (m: ModuleBuilder): FunctionReference => scalarFunction(m, 'exp', exp);

/** A vector function used on one number. */
const scalarFunction = (m: ModuleBuilder, name: string, emit: (k: Chain, x: V128) => V128): FunctionReference => once(m, name, () => m.func(null, ['f64'], ['f64'], (f, x) => {
  const k = new Chain(m, f, { type: 'f64', fast: false });
  const result = emit(k, k.let(f64x2.splat(x)));
  return [k.steps, f64x2.extract_lane(result, 0)];
}));

/** (x, where, n, max, scratch) → Σ e^(x − max), with x − max rounded: for rows beyond ±2^14 and rows with ∞ or NaN. */
function subtractingFunction(m: ModuleBuilder, style: Style, keeps: boolean): FunctionReference {
  const { type } = style;
  return once(m, `subtracting ${type} ${style.fast} ${keeps}`, () => m.func(null, ['i32', 'i32', 'i32', type, 'i32'], ['f64'], (f, x, where, n, max, scratch) => {
    const s = scalars[type] as typeof f64;
    const sum = compensatedSum(f, type);
    const ref = reference(f, style);
    const shift = f.local('v128');
    const p = f.local('i32'), q = f.local('i32'), left = f.local('i32');
    const total = f.local('f64');
    return [
      ref.moveTo(s.const(0)), shift.set((splatScalar[type] as typeof f64x2.splat)(max as F64)),
      p.set(x), q.set(where), left.set(n),
      loop((again) => {
        const size = select(left, i32.const(BLOCK[type]), i32.lt_u(left, i32.const(BLOCK[type])));
        const count = f.local('i32');
        return [
          count.set(size),
          sum.start,
          sweep({ module: m, f, style, streams: keeps ? [p, q] : [p], count, unroll: UNROLL, reduce: sum, body: (k, at) => {
            const e = ref.exponential(k, k.let(k.sub(at.load(p, splatConstant(f, type, -Infinity)), shift)));
            if (keeps) at.store(q, e);
            return e;
          } }),
          total.set(f64.add(total, sum.value)),
          f64.store(scratch, toF64(type, max)), scratch.set(i32.add(scratch, i32.const(8))),
          left.set(i32.sub(left, count)),
          br_if(again, left),
        ];
      }),
      total,
    ];
  }));
}
