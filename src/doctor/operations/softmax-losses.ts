// Losses that stand behind a softmax.
// Not here: softmax itself (`softmax.ts`), losses of other outputs (`losses.ts`).
// Invariant: r is the factor of a loss (1, 1/N, an upstream number).
import { operation } from './operation.ts';
import { OUTPUT } from './softmax.ts';

const CROSS_ENTROPY_SLIPS = [
  ['n-dropped-partly', 'dz = r * p - y'],
  ['n-dropped-partly', 'dz = p - r * y'],
  ['times-diag-again', 'dz = (p - y) * p * (1 - p) * r'],
  ['times-diag-again', 'dz = (p - y) * y * (1 - y) * r'],
  ['times-jacobian-again', 'd = p - y; dz = p * (d - sum(d * p)) * r'],
  ['dldp-as-dldz', 'dz = -y / p * r'],
  ['target-only', 'dz = y * (p - 1) * r'],
  ['fancy-index', 'dz = (p - max(y, 0)) * r'],
  ['fancy-index', 'dz = (p - sum(y, 0)) * r'],
  ['assign-minus-one', 'dz = ((1 - y) * p - y) * r'],
  ['double-softmax', 'q = softmax(p); d = q - y; dz = p * (d - sum(d * p)) * r'],
  ['double-softmax-naive', 'dz = (softmax(p) - y) * r'],
  ['nll-of-probs', 'dz = -p * (y - sum(y * p)) * r'],
  ['sigmoid-ce', 'dz = (sigmoid(z) - y) * r'],
  ['wrong-axis', 'dz = (softmax(z, 0) - y) * r'],
  ['global-normalisation', 'dz = (exp(z) / total(exp(z)) - y) * r'],
  ['label-not-subtracted', 'dz = p * r'],
  ['stale-buffer', 'dz = -y * r'],
  ['label-off-by-one', 'dz = (p - shift(y, 1)) * r'],
  ['label-off-by-one', 'dz = (p - shift(y, -1)) * r'],
  ['label-off-by-one', 'dz = (p - roll(y, 1)) * r'],
  ['label-off-by-one', 'dz = (p - roll(y, -1)) * r'],
  ['label-shape', 'dz = (p - sum(y * (cumsum(one(y)) - 1))) * r'],
  ['bce-for-ce', 'dz = (-y / p + (1 - y) / (1 - p)) * r'],
  ['wrong-quantity', 'dz = (argmax(p) - y) * r'],
  ['input-not-output', 'dz = (z - y) * r'],
  ['wrong-quantity', 'dz = (log(p) - y) * r'],
  ['wrong-quantity', 'dz = (exp(z) - y) * r'],
  ['dtype-truncated', 'dz = trunc(p - y) * r'],
  ['dtype-truncated', 'dz = trunc((p - y) * r)'],
  ['logsoftmax-plus', 'dz = (p + y) * r'],
  ['accumulator-not-reset', 'dz = cumsum(p - y, 0) * r'],
  ['labels-gradient-wrong', 'dz = -log(p) * r'],
  ['extra-factor', 'dz = (p - y) * p * r'],
  ['extra-factor', 'dz = (p - y) * y * r'],
] as const;

export const softmaxCrossEntropy = operation('softmax-cross-entropy', {
  names:
    /cross_?-?entropy|\bx?_?ce(_|\b)|softmax_?loss|nll|log_?likelihood|log_?pi|policy|softmax_?with_?loss|softmax_?ce|xent/i,
  inputs: ['z batch N C normal', 'y batch N C labels'],
  forward: 'p = softmax(z); lp = log(p); l = -sum(y * lp)',
  kind: 'loss',
  negated:
    /(^|[^a-z])(grad_?)?log_?(pi|prob\w*|policy|p)(?![a-z])|(?<!neg\w*_?)(?<!negative[ _])log[_-]?likelihood|score_?function|policy_?grad/i,
  backward: 'dz = (p * sum(y) - y) * r',
  given: { p: OUTPUT },
  forms: ['dp = -y / p; dz = p * (dp - sum(dp * p)) * r'],
  wrongs: [['unnormalised-targets', 'dz = (p - y) * r'], ...CROSS_ENTROPY_SLIPS],
  wrongForwards: [
    ['wrong-axis', 'l = -sum(y * log(softmax(z, 0)))'],
    ['global-normalisation', 'l = -sum(y * log(exp(z) / total(exp(z))))'],
    ['double-softmax', 'l = -sum(y * log(softmax(softmax(z))))'],
    ['nll-of-probs', 'l = -sum(y * softmax(z))'],
    ['sigmoid-ce', 'l = -sum(y * log(sigmoid(z)))'],
    ['bce-with-diag', 'q = softmax(z); l = -sum(y * log(q) + (1 - y) * log(1 - q))'],
    ['bce-with-diag', 'q = sigmoid(z); l = -sum(y * log(q) + (1 - y) * log(1 - q))'],
    ['mse-uses-p-minus-y', 'l = sum((softmax(z) - y) ** 2)'],
  ],
});

export const smoothedCrossEntropy = operation('label-smoothing', {
  names: /smooth/i,
  inputs: ['z batch N C normal', 'y batch N C labels', 'eps constant small'],
  forward: 'p = softmax(z); lp = log(p); t = y * (1 - eps) + eps / size(y); l = -sum(t * lp)',
  kind: 'loss',
  backward: 'dz = (p - t) * r',
  given: { p: OUTPUT },
  wrongs: [
    ['smoothing-not-in-gradient', 'dz = (p - y) * r'],
    ['smoothing-not-in-gradient', 'q = y * (1 - eps) + (1 - y) * eps / (size(y) - 1); dz = (p - q) * r'],
    ['smoothing-not-in-gradient', 'q = y * (1 - eps) + eps; dz = (p - q) * r'],
    ['smoothing-not-in-gradient', 'q = y * (1 - eps); dz = (p - q) * r'],
    ['smoothing-not-in-gradient', 'q = y * (1 - eps) + (1 - y) * eps / size(y); dz = (p - q) * r'],
    ['smoothing-not-in-gradient', 'dz = (p - y) * (1 - eps) * r'],
  ],
});

export const sharedSmoothing = operation('label-smoothing', {
  names: /smooth/i,
  inputs: ['z batch N C normal', 'y batch N C labels', 'eps constant small'],
  forward: 'p = softmax(z); lp = log(p); t = y * (1 - eps) + (1 - y) * eps / (size(y) - 1); l = -sum(t * lp)',
  kind: 'loss',
  backward: 'dz = (p - t) * r',
  given: { p: OUTPUT },
  wrongs: [
    ['smoothing-not-in-gradient', 'dz = (p - y) * r'],
    ['smoothing-not-in-gradient', 'q = y * (1 - eps) + eps / size(y); dz = (p - q) * r'],
  ],
});

export const temperedCrossEntropy = operation('softmax-temperature', {
  names: /temperature|distill/i,
  inputs: ['z batch N C normal', 'y batch N C labels', 'T constant positive'],
  forward: 'p = softmax(z / T); lp = log(p); l = -sum(y * lp)',
  kind: 'loss',
  backward: 'dz = (p * sum(y) - y) * r / T',
  given: { p: OUTPUT },
  wrongs: [
    ['temperature', 'dz = (p - y) * r'],
    ['temperature', 'dz = (p - y) * r * T'],
    ['temperature', 'p = softmax(z); dz = (p - y) * r'],
    ['temperature', 'p = softmax(z); dz = (p - y) * r / T'],
    ['temperature', 'dz = (p - y) * r / T / T'],
  ],
});

export const weightedCrossEntropy = operation('weighted-cross-entropy', {
  names: /weight/i,
  inputs: ['z batch N C normal', 'y batch N C labels', 'w units C positive'],
  forward: 'p = softmax(z); lp = log(p); m = sum(y * w); l = -sum(y * lp) * m / total(m)',
  kind: 'loss',
  backward: 'dz = (p - y) * m / total(m) * r',
  given: { p: OUTPUT },
  wrongs: [
    ['weights-mean', 'dz = (p - y) * m / size(y, 0) * r'],
    ['weights-mean', 'dz = (p - y) * w / total(m) * r'],
    ['weights-mean', 'dz = (p - y) * w / size(y, 0) * r'],
    ['weights-mean', 'dz = (p - y) * m * r'],
    ['lost-factor', 'dz = (p - y) / size(y, 0) * r'],
  ],
});

export const summedWeights = operation('weighted-cross-entropy', {
  names: /weight/i,
  inputs: ['z batch N C normal', 'y batch N C labels', 'w units C positive'],
  forward: 'p = softmax(z); lp = log(p); m = sum(y * w); l = -sum(y * lp) * m',
  kind: 'loss',
  backward: 'dz = (p - y) * m * r',
  given: { p: OUTPUT },
  wrongs: [
    ['weights-mean', 'dz = (p - y) * m * size(y, 0) / total(m) * r'],
    ['weights-mean', 'dz = (p - y) * w * r'],
    ['lost-factor', 'dz = (p - y) * r'],
  ],
});

export const squaredErrorSoftmax = operation('squared-error-softmax', {
  clues: [/soft_?max|exp/i],
  names: /mse|squared?|brier/i,
  inputs: ['z batch N C normal', 'y batch N C labels'],
  forward: 'p = softmax(z); l = sum((p - y) ** 2)',
  kind: 'loss',
  usual: [1, 0.5],
  backward: 'd = 2 * (p - y); dz = p * (d - sum(d * p)) * r',
  given: { p: OUTPUT },
  wrongs: [
    ['mse-uses-p-minus-y', 'dz = (p - y) * r'],
    ['mse-uses-p-minus-y', 'dz = 2 * (p - y) * r'],
    ['times-diag-again', 'dz = 2 * (p - y) * p * (1 - p) * r'],
    ['diag-only', 'dz = 2 * (p - y) * p * (1 - p) * r'],
    ['missing-dot', 'dz = 2 * (p - y) * p * r'],
  ],
});

/** The loss of probabilities: its gradient by them. */
export const crossEntropy = operation('cross-entropy', {
  names: /cross_?-?entropy|\bce\b|nll|log_?loss/i,
  inputs: ['p batch N C probabilities', 'y batch N C labels'],
  forward: 'lp = log(p); l = -sum(y * lp)',
  kind: 'loss',
  backward: 'dp = -y / p * r',
  wrongs: [
    ['bce-for-ce', 'dp = (-y / p + (1 - y) / (1 - p)) * r'],
    ['bce-for-ce', 'dp = (p - y) / (p * (1 - p)) * r'],
    ['logit-as-prob', 'dp = (p - y) * r'],
    ['n-dropped-partly', 'dp = p - y * r'],
    ['wrong-quantity', 'dp = -y / log(p) * r'],
    ['wrong-quantity', 'dp = -y * log(p) * r'],
    ['exponent', 'dp = -y / p ** 2 * r'],
    ['labels-gradient-wrong', 'dp = -log(p) * r'],
    ['lost-factor', 'dp = -1 / p * r'],
    ['lost-factor', 'dp = -y * r'],
    ['label-off-by-one', 'dp = -shift(y, 1) / p * r'],
    ['label-off-by-one', 'dp = -shift(y, -1) / p * r'],
    ['fancy-index', 'dp = -max(y, 0) / p * r'],
  ],
});

/** The same loss where the gradient that is asked for goes through softmax: probabilities in, p − y out. */
export const jointCrossEntropy = operation('softmax-cross-entropy', {
  names: softmaxCrossEntropy.names,
  inputs: ['p batch N C probabilities', 'y batch N C labels'],
  forward: 'lp = log(p); l = -sum(y * lp)',
  kind: 'loss',
  backward: 'dz = (p * sum(y) - y) * r',
  wrongs: CROSS_ENTROPY_SLIPS.filter(([, gives]) => !/\bz\b/.test(gives.replace(/dz/g, ''))),
});

export const klDivergence = operation('kl-divergence', {
  names: /kl(_|\b|d|D)|kullback|relative_?entropy/i,
  inputs: ['z batch N C normal', 't batch N C distribution'],
  forward: 'p = softmax(z); l = sum(t * (log(t) - log(p)))',
  kind: 'loss',
  backward: 'dz = (p - t) * r',
  given: { p: OUTPUT },
  wrongs: [
    ['dldp-as-dldz', 'dz = -t / p * r'],
    ['extra-factor', 'dz = (p - t) * t * r'],
    ['times-diag-again', 'dz = (p - t) * p * (1 - p) * r'],
    ['lost-term', 'dz = -t * r'],
    ['times-jacobian-again', 'd = p - t; dz = p * (d - sum(d * p)) * r'],
  ],
});

export const reverseKl = operation('kl-divergence', {
  names: /kl(_|\b|d|D)|kullback|reverse/i,
  inputs: ['z batch N C normal', 't batch N C distribution'],
  forward: 'p = softmax(z); l = sum(p * (log(p) - log(t)))',
  kind: 'loss',
  backward: 'd = log(p) - log(t); dz = p * (d - sum(p * d)) * r',
  given: { p: OUTPUT },
  wrongs: [
    ['missing-dot', 'dz = p * (log(p) - log(t)) * r'],
    ['wrong-quantity', 'dz = (p - t) * r'],
    ['missing-dot', 'dz = p * (log(p) - log(t) + 1) * r'],
    ['diag-only', 'dz = p * (1 - p) * (log(p) - log(t) + 1) * r'],
    ['diag-only', 'dz = p * (1 - p) * (log(p) - log(t)) * r'],
  ],
});

export const klOfProbabilities = operation('kl-divergence', {
  names: /kl(_|\b|d|D)|kullback/i,
  inputs: ['t batch N C distribution', 'p batch N C probabilities'],
  forward: 'l = sum(t * (log(t) - log(p)))',
  kind: 'loss',
  backward: 'dp = -t / p * r',
  wrongs: [
    ['logit-as-prob', 'dp = (p - t) * r'],
    ['extra-term', 'dp = (1 - t / p) * r'],
    ['wrong-quantity', 'dp = (log(p) - log(t) + 1) * r'],
    ['wrong-quantity', 'dp = (log(t) - log(p)) * r'],
    ['wrong-quantity', 'dp = (log(t / p) + 1) * r'],
    ['lost-factor', 'dp = -1 / p * r'],
  ],
});

export const entropy = operation('entropy', {
  names: /entropy/i,
  inputs: ['z batch N C normal'],
  forward: 'p = softmax(z); l = -sum(p * log(p))',
  kind: 'loss',
  backward: 'dz = -p * (log(p) - sum(p * log(p))) * r',
  given: { p: OUTPUT },
  wrongs: [
    ['diag-only', 'dz = -p * (1 - p) * (log(p) + 1) * r'],
    ['missing-dot', 'dz = -p * (log(p) + 1) * r'],
    ['dldp-as-dldz', 'dz = -(log(p) + 1) * r'],
  ],
});

export const focalLoss = operation('focal-loss', {
  names: /focal/i,
  inputs: ['z batch N C normal', 'y batch N C labels', 'gamma constant positive'],
  forward: 'p = softmax(z); q = sum(y * p); l = -(1 - q) ** gamma * log(q)',
  kind: 'loss',
  backward: 'f = gamma * (1 - q) ** (gamma - 1) * q * log(q) - (1 - q) ** gamma; dz = f * (y - p) * r',
  given: { p: OUTPUT },
  wrongs: [
    ['lost-term', 'dz = (1 - q) ** gamma * (p - y) * r'],
    ['lost-term', 'dz = -gamma * (1 - q) ** (gamma - 1) * q * log(q) * (p - y) * r'],
  ],
});

export const logSumExp = operation('log-sum-exp', {
  names: /log_?sum_?exp|lse/i,
  inputs: ['z batch N C normal'],
  forward: 'p = softmax(z); l = log(sum(exp(z)))',
  kind: 'loss',
  backward: 'dz = p * r',
  given: { p: OUTPUT },
  wrongs: [
    ['lost-factor', 'dz = exp(z) * r'],
    ['wrong-axis', 'dz = softmax(z, 0) * r'],
    ['global-normalisation', 'dz = exp(z) / total(exp(z)) * r'],
    ['diag-only', 'dz = p * (1 - p) * r'],
  ],
});
