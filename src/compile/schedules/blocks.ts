// The walk over a row's blocks: the maximum m, a reference M near it for each block, the exponentials e^(x−M), their
// sum.
// Not here: logarithms and the passes that use the exponentials (`normalise.ts`).
// Invariant: one exponential per element; float64 across rounds; the result depends on the row's elements alone.
import { must } from '../../term/must.ts';
import type { FunctionBuilder, FunctionReference, ModuleBuilder } from '../assemble.ts';
import { formats, scalars, type Chain, type FloatType, type Style } from '../math/chain.ts';
import {
  br,
  br_if,
  f64,
  f64x2,
  i32,
  if_,
  ifValue,
  loop,
  select,
  sequence,
  type Code,
  type F64,
  type I32,
  type Local,
  type V128,
} from '../wasm.ts';
import { raise, type Reference } from './exponentials.ts';
import { exponential, once } from './scalar-functions.ts';
import { BLOCK, POWERS, TABLE } from './scratch.ts';
import { greater, groupedSum, maximumOf, splatConstant, toF64, wideSum } from './sums.ts';
import { sweep, type Access, type Reduction } from './sweep.ts';

/**
 * Rounds of the pass that reduces arguments and of the pass that raises them (vectors, and how many of them side by
 * side). Two short passes instead of a
 * long one: what one pass has under way fits into the registers, and the engine's window reaches over more vectors.
 * Found by measuring.
 */
const REDUCING = { unroll: 2, width: 2 } as const;
const RAISING = {
  f32: { unroll: 8, width: { fast: 4, exact: 2 } },
  f64: { unroll: 4, width: { fast: 2, exact: 2 } },
} as const;
/** Elements of a round of the latter; what is left of a block is worked on in one pass. */
const whole = (type: FloatType): number => RAISING[type].unroll * formats[type].lanes;
/** Below this many elements two passes cost more than they save. */
const SHORT = { f32: 64, f64: 32 } as const;
/**
 * Where the sum is less than this many times its greatest term, the rounding of a float32 sum would be seen in the
 * results.
 */
const DOMINATED = 2.2;
/** A block that exceeds the reference by more than this moves it. */
const HEADROOM = 16;
/**
 * The first reference is the greatest of so many elements: what follows seldom exceeds it by the headroom. float64
 * keeps it at the maximum of the block, for no type holds the logarithm of a greater sum more exactly.
 */
const FIRST = { f32: 64, f64: BLOCK.f64 } as const;

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
  /** A row that is written later: its lines are asked for while the arithmetic goes on. */
  readonly later?: Local<'i32'>;
  /** Elements of the row, at least 1. */
  readonly n: Local<'i32'>;
  /** Address of scratch memory for this thread alone (`scratch.ts`). */
  readonly scratch: I32;
}

/** What the walk leaves behind, besides the exponentials and their references. */
export interface Walked {
  /** m. */
  readonly max: Local<FloatType>;
  /** Σ e^(x−M) for the last reference M. */
  readonly sum: Local<'f64'>;
  /** e^(M−m). */
  readonly behind: Local<'f64'>;
}

/**
 * Block by block: maximum, reference (no less than `low`), exponentials, sum. The maximum is taken with the reference
 * of the block before, and once more where that was too low.
 */
export function blocks(o: RowOptions, ref: Reference, { max, sum, behind }: Walked, low: number): Code {
  const { f, style } = o;
  const { type } = style;
  const s = scalars[type] as typeof f64;
  const m = max as Local<'f64'>;
  const M = ref.M as Local<'f64'>;
  const p = o.logits.streams.map(() => f.local('i32')),
    from = p.map(() => f.local('i32'));
  const q = f.local('i32'),
    size = f.local('i32'),
    rounds = f.local('i32'),
    single = f.local('i32'),
    left = f.local('i32'),
    table = f.local('i32');
  const blockMax = f.local(type) as Local<'f64'>,
    seen = f.local(type) as Local<'f64'>,
    before = f.local(type) as Local<'f64'>;
  const top = topRounds(o, q, rounds);
  const move: Code = [
    // Beside what moves the reference the exponentials before it are small.
    before.set(M),
    top.start,
    ref.moveTo(greater(type, blockMax, s.const(low))),
    if_(
      f64.gt(sum, f64.const(0)),
      sum.set(f64.mul(sum, exponential(o.module).call('f64', f64.sub(toF64(type, before), toF64(type, M))))),
    ),
  ];
  return [
    p.map((pointer, k) => pointer.set(must(o.logits.streams[k]))),
    o.exponentials === null ? [] : q.set(o.exponentials),
    left.set(o.n),
    table.set(o.scratch),
    sum.set(f64.const(0)),
    m.set(s.const(-Infinity)),
    blockMax.set(maximum(o, p, select(i32.const(FIRST[type]), left, i32.lt_u(i32.const(FIRST[type]), left)))),
    move,
    loop((again) => [
      size.set(blockSize(type, left)),
      rounds.set(select(i32.const(0), i32.and(size, i32.const(-whole(type))), i32.lt_u(size, i32.const(SHORT[type])))),
      single.set(i32.sub(size, rounds)),
      loop((anew) => [
        from.map((pointer, k) => pointer.set(must(p[k]))),
        seen.set(s.const(-Infinity)),
        if_(rounds, seen.set(reducedArguments(o, ref, from, rounds))),
        // Of a short row the maximum is known, in float64 that of the first block.
        if_(type === 'f32' ? i32.or(rounds, i32.lt_u(left, o.n)) : i32.lt_u(left, o.n), [
          if_(single, seen.set(greater(type, seen, maximum(o, from, single, 1)) as F64)),
          blockMax.set(seen),
          if_(s.gt(blockMax, s.add(M, s.const(HEADROOM))), [move, br(anew)]),
        ]),
      ]),
      p.map((pointer, k) => pointer.set(must(from[k]))),
      left.set(i32.sub(left, size)),
      f64.store(table, toF64(type, M), TABLE),
      table.set(i32.add(table, i32.const(8))),
      if_(rounds, top.look(s.gt(blockMax, m), raisedArguments(o, q, rounds), sum)),
      if_(single, sum.set(f64.add(sum, singleVectors(o, ref, p, q, single)))),
      m.set(greater(type, m, blockMax) as F64),
      br_if(again, left),
    ]),
    behind.set(grown(o, f64.sub(toF64(type, M), toF64(type, m)))),
    top.anew(sum, behind),
  ];
}

/** e^a; mostly a is small, for M is the maximum but for its last digits. */
export function grown({ f, module }: RowOptions, a: F64): F64 {
  const apart = f.local('f64');
  const series = [1 / 6, 1 / 2, 1, 1].map(f64.const).reduce((sum, c) => f64.add(f64.mul(sum, apart), c));
  return sequence(
    [apart.set(a)],
    ifValue(f64.lt(f64.abs(apart), f64.const(2 ** -12)), series, exponential(module).call('f64', apart)),
  );
}

/**
 * Exponentials that are kept are added in float32 first, a few at a time. The rounds with the greatest are added anew,
 * in float64 alone, where that would be seen;
 * other blocks are then exact enough.
 */
function topRounds(
  o: RowOptions,
  q: Local<'i32'>,
  rounds: I32,
): { start: Code; look(isTop: I32, pass: F64, sum: Local<'f64'>): Code; anew(sum: Local<'f64'>, behind: F64): Code } {
  const { f, style, module } = o;
  if (o.exponentials === null || style.type === 'f64')
    return { start: [], look: (_isTop, pass, sum) => sum.set(f64.add(sum, pass)), anew: () => [] };
  const at = f.local('i32'),
    size = f.local('i32'),
    own = f.local('f64'),
    first = f.local('i32'),
    part = f.local('f64');
  return {
    start: size.set(i32.const(0)),
    look: (isTop, pass, sum) => [
      first.set(q),
      part.set(pass),
      sum.set(f64.add(sum, part)),
      if_(isTop, [at.set(first), size.set(rounds), own.set(part)]),
    ],
    anew: (sum, behind) =>
      if_(
        i32.and(i32.ne(size, i32.const(0)), f64.lt(f64.mul(sum, behind), f64.const(DOMINATED))),
        sum.set(f64.add(f64.sub(sum, own), exactSumFunction(module).call('f64', at, size))),
      ),
  };
}

export const blockSize = (type: FloatType, rest: I32): I32 =>
  select(rest, i32.const(BLOCK[type]), i32.lt_u(rest, i32.const(BLOCK[type])));

/** The logits here, −∞ where the row has ended. */
export const logitsAt = (o: RowOptions, k: Chain, at: Access, p: readonly Local<'i32'>[]): V128 =>
  at.pad(
    o.logits.value(k, (stream) => at.load(must(p[stream]))),
    splatConstant(o.f, o.style.type, -Infinity),
  );

/** The greatest logit of a block. */
function maximum(o: RowOptions, from: readonly Local<'i32'>[], size: I32, unroll = 4): F64 {
  const { f, style, module } = o;
  const p = from.map(() => f.local('i32'));
  const best = maximumOf(f, style.type);
  const pass = sweep({
    module,
    f,
    style,
    streams: p,
    count: size,
    unroll,
    reduce: best,
    body: (k, at) => logitsAt(o, k, at, p),
  });
  // Its type is that of the logits; the schedules write both types through the names of float64.
  return {
    ...best.value,
    code: [p.map((pointer, k) => pointer.set(must(from[k]))), best.start, pass, best.value],
  } as F64;
}

/**
 * Leaves the reduced arguments of whole rounds in the scratch memory; answers the greatest logit. Moves the pointers.
 */
function reducedArguments(o: RowOptions, ref: Reference, p: readonly Local<'i32'>[], count: I32): F64 {
  const { f, style, module } = o;
  const to = f.local('i32');
  const best = maximumOf(f, style.type);
  const pass = sweep({
    module,
    f,
    style,
    streams: [...p, to],
    count,
    ...REDUCING,
    whole: true,
    reduce: best,
    body: (k, at) => {
      const x = logitsAt(o, k, at, p);
      const { rest, power } = ref.reduce(k, x);
      at.store(to, rest);
      at.store(to, power, POWERS);
      return x;
    },
  });
  return { ...best.value, code: [to.set(o.scratch), best.start, pass, best.value] } as F64;
}

/** Σ of the exponentials of the reduced arguments, which are kept where wanted. Moves the pointers. */
function raisedArguments(o: RowOptions, q: Local<'i32'>, count: I32): F64 {
  const sum = o.f.local('f64');
  const moving = o.exponentials === null ? o.later : q;
  const move =
    moving === undefined ? [] : moving.set(i32.add(moving, i32.shl(count, i32.const(o.style.type === 'f32' ? 2 : 3))));
  return sequence([sum.set(raisingFunction(o).call('f64', o.scratch, moving ?? o.scratch, count)), move], sum);
}

/**
 * (scratch, where the exponentials are kept or what is asked for, n) → Σ of the exponentials. A function of its own,
 * since it knows nothing of the row:
 * rows beyond ±2^14 share it, and its registers hold nothing else.
 */
function raisingFunction({ module: m, style, exponentials }: RowOptions): FunctionReference {
  const keeps = exponentials !== null;
  const { unroll, width } = RAISING[style.type];
  return once(m, `raising ${style.type} ${style.fast} ${keeps}`, () =>
    m.func(null, ['i32', 'i32', 'i32'], ['f64'], (f, from, to, count) => {
      const total = keeps ? groupedSum(f, style.type) : wideSum(f, style.type);
      const pass = sweep({
        module: m,
        f,
        style,
        streams: [from, to],
        count,
        unroll,
        width: style.fast ? width.fast : width.exact,
        whole: true,
        reduce: total,
        body: (k, at) => {
          if (!keeps) at.ask(to);
          const e = raise(k, at.load(from), () => at.load(from, POWERS));
          if (keeps) at.store(to, e);
          return e;
        },
      });
      return [total.start, pass, total.value];
    }),
  );
}

/** Σ of the exponentials of a short block or of the last vectors of a long one. Moves the pointers. */
function singleVectors(o: RowOptions, ref: Reference, p: readonly Local<'i32'>[], q: Local<'i32'>, count: I32): F64 {
  const { f, style, module } = o;
  const total = wideSum(f, style.type);
  const pass = sweep({
    module,
    f,
    style,
    streams: o.exponentials === null ? p : [...p, q],
    count,
    unroll: 4,
    width: style.fast ? 2 : 4,
    reduce: total,
    body: (k, at) => {
      const e = ref.exponential(k, logitsAt(o, k, at, p));
      if (o.exponentials !== null) at.store(q, e);
      return e;
    },
  });
  return sequence([total.start, pass], total.value);
}

/** (address, n) → the sum of so many float32 numbers, whole rounds of four vectors, in float64 alone. */
function exactSumFunction(m: ModuleBuilder): FunctionReference {
  return once(m, 'exact sum', () =>
    m.func(null, ['i32', 'i32'], ['f64'], (f, at, n) => {
      const total = f.local('v128');
      const style: Style = { type: 'f64', fast: false };
      // A float64 sweep over twice as many elements as there are: each step takes eight bytes, two numbers.
      const sum: Reduction = { op: f64x2.add, accumulate: (v) => total.set(f64x2.add(total, v)) };
      const pass = sweep({
        module: m,
        f,
        style,
        streams: [at],
        count: i32.shr_u(n, i32.const(1)),
        unroll: 4,
        whole: true,
        reduce: sum,
        body: (k, access) =>
          k.let(
            f64x2.add(
              k.let(f64x2.promote_low_f32x4(access.half(at, 0))),
              k.let(f64x2.promote_low_f32x4(access.half(at, 8))),
            ),
          ),
      });
      return [pass, f64.add(f64x2.extract_lane(total, 0), f64x2.extract_lane(total, 1))];
    }),
  );
}
