// The bytes of GELU.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const geluSource = assembled({ kind: 'activation', of: 'gelu' });
export const geluBackwardSource = assembled({ kind: 'activation-backward', of: 'gelu' });
