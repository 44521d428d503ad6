// The bytes of the activations.
// Not here: what the kernel computes (`compile/schedules/`).
// Invariant: the build replaces this file's output by the bytes themselves, which are the same.
import { assembled } from '../source.ts';

export const sigmoidSource = assembled({ kind: 'activation', of: 'sigmoid' });
export const sigmoidBackwardSource = assembled({ kind: 'activation-backward', of: 'sigmoid' });
export const reluSource = assembled({ kind: 'activation', of: 'relu' });
export const reluBackwardSource = assembled({ kind: 'activation-backward', of: 'relu' });
export const tanhSource = assembled({ kind: 'activation', of: 'tanh' });
export const tanhBackwardSource = assembled({ kind: 'activation-backward', of: 'tanh' });
export const geluSource = assembled({ kind: 'activation', of: 'gelu' });
export const geluBackwardSource = assembled({ kind: 'activation-backward', of: 'gelu' });
export const siluSource = assembled({ kind: 'activation', of: 'silu' });
export const siluBackwardSource = assembled({ kind: 'activation-backward', of: 'silu' });
export const softplusSource = assembled({ kind: 'activation', of: 'softplus' });
export const softplusBackwardSource = assembled({ kind: 'activation-backward', of: 'softplus' });
