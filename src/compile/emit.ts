// Programs written as files of other languages: the table of targets and what they start from.
// Not here: the targets (`targets/`, one file each).
// Invariant: nothing that is written is run here.
import { WhygradError } from '../term/error.ts';
import { must } from '../term/must.ts';
import type { SetId } from '../term/term.ts';
import { walkOf } from './arrays/passes.ts';
import { shardProgram } from './arrays/shard.ts';
import type { Autograd } from './autograd.ts';
import { arrayStages } from './arrays/prepare.ts';
import { lowerProgram } from './lower.ts';
import type { ArrayProgram, LoopProgram } from './loops.ts';
import type { CompileOptions, Program } from './program.ts';
import { schedule } from './schedule.ts';
import { c } from './targets/c.ts';
import { javascript } from './targets/javascript.ts';
import { jax } from './targets/jax.ts';
import { latex } from './targets/latex.ts';
import { identifier } from './targets/names.ts';
import { numpy } from './targets/numpy.ts';
import { onnx } from './targets/onnx.ts';
import type { ChunkSize, EmittedFile, Target } from './targets/target.ts';
import { pytorch } from './targets/torch.ts';
import { wasm } from './targets/wasm.ts';

export type { EmittedFile, Target } from './targets/target.ts';

/** The targets by name. */
export const targets: ReadonlyMap<string, Target> = new Map(
  [javascript, wasm, numpy, pytorch, jax, c, onnx, latex].map((t) => [t.name, t]),
);

export interface EmitOptions {
  readonly to: string;
  /** The name of the function and of the files. */
  readonly name: string;
  readonly title?: string;
  /** With sizes the target `wasm` writes fast code for them alone; all others take sizes from their arguments. */
  readonly sizes?: CompileOptions['sizes'];
  readonly dtype?: 'f32' | 'f64';
  /** The outputs are a function and its gradients (`torch`, `jax`). */
  readonly autograd?: Autograd;
  /** Tests of the gradients, beside (`torch` with `autograd`). */
  readonly tests?: boolean;
  /** Other names for tensors. */
  readonly names?: ReadonlyMap<string, string>;
  /** Index sets that are split over processes, each with its mesh axis (`torch`, `jax`). */
  readonly shard?: ReadonlyMap<SetId, string>;
  /** An index set that is walked in chunks (`torch`, `numpy`). */
  readonly chunk?: { readonly set: SetId; readonly size: ChunkSize };
}

/** The files of a program in a target language. Throws `unknown-target`, `unknown-size` and what compiling throws. */
export function emitProgram(program: Program, options: EmitOptions): readonly EmittedFile[] {
  const target = targets.get(options.to);
  if (target === undefined)
    throw new WhygradError('unknown-target', `There is no target '${options.to}'.`, {
      hint: `Targets: ${[...targets.keys()].join(', ')}.`,
    });
  mustHave(target, options);
  const sizes = options.sizes ?? new Map<string, number>();
  const { chunk, shard } = options;
  const stages = (): LoopProgram => arrayStages(lowerProgram(program, { sizes }, true));
  return target.emit({
    program,
    name: identifier(options.name),
    title: options.title ?? options.name,
    dtype: options.dtype ?? 'f32',
    loops: () => schedule(lowerProgram(program, { sizes }, true)),
    ...(options.autograd === undefined ? {} : { autograd: options.autograd }),
    ...(options.tests === true ? { tests: true } : {}),
    ...(options.names === undefined ? {} : { names: options.names }),
    ...(shard === undefined
      ? {}
      : { mesh: [...new Set(shard.values())], meshOf: (set: SetId) => must(shard.get(set)) }),
    ...(chunk === undefined ? {} : { chunk: { walk: walkOf(stages(), chunk.set), size: chunk.size } }),
    arrays: () => ({ program: shard === undefined ? stages() : split(stages(), shard) }),
    fixed: () => (options.sizes === undefined ? null : schedule(lowerProgram(program, { sizes }))),
  });
}

/** What only some targets can do. Throws `not-in-target`. */
function mustHave(target: Target, options: EmitOptions): void {
  if (
    options.tests === true &&
    (target.name !== 'torch' || options.autograd === undefined || options.shard !== undefined)
  )
    throw new WhygradError('not-in-target', 'Tests are written for a torch.autograd.Function on one process.', {
      hint: 'Ask for torch with autograd, and without shard.',
    });
  for (const what of ['autograd', 'shard', 'chunk'] as const)
    if (options[what] !== undefined && target.can?.includes(what) !== true) {
      const able = [...targets.values()].filter((t) => t.can?.includes(what) === true).map((t) => t.name);
      throw new WhygradError('not-in-target', `The target '${target.name}' has no ${what}.`, {
        hint: `Targets that have it: ${able.join(', ')}.`,
      });
    }
  if (options.chunk !== undefined && (options.autograd !== undefined || options.shard !== undefined))
    throw new WhygradError('not-in-target', 'A program in chunks is a plain function of one process.', {
      hint: 'Leave autograd and shard out, or chunk.',
    });
}

/** The split program; where it cannot be split so, the error names the axes that can be. */
function split(p: LoopProgram, shard: ReadonlyMap<SetId, string>): ArrayProgram {
  try {
    return shardProgram(p, shard);
  } catch (error) {
    if (!(error instanceof WhygradError) || error.code !== 'not-shardable') throw error;
    const able = [...p.tensors.values()].flatMap((t) =>
      t.role === 'input' ? t.sets.flatMap((set, n) => (canSplit(p, set) ? [`${t.name}.${n + 1}`] : [])) : [],
    );
    const hint =
      able.length === 0 ? 'No axis of this program can be split.' : `Axes that can be split: ${able.join(', ')}.`;
    throw new WhygradError(error.code, error.message, { hint });
  }
}
function canSplit(p: LoopProgram, set: SetId): boolean {
  if (/^\d*$/.test(set)) return false;
  try {
    shardProgram(p, new Map([[set, '']]));
    return true;
  } catch {
    return false;
  }
}
