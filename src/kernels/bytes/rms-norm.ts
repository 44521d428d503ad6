// The bytes of RMS normalisation.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const rmsNormSource = assembled({ kind: 'rms-norm' });
export const rmsNormBackwardSource = assembled({ kind: 'rms-norm-backward' });
