// A schedule as one WebAssembly module: a function a nest, and `run`, which calls them in order.
// Not here: instances, memory and views (`../plan.ts`).
// Invariant: the same schedule and options give the same bytes.
import { ModuleBuilder } from '../assemble.ts';
import type { Nest } from '../loops.ts';
import type { Style } from '../math/chain.ts';
import type { Schedule } from '../schedule.ts';
import { placeTable } from '../schedules/exponentials.ts';
import { costOf, loopsOf, volume } from '../stages.ts';
import { i32, if_, memory, type Code } from '../wasm.ts';
import { layOut, type Layout } from './layout.ts';
import { matrixCode } from './matrices.ts';
import type { NestContext } from './context.ts';
import { nestCode, partsOf } from './nest.ts';
import { packOperands } from './pack.ts';
import type { Part } from './regions.ts';

export interface CompiledModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly layout: Layout;
  readonly pages: number;
}
/**
 * A module whose nests run in parts: `rows(nest, from, to, scratch)`, for each nest in order the number of parts and
 * the work of all of them (in additions, about).
 */
export interface ParallelModule extends CompiledModule {
  readonly steps: readonly { readonly parts: number; readonly work: number }[];
  readonly scratch: readonly number[];
}
const PAGE = 65536;

/** The module; it imports its memory as `env.memory` and exports `run`. */
export function compileModule(given: Schedule, style: Style): CompiledModule {
  const s = packOperands(given, style.type);
  const layout = layOut(s, style.type);
  const module = new ModuleBuilder();
  const pages = Math.ceil(layout.total / PAGE);
  module.importMemory('env', 'memory', { minimum: pages });
  if (s.nests.some((n) => n.softmax !== undefined)) placeTable(module, style.type);
  const nests = s.nests.map((nest) =>
    module.func(null, [], [], (f) =>
      nestFunction({ module, f, style, layout, tensors: s.program.tensors }, nest, null),
    ),
  );
  module.func('run', [], [], () => [...nests.map((p) => p.run()), copyStates(layout)]);
  return { bytes: module.bytes(), layout, pages };
}

/**
 * The module for several threads over one shared memory (`e.m`, as the row kernels); `scratch` has an address for each
 * thread.
 */
export function compileParallel(given: Schedule, style: Style, threads: number): ParallelModule {
  const s = packOperands(given, style.type);
  const layout = layOut(s, style.type, true);
  const module = new ModuleBuilder();
  const own = Math.ceil(layout.privateBytes / 64 + 1) * 64;
  const scratch = Array.from({ length: threads }, (_, k) => Math.ceil(layout.total / 64) * 64 + k * own);
  const pages = Math.ceil((layout.total + 64 + threads * own) / PAGE);
  module.importMemory('e', 'm', { minimum: pages, maximum: pages, shared: true });
  if (s.nests.some((n) => n.softmax !== undefined)) placeTable(module, style.type);
  const nests = s.nests.map((nest) =>
    module.func(null, ['i32', 'i32', 'i32'], [], (f, from, to, own) =>
      nestFunction({ module, f, style, layout, tensors: s.program.tensors }, nest, { from, to, scratch: own }),
    ),
  );
  const copies = module.func(null, ['i32', 'i32', 'i32'], [], () => copyStates(layout));
  const all = [...nests, copies];
  module.func('rows', ['i32', 'i32', 'i32', 'i32'], [], (_f, nest, from, to, own) =>
    all.map((f, n) => if_(i32.eq(nest, i32.const(n)), f.run(from, to, own))),
  );
  const steps = [
    ...s.nests.map((nest) => ({
      parts: nest.stages.some((x) => x.kind !== 'map') ? 1 : partsOf({ style, layout }, nest),
      work: workOf(nest),
    })),
    { parts: 1, work: 0 },
  ];
  return { bytes: module.bytes(), layout, pages, steps, scratch };
}

const copyStates = (layout: Layout): Code =>
  layout.copies.map((c) => {
    const [to, from] = [layout.of(c.to), layout.of(c.from)];
    return memory.copy(i32.const(to.base), i32.const(from.base), i32.const(to.count * to.element));
  });
const nestFunction = (c: NestContext, nest: Nest, part: Part | null): Code =>
  nest.stages.some((x) => x.kind !== 'map')
    ? nest.stages.map((x) => (x.kind === 'map' ? [] : matrixCode(c, x)))
    : nestCode(c, nest, part);
const workOf = (nest: Nest): number =>
  nest.stages.reduce((sum, s) => sum + (s.kind === 'map' ? volume(loopsOf(s)) * (1 + costOf(s.body)) : 0), 0);
