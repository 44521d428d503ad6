// A program compiled and ready to run: an instance of its module, and views of its inputs and outputs.
// Not here: how the bytes are made (`codegen/`).
// Invariant: run() allocates nothing; every view stays valid until dispose().
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import { compileModule, type CompiledModule } from './codegen/module.ts';
import { lowerProgram } from './lower.ts';
import type { Style } from './math/chain.ts';
import type { Tensor } from './loops.ts';
import type { CompileOptions, Program } from './program.ts';
import { relaxedAvailable } from './relaxed.ts';
import { schedule, type Schedule } from './schedule.ts';

/** An array in a plan's memory. */
export type View = Float32Array | Float64Array | Int32Array;

/**
 * A compiled program. `inputs.NAME` and `outputs.NAME` are row-major views into its memory; `run()` computes the
 * outputs from the inputs.
 */
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
export const scheduleProgram = (program: Program, options: CompileOptions, symbolic = false): Schedule =>
  schedule(lowerProgram(program, options, symbolic));

/** The lanes and the arithmetic that the options ask for, as far as the engine has them. */
export const styleOf = (options: CompileOptions): Style => ({
  type: options.dtype ?? 'f32',
  fast: options.fast === true && relaxedAvailable(),
});

/**
 * Compiles a program, for one thread. Throws `unknown-size`, `unknown-tensor`, `not-closed`, `unknown-function`,
 * `free-index`, `rank`, `shape`, `too-large`.
 */
export function compileProgram(program: Program, options: CompileOptions): Plan {
  const s = scheduleProgram(program, options);
  const style = styleOf(options);
  const m = compileModule(s, style);
  const memory = newMemory(m, false);
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(m.bytes), { env: { memory } }).exports as {
    run: () => void;
  };
  const seen = views(s, m, memory, style.type);
  return {
    ...seen,
    ...closable(checked(s, seen.inputs, { run, runAsync: async () => run(), dispose: () => undefined })),
    bytes: m.bytes,
  };
}

const PAGE = 65536;
const LIMIT = 65536;

/** A memory of the size that a module needs. Throws `too-large`. */
export function newMemory(m: Pick<CompiledModule, 'pages'>, shared: boolean): WebAssembly.Memory {
  try {
    if (m.pages < LIMIT)
      return shared
        ? new WebAssembly.Memory({ initial: m.pages, maximum: m.pages, shared })
        : new WebAssembly.Memory({ initial: m.pages });
  } catch {
    /* said below */
  }
  throw new WhygradError(
    'too-large',
    `The plan needs ${Math.ceil((m.pages * PAGE) / 2 ** 20)} MiB, more than the engine gives.`,
    { hint: 'Compile for smaller sizes.' },
  );
}

type Runner = Pick<Plan, 'run' | 'runAsync' | 'dispose'>;
/** After dispose() a run is the error `disposed`. */
export function closable(runner: Runner): Runner {
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

/** Refuses to run where an entry that stands as an index is no position. */
export function checked(s: Schedule, inputs: Plan['inputs'], runner: Runner): Runner {
  const tensors = [...s.program.tensors.values()].filter((t) => t.of !== undefined);
  if (tensors.length === 0) return runner;
  const check = (): void => mustBePositions(tensors, inputs);
  return {
    ...runner,
    run() {
      check();
      runner.run();
    },
    async runAsync() {
      check();
      await runner.runAsync();
    },
  };
}
/** Throws `index-out-of-range` where an entry that stands as an index is no position. */
export function mustBePositions(tensors: readonly Tensor[], arrays: Readonly<Record<string, View>>): void {
  for (const { name, of } of tensors)
    if (of !== undefined)
      for (const n of must(arrays[name]))
        if ((n < 0 || n >= of.size) && !of.except.includes(n)) outside(name, n, of.size);
}
function outside(name: string, n: number, size: number): never {
  throw new WhygradError(
    'index-out-of-range',
    `${name} stands as an index and has the entry ${n}, which is none of the positions 0 to ${size - 1}.`,
    { hint: 'The positions of a compiled program count from 0.' },
  );
}

/** The views of a program's inputs and outputs. */
export function views(
  s: Schedule,
  m: CompiledModule,
  memory: WebAssembly.Memory,
  type: 'f32' | 'f64',
): Pick<Plan, 'inputs' | 'outputs'> {
  const tensors = [...s.program.tensors.values()];
  const group = (roles: readonly Tensor['role'][]): Record<string, View> =>
    Object.fromEntries(
      tensors.filter((t) => roles.includes(t.role)).map((t) => [t.name, view(memory.buffer, m, t, type)]),
    );
  return { inputs: group(['input', 'state']), outputs: group(['output']) };
}
function view(buffer: ArrayBuffer, m: CompiledModule, t: Tensor, type: 'f32' | 'f64'): View {
  const { base, count } = m.layout.of(t.name);
  if (t.dtype === 'index') return new Int32Array(buffer, base, count);
  return type === 'f32' ? new Float32Array(buffer, base, count) : new Float64Array(buffer, base, count);
}
