// A program compiled and ready to run: an instance of its module, and views of its inputs and outputs.
// Not here: how the bytes are made (`codegen/`).
// Invariant: run() allocates nothing; every view stays valid until dispose().
import { WhygradError } from '../term/error.ts';
import { compileModule, type CompiledModule } from './codegen/module.ts';
import { lowerProgram } from './lower.ts';
import type { Tensor } from './loops.ts';
import type { CompileOptions, Program } from './program.ts';
import { relaxedAvailable } from './relaxed.ts';
import { schedule, type Schedule } from './schedule.ts';

export type View = Float32Array | Float64Array | Int32Array;

/** A compiled program. `inputs.NAME` and `outputs.NAME` are row-major views into its memory; `run()` computes the outputs from the inputs. */
export interface Plan {
  readonly inputs: Readonly<Record<string, View>>;
  readonly outputs: Readonly<Record<string, View>>;
  run(): void;
  /** As run(), for places where blocking is not allowed. */
  runAsync(): Promise<void>;
  /** Frees the memory; the plan must not be used after. */
  dispose(): void;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The schedule of a program: what every target starts from. */
export const scheduleProgram = (program: Program, options: CompileOptions, symbolic = false): Schedule => schedule(lowerProgram(program, options, symbolic));

/** Compiles a program. Throws `unknown-size`, `unknown-tensor`, `not-closed`, `unknown-function`, `free-index`, `rank`, `shape`, `too-large`. */
export function compileProgram(program: Program, options: CompileOptions): Plan {
  const s = scheduleProgram(program, options);
  const type = options.dtype ?? 'f32';
  return instantiate(s, compileModule(s, { type, fast: options.fast === true && relaxedAvailable() }), type);
}

const LIMIT = 65536 * 16384;

function instantiate(s: Schedule, m: CompiledModule, type: 'f32' | 'f64'): Plan {
  if (m.layout.total > LIMIT) throw new WhygradError('too-large', `The plan needs ${Math.ceil(m.layout.total / 2 ** 20)} MiB, more than ${LIMIT / 2 ** 20} MiB.`);
  const memory = new WebAssembly.Memory({ initial: m.pages });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(m.bytes), { env: { memory } });
  const run = instance.exports['run'] as () => void;
  const tensors = [...s.program.tensors.values()];
  const views = (chosen: (t: Tensor) => boolean): Record<string, View> => Object.fromEntries(tensors.filter(chosen).map((t) => [t.name, view(memory.buffer, m, t, type)]));
  return {
    inputs: views((t) => t.role === 'input' || t.role === 'state'), outputs: views((t) => t.role === 'output'),
    run, runAsync: async () => run(), dispose: () => { /* the memory goes with the last view */ }, bytes: m.bytes,
  };
}

function view(buffer: ArrayBuffer, m: CompiledModule, t: Tensor, type: 'f32' | 'f64'): View {
  const { base, count } = m.layout.of(t.name);
  if (t.dtype === 'index') return new Int32Array(buffer, base, count);
  return type === 'f32' ? new Float32Array(buffer, base, count) : new Float64Array(buffer, base, count);
}
