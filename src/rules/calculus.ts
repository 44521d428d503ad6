// The rules of ∂ for sums, products, powers, Σ, Π, extrema and cases.
// Not here: derivatives of elementary functions (`functions.ts`), of matrix functions (`matrix.ts`), and the schemas that need the context (`schemas.ts`).
// Invariant: data only.
import { constantIn, positive, type Rule } from './rule.ts';

export const calculus: readonly Rule[] = [
  { name: 'constant', title: 'constant rule', from: 'd(c, x)', to: '0', where: [constantIn('c')], kind: 'exact',
    say: 'What does not depend on the variable has derivative 0.', example: 'd(y^2, x)' },
  { name: 'sum', title: 'sum rule', from: 'd(f + g, x)', to: 'd(f, x) + d(g, x)', kind: 'exact',
    say: 'The derivative of a sum is the sum of the derivatives.', example: 'd(x^2 + sin(x), x)' },
  { name: 'constant-multiple', title: 'constant multiple', from: 'd(c*f, x)', to: 'c*d(f, x)', where: [constantIn('c')], kind: 'exact',
    say: 'A constant factor stays in front of the derivative.', example: 'd(y*exp(x), x)' },
  { name: 'product', title: 'product rule', from: 'd(f*g, x)', to: 'd(f, x)*g + f*d(g, x)', kind: 'exact',
    say: 'Differentiate one factor at a time and add.', example: 'd(x*exp(x), x)' },
  { name: 'quotient', title: 'quotient rule', from: 'd(f/g, x)', to: '(d(f, x)*g - f*d(g, x))/g^2', kind: 'exact',
    say: 'Bottom times derivative of the top, minus top times derivative of the bottom, over the bottom squared.', example: 'd(exp(x)/(1 + x^2), x)' },
  { name: 'power', title: 'power rule', from: 'd(f^n, x)', to: 'n*f^(n-1)*d(f, x)', where: [constantIn('n')], kind: 'exact',
    say: 'Bring the exponent down, lower it by one, and multiply by the inner derivative.', example: 'd((1 + x^2)^3, x)' },
  { name: 'exponential-base', title: 'exponential rule', from: 'd(c^f, x)', to: 'c^f*log(c)*d(f, x)', where: [constantIn('c'), positive('c')], kind: 'exact',
    say: 'A constant base to a varying power gives itself times the logarithm of the base.', example: 'd(2^x, x)' },
  { name: 'general-power', title: 'general power rule', from: 'd(f^g, x)', to: 'f^g*(d(g, x)*log(f) + g*d(f, x)/f)', where: [positive('f')], kind: 'exact',
    say: 'Write the power as exp(g log f) and use the chain and product rules.', example: 'd((1 + exp(x))^x, x)' },
  { name: 'through-sum', title: 'derivative of a sum over an index', from: 'd(sum_k f_k, x)', to: 'sum_k d(f_k, x)', kind: 'exact',
    say: 'Differentiate every term of the sum.', example: 'd(sum_k exp(z_k), z_i)' },
  { name: 'through-product', title: 'derivative of a product over an index', from: 'd(prod_k f_k, x)', to: '(prod_k f_k)*sum_k d(f_k, x)/f_k', kind: 'exact',
    say: 'Each factor is differentiated once and divided out of the product (where no factor is 0).', example: 'd(prod_k z_k, z_i)' },
  { name: 'through-max', title: 'derivative of a maximum', from: 'd(max_k f_k, x)', to: 'sum_k 1{f_k = max_k f_k}*d(f_k, x)', kind: 'exact',
    say: 'Only the largest term moves the maximum (where it is attained once).', example: 'd(max_k z_k, z_i)' },
  { name: 'through-min', title: 'derivative of a minimum', from: 'd(min_k f_k, x)', to: 'sum_k 1{f_k = min_k f_k}*d(f_k, x)', kind: 'exact',
    say: 'Only the smallest term moves the minimum (where it is attained once).', example: 'd(min_k z_k, z_i)' },
  { name: 'log-derivative', title: 'logarithmic differentiation', from: 'd(f, x)', to: 'f*d(log(f), x)', where: [positive('f')], kind: 'exact',
    say: 'For a positive f, ∂f = f · ∂ ln f.', example: 'd(exp(x)/(1 + exp(x)), x)' },
];
