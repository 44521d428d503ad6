// The bytes of the hyperbolic tangent.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const tanhSource = assembled({ kind: 'activation', of: 'tanh' });
export const tanhBackwardSource = assembled({ kind: 'activation-backward', of: 'tanh' });
