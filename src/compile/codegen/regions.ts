// Regions of code: what is bound by which loop, values computed once in the outermost region that can, pointers that
// walk along.
// Not here: what the values are (`values.ts`), which loops there are (`nest.ts`).
// Invariant: a pointer is 0 at the start of a function and after each loop that moved it; a value lives in the region
// that binds all its axes.
import { lastOf, must } from '../../term/must.ts';
import type { FunctionBuilder, ModuleBuilder } from '../assemble.ts';
import type { Axis } from '../loops.ts';
import { Chain, type Style } from '../math/chain.ts';
import { br_if, i32, if_, loop, select, type Code, type Expression, type I32, type Local, type V128 } from '../wasm.ts';

/** Static offsets of a point of the register tile along its axes, in elements. */
export type Point = ReadonlyMap<string, number>;
export const origin: Point = new Map();

/** Code under way: a loop body, or a part of one where an axis stands at a known place. */
export interface Region {
  readonly code: Code[];
  readonly chain: Chain;
  /** Axes with a value here. */
  readonly bound: ReadonlySet<string>;
  /** Where an axis starts here, beyond what its loops add, in elements. */
  readonly bases: ReadonlyMap<string, number>;
  /** Axes that a loop around moves. */
  readonly moving: ReadonlySet<string>;
  readonly memo: Map<string, Expression>;
}

/** Steps from … to−1 of the outermost loop; `scratch`: address of this thread's own memory. */
export interface Part {
  readonly from: Local<'i32'>;
  readonly to: Local<'i32'>;
  readonly scratch: Local<'i32'>;
}
interface Stream {
  readonly pointer: Local<'i32'>;
  readonly steps: ReadonlyMap<string, number>;
}

/** The regions of one function. */
export class Regions {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly style: Style;
  readonly #stack: Region[];
  readonly #streams = new Map<string, Stream>();
  readonly #used: Set<string>[] = [];
  readonly #constants = new Map<string, V128>();
  /** The part of the outermost loop that this call runs, and where its own rows are kept; null when it runs alone. */
  readonly part: Part | null;
  #partTaken: boolean;
  readonly #watched = new Map<string, Local<'v128'>>();

  constructor(module: ModuleBuilder, f: FunctionBuilder, style: Style, part: Part | null = null, isCut = false) {
    this.part = part;
    this.#partTaken = !isCut;
    this.module = module;
    this.f = f;
    this.style = style;
    this.#stack = [this.#make(new Set(), new Map(), new Set())];
  }
  #make(bound: ReadonlySet<string>, bases: ReadonlyMap<string, number>, moving: ReadonlySet<string>): Region {
    const code: Code[] = [];
    return { code, chain: new Chain(this.module, this.f, this.style, code), bound, bases, moving, memo: new Map() };
  }
  get top(): Region {
    return lastOf(this.#stack);
  }
  get code(): Code {
    return must(this.#stack[0]).code;
  }

  /** The outermost region in which all the axes are bound. */
  regionOf(axes: ReadonlySet<string>): Region {
    for (const r of this.#stack) {
      let all = true;
      for (const a of axes) all &&= r.bound.has(a);
      if (all) return r;
    }
    throw new Error(`bug: axes ${[...axes].join()} are not bound`);
  }
  /** The sum of everything written to a tensor, in which a NaN would show. */
  watch(tensor: string): Local<'v128'> {
    const sum = this.#watched.get(tensor) ?? this.f.local('v128');
    this.#watched.set(tensor, sum);
    return sum;
  }
  watched(): [string, Local<'v128'>][] {
    return [...this.#watched];
  }
  /** A number in all lanes. */
  constant(k: Chain, x: number): V128 {
    const key = `${k.format.type}${Object.is(x, -0) ? '-0' : x}`;
    let known = this.#constants.get(key);
    if (known === undefined) {
      known = k.c(x);
      this.#constants.set(key, known);
    }
    return known;
  }
  /** The value under this key in the region, or in one around it that binds the same axes; made where it is new. */
  once<T extends Expression>(axes: ReadonlySet<string>, key: string, make: (region: Region) => T): T {
    const region = this.regionOf(axes);
    const known = this.find(key);
    if (known !== undefined) return known as T;
    const made = make(region);
    region.memo.set(key, made);
    return made;
  }
  find(key: string): Expression | undefined {
    for (let n = this.#stack.length - 1; n >= 0; n--) {
      const known = this.#stack[n]?.memo.get(key);
      if (known !== undefined) return known;
    }
    return undefined;
  }
  /** Makes a value known here under a key. */
  know(key: string, value: Expression): void {
    this.top.memo.set(key, value);
  }
  /** A statement here. */
  do(code: Code): void {
    this.top.code.push(code);
  }

  /**
   * Runs over an axis in steps; `body` is told how many elements the step at hand has (the last one may be shorter).
   * Static when one step is enough. With `binds` false the body walks the axis further.
   */
  over(axis: Axis, step: number, body: (elements: number) => void, binds = true): void {
    const full = Math.floor(axis.size / step);
    const rest = axis.size - full * step;
    if (this.part !== null && !this.#partTaken) {
      this.#overPart(this.part, axis, step, body);
      return;
    }
    if (full >= 2) this.#loop(axis.name, step, full, body, binds);
    else if (full === 1) this.at(axis.name, 0, () => body(step), binds);
    if (rest > 0) this.at(axis.name, full * step, () => body(rest), binds);
  }
  /** The axis stands `offset` elements from where it stood. */
  at(axis: string, offset: number, body: () => void, binds = true): void {
    const r = this.top;
    const bases = new Map(r.bases).set(axis, (r.bases.get(axis) ?? 0) + offset);
    this.#within(this.#make(binds ? new Set(r.bound).add(axis) : r.bound, bases, r.moving), body);
  }
  /** Writes values into a chain of its own, for a loop that others make; the axis counts as bound there. */
  beside(chain: Chain, axis: string, body: () => void): void {
    const r = this.top;
    this.#stack.push({
      code: chain.steps,
      chain,
      bound: new Set(r.bound).add(axis),
      bases: r.bases,
      moving: r.moving,
      memo: new Map(),
    });
    body();
    this.#stack.pop();
  }
  #within(region: Region, body: () => void): void {
    this.#stack.push(region);
    body();
    this.#stack.pop();
    this.top.code.push(region.code);
  }
  #loop(axis: string, step: number, turns: number, body: (elements: number) => void, binds: boolean): void {
    const r = this.top;
    const inner = this.#make(binds ? new Set(r.bound).add(axis) : r.bound, r.bases, new Set(r.moving).add(axis));
    this.#stack.push(inner);
    this.#used.push(new Set());
    body(step);
    const used = must(this.#used.pop());
    this.#stack.pop();
    for (const k of used) this.#used.at(-1)?.add(k);
    const moved = [...used].map((k) => must(this.#streams.get(k))).filter((s) => (s.steps.get(axis) ?? 0) !== 0);
    const move = (turn: number): Code[] =>
      moved.map((s) => s.pointer.set(i32.add(s.pointer, i32.const(turn * step * must(s.steps.get(axis))))));
    const counter = this.f.local('i32');
    r.code.push(
      counter.set(i32.const(turns)),
      loop((again) => [inner.code, move(1), counter.set(i32.sub(counter, i32.const(1))), br_if(again, counter)]),
      move(-turns),
    );
  }

  /** The outermost loop of a call that runs only a part of it. */
  #overPart(part: Part, axis: Axis, step: number, body: (elements: number) => void): void {
    this.#partTaken = true;
    const full = Math.floor(axis.size / step);
    const rest = axis.size - full * step;
    const r = this.top;
    if (full > 0) {
      const inner = this.#make(new Set(r.bound).add(axis.name), r.bases, new Set(r.moving).add(axis.name));
      this.#stack.push(inner);
      this.#used.push(new Set());
      body(step);
      const used = must(this.#used.pop());
      this.#stack.pop();
      const moved = [...used].map((k) => must(this.#streams.get(k))).filter((s) => (s.steps.get(axis.name) ?? 0) !== 0);
      const bytes = (s: Stream): number => step * must(s.steps.get(axis.name));
      const left = this.f.local('i32');
      r.code.push(
        left.set(i32.sub(select(part.to, i32.const(full), i32.lt_s(part.to, i32.const(full))), part.from)),
        if_(i32.gt_s(left, i32.const(0)), [
          moved.map((s) => s.pointer.set(i32.mul(part.from, i32.const(bytes(s))))),
          loop((again) => [
            inner.code,
            moved.map((s) => s.pointer.set(i32.add(s.pointer, i32.const(bytes(s))))),
            left.set(i32.sub(left, i32.const(1))),
            br_if(again, left),
          ]),
          moved.map((s) => s.pointer.set(i32.const(0))),
        ]),
      );
    }
    if (rest === 0) return;
    const last = this.#make(new Set(r.bound).add(axis.name), new Map(r.bases).set(axis.name, full * step), r.moving);
    this.#stack.push(last);
    body(rest);
    this.#stack.pop();
    r.code.push(if_(i32.gt_s(part.to, i32.const(full)), last.code));
  }

  /**
   * Σ steps·axis: a pointer for the loops, and the static rest. `within`: the steps for offsets of the point, where
   * they differ.
   */
  linear(
    region: Region,
    steps: ReadonlyMap<string, number>,
    point: Point,
    within = steps,
  ): { pointer: I32; offset: number } {
    const moving = [...steps]
      .filter(([axis, n]) => n !== 0 && region.moving.has(axis))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    let offset = 0;
    for (const [axis, n] of steps)
      offset += n * (region.bases.get(axis) ?? 0) + (within.get(axis) ?? 0) * (point.get(axis) ?? 0);
    if (moving.length === 0) return { pointer: i32.const(0), offset };
    const key = moving.map(([axis, n]) => `${axis}*${n}`).join('+');
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      stream = { pointer: this.f.local('i32'), steps: new Map(moving) };
      this.#streams.set(key, stream);
    }
    this.#used.at(-1)?.add(key);
    return { pointer: stream.pointer, offset };
  }
}
