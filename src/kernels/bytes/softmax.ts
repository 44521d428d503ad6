// The bytes of softmax.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const softmaxSource = assembled({ kind: 'softmax', masked: false });
export const maskedSoftmaxSource = assembled({ kind: 'softmax', masked: true });
