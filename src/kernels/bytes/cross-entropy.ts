// The bytes of cross-entropy.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const indexGradientSource = assembled({ kind: 'cross-entropy', targets: 'index', gradient: true });
export const indexSource = assembled({ kind: 'cross-entropy', targets: 'index', gradient: false });
export const indexDenseSource = assembled({ kind: 'cross-entropy', targets: 'index-dense', gradient: false });
export const indexDenseGradientSource = assembled({ kind: 'cross-entropy', targets: 'index-dense', gradient: true });
export const probabilitySource = assembled({ kind: 'cross-entropy', targets: 'probability', gradient: false });
export const probabilityGradientSource = assembled({ kind: 'cross-entropy', targets: 'probability', gradient: true });
export const likelihoodSource = assembled({ kind: 'negative-log-likelihood', gradient: false });
export const likelihoodGradientSource = assembled({ kind: 'negative-log-likelihood', gradient: true });
