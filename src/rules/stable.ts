// Rewrites that are exact over the reals and change what floats do: the ones that make a formula run without overflow.
// Not here: how a kernel is scheduled (`compile/`).
// Invariant: every rule here has kind `rounding`. Source of the shifts: Higham, Accuracy and Stability of Numerical
// Algorithms (2002); Blanchard, Higham & Higham, IMA J. Numer. Anal. 41 (2021).
import type { Rule } from './rule.ts';

export const stable: readonly Rule[] = [
  {
    name: 'max-shift',
    title: 'shift by the maximum',
    from: 'exp(f_i)/sum_k exp(f_k)',
    to: 'exp(f_i - max_k f_k)/sum_k exp(f_k - max_k f_k)',
    kind: 'rounding',
    say: 'Dividing above and below by exp(max f) keeps every exponential at most 1.',
    example: 'exp(z_i)/sum_k exp(z_k)',
  },
  {
    name: 'log-sum-exp',
    title: 'log-sum-exp',
    from: 'log(sum_k exp(f_k))',
    to: 'max_k f_k + log(sum_k exp(f_k - max_k f_k))',
    kind: 'rounding',
    say: 'The largest exponent is taken out before the sum.',
    example: 'log(sum_k exp(z_k))',
  },
  {
    name: 'stable-softplus',
    title: 'softplus without overflow',
    from: 'log(1 + exp(f))',
    to: 'max(f, 0) + log(1 + exp(-abs(f)))',
    kind: 'rounding',
    say: 'The exponential is only taken of a negative number.',
    example: 'log(1 + exp(z))',
  },
  {
    name: 'stable-sigmoid',
    title: 'sigmoid',
    from: '1/(1 + exp(-f))',
    to: 'sigmoid(f)',
    kind: 'rounding',
    say: 'The sigmoid has its own stable evaluation.',
    example: '1/(1 + exp(-z))',
  },
  {
    name: 'log-of-softmax',
    title: 'log-softmax',
    from: 'log(exp(f)/g)',
    to: 'f - log(g)',
    kind: 'rounding',
    say: 'The logarithm of a quotient of exponentials needs no quotient.',
    example: 'log(exp(z)/(1 + exp(z)))',
  },
];
