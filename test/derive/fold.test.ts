// A name is put back only where it says more briefly what stands there.
// Not here: which names are known (`letters.test.ts`).
// Invariant: with equal indices a definition may lose its functions; what is left of it is not called by its name.
// Fails where every instance of a definition is folded: s² became K_ii.
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';

describe('an instance with equal indices that has lost its functions keeps its own letters', () => {
  test.each<[string, readonly string[], string]>([
    ['dK_ij/dl', ['K_ij = s^2 exp(-(x_i - x_j)^2/(2 l^2))'], '(x_i - x_j)^2*K_ij/l^3'],
    ['dG_ab/dr', ['G_ab = c exp(-r abs(u_a - u_b))'], '-abs(u_a - u_b)*G_ab'],
    ['dK_ij/dx_k', ['K_ij = s^2 exp(-(x_i - x_j)^2/2)'], ''],
    ['df/dx_k', ['K_ij = x_i x_j', 'f = sum_i K_ii x_i'], '3*K_kk'],
  ])('%s of %j', (ask, given, result) => {
    const { text } = derive(ask, { given }).result;
    if (result === '') expect(text).not.toMatch(/K_(ii|jj|kk)/);
    else expect(text).toBe(result);
  });
});
