// A set that is walked in chunks on one machine: the program of one process of many, with an accumulator where
// processes would exchange.
// Not here: which stages a split makes (`shard.ts`), how passes are written or run (`../targets/`, `../../kernels/`).
// Invariant: nothing that has the walked axis outlives a chunk unless it is an output; what a later pass needs is
// computed again.
import { WhygradError } from '../../term/error.ts';
import { must } from '../../term/must.ts';
import type { ReduceOp, SetId } from '../../term/term.ts';
import type { ArrayProgram, LoopProgram, MapStage, Stage, Tensor, Value } from '../loops.ts';
import { loopsOf, readNames, soleAxis } from '../stages.ts';
import {
  axisPlace,
  binary,
  load,
  loadsOf,
  mapTest,
  mapValue,
  minus,
  number,
  plus,
  select,
  substituteAxes,
  times,
  unary,
} from '../values.ts';
import { isPart, partOf, startOf } from './parts.ts';
import { shardProgram } from './shard.ts';

/** An array that a pass reads or writes a chunk of: the chunk's name, the whole's, and the axis that is walked. */
export interface Slice {
  readonly part: string;
  readonly whole: string;
  readonly dim: number;
}
/** One walk through the set. */
export interface Pass {
  /** What is computed for each chunk; its states are the accumulators, its inputs what was there before. */
  readonly program: LoopProgram;
  readonly reads: readonly Slice[];
  readonly writes: readonly Slice[];
  /** What each accumulator holds before the first chunk. */
  readonly start: ReadonlyMap<string, number>;
  /** What is computed after the last chunk, from whole arrays. */
  readonly after: LoopProgram;
}
export interface Walk {
  readonly set: SetId;
  readonly before: LoopProgram;
  readonly passes: readonly Pass[];
  /** The whole arrays, as the caller knows them. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

const neutral: { readonly [K in ReduceOp]: number } = { sum: 0, prod: 1, max: -Infinity, min: Infinity };
const MESH = 'chunk';

/** The program as passes over the set. Throws `not-chunkable`. */
export function walkOf(p: LoopProgram, set: SetId): Walk {
  const split = shardProgram(p, new Map([[set, MESH]]));
  for (const s of split.stages)
    if (s.kind === 'gather')
      throw new WhygradError(
        'not-chunkable',
        `The set of ${set} cannot be walked in chunks: all of ${s.of} is read for each entry.`,
        {
          hint: 'Two letters of one line run over this set; walk another one.',
        },
      );
  return new Walker(p, split, set).walk();
}

/** The sum of exponentials whose maximum is found in the same pass. */
interface Running {
  readonly sum: string;
  readonly max: string;
}
const at = (t: { readonly axes: MapStage['axes'] }, name: string): Value =>
  load(
    name,
    t.axes.map((a) => axisPlace(a.name)),
  );

class Walker {
  readonly #whole: LoopProgram;
  readonly #p: ArrayProgram;
  readonly #set: SetId;
  readonly #maker = new Map<string, ArrayProgram['stages'][number]>();
  readonly #inside = new Map<string, boolean>();
  readonly #levels = new Map<string, number>();
  readonly #running: ReadonlyMap<string, Running>;
  readonly #tensors: Map<string, Tensor>;
  constructor(whole: LoopProgram, p: ArrayProgram, set: SetId) {
    this.#whole = whole;
    this.#p = p;
    this.#set = set;
    this.#tensors = new Map(p.tensors);
    for (const s of p.stages) this.#maker.set(s.target, s);
    this.#running = this.#runningSums();
  }
  walk(): Walk {
    const ends = this.#p.stages.flatMap((s) =>
      s.kind === 'all-reduce' || this.#isWritten(s.target) ? [{ s, level: this.#passOf(s.target) }] : [],
    );
    const count = Math.max(-1, ...ends.map((e) => e.level)) + 1;
    const passes = Array.from({ length: count }, (_, n) =>
      this.#pass(
        ends.filter((e) => e.level === n).map((e) => e.s.target),
        n,
      ),
    );
    return { set: this.#set, before: this.#wholeStages(0), passes, tensors: this.#whole.tensors };
  }

  #tensor(name: string): Tensor {
    return must(this.#tensors.get(name));
  }
  #isWritten(name: string): boolean {
    return this.#tensor(name).role === 'output' && this.#dim(name) !== -1;
  }
  #dim(name: string): number {
    return this.#tensor(name).sets.indexOf(partOf(this.#set));
  }
  /** Whether a tensor is of one chunk. */
  #isInside(name: string): boolean {
    const known = this.#inside.get(name);
    if (known !== undefined) return known;
    const s = this.#maker.get(name);
    const made =
      this.#dim(name) !== -1 ||
      (s !== undefined &&
        s.kind === 'map' &&
        (loopsOf(s).some((a) => isPart(a.set ?? '')) ||
          mentionsPart(s.body, this.#set) ||
          [...readNames(s)].some((x) => this.#isInside(x))));
    this.#inside.set(name, made);
    return made;
  }
  /** The number of passes that must have ended before a tensor can be computed (of a chunk's: in a pass). */
  #level(name: string): number {
    const known = this.#levels.get(name);
    if (known !== undefined) return known;
    const s = this.#maker.get(name);
    let level = 0;
    const running = this.#running.get(name);
    if (running !== undefined) level = this.#level(running.max);
    else if (s?.kind === 'all-reduce') level = this.#level(s.of) + 1;
    else if (s !== undefined) level = Math.max(0, ...[...readNames(s)].map((x) => this.#level(x)));
    this.#levels.set(name, level);
    return level;
  }
  #passOf(target: string): number {
    return this.#maker.get(target)?.kind === 'all-reduce' ? this.#level(target) - 1 : this.#level(target);
  }

  /** Stages of whole arrays that can be computed after so many passes. */
  #wholeStages(level: number): LoopProgram {
    const stages = this.#p.stages.filter(
      (s): s is Stage =>
        (s.kind === 'map' || s.kind === 'inverse' || s.kind === 'determinant') &&
        !this.#isInside(s.target) &&
        this.#level(s.target) === level,
    );
    return this.#program(stages, []);
  }
  /** Stages as a program: what they do not make themselves is given. */
  #program(stages: readonly Stage[], copies: LoopProgram['copies']): LoopProgram {
    const made = new Set(stages.map((s) => s.target));
    const states = new Set(copies.map((c) => c.to));
    const read = new Set(stages.flatMap((s) => [...readNames(s)]));
    const tensors = new Map<string, Tensor>();
    const givenOrder = [...this.#tensors.keys()];
    for (const name of [...givenOrder.filter((x) => read.has(x) && !made.has(x)), ...made])
      tensors.set(name, {
        ...this.#tensor(name),
        name,
        role: states.has(name) ? 'state' : made.has(name) ? this.#roleOf(name, copies) : 'input',
      });
    return {
      tensors,
      stages,
      copies,
      symbolic: this.#p.symbolic,
      ...(this.#p.named === undefined ? {} : { named: this.#p.named }),
    };
  }
  #roleOf(name: string, copies: LoopProgram['copies']): Tensor['role'] {
    const t = this.#tensor(name);
    if (copies.some((c) => c.from === name) || t.role === 'output') return 'output';
    // A whole array outlives the pass that makes it.
    return this.#isInside(name) || isOurs(name) ? 'temporary' : 'output';
  }

  #pass(ends: readonly string[], n: number): Pass {
    const stages: Stage[] = [];
    const copies: { from: string; to: string }[] = [];
    const start = new Map<string, number>();
    const done = new Set<string>();
    const compute = (name: string): void => {
      const s = this.#maker.get(name);
      if (s === undefined || done.has(name) || !this.#isInside(name)) return;
      if (s.kind !== 'map') throw new Error('bug: a matrix of one chunk');
      for (const x of readNames(s)) compute(x);
      done.add(name);
      stages.push(s);
    };
    const accumulate = (target: string, op: ReduceOp, of: string): void => {
      const next = `${target} next`;
      const { axes } = must(this.#mapOf(of));
      this.#tensors.set(next, { ...this.#tensor(target), name: next, role: 'temporary' });
      stages.push({
        kind: 'map',
        target: next,
        axes,
        reduce: null,
        body: joined(op, at({ axes }, target), at({ axes }, of)),
      });
      copies.push({ from: next, to: target });
      start.set(target, neutral[op]);
    };
    for (const end of ends) {
      const s = must(this.#maker.get(end));
      if (s.kind !== 'all-reduce' || this.#running.has(end)) continue;
      compute(s.of);
      accumulate(end, s.op, s.of);
    }
    for (const end of ends) {
      const running = this.#running.get(end);
      if (running !== undefined) this.#run(end, running, stages, copies, start, compute);
    }
    for (const end of ends) if (this.#maker.get(end)?.kind !== 'all-reduce') compute(end);
    const renamed = this.#inParts(this.#program(stages, copies));
    return { ...renamed, start, after: this.#wholeStages(n + 1) };
  }
  #mapOf(name: string): MapStage | undefined {
    const s = this.#maker.get(name);
    return s?.kind === 'map' ? s : undefined;
  }

  /** s ← s·exp(m − m') + Σ exp(x − m'), with the greatest so far as m'. */
  #run(
    end: string,
    { max }: Running,
    stages: Stage[],
    copies: { from: string; to: string }[],
    start: Map<string, number>,
    compute: (name: string) => void,
  ): void {
    const s = must(this.#maker.get(end));
    if (s.kind !== 'all-reduce') throw new Error('bug: no exchange');
    const { axes } = must(this.#mapOf(s.of));
    const shift = `${max} shift`;
    const next = `${end} next`;
    if (!this.#tensors.has(shift)) {
      this.#tensors.set(shift, { ...this.#tensor(max), name: shift, role: 'temporary' });
      const greatest = at({ axes }, `${max} next`);
      // Where all so far are −∞, nothing is taken away: e^(−∞) is 0 and the sum stays 0.
      stages.push({
        kind: 'map',
        target: shift,
        axes,
        reduce: null,
        body: select({ kind: 'compare', op: '=', left: greatest, right: number(-Infinity) }, number(0), greatest),
      });
    }
    const first = new Map<string, string>([[max, shift]]);
    const again = (name: string): string => {
      const known = first.get(name);
      if (known !== undefined) return known;
      const maker = this.#mapOf(name);
      if (maker === undefined || !this.#dependsOn(name, max)) {
        compute(name);
        return name;
      }
      const names = new Map([...readNames(maker)].map((x) => [x, again(x)]));
      const target = `${name} first`;
      first.set(name, target);
      this.#inside.set(target, true);
      this.#tensors.set(target, { ...this.#tensor(name), name: target, role: 'temporary' });
      if (!stages.some((x) => x.target === target)) stages.push({ ...renamedReads(maker, names), target });
      return target;
    };
    const part = again(s.of);
    this.#tensors.set(next, { ...this.#tensor(end), name: next, role: 'temporary' });
    const kept = times(at({ axes }, end), unary('exp', minus(at({ axes }, max), at({ axes }, shift))));
    stages.push({ kind: 'map', target: next, axes, reduce: null, body: plus(kept, at({ axes }, part)) });
    copies.push({ from: next, to: end });
    start.set(end, 0);
  }
  #dependsOn(name: string, other: string): boolean {
    if (name === other) return true;
    const s = this.#maker.get(name);
    return s !== undefined && [...readNames(s)].some((x) => this.#dependsOn(x, other));
  }

  /** Sums of exp(x − m) along the walked axis, m the maximum along it: one pass finds both. */
  #runningSums(): Map<string, Running> {
    const found = new Map<string, Running>();
    for (const s of this.#p.stages) {
      if (s.kind !== 'all-reduce' || s.op !== 'sum') continue;
      const sum = this.#mapOf(s.of);
      if (sum?.reduce?.axes.length !== 1) continue;
      const body = this.#inlined(sum.body);
      if (body.kind !== 'unary' || body.op !== 'exp' || body.of.kind !== 'binary' || body.of.op !== 'sub') continue;
      const m = body.of.right;
      if (m.kind !== 'load' || m.at.map(soleAxis).join() !== sum.axes.map((a) => a.name).join()) continue;
      const max = this.#maker.get(m.tensor);
      if (max?.kind !== 'all-reduce' || max.op !== 'max') continue;
      const others = loadsOf(body.of.left).map((l) => l.tensor);
      if (!others.some((x) => this.#dependsOn(x, m.tensor))) found.set(s.target, { sum: s.of, max: m.tensor });
    }
    return found;
  }
  /** The value with temporaries of a chunk that are read entry by entry, in place, put in. */
  #inlined(v: Value): Value {
    if (v.kind === 'load') {
      const s = this.#mapOf(v.tensor);
      if (s === undefined || s.reduce !== null || s.at !== undefined || !this.#isInside(v.tensor)) return v;
      return this.#inlined(substituteAxes(s.body, new Map(s.axes.map((a, n) => [a.name, must(v.at[n])]))));
    }
    if (v.kind === 'unary' || v.kind === 'binary')
      return mapValue(
        v,
        (x) => this.#inlined(x),
        (p) => p,
      );
    return v;
  }

  /** The program with names of their own for what is a chunk of an array that the caller holds. */
  #inParts(p: LoopProgram): { program: LoopProgram; reads: Slice[]; writes: Slice[] } {
    const slices = (role: Tensor['role']): Slice[] =>
      [...p.tensors.values()].flatMap((t) => {
        const dim = this.#dim(t.name);
        return t.role === role && dim !== -1 ? [{ part: partOf(t.name), whole: t.name, dim }] : [];
      });
    const reads = slices('input');
    const writes = slices('output');
    const names = new Map([...reads, ...writes].map((x) => [x.whole, x.part]));
    const name = (x: string): string => names.get(x) ?? x;
    const tensors = new Map([...p.tensors.values()].map((t) => [name(t.name), { ...t, name: name(t.name) }]));
    const stages = p.stages.map(
      (s): Stage =>
        s.kind === 'map'
          ? { ...renamedReads(s, names), target: name(s.target) }
          : { ...s, target: name(s.target), of: name(s.of) },
    );
    return { program: { ...p, tensors, stages }, reads, writes };
  }
}

/** Temporaries that only passes know. */
const isOurs = (name: string): boolean => /( next| shift| first)$/.test(name);

function joined(op: ReduceOp, a: Value, b: Value): Value {
  if (op === 'sum') return plus(a, b);
  if (op === 'prod') return times(a, b);
  return binary(op, a, b);
}

function renamedReads(s: MapStage, names: ReadonlyMap<string, string>): MapStage {
  const place = (p: Extract<Value, { kind: 'place' }>['place']): typeof p => ({
    ...p,
    by: p.by.map((t) => ({
      ...t,
      load: { ...t.load, tensor: names.get(t.load.tensor) ?? t.load.tensor, at: t.load.at.map(place) },
    })),
  });
  const value = (v: Value): Value =>
    v.kind === 'load' ? load(names.get(v.tensor) ?? v.tensor, v.at.map(place)) : mapValue(v, value, place);
  return { ...s, body: value(s.body), ...(s.when === undefined ? {} : { when: mapTest(s.when, value, place) }) };
}

/** Whether the size or the start of a chunk stands in a value as a number. */
function mentionsPart(v: Value, set: SetId): boolean {
  let found = false;
  const names = [`$${partOf(set)}`, `$${startOf(set)}`];
  const place = (p: Extract<Value, { kind: 'place' }>['place']): typeof p => {
    found ||= p.terms.some((t) => names.includes(t.axis));
    return p;
  };
  const go = (x: Value): Value => mapValue(x, go, place);
  go(v);
  return found;
}
