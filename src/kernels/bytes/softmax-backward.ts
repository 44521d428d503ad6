// The bytes of the backward passes of softmax and log-softmax.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const softmaxBackwardSource = assembled({ kind: 'softmax-backward' });
export const logSoftmaxBackwardSource = assembled({ kind: 'log-softmax-backward' });
