// The bytes of log-softmax.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const logSoftmaxSource = assembled({ kind: 'log-softmax', masked: false });
export const maskedLogSoftmaxSource = assembled({ kind: 'log-softmax', masked: true });
