// The bytes of log-sum-exp.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const logSumExpSource = assembled({ kind: 'log-sum-exp', masked: false });
export const maskedLogSumExpSource = assembled({ kind: 'log-sum-exp', masked: true });
