// Derivatives of the inverse and the determinant.
// Not here: products, transposes and traces, which are sums over indices and need no rules of their own.
// Invariant: data only. Source: Petersen & Pedersen, The Matrix Cookbook (2012), eqs. 46 and 59.
import type { Rule } from './rule.ts';

export const matrix: readonly Rule[] = [
  {
    name: 'derivative-inverse',
    title: 'derivative of an inverse',
    kind: 'exact',
    from: 'd(inv_{a,b}(f_ab)_ij, x)',
    to: '-sum_a sum_b inv_{a,b}(f_ab)_ia*d(f_ab, x)*inv_{a,b}(f_ab)_bj',
    say: '∂M⁻¹ = −M⁻¹ (∂M) M⁻¹.',
    example: 'd(inv(X)_ij, X_kl)',
  },
  {
    name: 'derivative-determinant',
    title: 'derivative of a determinant',
    kind: 'exact',
    from: 'd(det_{a,b}(f_ab), x)',
    to: 'det_{a,b}(f_ab)*sum_a sum_b inv_{a,b}(f_ab)_ba*d(f_ab, x)',
    say: '∂ det M = det M · tr(M⁻¹ ∂M) (Jacobi).',
    example: 'd(det(X), X_kl)',
  },
];
