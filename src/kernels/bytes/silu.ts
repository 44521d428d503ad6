// The bytes of SiLU.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const siluSource = assembled({ kind: 'activation', of: 'silu' });
export const siluBackwardSource = assembled({ kind: 'activation-backward', of: 'silu' });
