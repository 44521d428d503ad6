// From lowered loops to stages that are one array operation each: shared values stored, contractions of few operands.
// Not here: how a stage is written (`../targets/arrays.ts`), nests of loops (`../schedule.ts`).
// Invariant: no stage builds an array over more letters than its largest operand or its result, where a contraction can
// avoid it.
import type { LoopProgram } from '../loops.ts';
import { nameOutputs } from './outputs.ts';
import { inlineStages } from '../schedule-inline.ts';
import { shareValues } from '../schedule-share.ts';
import { distributeSums } from './distribute.ts';
import { layOut } from './layout.ts';
import { reuseArrays } from './reuse.ts';

/** The program as stages for array packages. */
export const arrayStages = (lowered: LoopProgram): LoopProgram =>
  nameOutputs(layOut(inlineStages(reuseArrays(shareValues(distributeSums(inlineStages(lowered)))))));
