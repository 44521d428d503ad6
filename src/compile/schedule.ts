// From the loops as lowered to the nests that are run: share, inline, split, fuse, recognise.
// Not here: vector lanes, tiles, addresses (`codegen`), and text (`targets`).
// Invariant: the nests compute the outputs of the loops that were given, in an order that depends on the program alone.
import type { LoopProgram, Nest } from './loops.ts';
import { splitDiagonals } from './schedule-diagonal.ts';
import { fuseStages } from './schedule-fuse.ts';
import { inlineStages } from './schedule-inline.ts';
import { recogniseSoftmax } from './schedule-softmax.ts';
import { shareValues } from './schedule-share.ts';

/** A program ready for a target. */
export interface Schedule {
  readonly program: LoopProgram;
  readonly nests: readonly Nest[];
}

export function schedule(lowered: LoopProgram): Schedule {
  const program = splitDiagonals(inlineStages(shareValues(inlineStages(lowered))));
  const { nests, tensors } = recogniseSoftmax(fuseStages(program), program);
  return { program: { ...program, tensors }, nests };
}
