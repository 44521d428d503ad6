// Kernels applied to ordinary arrays by several threads: copied into a shared plan, computed, copied out.
// Not here: the plan and its threads (`plan.ts`, `workers.ts`).
// Invariant: only the last plan is kept; helpers learn of a plan only when they next look, so a fresh one for each call
// would run alone.
import type { WhygradError } from '../term/error.ts';
import type { KernelSource } from './instance.ts';
import { makePlan, newMemory, type Floats, type KernelPlan, type PlanSpecification } from './plan.ts';
import { copyRows } from './rows.ts';
import type { Binding } from './session.ts';

type Views = Readonly<Record<string, Floats | Int32Array>>;
interface Recent {
  readonly source: KernelSource;
  readonly key: string;
  readonly plan: KernelPlan<Views, Views>;
  fault: (row: number) => WhygradError;
}
let recent: Recent | null = null;

const spare: { shared: WebAssembly.Memory | null; own: WebAssembly.Memory | null } = { shared: null, own: null };
/**
 * The memory of the last plan again if it is large enough: helpers let go of a shared one late, and engines give out
 * few (each reserves gigabytes of addresses).
 */
function reusedMemory(pages: number, shared: boolean): WebAssembly.Memory {
  const kind = shared ? 'shared' : 'own';
  const known = spare[kind];
  if (known !== null && known.buffer.byteLength >= pages * 65536) {
    new Uint8Array(known.buffer, 0, pages * 65536).fill(0);
    return known;
  }
  const memory = newMemory(Math.min(2 ** Math.ceil(Math.log2(pages)), 65536), shared);
  // What one huge call needed is not kept.
  spare[kind] = pages <= KEPT_PAGES ? memory : null;
  return memory;
}
const KEPT_PAGES = 4096;

/** Computes the bound outputs from the bound inputs with the threads of the specification. */
export function executeThreaded(
  spec: Omit<PlanSpecification, 'fault'>,
  bindings: ReadonlyMap<string, Binding>,
  fault: (row: number) => WhygradError,
): void {
  const { source, layout } = spec;
  const key = JSON.stringify([spec.type, spec.fast, spec.threads, layout]);
  if (recent === null || recent.source !== source || recent.key !== key) {
    recent?.plan.dispose();
    const fresh: Recent = {
      source,
      key,
      fault,
      plan: makePlan<Views, Views>({ ...spec, memory: reusedMemory, fault: (row) => fresh.fault(row) }),
    };
    recent = fresh;
  }
  recent.fault = fault;
  const { inputs, outputs } = recent.plan;
  for (const t of layout.tensors) {
    const b = bindings.get(t.name);
    const view = inputs[t.name];
    if (t.role === 'input' && b !== undefined && view !== undefined)
      copyRows(view, b.array, b.walk, 0, t.length / b.walk.columns, 'in');
  }
  recent.plan.run();
  for (const t of layout.tensors) {
    const b = bindings.get(t.name);
    const view = outputs[t.name];
    if (t.role === 'output' && b !== undefined && view !== undefined)
      copyRows(view, b.array, b.walk, 0, t.length / b.walk.columns, 'out');
  }
}
