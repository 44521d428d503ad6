// The bytes of the derivatives of softmax.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const softmaxBackwardSource = assembled({ kind: 'softmax-backward' });
export const logSoftmaxBackwardSource = assembled({ kind: 'log-softmax-backward' });
export const softmaxJacobianSource = assembled({ kind: 'softmax-jacobian' });
export const hessianVectorProductSource = assembled({ kind: 'hessian-vector-product' });
