// A program that walks a set in chunks, compiled: one module for each pass and each size of chunk, in one memory.
// Not here: what belongs to which pass (`arrays/passes.ts`), the code of a pass (`codegen/`).
// Invariant: arrays with the walked axis stay outside the memory, where the caller has them; inside stands one chunk.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import type { SetId } from '../term/term.ts';
import { partOf, startOf } from './arrays/parts.ts';
import { walkOf, type Pass, type Slice, type Walk } from './arrays/passes.ts';
import { arrayStages } from './arrays/prepare.ts';
import { compileModule, type CompiledModule } from './codegen/module.ts';
import type { Axis, LoopProgram, MapStage, Place, Stage, Tensor, Value } from './loops.ts';
import { lowerProgram } from './lower.ts';
import type { Style } from './math/chain.ts';
import { closable, mustBePositions, newMemory, styleOf, type Plan, type View } from './plan.ts';
import type { CompileOptions, Program } from './program.ts';
import { schedule } from './schedule.ts';
import { load, mapTest, mapValue } from './values.ts';

/** Which set is walked, and how many entries at a time. */
export interface WalkOptions extends CompileOptions {
  readonly chunk: { readonly set: SetId; readonly entries: number };
}
/** Arrays by name; the walk reads its inputs from them and writes its outputs into them. */
export type Arrays = Readonly<Record<string, View>>;
export interface CompiledWalk {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  run(arrays: Arrays): void;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Compiles a walk, for one thread. Throws `not-chunkable` and what `compileProgram` throws. */
export function compileWalk(program: Program, options: WalkOptions): CompiledWalk {
  const { set, entries } = options.chunk;
  const lowered = lowerProgram(program, options);
  const walk = walkOf(arrayStages(lowered), set);
  const style = styleOf(options);
  const all = [...lowered.tensors.values()];
  const size = must(all.flatMap((t) => t.sets.flatMap((x, n) => (x === set ? [must(t.dims[n])] : [])))[0]);
  const most = Math.max(1, Math.min(entries, size));
  const steps = stepsOf(walk, size, most, style);
  const modules = steps.flatMap((s) => (s.kind === 'whole' ? [s.module] : s.parts.map((p) => p.module)));
  const memory = newMemory({ pages: Math.max(1, ...modules.map((m) => m.code.pages)) }, false);
  const ready = new Map(modules.map((m) => [m, new Runner(m, memory, style.type)]));
  const inputs = all.filter((t) => t.role === 'input' || t.role === 'state');
  return {
    inputs,
    outputs: program.outputs.map((o) => must(lowered.tensors.get(o.name))),
    bytes: must(modules[0]).code.bytes,
    run(arrays) {
      mustBePositions(inputs, arrays);
      const values = new Map<string, View>(Object.entries(arrays));
      for (const step of steps) {
        if (step.kind === 'whole') must(ready.get(step.module)).whole(values);
        else runPass(step, ready, values, walk);
      }
    },
  };
}

/** A program's module. */
interface Module {
  readonly code: CompiledModule;
  readonly program: LoopProgram;
}
type Step =
  | { readonly kind: 'whole'; readonly module: Module }
  | { readonly kind: 'pass'; readonly pass: Pass; readonly parts: readonly Part[] };
/** A module for chunks of one size, and where they start. */
interface Part {
  readonly module: Module;
  readonly size: number;
  readonly starts: readonly number[];
}

function stepsOf(walk: Walk, size: number, most: number, style: Style): Step[] {
  const whole = (p: LoopProgram): Step[] =>
    p.stages.length === 0 ? [] : [{ kind: 'whole', module: moduleOf(p, style) }];
  const full = Math.floor(size / most);
  const parts = (pass: Pass): Part[] =>
    [
      { size: most, starts: Array.from({ length: full }, (_, n) => n * most) },
      { size: size - full * most, starts: [full * most] },
    ].flatMap((x) => (x.size === 0 ? [] : [{ ...x, module: moduleOf(fixed(pass.program, walk.set, x.size), style) }]));
  return [
    ...whole(walk.before),
    ...walk.passes.flatMap((pass): Step[] => [{ kind: 'pass', pass, parts: parts(pass) }, ...whole(pass.after)]),
  ];
}
const moduleOf = (program: LoopProgram, style: Style): Module => ({
  code: compileModule(schedule(program), style),
  program,
});

/** The pass for chunks of a known size; where a chunk starts is an input. */
function fixed(p: LoopProgram, set: SetId, size: number): LoopProgram {
  const [part, start] = [partOf(set), startOf(set)];
  const place = (x: Place): Place => {
    const own = x.terms.filter((t) => t.axis !== `$${part}` && t.axis !== `$${start}`);
    const times = (name: string): number => x.terms.find((t) => t.axis === `$${name}`)?.times ?? 0;
    const by = x.by.map((t) => ({ ...t, load: { ...t.load, at: t.load.at.map(place) } }));
    const started = times(start) === 0 ? [] : [{ load: load(start, []), times: times(start) }];
    return { terms: own, plus: x.plus + times(part) * size, by: [...by, ...started] };
  };
  const value = (v: Value): Value => mapValue(v, value, place);
  const axis = (a: Axis): Axis => (a.set === part ? { ...a, size } : a);
  const stage = (s: Stage): Stage =>
    s.kind !== 'map'
      ? s
      : ({
          ...s,
          axes: s.axes.map(axis),
          reduce: s.reduce === null ? null : { ...s.reduce, axes: s.reduce.axes.map(axis) },
          body: value(s.body),
          ...(s.when === undefined ? {} : { when: mapTest(s.when, value, place) }),
        } satisfies MapStage);
  const sized = (t: Tensor): Tensor => ({ ...t, dims: t.dims.map((n, k) => (t.sets[k] === part ? size : n)) });
  const position: Tensor = { name: start, dims: [], sets: [], role: 'input', dtype: 'index' };
  return {
    ...p,
    tensors: new Map([[start, position], ...[...p.tensors].map(([x, t]) => [x, sized(t)] as const)]),
    stages: p.stages.map(stage),
  };
}

/** One module on the memory that all share. */
class Runner {
  readonly #run: () => void;
  readonly #views = new Map<string, View>();
  readonly #program: LoopProgram;
  constructor({ code, program }: Module, memory: WebAssembly.Memory, type: 'f32' | 'f64') {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(code.bytes), { env: { memory } });
    this.#run = instance.exports['run'] as () => void;
    this.#program = program;
    for (const t of program.tensors.values()) {
      if (t.role === 'temporary') continue;
      const { base, count } = code.layout.of(t.name);
      this.#views.set(t.name, arrayOf(t, type, memory.buffer, base, count));
    }
  }
  view(name: string): View {
    return must(this.#views.get(name));
  }
  run(): void {
    this.#run();
  }
  /** Everything in, run, everything out. */
  whole(values: Map<string, View>): void {
    this.take(values, new Set());
    this.#run();
    for (const t of this.#program.tensors.values()) if (t.role === 'output') this.give(t.name, values);
  }
  take(values: ReadonlyMap<string, View>, but: ReadonlySet<string>): void {
    for (const t of this.#program.tensors.values())
      if (t.role === 'input' && !but.has(t.name)) this.view(t.name).set(must(values.get(t.name)));
  }
  /** What stands in the memory under `from`, into an array that is there or a new one. */
  give(name: string, values: Map<string, View>, from = name): void {
    const own = this.view(from);
    const known = values.get(name);
    if (known === undefined) values.set(name, own.slice());
    else known.set(own);
  }
}
function arrayOf(t: Tensor, type: 'f32' | 'f64', buffer: ArrayBufferLike, base: number, count: number): View {
  if (t.dtype === 'index') return new Int32Array(buffer, base, count);
  return type === 'f32' ? new Float32Array(buffer, base, count) : new Float64Array(buffer, base, count);
}

function runPass(
  { pass, parts }: Extract<Step, { kind: 'pass' }>,
  ready: ReadonlyMap<Module, Runner>,
  values: Map<string, View>,
  walk: Walk,
): void {
  const start = startOf(walk.set);
  const sliced = new Set([start, ...pass.reads.map((s) => s.part)]);
  for (const { module, size, starts } of parts) {
    const r = must(ready.get(module));
    r.take(values, sliced);
    for (const [name, value] of pass.start) {
      const before = values.get(`${name} so far`);
      if (before === undefined) r.view(name).fill(value);
      else r.view(name).set(before);
    }
    for (const from of starts) {
      r.view(start)[0] = from;
      for (const s of pass.reads)
        copySlice(must(values.get(s.whole)), r.view(s.part), shapeOf(walk, s), from, size, 'in');
      r.run();
      for (const s of pass.writes)
        copySlice(must(values.get(s.whole)), r.view(s.part), shapeOf(walk, s), from, size, 'out');
    }
    for (const name of pass.start.keys()) r.give(`${name} so far`, values, name);
  }
  for (const name of pass.start.keys()) {
    const last = must(values.get(`${name} so far`));
    values.delete(`${name} so far`);
    const known = values.get(name);
    if (known === undefined) values.set(name, last);
    else known.set(last);
  }
}

/** How an array lies around the axis that is walked: what is before it, along it, behind it. */
interface Around {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}
function shapeOf(walk: Walk, s: Slice): Around {
  const { dims } = must(walk.tensors.get(s.whole));
  const product = (all: readonly number[]): number => all.reduce((a, b) => a * b, 1);
  return { outer: product(dims.slice(0, s.dim)), length: must(dims[s.dim]), inner: product(dims.slice(s.dim + 1)) };
}
function copySlice(
  whole: View,
  part: View,
  { outer, length, inner }: Around,
  from: number,
  size: number,
  way: 'in' | 'out',
): void {
  for (let n = 0; n < outer; n++) {
    const far = whole.subarray((n * length + from) * inner, (n * length + from + size) * inner);
    const near = part.subarray(n * size * inner, (n + 1) * size * inner);
    if (way === 'in') near.set(far);
    else far.set(near);
  }
}

/** A plan over arrays of its own. */
export function walkPlan(walk: CompiledWalk, options: WalkOptions): Plan {
  const type = styleOf(options).type;
  const fresh = (t: Tensor): View => {
    const count = t.dims.reduce((a, b) => a * b, 1);
    const bytes = count * (t.dtype === 'index' || type === 'f32' ? 4 : 8);
    try {
      return arrayOf(t, type, new ArrayBuffer(bytes), 0, count);
    } catch {
      throw new WhygradError('too-large', `${t.name} has ${count} entries, more than the engine gives.`);
    }
  };
  const named = (all: readonly Tensor[]): Record<string, View> =>
    Object.fromEntries(all.map((t) => [t.name, fresh(t)]));
  const [inputs, outputs] = [named(walk.inputs), named(walk.outputs)];
  const run = (): void => walk.run({ ...inputs, ...outputs });
  return {
    inputs,
    outputs,
    ...closable({ run, runAsync: async () => run(), dispose: () => undefined }),
    bytes: walk.bytes,
  };
}
