// Softmax and log-softmax.
// Not here: losses that stand behind them (`softmax-losses.ts`).
// Invariant: u is the upstream gradient of an output, r the factor of a loss (1, 1/N, an upstream number).
import { operation } from './operation.ts';

export const OUTPUT =
  /^(p|s|a|sm|y|y_?hat|y_?pred|pred\w*|probs?|probabilit\w*|soft\w*|out|outputs?|activations?|weights?|weights_row|attn|attention\w*|dvalues|A[L2]?|P|S|softmax_?out\w*|smax)$/i;

/** Jacobians built entry by entry: what stands on the diagonal and off it, with a name where one of them is wrong. */
const DIAGONAL = [
  ['', 'p * (1 - p)'],
  ['diag-sign', '-p * (1 - p)'],
  ['half-input', 'p * (1 - z)'],
  ['half-input', 'z * (1 - p)'],
  ['input-not-output', 'z * (1 - z)'],
  ['lost-term', 'p'],
  ['lost-factor', '1 - p'],
  ['exponent', 'p ** 2'],
  ['exponent', 'p * (1 - p) ** 2'],
  ['sign', 'p * (1 + p)'],
] as const;
const BESIDE = [
  ['', '-p * (sum(u * p) - u * p)'],
  ['offdiag-sign', 'p * (sum(u * p) - u * p)'],
  ['half-input', '-z * (sum(u * p) - u * p)'],
  ['half-input', '-p * (sum(u * z) - u * z)'],
  ['input-not-output', '-z * (sum(u * z) - u * z)'],
  ['lost-factor', '-p * (sum(u) - u)'],
  ['lost-factor', '-(sum(u * p) - u * p)'],
] as const;
const ENTRY_BY_ENTRY = DIAGONAL.flatMap(([a, diagonal]) =>
  BESIDE.filter(([b]) => (a === '') !== (b === '')).map(([b, beside]): [string, string] => [
    a === '' ? b : a,
    `dz = u * (${diagonal}) + (${beside})`,
  ]),
);

export const softmax = operation('softmax', {
  names: /soft_?max|soft_?arg_?max|boltzmann/i,
  inputs: ['z batch N C normal'],
  forward: 'p = softmax(z); out = p',
  backward: 'dz = p * (u - sum(u * p))',
  given: { p: OUTPUT },
  wrongs: [
    ['diag-only', 'dz = u * p * (1 - p)'],
    ['input-not-output', 'dz = z * (u - sum(u * z))'],
    ['input-not-output', 'dz = u * z * (1 - z)'],
    ['half-input', 'dz = p * u - z * sum(u * p)'],
    ['half-input', 'dz = p * (u - sum(u * z))'],
    ['half-input', 'dz = u * p * (1 - z)'],
    ['softmax-of-softmax-jacobian', 'q = softmax(p); dz = q * (u - sum(u * q))'],
    ['softmax-of-softmax-jacobian', 'q = softmax(p); dz = u * q * (1 - q)'],
    ['loop-overwrite', 'dz = u * (p * lasthot(p) - p * last(p))'],
    ['loop-overwrite', 'dz = last(u) * (p * lasthot(p) - p * last(p))'],
    ['jacobian-row-sum', 'dz = zero(u)'],
    ['offdiag-sign', 'dz = u * p * (1 - 2 * p) + p * sum(u * p)'],
    ['missing-leading-factor', 'dz = u - p * sum(u)'],
    ['missing-leading-factor', 'dz = u - sum(u * p)'],
    ['outer-only', 'dz = -p * sum(u * p)'],
    ['diag-sign', 'dz = u * (p * p - p) - p * (sum(u * p) - u * p)'],
    ['missing-dot', 'dz = u * p'],
    ['identity-backward', 'dz = u'],
    ['dot-over-batch', 'dz = p * (u - total(u * p))'],
    ['flattened-batch', 'dz = p * (u - total(u * p))'],
    ['dot-wrong-axis', 'dz = p * (u - sum(u * p, 0))'],
    ['mean-not-sum', 'dz = p * (u - mean(u * p))'],
    ['dot-without-upstream', 'dz = p * (u - 1)'],
    ['accumulator-not-reset', 'dz = p * (u - cumsum(sum(u * p), 0))'],
    ['accumulator-not-reset', 'dz = p * (u - cumsum(u * p))'],
    ['joint-with-labels', 'dz = p - u'],
    ['jacobian-of-upstream', 'q = softmax(g); dz = q * (u - sum(u * q))'],
    ['jacobian-of-upstream', 'q = softmax(g); dz = q * (1 - q)'],
    ['tile-not-transposed', 'dz = p * (u - p * sum(u))'],
    ['tile-not-transposed', 'dz = p * u - sum(p * p * u)'],
    ['upstream-ignored', 'dz = p * (1 - p)'],
    ['keepdims', 'dz = p * (u - T(sum(u * p)))'],
    ['sign', 'dz = p * (u + sum(u * p))'],
    ...ENTRY_BY_ENTRY,
  ],
  forms: ['dz = u * p - p * sum(u * p)'],
  wrongForwards: [
    ['wrong-axis', 'out = softmax(z, 0)'],
    ['global-normalisation', 'out = exp(z) / total(exp(z))'],
    ['keepdims', 'out = exp(z) / T(sum(exp(z)))'],
    ['double-softmax', 'out = softmax(softmax(z))'],
  ],
});

export const temperedSoftmax = operation('softmax-temperature', {
  names: /temperature|tempered/i,
  inputs: ['z batch N C normal', 'T constant positive'],
  forward: 'p = softmax(z / T); out = p',
  backward: 'dz = p * (u - sum(u * p)) / T',
  given: { p: OUTPUT },
  wrongs: [
    ['temperature', 'dz = p * (u - sum(u * p))'],
    ['temperature', 'dz = T * p * (u - sum(u * p))'],
    ['temperature', 'p = softmax(z); dz = p * (u - sum(u * p))'],
    ['temperature', 'p = softmax(z); dz = p * (u - sum(u * p)) / T'],
    ['temperature', 'dz = p * (u - sum(u * p)) / T / T'],
    ['diag-only', 'dz = u * p * (1 - p) / T'],
    ['missing-dot', 'dz = u * p / T'],
    ['dot-over-batch', 'dz = p * (u - total(u * p)) / T'],
  ],
});

export const logSoftmax = operation('log-softmax', {
  names: /log_?soft_?max/i,
  inputs: ['z batch N C normal'],
  forward: 'p = softmax(z); lp = log(p); out = lp',
  backward: 'dz = u - p * sum(u)',
  given: { lp: /^(out\w*|y|lp|log\w*|s|output|result|o)$/i, p: /^(p|probs?|soft\w*|sm)$/i },
  wrongs: [
    ['logsoftmax-plus', 'dz = u + p * sum(u)'],
    ['logsoftmax-plus', 'dz = u + p'],
    ['logsoftmax-missing-sum', 'dz = u - p'],
    ['logsoftmax-elementwise', 'dz = u - p * u'],
    ['mean-not-sum', 'dz = u - p * mean(u)'],
    ['dot-over-batch', 'dz = u - p * total(u)'],
    ['dot-wrong-axis', 'dz = u - p * sum(u, 0)'],
    ['accumulator-not-reset', 'dz = u - p * cumsum(sum(u), 0)'],
    ['wrong-quantity', 'dz = p * (u - sum(u * p))'],
    ['wrong-quantity', 'dz = u - lp * sum(u)'],
    ['input-not-output', 'dz = u - z * sum(u)'],
    ['input-not-output', 'dz = u - exp(z) * sum(u)'],
    ['softmax-of-softmax-jacobian', 'dz = u - softmax(p) * sum(u)'],
    ['identity-backward', 'dz = u'],
    ['upstream-ignored', 'dz = 1 - p'],
    ['lost-term', 'dz = -p * sum(u)'],
    ['keepdims', 'dz = u - p * T(sum(u))'],
  ],
  wrongForwards: [
    ['wrong-axis', 'out = log(softmax(z, 0))'],
    ['global-normalisation', 'out = log(exp(z) / total(exp(z)))'],
  ],
});
