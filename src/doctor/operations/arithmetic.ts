// Arithmetic of single numbers, as the nodes of an engine have it.
// Not here: operations on arrays; these are tried only where a class of numbers has a method of that name.
// Invariant: a and b are the two sides; the method belongs to a.
import { activations } from './activations.ts';
import { operation, type Operation } from './operation.ts';

const BOTH = ['a batch N C normal', 'b batch N C normal'];

export const arithmetic: readonly Operation[] = [
  operation('multiply', {
    names: /^(r?mul|multiply|times)$/i,
    inputs: BOTH,
    forward: 'out = a * b',
    backward: 'da = u * b; db = u * a',
    wrongs: [
      ['upstream-ignored', 'da = b; db = a'],
      ['input-not-output', 'da = u * a; db = u * b'],
    ],
  }),
  operation('add', {
    names: /^(r?add|plus)$/i,
    inputs: BOTH,
    forward: 'out = a + b',
    backward: 'da = u; db = u',
    wrongs: [['upstream-ignored', 'da = one(u); db = one(u)']],
  }),
  operation('subtract', {
    names: /^(sub|subtract|minus)$/i,
    inputs: BOTH,
    forward: 'out = a - b',
    backward: 'da = u; db = -u',
    wrongs: [
      ['sign', 'db = u'],
      ['upstream-ignored', 'da = one(u); db = -one(u)'],
    ],
  }),
  operation('divide', {
    names: /^(div|truediv|divide|over)$/i,
    inputs: ['a batch N C normal', 'b batch N C positive'],
    forward: 'out = a / b',
    backward: 'da = u / b; db = -u * a / b ** 2',
    wrongs: [
      ['sign', 'db = u * a / b ** 2'],
      ['exponent', 'db = -u * a / b'],
    ],
  }),
  operation('power', {
    names: /^(pow|power)$/i,
    inputs: ['a batch N C positive', 'k constant positive'],
    forward: 'out = a ** k',
    backward: 'da = u * k * a ** (k - 1)',
    wrongs: [
      ['exponent', 'da = u * k * a ** k'],
      ['lost-factor', 'da = u * a ** (k - 1)'],
    ],
  }),
  operation('logarithm', {
    names: /^(log|ln)$/i,
    inputs: ['a batch N C positive'],
    forward: 'out = log(a)',
    backward: 'da = u / a',
    wrongs: [['wrong-quantity', 'da = u * a']],
  }),
  ...activations.filter((o) => /^(sigmoid|tanh|relu|exp|softplus|silu)$/.test(o.id)),
];
