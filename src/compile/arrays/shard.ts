// A program for several processes: index sets are split over named mesh axes, each process holds one part.
// Not here: the words of a package for what processes exchange (`../targets/`), the order of stages (`exchange.ts`).
// Invariant: a loop over a split set runs over the part; a reduction over it is followed by the same reduction over the
// processes; a size or a position that is used as a number is that of the whole; what fits no rule is refused by name.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import type { ReduceOp, SetId } from '../../term/term.ts';
import type {
  ArrayProgram,
  ArrayStage,
  Axis,
  Load,
  MapStage,
  MatrixStage,
  Place,
  Tensor,
  Test,
  Value,
} from '../loops.ts';
import { loopsOf, readsOf, soleAxis } from '../stages.ts';
import { isPart, partOf, startOf, wholeOf } from './parts.ts';
import { addPlaces, axesOf, axisPlace, both, canonical, load, mapValue, number, placeAxes, select } from '../values.ts';

/** How partial results become whole: the same reduction over the processes. */
const collective: { readonly [K in ReduceOp]: ReduceOp } = { sum: 'sum', prod: 'prod', max: 'max', min: 'min' };

/**
 * The program of one process. `splits` gives the mesh axis of each split set. Throws `not-shardable`, with the place
 * and
 * the reason.
 */
export function shardProgram(p: ArrayProgram, splits: ReadonlyMap<SetId, string>): ArrayProgram {
  return new Sharder(p, splits).run();
}

/** What is known inside one stage: the loop of each split set that runs over the part, and all loops of split sets. */
interface Inside {
  readonly stage: MapStage;
  readonly local: ReadonlyMap<SetId, string>;
  readonly axes: readonly Axis[];
}

class Sharder {
  readonly #p: ArrayProgram;
  readonly #splits: ReadonlyMap<SetId, string>;
  readonly #tensors = new Map<string, Tensor>();
  readonly #out: ArrayStage[] = [];
  readonly #gathered = new Map<string, string>();
  /** Entries that the processes have told each other already. */
  readonly #entries = new Map<string, string>();
  constructor(p: ArrayProgram, splits: ReadonlyMap<SetId, string>) {
    this.#p = p;
    this.#splits = splits;
  }
  run(): ArrayProgram {
    for (const t of this.#p.tensors.values())
      if (t.role === 'input' || t.role === 'state') this.#tensors.set(t.name, { ...t, sets: this.#inParts(t.sets) });
    for (const s of this.#p.stages) {
      if (s.kind === 'map') this.#map(s);
      else if (s.kind === 'inverse' || s.kind === 'determinant') this.#matrix(s);
      else throw new Error('bug: a program that is split twice');
    }
    return { ...this.#p, tensors: this.#tensors, stages: this.#out };
  }

  /** Of several axes over one split set the first is split. */
  #inParts(sets: readonly SetId[]): SetId[] {
    return sets.map((set, n) => (this.#splits.has(set) && sets.indexOf(set) === n ? partOf(set) : set));
  }
  #fresh(wish: string): string {
    const taken = (x: string): boolean => this.#tensors.has(x) || this.#p.tensors.has(x);
    if (!taken(wish)) return wish;
    for (let n = 2; ; n++) if (!taken(`${wish}${n}`)) return `${wish}${n}`;
  }
  #declare(name: string, axes: readonly Axis[], like?: Tensor): void {
    const shape = { dims: axes.map((a) => a.size), sets: axes.map((a) => a.set ?? '') };
    this.#tensors.set(name, { ...(like ?? { name, role: 'temporary', dtype: 'float' }), ...shape });
  }

  #map(s: MapStage): void {
    if (s.at !== undefined || s.when !== undefined)
      throw new Error('bug: a stage for arrays that does not fill its tensor');
    const local = new Map<SetId, string>();
    for (const set of this.#splits.keys()) {
      const loop = this.#loopInParts(s, set);
      if (loop !== null) local.set(set, loop);
    }
    const part = (a: Axis): Axis =>
      a.set !== undefined && local.get(a.set) === a.name ? { ...a, set: partOf(a.set) } : a;
    const inside: Inside = { stage: s, local, axes: loopsOf(s).map(part) };
    refuseRanges(s, local);
    const body = this.#value(s.body, inside);
    const axes = s.axes.map(part);
    const reduce = s.reduce === null ? null : { op: s.reduce.op, axes: s.reduce.axes.map(part) };
    const across = (reduce?.axes ?? []).flatMap((a) => (a.set !== undefined && isPart(a.set) ? [wholeOf(a.set)] : []));
    this.#fill({ ...s, axes, reduce, body }, across, must(this.#p.tensors.get(s.target)));
  }
  /** The stage, and after it the same reduction over the processes of each set in `across`. */
  #fill(s: MapStage, across: readonly SetId[], like: Tensor | null): void {
    const op = collective[s.reduce?.op ?? 'sum'];
    const names = across.map(() => this.#fresh(`${s.target}_here`));
    const chain = [...names, s.target];
    names.forEach((name) => this.#declare(name, s.axes));
    this.#out.push({ ...s, target: must(chain[0]) });
    across.forEach((set, n) => {
      const [of, target] = [must(chain[n]), must(chain[n + 1])];
      this.#out.push({ kind: 'all-reduce', target, of, mesh: must(this.#splits.get(set)), op });
    });
    this.#declare(s.target, s.axes, like ?? undefined);
  }

  /**
   * The loop over the set that runs over the part; where there are several, the one for which fewest tensors must be
   * gathered, the first axis of the result before others.
   */
  #loopInParts(s: MapStage, set: SetId): string | null {
    const own = (a: Axis): boolean => a.set === set;
    const loops = loopsOf(s).filter(own);
    const free = s.axes.find(own);
    if (free !== undefined && this.#p.tensors.get(s.target)?.role === 'output') return free.name;
    const cost = (a: Axis): number =>
      new Set(
        readsOf(s).flatMap((l) => {
          const dim = this.#splitAxis(l.tensor, set);
          return dim === -1 || soleAxis(must(l.at[dim])) === a.name ? [] : [l.tensor];
        }),
      ).size;
    const [best] = [...loops].sort((a, b) => cost(a) - cost(b));
    return best?.name ?? null;
  }
  #splitAxis(tensor: string, set: SetId): number {
    return must(this.#tensors.get(tensor)).sets.indexOf(partOf(set));
  }

  #value(v: Value, inside: Inside): Value {
    if (v.kind === 'load') return this.#load(v, inside);
    return mapValue(
      v,
      (x) => this.#value(x, inside),
      (p) => this.#position(p, inside),
    );
  }
  /** A place counted from the start of the whole set. */
  #position(p: Place, inside: Inside): Place {
    let out: Place = {
      ...p,
      by: p.by.map((t) => {
        const entry = this.#load(t.load, inside);
        if (entry.kind !== 'load') throw new Error('bug: an index tensor read as a number');
        return { ...t, load: entry };
      }),
    };
    for (const t of p.terms)
      for (const [set, axis] of inside.local)
        if (axis === t.axis) out = addPlaces(out, axisPlace(`$${startOf(set)}`), t.times);
    return out;
  }
  #load(l: Load, inside: Inside): Value {
    const { sets } = must(this.#tensors.get(l.tensor));
    const astray = [...l.at.keys()].filter((dim) => isPart(must(sets[dim])) && !this.#isOwn(l, dim, inside));
    const [dim] = astray;
    if (dim === undefined)
      return load(
        l.tensor,
        l.at.map((p, n) => (isPart(must(sets[n])) ? p : this.#position(p, inside))),
      );
    const whole = wholeOf(must(sets[dim]));
    if (astray.length === 1 && !this.#variesOver(l, whole, inside)) return this.#owned(l, dim, inside);
    return this.#load(load(this.#gather(l.tensor, dim), l.at), inside);
  }
  /** Whether the place along a split axis is the loop that runs over this process's part. */
  #isOwn(l: Load, dim: number, inside: Inside): boolean {
    const p = must(l.at[dim]);
    const set = wholeOf(must(must(this.#tensors.get(l.tensor)).sets[dim]));
    const loop = inside.local.get(set);
    if (loop === undefined || soleAxis(p) === loop) return loop !== undefined;
    if (placeAxes(p).includes(loop)) throw refused(set, `reads ${l.tensor} at a shifted position`, inside.stage);
    return false;
  }
  /** Whether an entry depends on a loop over the set. */
  #variesOver(l: Load, set: SetId, inside: Inside): boolean {
    return inside.axes.some((a) => a.set !== undefined && wholeOf(a.set) === set && axesOf(l).has(a.name));
  }
  /**
   * An entry at a position of the whole set: the process that holds it gives it, the others give 0, and all are added.
   */
  #owned(l: Load, dim: number, inside: Inside): Value {
    const set = wholeOf(must(must(this.#tensors.get(l.tensor)).sets[dim]));
    const start = axisPlace(`$${startOf(set)}`);
    const p = addPlaces(this.#position(must(l.at[dim]), inside), start, -1);
    const zero: Place = { terms: [], plus: 0, by: [] };
    const held: Test = both(
      { kind: 'places', op: '>=', left: p, right: zero },
      { kind: 'places', op: '<', left: p, right: axisPlace(`$${partOf(set)}`) },
    );
    const { sets } = must(this.#tensors.get(l.tensor));
    const entry = load(
      l.tensor,
      l.at.map((x, n) => (n === dim ? p : isPart(must(sets[n])) ? x : this.#position(x, inside))),
    );
    const body = select(held, entry, number(0));
    const { key, axes } = canonical(
      body,
      inside.axes.filter((a) => axesOf(body).has(a.name)),
    );
    let target = this.#entries.get(key);
    if (target === undefined) {
      target = this.#fresh('entry');
      this.#entries.set(key, target);
      this.#fill({ kind: 'map', target, axes, reduce: null, body }, [set], null);
    }
    return load(
      target,
      axes.map((a) => axisPlace(a.name)),
    );
  }
  #gather(name: string, dim: number): string {
    const key = `${name} ${dim}`;
    let made = this.#gathered.get(key);
    if (made === undefined) {
      const t = must(this.#tensors.get(name));
      const set = wholeOf(must(t.sets[dim]));
      made = this.#fresh(`${name}_whole`);
      this.#gathered.set(key, made);
      const sets = t.sets.map((x, n) => (n === dim ? set : x));
      this.#tensors.set(made, { ...t, name: made, role: 'temporary', sets });
      this.#out.push({ kind: 'gather', target: made, of: name, mesh: must(this.#splits.get(set)), dim, set });
    }
    return made;
  }

  /** Matrices are factorised whole; a batch of them may be split. */
  #matrix(s: MatrixStage): void {
    let of = s.of;
    const dims = must(this.#tensors.get(of)).sets.length;
    for (const dim of [dims - 2, dims - 1])
      if (isPart(must(must(this.#tensors.get(of)).sets[dim]))) of = this.#gather(of, dim);
    const { sets } = must(this.#tensors.get(of));
    const target = must(this.#p.tensors.get(s.target));
    this.#tensors.set(s.target, { ...target, sets: s.kind === 'inverse' ? sets : sets.slice(0, -2) });
    this.#out.push({ ...s, of });
  }
}

/** A range whose end is another letter of the same split set would need what other processes have summed before. */
function refuseRanges(s: MapStage, local: ReadonlyMap<SetId, string>): void {
  const test = (t: Test): void => {
    if (t.kind === 'not') test(t.of);
    else if (t.kind === 'and' || t.kind === 'or') t.all.forEach(test);
    else if (t.kind === 'places' && t.op !== '=' && t.op !== '!=')
      for (const [set, loop] of local) {
        const names = [...placeAxes(t.left), ...placeAxes(t.right)];
        const others = loopsOf(s).some((a) => a.set === set && a.name !== loop && names.includes(a.name));
        if (others && names.includes(loop)) throw refused(set, 'has a range that ends at another letter of the set', s);
      }
  };
  const go = (v: Value): Value => {
    if (v.kind === 'select') test(v.when);
    return mapValue(v, go, (p) => p);
  };
  go(s.body);
}

const refused = (set: SetId, why: string, s: MapStage): WhygradError =>
  new WhygradError(
    'not-shardable',
    `The set of ${set} cannot be split: ${s.target} ${why}, which lies in other parts, too.`,
    {
      hint: 'Split another axis, or write the sum over the whole set.',
    },
  );
