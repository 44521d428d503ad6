// Stages as whole-array operations: what NumPy, PyTorch, JAX and ONNX share.
// Not here: the words of one of them (`python.ts`, `numpy.ts`, …, `onnx.ts`).
// Invariant: inside a stage every array either is a single number or has one axis for each loop of the stage, in order
// (of length 1 where it does not depend on it).
import { must } from '../../term/must.ts';
import type { Axis, Load, LoopProgram, MapStage, Place, Stage, Tensor, Test, UnaryOp, Value } from '../loops.ts';
import { factorsOf, loopsOf, placeBounds, soleAxis, writtenAt } from '../stages.ts';
import { axesOf, valueKey } from '../values.ts';
import type { Comparison, ReduceOp } from '../../term/term.ts';

/** The size of an index set or a fixed number. */
export type Extent = { readonly set: string } | { readonly size: number };
export const extentOf = (a: { readonly size: number; readonly set?: string | undefined }): Extent =>
  a.set !== undefined && a.set !== '' && !/^\d+$/.test(a.set) ? { set: a.set } : { size: a.size };

/** What a target does with arrays; H is how it refers to one. */
export interface ArrayDialect<H> {
  number(x: number): H;
  extent(e: Extent): H;
  /** A size as a real number. */
  sizeNumber(e: Extent): H;
  tensor(t: Tensor): H;
  /** Axes put into the given order, then new axes of length 1 where the pattern says so. */
  arrange(h: H, order: readonly number[], pattern: readonly boolean[]): H;
  /** Positions 0 … n−1 along axis `at` of `rank`. */
  iota(e: Extent, at: number, rank: number, axis: string): H;
  /** Whole-number arithmetic on positions. */
  integer(op: 'add' | 'mul', a: H, b: H): H;
  clip(h: H, last: H): H;
  /** A whole number as a real one. */
  real(h: H): H;
  /** Entry t[i, j, …] at broadcast positions. */
  take(t: Tensor, at: readonly H[]): H;
  /** Positions read from an index tensor. */
  unary(op: UnaryOp, a: H): H;
  binary(op: 'add' | 'sub' | 'mul' | 'div' | 'max' | 'min' | 'pow', a: H, b: H): H;
  compare(op: Comparison, a: H, b: H): H;
  logic(op: 'and' | 'or', all: readonly H[]): H;
  not(a: H): H;
  where(test: H, a: H, b: H): H;
  broadcast(h: H, shape: readonly Extent[]): H;
  reduce(op: ReduceOp, h: H, axes: readonly number[]): H;
  einsum(equation: string, operands: readonly H[]): H;
  matrix(op: 'inverse' | 'determinant', h: H): H;
  assign(t: Tensor, h: H): void;
}

/** Runs the stages through a dialect, in order. */
export function printStages<H>(p: LoopProgram, d: ArrayDialect<H>): void {
  for (const s of p.stages) new StagePrinter(p, d, s).print();
}

class StagePrinter<H> {
  readonly #p: LoopProgram;
  readonly #d: ArrayDialect<H>;
  readonly #s: Stage;
  readonly #space: readonly Axis[];
  readonly #memo = new Map<string, { h: H; axes: ReadonlySet<string> }>();
  constructor(p: LoopProgram, d: ArrayDialect<H>, s: Stage) {
    this.#p = p;
    this.#d = d;
    this.#s = s;
    this.#space = s.kind === 'map' ? loopsOf(s) : [];
  }
  print(): void {
    const s = this.#s;
    const target = this.#tensor(s.target);
    if (s.kind !== 'map') {
      this.#d.assign(target, this.#d.matrix(s.kind, this.#d.tensor(this.#tensor(s.of))));
      return;
    }
    if (writtenAt(s).some((place, n) => soleAxis(place) !== s.axes[n]?.name))
      throw new Error('bug: a stage for arrays that does not fill its tensor');
    this.#d.assign(target, s.reduce === null ? this.#full(s) : (this.#contraction(s) ?? this.#reduction(s)));
  }
  #tensor(name: string): Tensor {
    const t = this.#p.tensors.get(name);
    if (t === undefined) throw new Error(`bug: no tensor ${name}`);
    return t;
  }
  #full(s: MapStage): H {
    const v = this.#value(s.body);
    const same = s.axes.every((a) => v.axes.has(a.name));
    return same ? v.h : this.#d.broadcast(v.h, s.axes.map(extentOf));
  }
  #reduction(s: MapStage): H {
    const reduced = s.reduce?.axes ?? [];
    const v = this.#value(s.body);
    const same = this.#space.every((a) => v.axes.has(a.name));
    const h = same ? v.h : this.#d.broadcast(v.h, this.#space.map(extentOf));
    return this.#d.reduce(
      s.reduce?.op ?? 'sum',
      h,
      reduced.map((_, n) => s.axes.length + n),
    );
  }
  /** Σ of a product of plain entries over letters that each stand somewhere. */
  #contraction(s: MapStage): H | null {
    const factors = factorsOf(s.body);
    const plain = (v: Value): v is Load =>
      v.kind === 'load' &&
      v.at.length > 0 &&
      v.at.every((x) => soleAxis(x) !== null) &&
      new Set(v.at.map(soleAxis)).size === v.at.length;
    if (
      s.reduce?.op !== 'sum' ||
      factors.length < 2 ||
      factors.length > 4 ||
      !factors.every(plain) ||
      this.#space.length > 26
    )
      return null;
    const letters = new Map(this.#space.map((a, n) => [a.name, String.fromCharCode(97 + n)]));
    const met = new Set(factors.flatMap((f) => f.at.map(soleAxis)));
    if (this.#space.some((a) => !met.has(a.name))) return null;
    const word = (l: Load): string => l.at.map((x) => letters.get(soleAxis(x) ?? '') ?? '').join('');
    const out = s.axes.map((a) => letters.get(a.name) ?? '').join('');
    return this.#d.einsum(
      `${factors.map(word).join(',')}->${out}`,
      factors.map((f) => this.#d.tensor(this.#tensor(f.tensor))),
    );
  }

  #value(v: Value): { h: H; axes: ReadonlySet<string> } {
    const k = valueKey(v);
    const known = this.#memo.get(k);
    if (known !== undefined) return known;
    const made = { h: this.#make(v), axes: axesOf(v) };
    this.#memo.set(k, made);
    return made;
  }
  #make(v: Value): H {
    const at = (x: Value): H => this.#value(x).h;
    switch (v.kind) {
      case 'number':
        return this.#d.number(v.value);
      case 'size':
        return this.#d.sizeNumber({ set: v.set });
      case 'place':
        return this.#d.real(this.#place(v.place));
      case 'unary':
        return this.#d.unary(v.op, at(v.of));
      case 'binary':
        return this.#d.binary(v.op, at(v.left), at(v.right));
      case 'select':
        return this.#d.where(this.#test(v.when), at(v.then), at(v.else));
      case 'load':
        return this.#load(v);
    }
  }
  #load(l: Load): H {
    const t = this.#tensor(l.tensor);
    const axes = l.at.map(soleAxis);
    const direct = axes.every((a) => a !== null) && new Set(axes).size === axes.length;
    if (!direct)
      return this.#d.take(
        t,
        l.at.map((p, n) => this.#kept(p, t, n)),
      );
    if (axes.length === 0) return this.#d.tensor(t);
    const order = this.#space.flatMap((a) => {
      const n = axes.indexOf(a.name);
      return n === -1 ? [] : [n];
    });
    return this.#d.arrange(
      this.#d.tensor(t),
      order,
      this.#space.map((a) => !axes.includes(a.name)),
    );
  }
  /** A position, kept inside the tensor where it might leave it (a condition around then drops what is read). */
  #kept(p: Place, t: Tensor, n: number): H {
    const size = must(t.dims[n]);
    const bounds = placeBounds(p, (name) => this.#space.find((a) => a.name === name)?.size ?? 1);
    const h = this.#place(p);
    const safe =
      bounds !== null && bounds.low >= 0 && bounds.high < size && !p.terms.some((x) => x.axis.startsWith('$'));
    return safe
      ? h
      : this.#d.clip(
          h,
          this.#d.integer('add', this.#d.extent(extentOf({ size, set: t.sets[n] })), this.#d.extent({ size: -1 })),
        );
  }
  #place(p: Place): H {
    const d = this.#d;
    const times = (h: H, n: number): H => (n === 1 ? h : d.integer('mul', d.extent({ size: n }), h));
    const parts: H[] = [];
    for (const t of p.terms) {
      const n = this.#space.findIndex((a) => a.name === t.axis);
      const axis = this.#space[n];
      parts.push(
        times(
          t.axis.startsWith('$')
            ? d.extent({ set: t.axis.slice(1) })
            : d.iota(extentOf(axis as Axis), n, this.#space.length, t.axis),
          t.times,
        ),
      );
    }
    for (const t of p.by) parts.push(times(this.#load(t.load), t.times));
    if (p.plus !== 0 || parts.length === 0) parts.push(d.extent({ size: p.plus }));
    return parts.reduce((a, b) => d.integer('add', a, b));
  }
  #test(t: Test): H {
    switch (t.kind) {
      case 'compare':
        return this.#d.compare(t.op, this.#value(t.left).h, this.#value(t.right).h);
      case 'places':
        return this.#d.compare(t.op, this.#place(t.left), this.#place(t.right));
      case 'and':
      case 'or':
        return this.#d.logic(
          t.kind,
          t.all.map((x) => this.#test(x)),
        );
      case 'not':
        return this.#d.not(this.#test(t.of));
    }
  }
}

/** The index sets whose sizes a program uses. */
export function sizesOf(p: LoopProgram): string[] {
  const found = new Set<string>();
  const see = (set: string | undefined): void => {
    if (set !== undefined && set !== '' && !/^\d+$/.test(set)) found.add(set);
  };
  for (const t of p.tensors.values()) t.sets.forEach(see);
  for (const s of p.stages) if (s.kind === 'map') for (const a of loopsOf(s)) see(a.set);
  for (const s of p.stages) if (s.kind === 'map') collectSizes(s.body, see);
  return [...found];
}
function collectSizes(v: Value, see: (set: string) => void): void {
  const place = (p: Place): void => {
    for (const t of p.terms) if (t.axis.startsWith('$')) see(t.axis.slice(1));
  };
  const test = (t: Test): void => {
    if (t.kind === 'compare') {
      go(t.left);
      go(t.right);
    } else if (t.kind === 'places') {
      place(t.left);
      place(t.right);
    } else if (t.kind === 'not') test(t.of);
    else t.all.forEach(test);
  };
  const go = (x: Value): void => {
    switch (x.kind) {
      case 'size':
        see(x.set);
        return;
      case 'load':
        x.at.forEach(place);
        return;
      case 'place':
        place(x.place);
        return;
      case 'unary':
        go(x.of);
        return;
      case 'binary':
        go(x.left);
        go(x.right);
        return;
      case 'select':
        test(x.when);
        go(x.then);
        go(x.else);
        return;
      case 'number':
    }
  };
  go(v);
}
