// The bytes of the matrix product.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const matmulSource = assembled({ kind: 'matmul' });
