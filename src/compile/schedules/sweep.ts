// One pass over the elements of a row: rounds of several vectors, then one at a time, then the lanes that are left.
// Not here: what is done with the elements.
// Invariant: no byte outside the row is read or written; the order of accumulation depends on the count alone.
import { must } from '../../term/must.ts';
import type { FunctionBuilder, ModuleBuilder } from '../assemble.ts';
import { Chain, interleave, type Style } from '../math/chain.ts';
import { i32, i32x4, i64x2, if_, loop, br_if, v128, type Code, type I32, type Local, type V128 } from '../wasm.ts';

/** Reads and writes at the current position; `stream` is the pointer of a tensor that is walked in step. */
export interface Access {
  /** The elements here, or so many bytes further on; where the row has ended zeros. */
  load(stream: Local<'i32'>, further?: number): V128;
  /** The eight bytes so many bytes further on, then zeros; in whole rounds only. */
  half(stream: Local<'i32'>, further: number): V128;
  store(stream: Local<'i32'>, value: V128, further?: number): void;
  /**
   * Asks for the memory here, which is written later: one load from each line of 64 bytes; the engine keeps a load that
   * nobody uses, since it could trap.
   */
  ask(stream: Local<'i32'>): void;
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
  readonly unroll: number;
  /** How many vectors of a round are worked on side by side; all unless given. */
  readonly width?: number;
  /** The work on one vector; what it gives is combined by `reduce`. */
  body(k: Chain, at: Access): V128 | undefined;
  /**
   * One accumulator for all vectors of a round, whose values are combined first, those side by side as a tree: few
   * registers, short dependencies.
   */
  readonly reduce?: Reduction;
  /** The count is a multiple of a round's elements: nothing is written for single vectors and lanes. */
  readonly whole?: boolean;
}

export interface Reduction {
  /** What of a value is combined; the value itself unless given. */
  readonly of?: (value: V128) => V128;
  /** Combines the values of a round. */
  readonly op: (a: V128, b: V128) => V128;
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
      if_(
        i32.lt_u(lead, end),
        loop((again) => [vectorCode(s, vectors), step, br_if(again, i32.lt_u(lead, end))]),
      ),
      left.set(i32.and(left, i32.const(bytes - 1))),
    ];
  };
  return [
    left.set(i32.shl(s.count, i32.const(size === 4 ? 2 : 3))),
    rounds(unroll),
    s.whole === true
      ? []
      : [unroll === 1 ? [] : rounds(1), if_(left, [tailCode(s, left), streams.map((p) => p.set(i32.add(p, left)))])],
  ];
}

function vectorCode(s: Sweep, vectors: number): Code {
  const width = Math.min(s.width ?? vectors, vectors);
  const code: Code[] = [];
  // Partial results, each of fewer groups than the one before: like sizes are combined at once, so that the tree stays
  // low and few wait.
  const waiting: { value: V128; groups: number }[] = [];
  for (let from = 0; from < vectors; from += width) {
    const { steps, values } = sideBySide(s, from, width);
    code.push(steps);
    if (s.reduce === undefined) continue;
    const { of = (v) => v, op } = s.reduce;
    let partial = { value: tree(op, values.map(of)), groups: 1 };
    while (waiting.at(-1)?.groups === partial.groups)
      partial = { value: op(must(waiting.pop()).value, partial.value), groups: 2 * partial.groups };
    const kept = s.f.local('v128');
    code.push(kept.set(partial.value));
    waiting.push({ value: kept, groups: partial.groups });
  }
  return waiting.length === 0
    ? code
    : [
        code,
        must(s.reduce).accumulate(
          tree(
            must(s.reduce).op,
            waiting.map((w) => w.value),
          ),
        ),
      ];
}
function sideBySide(s: Sweep, from: number, width: number): { steps: Code; values: V128[] } {
  const values: V128[] = [];
  const chains = Array.from({ length: width }, (_, k) => {
    const chain = new Chain(s.module, s.f, s.style);
    const offset = 16 * (from + k);
    const value = s.body(chain, {
      load: (stream, further = 0) => chain.let(v128.load(stream, offset + further)),
      half: (stream, further) => v128.load64_zero(stream, offset + further),
      store: (stream, v, further = 0) => chain.do(v128.store(stream, v, offset + further)),
      ask: (stream) => chain.do(offset % 64 === 0 ? s.f.local('v128').set(v128.load(stream, offset)) : []),
      pad: (v) => v,
    });
    if (value !== undefined) values.push(value);
    return chain;
  });
  return { steps: interleave(chains), values };
}
const tree = (op: (a: V128, b: V128) => V128, v: readonly V128[]): V128 =>
  v.length === 1 ? must(v[0]) : op(tree(op, v.slice(0, v.length / 2)), tree(op, v.slice(v.length / 2)));

/** The last elements: 4, 8 or 12 bytes are left. */
function tailCode(s: Sweep, left: Local<'i32'>): Code {
  const chain = new Chain(s.module, s.f, s.style);
  const value = s.body(chain, {
    load: (stream) => (s.style.type === 'f64' ? chain.let(v128.load64_zero(stream)) : loadTail(chain, stream, left)),
    ask: () => undefined,
    half: () => {
      throw new Error('bug: half a vector where the row has ended');
    },
    store: (stream, value) => {
      const v = chain.let(value);
      chain.do(s.style.type === 'f64' ? v128.store64_lane(stream, v, 0) : storeTail(stream, v, left));
    },
    pad: (value, fill) =>
      chain.let(
        v128.bitselect(
          value,
          fill,
          s.style.type === 'f64' ? i64x2.const(-1n, 0n) : i32x4.gt_s(i32x4.splat(left), i32x4.const(0, 4, 8, 12)),
        ),
      ),
  });
  return [
    interleave([chain]),
    value === undefined || s.reduce === undefined ? [] : s.reduce.accumulate(s.reduce.of?.(value) ?? value),
  ];
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
