// The bytes of softplus.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const softplusSource = assembled({ kind: 'activation', of: 'softplus' });
export const softplusBackwardSource = assembled({ kind: 'activation-backward', of: 'softplus' });
