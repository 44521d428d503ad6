// Kernels applied to ordinary arrays: copied in, computed, copied out, a few rows at a time.
// Not here: checks of arguments (the files of the kernels).
// Invariant: the memory in use stays near 1 MiB unless one row is larger; nothing is written to an output before the
// kernel's own checks passed.
import { must } from '../term/must.ts';
import type { FloatType } from '../compile/math/chain.ts';
import { integerFields } from '../compile/schedules/parameters.ts';
import type { WhygradError } from '../term/error.ts';
import { instantiate, kernelModule, type KernelExports, type KernelSource } from './instance.ts';
import { bytesOf, place, RECORD, writeRecord, type KernelLayout, type TensorLayout } from './layout.ts';
import { viewOf, type Floats } from './plan.ts';
import { copyRows, type Walk } from './rows.ts';

/** An argument of a call and how its rows are walked. */
export interface Binding {
  readonly array: Floats | Int32Array;
  readonly walk: Walk;
}

/** Elements of one batch of rows, about. */
const BATCH = 1 << 15;

export class Session {
  readonly #module: WebAssembly.Module;
  #memory: WebAssembly.Memory | null = null;
  #kernel: KernelExports | null = null;
  constructor(source: KernelSource, type: FloatType, fast: boolean) {
    this.#module = kernelModule(source, type, fast, false);
  }

  /** Computes the bound outputs from the bound inputs. Inputs without a binding keep their fill. */
  execute(layout: KernelLayout, bindings: ReadonlyMap<string, Binding>, fault: (row: number) => WhygradError): void {
    const batch = Math.min(layout.rows, Math.max(1, Math.floor(BATCH / layout.rowLength)));
    const held: KernelLayout = {
      ...layout,
      tensors: layout.tensors.map((t) => (t.perRow === undefined ? t : { ...t, length: batch * t.perRow })),
    };
    const { addresses, scratch, pages } = place(held, 1);
    const { memory, kernel } = this.#withPages(pages);
    writeRecord(memory.buffer, held, addresses, must(scratch[0]));
    const bound = held.tensors.map((t, k) => ({
      t,
      address: must(addresses[k]),
      view: viewOf(memory.buffer, t, must(addresses[k])),
      binding: bindings.get(t.name),
    }));
    for (const b of bound) fillOrCopyWhole(b);
    const bad = kernel.prepare?.(RECORD) ?? -1;
    if (bad >= 0) throw fault(bad);
    const record = new DataView(memory.buffer);
    for (let from = 0; from < layout.rows; from += batch) {
      const to = Math.min(from + batch, layout.rows);
      for (const b of bound) {
        if (b.t.perRow === undefined) continue;
        // Rows are counted from the start of the whole tensor: its address is moved back by the rows before this batch.
        record.setInt32(RECORD + integerFields[b.t.field], b.address - from * b.t.perRow * bytesOf(b.t.type), true);
        if (b.t.role === 'input' && b.binding !== undefined)
          copyRows(b.view, b.binding.array, b.binding.walk, from, to, 'in');
      }
      kernel.rows(RECORD, from, to, must(scratch[0]));
      for (const b of bound)
        if (b.t.role === 'output' && b.t.perRow !== undefined && b.binding !== undefined)
          copyRows(b.view, b.binding.array, b.binding.walk, from, to, 'out');
    }
    kernel.finish?.(RECORD);
    for (const b of bound)
      if (b.t.role === 'output' && b.t.perRow === undefined && b.binding !== undefined)
        b.binding.array.set(b.view as Float32Array);
  }

  /** The same for kernels without rows of their own: everything is copied in, computed and copied out at once. */
  executeWhole(layout: KernelLayout, bindings: ReadonlyMap<string, Binding>): void {
    const { addresses, scratch, pages } = place(layout, 1);
    const { memory, kernel } = this.#withPages(pages);
    writeRecord(memory.buffer, layout, addresses, must(scratch[0]));
    const bound = layout.tensors.map((t, k) => ({
      t,
      view: viewOf(memory.buffer, t, must(addresses[k])),
      binding: bindings.get(t.name),
    }));
    for (const { t, view, binding } of bound)
      if (t.role !== 'output') {
        if (binding === undefined) view.fill(t.fill ?? 0);
        else view.set(binding.array as Float32Array);
      }
    kernel.run(RECORD);
    for (const { t, view, binding } of bound) if (t.role === 'output') binding?.array.set(view as Float32Array);
  }

  #withPages(pages: number): { memory: WebAssembly.Memory; kernel: KernelExports } {
    let memory = this.#memory;
    let kernel = this.#kernel;
    if (memory === null || kernel === null || memory.buffer.byteLength < pages * 65536) {
      memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
      kernel = instantiate(this.#module, memory);
    }
    // A memory that one huge row needed is not kept.
    const keep = pages <= 256;
    this.#memory = keep ? memory : null;
    this.#kernel = keep ? kernel : null;
    return { memory, kernel };
  }
}

interface Bound {
  readonly t: TensorLayout;
  readonly view: Floats | Int32Array;
  readonly binding: Binding | undefined;
}
function fillOrCopyWhole({ t, view, binding }: Bound): void {
  if (t.role === 'hidden' || (t.role === 'input' && binding === undefined)) view.fill(t.fill ?? 0);
  if (t.role === 'input' && t.perRow === undefined && binding !== undefined) view.set(binding.array as Float32Array);
}

const sessions = new WeakMap<KernelSource, Map<string, Session>>();
/** The session of a kernel in one variant. */
export function sessionOf(source: KernelSource, type: FloatType, fast: boolean): Session {
  const known = sessions.get(source) ?? new Map<string, Session>();
  sessions.set(source, known);
  const key = `${type} ${fast}`;
  const session = known.get(key) ?? new Session(source, type, fast);
  known.set(key, session);
  return session;
}
