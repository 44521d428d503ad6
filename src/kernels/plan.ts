// A kernel with memory of its own: views to fill and read, and a call that computes.
// Not here: which tensors a kernel has (the files of the kernels).
// Invariant: run() allocates nothing; every view stays valid until dispose().
import { must } from '../term/must.ts';
import type { FloatType } from '../compile/math/chain.ts';
import { WhygradError } from '../term/error.ts';
import { instantiate, kernelModule, type KernelSource } from './instance.ts';
import { place, RECORD, writeRecord, type KernelLayout, type TensorLayout } from './layout.ts';
import { canShareMemory, dispatch, dispatchAsync, forgetPlan, sharePlan, type Dispatch } from './workers.ts';

/** Numbers of 4 or of 8 bytes. */
export type Floats = Float32Array | Float64Array;
type View = Floats | Int32Array;

/** `inputs.NAME` and `outputs.NAME` are views into the plan's memory; `run()` computes the outputs from the inputs. */
export interface KernelPlan<I = Readonly<Record<string, View>>, O = Readonly<Record<string, View>>> {
  readonly inputs: I;
  readonly outputs: O;
  /** Throws what the kernel's own checks say (a label out of range), and writes nothing then. */
  run(): void;
  /** As run(), for places where blocking is not allowed. */
  runAsync(): Promise<void>;
  /** Lets go of the memory; the plan must not be used after. */
  dispose(): void;
}

export interface PlanSpecification {
  readonly source: KernelSource;
  readonly type: FloatType;
  readonly fast: boolean;
  readonly threads: number;
  readonly layout: KernelLayout;
  /** Where the memory comes from, full of zeros; a new one unless given. */
  readonly memory?: (pages: number, shared: boolean) => WebAssembly.Memory;
  /** The error for a bad row. */
  readonly fault?: (row: number, inputs: Readonly<Record<string, View>>) => WhygradError;
}

/** Elements below which helpers cost more than they bring (about 50 µs of work). */
const WORTH_THREADS = 1 << 16;
/** Elements of a chunk, about: small enough that the last one does not keep everybody waiting. */
const CHUNK = 1 << 15;

export function makePlan<I, O>(spec: PlanSpecification): KernelPlan<I, O> {
  const { layout } = spec;
  const threads =
    layout.rows * layout.rowLength < WORTH_THREADS || !canShareMemory() ? 1 : Math.min(spec.threads, layout.rows);
  const { addresses, scratch, pages } = place(layout, threads);
  const memory = (spec.memory ?? newMemory)(pages, threads > 1);
  const module = kernelModule(spec.source, spec.type, spec.fast, threads > 1);
  const kernel = instantiate(module, memory);
  writeRecord(memory.buffer, layout, addresses, must(scratch[0]));
  const views = (role: TensorLayout['role']): Record<string, View> =>
    Object.fromEntries(
      layout.tensors.flatMap((t, k) =>
        t.role === role ? [[t.name, viewOf(memory.buffer, t, must(addresses[k]))]] : [],
      ),
    );
  layout.tensors.forEach((t, k) => {
    if (t.fill !== undefined) viewOf(memory.buffer, t, must(addresses[k])).fill(t.fill);
  });
  const inputs = views('input');
  const outputs = views('output');
  const check = (row: number): void => {
    if (row >= 0 && spec.fault !== undefined) throw spec.fault(row, inputs);
  };
  const single: Runner = {
    run: () => check(kernel.run(RECORD)),
    runAsync: async () => check(kernel.run(RECORD)),
    dispose: () => undefined,
  };
  const runner = threads === 1 ? single : threaded();

  function threaded(): Runner {
    const plan = sharePlan({ module, memory, scratch }, threads);
    const chunk = Math.max(1, Math.min(Math.floor(CHUNK / layout.rowLength), Math.ceil(layout.rows / (4 * threads))));
    const d: Dispatch = {
      plan,
      record: RECORD,
      rows: layout.rows,
      chunk,
      threads,
      compute: kernel.rows,
      scratch: must(scratch[0]),
    };
    return {
      run: () => {
        check(kernel.prepare?.(RECORD) ?? -1);
        dispatch(d);
        kernel.finish?.(RECORD);
      },
      runAsync: async () => {
        check(kernel.prepare?.(RECORD) ?? -1);
        await dispatchAsync(d);
        kernel.finish?.(RECORD);
      },
      dispose: () => forgetPlan(plan),
    };
  }
  return { inputs: inputs as I, outputs: outputs as O, ...closable(runner) };
}

type Runner = Pick<KernelPlan, 'run' | 'runAsync' | 'dispose'>;

/** After dispose() a run is an error. */
function closable(runner: Runner): Runner {
  let open = true;
  const mustBeOpen = (): void => {
    if (!open)
      throw new WhygradError('disposed', 'The plan was disposed of before this run.', { hint: 'Make a new plan.' });
  };
  return {
    run() {
      if (!open) mustBeOpen();
      runner.run();
    },
    async runAsync() {
      mustBeOpen();
      await runner.runAsync();
    },
    dispose() {
      if (open) {
        open = false;
        runner.dispose();
      }
    },
  };
}

/** A memory of so many pages of 64 KiB. Throws `out-of-memory`. */
export function newMemory(pages: number, shared: boolean): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch {
    throw new WhygradError('out-of-memory', `The engine has no ${Math.ceil(pages / 16)} MiB for this plan.`, {
      hint: 'Work on fewer rows at a time.',
    });
  }
}

export function viewOf(buffer: ArrayBuffer, t: Pick<TensorLayout, 'type' | 'length'>, address: number): View {
  if (t.type === 'i32') return new Int32Array(buffer, address, t.length);
  return t.type === 'f32' ? new Float32Array(buffer, address, t.length) : new Float64Array(buffer, address, t.length);
}
