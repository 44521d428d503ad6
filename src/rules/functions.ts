// The derivative of every elementary function, as rules with the chain rule built in.
// Not here: unknown functions, whose rule needs the context (`../check/replay.ts`).
// Invariant: one rule per function name and argument; the table is total over FunctionName.
import type { FunctionName } from '../term/term.ts';
import type { Rule } from './rule.ts';

const derivative = (fn: string, from: string, to: string, say: string): Rule => ({
  name: `derivative-${fn}`,
  title: `derivative of ${fn}`,
  from: `d(${from}, x)`,
  to,
  say,
  example: `d(${from.replaceAll(/\bf\b/g, 'x')}, x)`,
  kind: 'exact',
});
const chain = (fn: string, outer: string, say = `(${fn})′ times the inner derivative (chain rule).`): Rule =>
  derivative(fn, `${fn}(f)`, `${outer}*d(f, x)`, say);

export const functionDerivatives: { readonly [F in FunctionName]: Rule } = {
  exp: chain('exp', 'exp(f)', 'exp is its own derivative; multiply by the inner derivative.'),
  log: { ...chain('log', '1/f', 'The derivative of ln f is f′/f.'), to: 'd(f, x)/f' },
  sqrt: { ...chain('sqrt', '', 'The derivative of √f is f′/(2√f).'), to: 'd(f, x)/(2*sqrt(f))' },
  abs: chain('abs', 'sign(f)', 'The derivative of |f| is sign(f) f′, away from f = 0.'),
  sign: { ...chain('sign', '', 'sign is flat away from 0.'), to: '0' },
  sin: chain('sin', 'cos(f)'),
  cos: { ...chain('cos', ''), to: '-sin(f)*d(f, x)' },
  tan: chain('tan', '(1 + tan(f)^2)'),
  asin: { ...chain('asin', ''), to: 'd(f, x)/sqrt(1 - f^2)' },
  acos: { ...chain('acos', ''), to: '-d(f, x)/sqrt(1 - f^2)' },
  atan: { ...chain('atan', ''), to: 'd(f, x)/(1 + f^2)' },
  sinh: chain('sinh', 'cosh(f)'),
  cosh: chain('cosh', 'sinh(f)'),
  tanh: chain('tanh', '(1 - tanh(f)^2)'),
  sigmoid: {
    ...derivative(
      'sigmoid',
      'sigmoid(f)',
      'sigmoid(f)*(1 - sigmoid(f))*d(f, x)',
      'The sigmoid satisfies σ′ = σ(1 − σ).',
    ),
  },
  softplus: chain('softplus', 'sigmoid(f)', 'The derivative of softplus is the sigmoid.'),
  relu: chain(
    'relu',
    'if(f > 0, 1, 0)',
    'relu has slope 1 where its argument is positive and 0 where it is negative; at 0 it has none.',
  ),
  erf: chain('erf', '2/sqrt(pi)*exp(-f^2)', 'erf′(f) = 2/√π · exp(−f²).'),
  max: derivative(
    'max',
    'max(f, g)',
    'if(f >= g, d(f, x), d(g, x))',
    'The larger argument is the one that moves; where both are equal there is no derivative.',
  ),
  min: derivative(
    'min',
    'min(f, g)',
    'if(f < g, d(f, x), d(g, x))',
    'The smaller argument is the one that moves; where both are equal there is no derivative.',
  ),
};

export const functions: readonly Rule[] = Object.values(functionDerivatives);
