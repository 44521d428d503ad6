// Rules of Σ and δ.
// Not here: the calculus of Σ (`calculus.ts`).
// Invariant: data only; every index set is that of the letter that is summed, so Σ_k δ_ik f_k = f_i needs no side condition.
import type { Rule } from './rule.ts';

export const sums: readonly Rule[] = [
  { name: 'collapse-delta', title: 'δ picks one term', from: 'sum_k delta_ik*f_k', to: 'f_i', kind: 'exact',
    say: 'Only the term where the two indices of δ agree is left of the sum.', example: 'sum_k delta_ik*exp(z_k)' },
  { name: 'collapse-delta-alone', title: 'δ sums to 1', from: 'sum_k delta_ik', to: '1', kind: 'exact',
    say: 'Exactly one term of Σ δ is 1.', example: 'sum_k delta_ik' },
  { name: 'sum-of-sum', title: 'split the sum', from: 'sum_k (f_k + g_k)', to: 'sum_k f_k + sum_k g_k', kind: 'exact',
    say: 'A sum of sums is summed term by term.', example: 'sum_k (z_k + 1)' },
  { name: 'pull-out', title: 'move a factor out of the sum', from: 'sum_k (c*f_k)', to: 'c*sum_k f_k', kind: 'minor',
    say: 'A factor without the summation index stands outside.', example: 'sum_k y_k*p_i' },
  { name: 'swap-sums', title: 'swap two sums', from: 'sum_k sum_l f_kl', to: 'sum_l sum_k f_kl', kind: 'minor',
    say: 'The order of finite sums does not matter.', example: 'sum_k sum_l A_kl' },
  { name: 'delta-same', title: 'δ_ii = 1', from: 'delta_ii', to: '1', kind: 'minor', say: 'An index equals itself.', example: 'delta_ii*x_i' },
  { name: 'delta-squared', title: 'δ² = δ', from: 'delta_ij*delta_ij', to: 'delta_ij', kind: 'minor', say: '0 and 1 are their own squares.', example: 'delta_ij*delta_ij' },
  { name: 'split-off', title: 'split off one term', from: 'sum_k f_k', to: 'f_i + sum_{k != i} f_k', kind: 'exact',
    say: 'The term k = i is written apart from the rest.', example: 'sum_k y_k' },
  { name: 'put-back', title: 'put a term back into the sum', from: 'f_i + sum_{k != i} f_k', to: 'sum_k f_k', kind: 'exact',
    say: 'The missing term completes the sum.', example: 'y_i + sum_{k != i} y_k' },
  { name: 'restricted-sum', title: 'restricted sum with δ', from: 'sum_{k != i} f_k', to: 'sum_k (1 - delta_ik)*f_k', kind: 'exact',
    say: 'Leaving out k = i is multiplying with 1 − δ.', example: 'sum_{k != i} y_k' },
];
