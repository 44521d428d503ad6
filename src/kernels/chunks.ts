// A set that is walked in chunks, as it is asked for: which one, and how large the chunks are.
// Not here: the walk (`compile/arrays/passes.ts`, `compile/walk.ts`).
// Invariant: one set alone is walked, in chunks of at least one entry.
import type { ChunkSize } from '../compile/targets/target.ts';
import type { Plan } from '../compile/plan.ts';
import type { CompileOptions, Program } from '../compile/program.ts';
import { compileWalk, walkPlan } from '../compile/walk.ts';
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import type { SetId } from '../term/term.ts';
import { setsNamed } from './split.ts';

/** The set that is walked, and the size of its chunks. Throws `bad-chunk`, `unknown-axis`, `ambiguous-axis`. */
export function chunkNamed(
  chunk: Readonly<Record<string, number | { readonly memory: number }>>,
  program: Program,
  context: Context,
): { readonly set: SetId; readonly size: ChunkSize } {
  const [first, ...others] = setsNamed(chunk, program, context);
  if (first === undefined || others.length > 0)
    throw new WhygradError('bad-chunk', 'One set is walked in chunks, and one alone.', {
      hint: 'Say chunk: { v: 4096 }.',
    });
  const [set, given] = first;
  const n = typeof given === 'number' ? given : given.memory;
  if (!Number.isSafeInteger(n) || n < 1)
    throw new WhygradError('bad-chunk', `A chunk has a whole number of entries, at least 1, not ${String(n)}.`, {
      hint: 'Say chunk: { v: 4096 }, or { v: { memory: 100e6 } } for bytes.',
    });
  return { set, size: typeof given === 'number' ? { entries: n } : { bytes: n } };
}

/** The plan of a walk. Throws as `chunkNamed`, and `bad-threads`. */
export function chunkedPlan(
  program: Program,
  context: Context,
  options: CompileOptions & { readonly chunk: Readonly<Record<string, number>>; readonly threads: number },
): Plan {
  if (options.threads > 1)
    throw new WhygradError('bad-threads', 'A program in chunks runs on one thread.', { hint: 'Leave threads out.' });
  const { set, size } = chunkNamed(options.chunk, program, context);
  if (!('entries' in size)) throw new Error('bug: a chunk of bytes in a plan');
  const how = { ...options, chunk: { set, entries: size.entries } };
  return walkPlan(compileWalk(program, how), how);
}
