// From the loops as lowered to the nests that are run: share, inline, fuse.
// Not here: vector lanes, tiles, addresses (`codegen`), and text (`targets`).
// Invariant: the nests compute the outputs of the loops that were given, in an order that depends on the program alone.
import type { LoopProgram, Nest } from './loops.ts';
import { fuseStages } from './schedule-fuse.ts';
import { inlineStages } from './schedule-inline.ts';
import { shareValues } from './schedule-share.ts';

/** A program ready for a target. */
export interface Schedule { readonly program: LoopProgram; readonly nests: readonly Nest[] }

export function schedule(lowered: LoopProgram): Schedule {
  const program = inlineStages(shareValues(inlineStages(lowered)));
  return { program, nests: fuseStages(program) };
}
