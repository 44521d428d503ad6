// The bytes of the rectifier.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const reluSource = assembled({ kind: 'activation', of: 'relu' });
export const reluBackwardSource = assembled({ kind: 'activation-backward', of: 'relu' });
