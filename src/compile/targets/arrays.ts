// Stages as whole-array operations: what NumPy, PyTorch, JAX and ONNX share.
// Not here: the words of one of them (`python.ts`, `numpy.ts`, …, `onnx.ts`).
// Invariant: inside a stage every array either is a single number or has one axis for each loop of the stage, in order
// (of length 1 where it does not depend on it).
import { must } from '../../term/must.ts';
import type { ArrayProgram, ArrayStage, Axis, Load, MapStage, Place, Tensor, Test, UnaryOp, Value } from '../loops.ts';
import { factorsOf, loopsOf, placeBounds, readNames, readsOf, soleAxis, writtenAt } from '../stages.ts';
import { axesOf, loadsOf, mapValue, times, valueKey } from '../values.ts';
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
  /** Arrays combined over the processes of a mesh axis, into the named tensors; only in programs that are split. */
  allReduce?(op: ReduceOp, mesh: string, of: readonly Tensor[], into: readonly Tensor[]): void;
  /** The whole of a tensor that is split along axis `dim`. */
  gather?(t: Tensor, dim: number, mesh: string, whole: Extent): H;
  /** The array in place of a tensor that nothing reads any more; absent where names are not variables. */
  rebind?(t: Tensor, h: H): H;
  /** Nothing reads these tensors any more. */
  release?(tensors: readonly Tensor[]): void;
}

/**
 * Runs the stages from number `from` to before number `to` through a dialect, in order. A stage that the next one alone
 * reads, and once, is written inside it; neighbours that combine over the same processes are one call.
 */
export function printStages<H>(p: ArrayProgram, d: ArrayDialect<H>, from = 0, to = p.stages.length): void {
  const pending = new Map<string, H>();
  let held: string[] = [];
  for (let n = from; n < to; n++) {
    const s = must(p.stages[n]);
    if (s.kind === 'all-reduce') {
      const same = p.stages.slice(n, to).findIndex((r) => r.kind !== s.kind || r.op !== s.op || r.mesh !== s.mesh);
      const group = p.stages.slice(n, same === -1 ? to : n + same);
      const tensors = (names: readonly string[]): Tensor[] => names.map((x) => must(p.tensors.get(x)));
      d.allReduce?.(
        s.op,
        s.mesh,
        tensors(group.flatMap((r) => [...readNames(r)])),
        tensors(group.map((r) => r.target)),
      );
      n += group.length - 1;
      continue;
    }
    const rest = p.stages.slice(n + 1);
    const dying = [...readNames(s), ...held].filter(
      (name) => isLarge(name) && !pending.has(name) && !rest.some((r) => readNames(r).has(name)),
    );
    const h = new StagePrinter(p, d, s, new Set(dying), pending).print();
    pending.clear();
    held = [];
    if (n + 1 < to && isPartOf(s, rest[0], p)) {
      pending.set(s.target, h);
      held = dying;
      continue;
    }
    d.assign(must(p.tensors.get(s.target)), h);
    if (dying.length > 0 && rest.length > 0) d.release?.(dying.map((name) => must(p.tensors.get(name))));
  }
  function isLarge(name: string): boolean {
    const t = p.tensors.get(name);
    return t?.role === 'temporary' && t.dims.length >= 2;
  }
}

/** Whether the second stage alone reads what the first makes: once, at its loops, in the order of their axes. */
function isPartOf(s: ArrayStage, next: ArrayStage | undefined, p: ArrayProgram): boolean {
  if (s.kind !== 'map' || next?.kind !== 'map' || p.tensors.get(s.target)?.role !== 'temporary' || isNamed(s, p))
    return false;
  if (p.stages.filter((r) => readNames(r).has(s.target)).length > 1) return false;
  const loads = readsOf(next).filter((l) => l.tensor === s.target);
  const [only] = loads;
  if (only === undefined || loads.length > 1 || !isPlain(only)) return false;
  const order = naturalOrder(next).map((a) => a.name);
  const places = only.at.map((x) => order.indexOf(soleAxis(x) ?? ''));
  return places.every((x, n) => n === 0 || x > must(places[n - 1]));
}
/** Whether a tensor is a quantity of the document. */
const isNamed = (s: { readonly target: string }, p: ArrayProgram): boolean => p.named?.has(s.target) === true;

/** An entry at the loops themselves. */
const isPlain = (v: Value): v is Load =>
  v.kind === 'load' && v.at.every((x) => soleAxis(x) !== null) && new Set(v.at.map(soleAxis)).size === v.at.length;

/** The smallest value that holds every entry of the tensor and is more than an entry. */
function readerOf(v: Value, tensor: string): Value | null {
  const reads = (x: Value): boolean => loadsOf(x).some((l) => l.tensor === tensor);
  const parts: Value[] = [];
  mapValue(
    v,
    (x) => {
      parts.push(x);
      return x;
    },
    (p) => p,
  );
  const inside = parts.filter(reads);
  const only = inside[0];
  if (v.kind === 'load' || inside.length === 0) return null;
  return inside.length === 1 && only !== undefined && only.kind !== 'load' ? (readerOf(only, tensor) ?? v) : v;
}

class StagePrinter<H> {
  readonly #p: ArrayProgram;
  readonly #d: ArrayDialect<H>;
  readonly #s: ArrayStage;
  readonly #space: readonly Axis[];
  readonly #memo = new Map<string, { h: H; axes: ReadonlySet<string> }>();
  readonly #dying: ReadonlySet<string>;
  readonly #pending: ReadonlyMap<string, H>;
  constructor(
    p: ArrayProgram,
    d: ArrayDialect<H>,
    s: ArrayStage,
    dying: ReadonlySet<string>,
    pending: ReadonlyMap<string, H>,
  ) {
    this.#dying = dying;
    this.#pending = pending;
    this.#p = p;
    this.#d = d;
    this.#s = s;
    this.#space = s.kind === 'map' ? naturalOrder(s) : [];
  }
  print(): H {
    const s = this.#s;
    if (s.kind === 'gather' && this.#d.gather !== undefined)
      return this.#d.gather(this.#tensor(s.of), s.dim, s.mesh, { set: s.set });
    if (s.kind === 'gather' || s.kind === 'all-reduce')
      throw new Error('bug: a split program in a target without processes');
    if (s.kind !== 'map') return this.#d.matrix(s.kind, this.#whole(s.of));
    if (writtenAt(s).some((place, n) => soleAxis(place) !== s.axes[n]?.name))
      throw new Error('bug: a stage for arrays that does not fill its tensor');
    this.#free(s, this.#dying);
    return s.reduce === null ? this.#full(s) : (this.#contraction(s) ?? this.#reduction(s));
  }
  #whole(name: string): H {
    return this.#pending.get(name) ?? this.#d.tensor(this.#tensor(name));
  }
  #tensor(name: string): Tensor {
    const t = this.#p.tensors.get(name);
    if (t === undefined) throw new Error(`bug: no tensor ${name}`);
    return t;
  }
  #full(s: MapStage): H {
    return this.#ordered(this.#over(s, this.#value(s.body)), this.#space, s.axes);
  }
  #reduction(s: MapStage): H {
    const reduced = new Set((s.reduce?.axes ?? []).map((a) => a.name));
    const positions = this.#space.flatMap((a, n) => (reduced.has(a.name) ? [n] : []));
    const h = this.#d.reduce(s.reduce?.op ?? 'sum', this.#over(s, this.#value(s.body)), positions);
    return this.#ordered(
      h,
      this.#space.filter((a) => !reduced.has(a.name)),
      s.axes,
    );
  }
  /** The value with an axis for each loop of the stage. */
  #over(s: MapStage, v: { h: H; axes: ReadonlySet<string> }): H {
    return loopsOf(s).every((a) => v.axes.has(a.name)) ? v.h : this.#d.broadcast(v.h, this.#space.map(extentOf));
  }
  #ordered(h: H, from: readonly Axis[], to: readonly Axis[]): H {
    const order = to.map((a) => from.findIndex((x) => x.name === a.name));
    return order.every((n, k) => n === k)
      ? h
      : this.#d.arrange(
          h,
          order,
          order.map(() => false),
        );
  }
  /**
   * Σ of a product of plain entries, and of one array over all loops that is computed, over letters that each stand
   * somewhere; numbers stand before it.
   */
  #contraction(s: MapStage): H | null {
    const factors = factorsOf(s.body);
    const scalars = factors.filter((f) => axesOf(f).size === 0);
    const plain = factors.filter((f): f is Load => axesOf(f).size > 0 && isPlain(f));
    const made = factors.filter((f) => axesOf(f).size > 0 && !isPlain(f));
    if (s.reduce?.op !== 'sum' || made.some((f) => axesOf(f).size < this.#space.length)) return null;
    const count = plain.length + Math.min(1, made.length);
    const met = new Set(factors.flatMap((f) => [...axesOf(f)]));
    if (count < 2 || count > 4 || this.#space.some((a) => !met.has(a.name)) || this.#space.length > 26) return null;
    const letters = new Map(loopsOf(s).map((a, n) => [a.name, String.fromCharCode(97 + n)]));
    const spell = (names: readonly (string | null)[]): string => names.map((x) => letters.get(x ?? '') ?? '').join('');
    const words = plain.map((f) => spell(f.at.map(soleAxis)));
    const operands = plain.map((f) => this.#whole(f.tensor));
    if (made.length > 0) {
      words.unshift(spell(this.#space.map((a) => a.name)));
      operands.unshift(this.#value(made.reduce(times)).h);
    }
    const h = this.#d.einsum(`${words.join(',')}->${spell(s.axes.map((a) => a.name))}`, operands);
    return scalars.reduce((all, f) => this.#d.binary('mul', this.#value(f).h, all), h);
  }
  /**
   * An array that is read here for the last time, and in one value alone, gives its place to that value: it need not
   * stay while the rest is computed.
   */
  #free(s: MapStage, names: ReadonlySet<string>): void {
    const d = this.#d;
    if (d.rebind === undefined) return;
    for (const name of names) {
      const t = this.#tensor(name);
      if (isNamed({ target: name }, this.#p) || !readNames(s).has(name)) continue;
      const v = readerOf(s.body, name);
      if (v === null || v === s.body || axesOf(v).size !== this.#space.length || t.dims.length !== this.#space.length)
        continue;
      if (v.kind === 'select' || (v.kind === 'binary' && !isPlain(v.left) && !isPlain(v.right))) continue;
      this.#memo.set(valueKey(v), { h: d.rebind(t, this.#value(v).h), axes: axesOf(v) });
    }
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
    if (axes.length === 0) return this.#whole(l.tensor);
    const order = this.#space.flatMap((a) => {
      const n = axes.indexOf(a.name);
      return n === -1 ? [] : [n];
    });
    return this.#d.arrange(
      this.#whole(l.tensor),
      order,
      this.#space.map((a) => !axes.includes(a.name)),
    );
  }
  /** A position, kept inside the tensor where it might leave it (a condition around then drops what is read). */
  #kept(p: Place, t: Tensor, n: number): H {
    const size = must(t.dims[n]);
    const bounds = placeBounds(p, (name) => this.#space.find((a) => a.name === name)?.size ?? 1);
    const h = this.#place(p);
    if (this.#isChecked(p, t, n)) return h;
    const safe =
      bounds !== null && bounds.low >= 0 && bounds.high < size && !p.terms.some((x) => x.axis.startsWith('$'));
    return safe
      ? h
      : this.#d.clip(
          h,
          this.#d.integer('add', this.#d.extent(extentOf({ size, set: t.sets[n] })), this.#d.extent({ size: -1 })),
        );
  }
  /** An entry that has to be a position of the axis: that was seen to before. */
  #isChecked(p: Place, t: Tensor, n: number): boolean {
    const [only, other] = p.by;
    if (only === undefined || other !== undefined || only.times !== 1 || p.terms.length > 0 || p.plus !== 0)
      return false;
    const of = this.#tensor(only.load.tensor).of;
    return of !== undefined && of.except.length === 0 && of.set === t.sets[n] && of.size === t.dims[n];
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

/** The loops of a stage in the order in which the largest array that it reads has them. */
function naturalOrder(s: MapStage): readonly Axis[] {
  const loops = loopsOf(s);
  const orders = readsOf(s).map((l) => l.at.flatMap((p) => soleAxis(p) ?? []));
  const names = new Set([...orders].sort((a, b) => b.length - a.length).flat());
  return [...loops].sort((a, b) => place(a) - place(b));
  function place(a: Axis): number {
    const n = [...names].indexOf(a.name);
    return n === -1 ? names.size + loops.indexOf(a) : n;
  }
}
