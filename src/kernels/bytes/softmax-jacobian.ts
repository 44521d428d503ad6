// The bytes of the Jacobian of softmax.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const softmaxJacobianSource = assembled({ kind: 'softmax-jacobian' });
