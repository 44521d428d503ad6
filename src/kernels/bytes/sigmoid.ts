// The bytes of the sigmoid.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const sigmoidSource = assembled({ kind: 'activation', of: 'sigmoid' });
export const sigmoidBackwardSource = assembled({ kind: 'activation-backward', of: 'sigmoid' });
