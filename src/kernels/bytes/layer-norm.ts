// The bytes of layer normalisation.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const layerNormSource = assembled({ kind: 'layer-norm' });
export const layerNormBackwardSource = assembled({ kind: 'layer-norm-backward' });
