// The statistics of one row of logits x: its maximum m, e^(x−M) for references M near it, and log Σ e^(x−m).
// Not here: the walk over the blocks (`blocks.ts`), what is made of the statistics (the callers), nor rows and threads.
// Invariant: one exponential per element; float64 across blocks; any +∞ or NaN, or nothing but −∞, makes the sum NaN.
import { must } from '../../term/must.ts';
import type { FunctionReference } from '../assemble.ts';
import { Chain, formats, scalars, splatScalar, type FloatType } from '../math/chain.ts';
import {
  br_if,
  f64,
  f64x2,
  i32,
  if_,
  ifValue,
  loop,
  sequence,
  v128,
  type Code,
  type F64,
  type I32,
  type Local,
  type V128,
  type ValueType,
} from '../wasm.ts';
import { blocks, blockSize, grown, logitsAt, type RowOptions, type Walked } from './blocks.ts';
import { reference, type Reference } from './exponentials.ts';
import { exponential, logarithm, logarithmOnePlus, once } from './scalar-functions.ts';
import { BLOCK, TABLE } from './scratch.ts';
import { compensatedSum, fromF64, splatF64, toF64, wideSum } from './sums.ts';
import { sweep, type Access } from './sweep.ts';

const UNROLL = 4;
/** Beyond this magnitude multiples of log 2 are no longer exact: then x − m is rounded, as everybody does. */
const LARGE = 2 ** 14;

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
  /**
   * A pass over the row with p = factor·softmax; `streams` are pointers that the body walks besides the exponentials
   * `e`.
   */
  eachProbability(
    factor: F64,
    streams: readonly Local<'i32'>[],
    body: (k: Chain, at: Access, p: V128, e: Local<'i32'>) => void,
  ): Code;
  /** A pass over the row with x − m; `streams` are pointers that the body walks besides. */
  eachDifference(
    streams: readonly Local<'i32'>[],
    body: (k: Chain, at: Access, difference: V128) => V128 | undefined,
    reduce?: ReturnType<typeof compensatedSum>,
  ): Code;
  /** x − m of one element. */
  differenceAt(index: I32): F64;
}

export function rowStatistics(o: RowOptions): RowStatistics {
  const { f, style } = o;
  const { type } = style;
  const s = scalars[type] as typeof f64;
  const max = f.local(type) as Local<'f64'>;
  const sum = f.local('f64'),
    behind = f.local('f64');
  const walked: Walked = { max: max as Local<FloatType>, sum, behind };
  const logSum = f.local('f64');
  const ref = reference(f, style);
  const M = ref.M as Local<'f64'>;
  const plain = i32.and(f64.gt(sum, f64.const(0)), s.lt(s.abs(max), s.const(LARGE)));
  const code: Code = [
    blocks(o, ref, walked, -2 * LARGE),
    if_(i32.eqz(plain), [
      sum.set(subtractingFunction(o).call('f64', ...o.logits.streams, o.exponentials ?? i32.const(0), o.n, o.scratch)),
      // Nothing but −∞: no element to count from.
      sum.set(ifValue(f64.gt(sum, f64.const(0)), sum, f64.const(NaN))),
      ref.moveTo(fromF64(type, f64.load(i32.add(o.scratch, lastEntry(o)), TABLE))),
      behind.set(grown(o, f64.sub(toF64(type, M), toF64(type, max)))),
    ]),
  ];
  return {
    code,
    sum,
    logSum,
    max: toF64(type, max),
    get logarithm() {
      return logarithmOfSum(o, ref, walked, logSum);
    },
    eachProbability: (factor, streams, body) => probabilities(o, ref.M, sum, factor, streams, body),
    eachDifference: (streams, body, reduce) => differences(o, max as Local<FloatType>, streams, body, reduce),
    differenceAt: (index) => differenceAt(o, toF64(type, max), index),
  };
}

/**
 * log Σ e^(x−m) from Σ e^(x−M). Where one element outweighs the others the sum is little more than that element's
 * exponential, whose rounding would
 * be the error of the logarithm: it is taken out of the sum and put back exactly.
 */
function logarithmOfSum(o: RowOptions, ref: Reference, { max, sum, behind }: Walked, logSum: Local<'f64'>): Code {
  const { f, style, module } = o;
  const { type } = style;
  const s = scalars[type] as typeof f64;
  const rest = f.local('f64');
  const others = (subtracting: boolean): F64 => restFunction(o, subtracting).call('f64', ...o.logits.streams, o.n, max);
  const largest = (beyond: boolean): F64 => {
    const k = new Chain(module, f, style);
    const e = ref.exponential(k, k.let((splatScalar[type] as typeof f64x2.splat)(max as Local<'f64'>)), beyond);
    return sequence([k.steps], toF64(type, formats[type].float.extract_lane(e, 0)));
  };
  const small = s.lt(s.abs(max as Local<'f64'>), s.const(LARGE));
  return if_(
    f64.lt(f64.mul(sum, behind), f64.const(Math.E)),
    [
      rest.set(f64.mul(f64.sub(sum, ifValue(small, largest(false), largest(true))), behind)),
      // What is left of a float64 sum near 1 after taking 1 away has few digits: the others are added anew.
      if_(f64.lt(rest, f64.const(2 ** -28)), rest.set(ifValue(small, others(false), others(true)))),
      logSum.set(logarithmOnePlus(module).call('f64', f64.max(rest, f64.const(0)))),
    ],
    logSum.set(f64.sub(logarithm(module).call('f64', sum), f64.sub(toF64(type, max), toF64(type, ref.M)))),
  );
}

/** Where the table of references ends: each block's stands there as float64. */
const lastEntry = (o: RowOptions): I32 =>
  i32.shl(i32.div_u(i32.sub(o.n, i32.const(1)), i32.const(BLOCK[o.style.type])), i32.const(3));

/** Each block's exponentials times factor·e^(M_block − M)/sum. */
function probabilities(
  o: RowOptions,
  M: Local<FloatType>,
  sum: Local<'f64'>,
  factor: F64,
  streams: readonly Local<'i32'>[],
  body: (k: Chain, at: Access, p: V128, e: Local<'i32'>) => void,
): Code {
  const { f, style, module } = o;
  const { type } = style;
  if (o.exponentials === null) throw new Error('bug: the exponentials were not kept');
  const e = f.local('i32'),
    size = f.local('i32'),
    left = f.local('i32'),
    table = f.local('i32');
  const ratio = f.local('f64'),
    behind = f.local('f64');
  const scale = f.local('v128');
  const moved = ifValue(f64.eq(behind, f64.const(0)), f64.const(1), exponential(module).call('f64', behind));
  return [
    e.set(o.exponentials),
    left.set(o.n),
    table.set(o.scratch),
    ratio.set(f64.div(factor, sum)),
    loop((again) => [
      size.set(blockSize(type, left)),
      behind.set(f64.sub(f64.load(table, TABLE), toF64(type, M))),
      scale.set(splatF64(type, f64.mul(ratio, moved))),
      table.set(i32.add(table, i32.const(8))),
      sweep({
        module,
        f,
        style,
        streams: [e, ...streams],
        count: size,
        unroll: UNROLL,
        body: (k, at) => {
          body(k, at, k.let(k.mul(at.load(e), scale)), e);
          return undefined;
        },
      }),
      left.set(i32.sub(left, size)),
      br_if(again, left),
    ]),
  ];
}

function differences(
  o: RowOptions,
  max: Local<FloatType>,
  streams: readonly Local<'i32'>[],
  body: (k: Chain, at: Access, difference: V128) => V128 | undefined,
  reduce?: ReturnType<typeof compensatedSum>,
): Code {
  const { f, style, module } = o;
  const p = o.logits.streams.map(() => f.local('i32'));
  const shift = f.local('v128');
  return [
    p.map((pointer, k) => pointer.set(must(o.logits.streams[k]))),
    shift.set((splatScalar[style.type] as typeof f64x2.splat)(max as Local<'f64'>)),
    sweep({
      module,
      f,
      style,
      streams: [...p, ...streams],
      count: o.n,
      unroll: UNROLL,
      ...(reduce === undefined ? {} : { reduce }),
      body: (k, at) =>
        body(
          k,
          at,
          k.let(
            k.sub(
              o.logits.value(k, (stream) => at.load(must(p[stream]))),
              shift,
            ),
          ),
        ),
    }),
  ];
}

function differenceAt(o: RowOptions, max: F64, index: I32): F64 {
  const { type } = o.style;
  const k = new Chain(o.module, o.f, o.style);
  const { bytes } = formats[type];
  const loadSplat = type === 'f32' ? v128.load32_splat : v128.load64_splat;
  const x = k.let(
    o.logits.value(k, (stream) => loadSplat(i32.add(must(o.logits.streams[stream]), i32.mul(index, i32.const(bytes))))),
  );
  return sequence(k.steps, f64.sub(toF64(type, formats[type].float.extract_lane(x, 0)), max));
}

/** (streams, n, max) → Σ e^(x − max) over the elements below the maximum. */
function restFunction(o: RowOptions, subtracting: boolean): FunctionReference {
  const { module: m, style, logits } = o;
  const { type } = style;
  const params: ValueType[] = [...logits.streams.map(() => 'i32' as const), 'i32', type];
  return once(m, `rest ${type} ${style.fast} ${subtracting} ${logits.name}`, () =>
    m.func(null, params, ['f64'], (f, ...args) => {
      const [n, max] = args.slice(-2) as [Local<'i32'>, Local<'f64'>];
      const p = args.slice(0, -2) as Local<'i32'>[];
      const sum = wideSum(f, type);
      const ref = reference(f, style, subtracting);
      const top = f.local('v128');
      const apart = f64.sub(toF64(type, ref.M), toF64(type, max));
      return [
        ref.moveTo(max as Local<FloatType>),
        top.set((splatScalar[type] as typeof f64x2.splat)(max)),
        sum.start,
        sweep({
          module: m,
          f,
          style,
          streams: p,
          count: n,
          unroll: 1,
          reduce: sum,
          body: (k, at) => {
            const x = k.let(logitsAt({ ...o, f }, k, at, p));
            return k.let(v128.andnot(ref.exponential(k, x), k.format.float.eq(x, top)));
          },
        }),
        f64.mul(sum.value, exponential(m).call('f64', apart)),
      ];
    }),
  );
}

/** (streams, where, n, scratch) → Σ e^(x − M), with x − M rounded: for rows beyond ±2^14 and rows with ∞ or NaN. */
function subtractingFunction(o: RowOptions): FunctionReference {
  const { module: m, style, logits } = o;
  const { type } = style;
  const params: ValueType[] = [...logits.streams.map(() => 'i32' as const), 'i32', 'i32', 'i32'];
  return once(m, `subtracting ${type} ${style.fast} ${o.exponentials !== null} ${logits.name}`, () =>
    m.func(null, params, ['f64'], (f, ...args) => {
      const [where, n, scratch] = args.slice(-3) as Local<'i32'>[] as [Local<'i32'>, Local<'i32'>, Local<'i32'>];
      const streams = args.slice(0, -3) as Local<'i32'>[];
      const sum = f.local('f64');
      const lowest = type === 'f32' ? -3.4028234663852886e38 : -Number.MAX_VALUE;
      const { later: _, ...others } = o;
      const inner: RowOptions = {
        ...others,
        f,
        n,
        scratch,
        exponentials: o.exponentials === null ? null : where,
        logits: { ...logits, streams },
      };
      return [
        blocks(inner, reference(f, style, true), { max: f.local(type), sum, behind: f.local('f64') }, lowest),
        sum,
      ];
    }),
  );
}
