// One pass over the elements of a row: four vectors at a time, then one at a time, then the lanes that are left.
// Not here: what is done with the elements.
// Invariant: no byte outside the row is read or written; accumulators see the same elements in the same order in every style.
import type { FunctionBuilder, ModuleBuilder } from '../assemble.ts';
import { Chain, interleave, type Style } from '../math/chain.ts';
import { i32, i32x4, i64x2, if_, loop, br_if, v128, type Code, type I32, type Local, type V128 } from '../wasm.ts';

/** Reads and writes at the current position; `stream` is the pointer of a tensor that is walked in step. */
export interface Access {
  /** The elements here; where the row has ended zeros. */
  load(stream: Local<'i32'>): V128;
  store(stream: Local<'i32'>, value: V128): void;
  /** The value with the lanes of `fill` where the row has ended. */
  pad(value: V128, fill: V128): V128;
}

export interface Sweep {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly style: Style;
  /** Pointers to the first element; each ends behind the last. */
  readonly streams: readonly Local<'i32'>[];
  /** How many elements. */
  readonly count: I32;
  /** Vectors in one round of the main loop. */
  readonly unroll: 1 | 2 | 4;
  /** The work on one vector; what it gives is combined by `reduce`. */
  body(k: Chain, at: Access): V128 | undefined;
  /** One accumulator for all vectors of a round, whose values are combined as a tree first: few registers, short dependencies. */
  readonly reduce?: Reduction;
  /** The count is a multiple of a round's elements: only the main loop is written. */
  readonly whole?: boolean;
  /** Code at the end of every round of a whole sweep, before the pointers move. */
  readonly beside?: (vectors: number) => Code;
}

export interface Reduction {
  /** Combines the values of a round; null: each is taken in for itself. */
  readonly op: ((a: V128, b: V128) => V128) | null;
  /** Takes the combined value of a round in. */
  accumulate(value: V128): Code;
}

/** The code of the whole pass. */
export function sweep(s: Sweep): Code {
  const { f, streams, unroll } = s;
  const [lead] = streams;
  if (lead === undefined) throw new Error('bug: a sweep without streams');
  const size = s.style.type === 'f32' ? 4 : 8;
  const end = f.local('i32');
  const left = f.local('i32');
  const rounds = (vectors: number): Code => {
    const bytes = 16 * vectors;
    const step = streams.map((p) => p.set(i32.add(p, i32.const(bytes))));
    return [
      end.set(i32.add(lead, i32.and(left, i32.const(-bytes)))),
      if_(i32.lt_u(lead, end), loop((again) => [vectorCode(s, vectors), s.beside?.(vectors) ?? [], step, br_if(again, i32.lt_u(lead, end))])),
      left.set(i32.and(left, i32.const(bytes - 1))),
    ];
  };
  if (s.whole === true) return [left.set(i32.shl(s.count, i32.const(size === 4 ? 2 : 3))), rounds(unroll)];
  return [
    left.set(i32.shl(s.count, i32.const(size === 4 ? 2 : 3))),
    unroll > 1 ? rounds(unroll) : [], rounds(1),
    if_(left, [tailCode(s, left), streams.map((p) => p.set(i32.add(p, left)))]),
  ];
}

function vectorCode(s: Sweep, vectors: number): Code {
  const values: V128[] = [];
  const chains = Array.from({ length: vectors }, (_, slot) => {
    const chain = new Chain(s.module, s.f, s.style);
    const value = s.body(chain, {
      load: (stream) => chain.let(v128.load(stream, 16 * slot)),
      store: (stream, value) => chain.do(v128.store(stream, value, 16 * slot)),
      pad: (value) => value,
    });
    if (value !== undefined) values.push(value);
    return chain;
  });
  return [interleave(chains), combine(s, values)];
}
function combine(s: Sweep, values: readonly V128[]): Code {
  if (s.reduce === undefined) return [];
  const { op, accumulate } = s.reduce;
  if (op === null) return values.map(accumulate);
  const tree = (v: readonly V128[]): V128 => (v.length === 1 ? v[0] as V128 : op(tree(v.slice(0, v.length / 2)), tree(v.slice(v.length / 2))));
  return accumulate(tree(values));
}

/** The last elements: 4, 8 or 12 bytes are left. */
function tailCode(s: Sweep, left: Local<'i32'>): Code {
  const chain = new Chain(s.module, s.f, s.style);
  const value = s.body(chain, {
    load: (stream) => (s.style.type === 'f64' ? chain.let(v128.load64_zero(stream)) : loadTail(chain, stream, left)),
    store: (stream, value) => {
      const v = chain.let(value);
      chain.do(s.style.type === 'f64' ? v128.store64_lane(stream, v, 0) : storeTail(stream, v, left));
    },
    pad: (value, fill) => chain.let(v128.bitselect(value, fill, s.style.type === 'f64' ? i64x2.const(-1n, 0n) : i32x4.gt_s(i32x4.splat(left), i32x4.const(0, 4, 8, 12)))),
  });
  return [interleave([chain]), value === undefined ? [] : combine(s, [value])];
}
const three = (left: Local<'i32'>): I32 => i32.eq(left, i32.const(12));
function loadTail(chain: Chain, p: I32, left: Local<'i32'>): V128 {
  const v = chain.f.local('v128');
  chain.do(if_(i32.gt_u(left, i32.const(4)), v.set(v128.load64_zero(p)), v.set(v128.load32_zero(p))));
  chain.do(if_(three(left), v.set(v128.load32_lane(p, v, 2, 8))));
  return v;
}
const storeTail = (p: I32, v: V128, left: Local<'i32'>): Code => [
  if_(i32.gt_u(left, i32.const(4)), v128.store64_lane(p, v, 0), v128.store32_lane(p, v, 0)),
  if_(three(left), v128.store32_lane(p, v, 2, 8)),
];
