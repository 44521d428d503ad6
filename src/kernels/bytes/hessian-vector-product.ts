// The bytes of products with the Hessian of cross-entropy.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const hessianVectorProductSource = assembled({ kind: 'hessian-vector-product' });
