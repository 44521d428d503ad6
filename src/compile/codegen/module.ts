// A schedule as one WebAssembly module: a function a nest, and `run`, which calls them in order.
// Not here: instances, memory and views (`../plan.ts`).
// Invariant: the same schedule and options give the same bytes.
import { ModuleBuilder, type FunctionReference } from '../assemble.ts';
import type { Nest } from '../loops.ts';
import type { Style } from '../math/chain.ts';
import type { Schedule } from '../schedule.ts';
import { placeTable } from '../schedules/exponentials.ts';
import { i32, memory } from '../wasm.ts';
import { layOut, type Layout } from './layout.ts';
import { matrixCode } from './matrices.ts';
import { nestCode } from './nest.ts';
import { packOperands } from './pack.ts';

export interface CompiledModule { readonly bytes: Uint8Array<ArrayBuffer>; readonly layout: Layout; readonly pages: number }
const PAGE = 65536;

/** The module; it imports its memory as `env.memory` and exports `run`. */
export function compileModule(given: Schedule, style: Style, shared: { readonly maximum: number } | null = null): CompiledModule {
  const s = packOperands(given, style.type);
  const layout = layOut(s, style.type);
  const module = new ModuleBuilder();
  const pages = Math.ceil(layout.total / PAGE);
  module.importMemory('env', 'memory', shared === null ? { minimum: pages } : { minimum: pages, maximum: Math.max(pages, shared.maximum), shared: true });
  if (s.nests.some((n) => n.softmax !== undefined)) placeTable(module, style.type);
  const parts = s.nests.map((nest) => nestFunction(module, s, nest, style, layout));
  module.func('run', [], [], () => [
    ...parts.map((p) => p.run()),
    ...layout.copies.map((c) => { const [to, from] = [layout.of(c.to), layout.of(c.from)]; return memory.copy(i32.const(to.base), i32.const(from.base), i32.const(to.count * to.element)); }),
  ]);
  return { bytes: module.bytes(), layout, pages };
}

function nestFunction(module: ModuleBuilder, s: Schedule, nest: Nest, style: Style, layout: Layout): FunctionReference {
  return module.func(null, [], [], (f) => {
    const context = { module, f, style, layout, tensors: s.program.tensors };
    return nest.stages.some((x) => x.kind !== 'map') ? nest.stages.map((x) => (x.kind === 'map' ? [] : matrixCode(context, x))) : nestCode(context, nest);
  });
}
