// Losses without softmax: squared and absolute errors, binary cross-entropy, hinge, regression models.
// Not here: losses of softmax (`softmax.ts`).
// Invariant: l is the loss of each row (each entry for losses of numbers); r its factor.
import { operation } from './operation.ts';

export const meanSquaredError = operation('mean-squared-error', {
  names: /mse|squared?_?(error|loss)|l2_?loss|sse|regression|quadratic/i,
  inputs: ['a batch N C normal', 'y batch N C normal'],
  forward: 'l = sum((a - y) ** 2)',
  coupled: false,
  kind: 'loss',
  usual: [1, 0.5],
  backward: 'da = 2 * (a - y) * r',
  wrongs: [
    ['exponent', 'da = 2 * (a - y) ** 2 * r'],
    ['exponent', 'da = (a - y) ** 2 * r'],
    ['wrong-quantity', 'da = 2 * (a - y) * a * r'],
    ['times-diag-again', 'da = 2 * (a - y) * a * (1 - a) * r'],
    ['lost-term', 'da = 2 * a * r'],
    ['lost-term', 'da = -2 * y * r'],
    ['sign', 'da = 2 * (a + y) * r'],
    ['wrong-quantity', 'da = sign(a - y) * r'],
    ['wrong-quantity', 'da = abs(a - y) * r'],
    ['wrong-quantity', 'da = 2 * abs(a - y) * r'],
  ],
});

/** The loss of log-probabilities: its gradient by them. */
export const negativeLogLikelihood = operation('negative-log-likelihood', {
  names: /nll|neg(ative)?_?log|log_?likelihood/i,
  inputs: ['lp batch N C logProbabilities', 'y batch N C labels'],
  forward: 'l = -sum(y * lp)',
  kind: 'loss',
  backward: 'dlp = -y * r',
  wrongs: [
    ['wrong-quantity', 'dlp = -y / lp * r'],
    ['wrong-quantity', 'dlp = (exp(lp) - y) * r'],
    ['labels-gradient-wrong', 'dlp = -lp * r'],
    ['lost-factor', 'dlp = -r + zero(lp)'],
    ['label-off-by-one', 'dlp = -roll(y, 1) * r'],
    ['label-off-by-one', 'dlp = -roll(y, -1) * r'],
  ],
});

export const meanAbsoluteError = operation('mean-absolute-error', {
  names: /mae|absolute|l1/i,
  inputs: ['a batch N C normal', 'y batch N C normal'],
  forward: 'l = sum(abs(a - y))',
  coupled: false,
  kind: 'loss',
  backward: 'da = sign(a - y) * r',
  wrongs: [
    ['wrong-quantity', 'da = (a - y) * r'],
    ['relu-mask-ge', 'da = (a > y) * r'],
    ['lost-term', 'da = r + zero(a)'],
  ],
});

export const huber = operation('huber', {
  names: /huber|smooth_?l1/i,
  inputs: ['a batch N C normal', 'y batch N C normal', 'delta constant unit'],
  forward: 'd = a - y; l = sum(where(delta >= abs(d), d * d / 2, delta * (abs(d) - delta / 2)))',
  coupled: false,
  kind: 'loss',
  backward: 'da = where(delta >= abs(d), d, delta * sign(d)) * r',
  wrongs: [
    ['lost-constant-factor', 'da = where(delta >= abs(d), d, sign(d)) * r'],
    ['lost-factor', 'da = where(delta >= abs(d), d, delta + zero(d)) * r'],
    ['wrong-quantity', 'da = d * r'],
    ['exponent', 'da = where(delta >= abs(d), d * d / 2, delta * sign(d)) * r'],
    ['extra-factor', 'da = where(delta >= abs(d), 2 * d, delta * sign(d)) * r'],
  ],
});

export const binaryCrossEntropy = operation('binary-cross-entropy', {
  names: /bce|binary|log_?loss|cross_?entropy|logistic/i,
  inputs: ['p batch N C unit', 'y batch N C binary'],
  forward: 'l = -sum(y * log(p) + (1 - y) * log(1 - p))',
  coupled: false,
  kind: 'loss',
  backward: 'dp = (p - y) / (p * (1 - p)) * r',
  wrongs: [
    ['logit-as-prob', 'dp = (p - y) * r'],
    ['lost-term', 'dp = -y / p * r'],
    ['lost-term', 'dp = (1 - y) / (1 - p) * r'],
    ['sign', 'dp = (-y / p - (1 - y) / (1 - p)) * r'],
    ['sign', 'dp = (y / p + (1 - y) / (1 - p)) * r'],
    ['lost-factor', 'dp = (p - y) / p * r'],
    ['lost-factor', 'dp = (p - y) / (1 - p) * r'],
    ['times-diag-again', 'dp = (p - y) * p * (1 - p) * r'],
    ['n-dropped-partly', 'dp = -y / p + (1 - y) / (1 - p) * r'],
    ['n-dropped-partly', 'dp = -y / p * r + (1 - y) / (1 - p)'],
    ['wrong-quantity', 'dp = (-y * log(p) - (1 - y) * log(1 - p)) * r'],
  ],
});

const PROBABILITY = /^(p|a|s|y_?hat|y_?pred|pred\w*|probs?|sig\w*|out|output|h|A|hx|hypothesis)$/i;

export const binaryLogits = operation('binary-cross-entropy', {
  names: /bce|binary|log_?loss|cross_?entropy|logistic|sigmoid/i,
  inputs: ['z batch N C normal', 'y batch N C binary'],
  forward: 'p = sigmoid(z); l = -sum(y * log(p) + (1 - y) * log(1 - p))',
  coupled: false,
  kind: 'loss',
  backward: 'dz = (p - y) * r',
  given: { p: PROBABILITY },
  wrongs: [
    ['times-diag-again', 'dz = (p - y) * p * (1 - p) * r'],
    ['dldp-as-dldz', 'dz = (p - y) / (p * (1 - p)) * r'],
    ['input-not-output', 'dz = (z - y) * r'],
    ['lost-term', 'dz = p * r'],
    ['lost-term', 'dz = -y * r'],
    ['sign', 'dz = (p + y) * r'],
    ['wrong-quantity', 'dz = ((p > 0.5) - y) * r'],
    ['activation-twice', 'dz = (sigmoid(p) - y) * r'],
    ['target-only', 'dz = y * (p - 1) * r'],
    ['lost-term', 'dz = y * (p - 1) * r'],
    ['n-dropped-partly', 'dz = p * r - y'],
  ],
});

export const jointBinary = operation('binary-cross-entropy', {
  names: binaryLogits.names,
  inputs: ['p batch N C unit', 'y batch N C binary'],
  forward: 'l = -sum(y * log(p) + (1 - y) * log(1 - p))',
  coupled: false,
  kind: 'loss',
  backward: 'dz = (p - y) * r',
  wrongs: [
    ['times-diag-again', 'dz = (p - y) * p * (1 - p) * r'],
    ['dldp-as-dldz', 'dz = (p - y) / (p * (1 - p)) * r'],
  ],
});

export const squaredErrorSigmoid = operation('squared-error-sigmoid', {
  clues: [/sigmoid|logistic|exp|prime|deriv/i],
  names: /mse|squared/i,
  inputs: ['z batch N C normal', 'y batch N C binary'],
  forward: 'p = sigmoid(z); l = sum((p - y) ** 2)',
  coupled: false,
  kind: 'loss',
  usual: [1, 0.5],
  backward: 'dz = 2 * (p - y) * p * (1 - p) * r',
  given: { p: PROBABILITY },
  wrongs: [
    ['lost-activation-derivative', 'dz = 2 * (p - y) * r'],
    ['input-not-output', 'dz = 2 * (p - y) * z * (1 - z) * r'],
    ['activation-twice', 'q = sigmoid(p); dz = 2 * (p - y) * q * (1 - q) * r'],
  ],
});

/** A margin loss over the scores of all classes. */
export const hinge = operation('hinge', {
  names: /hinge|svm|margin/i,
  inputs: ['z batch N C normal', 'y batch N C labels'],
  forward: 'm = relu(z - sum(z * y) + 1) * (1 - y); l = sum(m)',
  kind: 'loss',
  backward: 'k = m > 0; dz = (k - y * sum(k)) * r',
  wrongs: [
    ['hinge-count-missing', 'dz = (k - y) * r'],
    ['lost-term', 'dz = k * r'],
    ['lost-term', 'dz = -y * sum(k) * r'],
    ['sign', 'dz = (k + y * sum(k)) * r'],
    ['wrong-quantity', 'dz = (m - y * sum(m)) * r'],
    ['relu-mask-ge', 'dz = ((m >= 0) - y * sum(m >= 0)) * r'],
    ['relu-mask-ge', 'dz = ((1 - y) - y * sum(1 - y)) * r'],
    ['n-dropped-partly', 'dz = k * r - y * sum(k)'],
  ],
});

export const binaryHinge = operation('hinge', {
  names: /hinge|svm|margin/i,
  inputs: ['z batch N C normal', 'y batch N C signs'],
  forward: 'm = relu(1 - y * z); l = sum(m)',
  coupled: false,
  kind: 'loss',
  backward: 'dz = -y * (m > 0) * r',
  wrongs: [
    ['relu-mask-ge', 'dz = -y * r'],
    ['lost-factor', 'dz = -(m > 0) * r'],
    ['wrong-quantity', 'dz = -y * m * r'],
    ['wrong-quantity', 'dz = -z * (m > 0) * r'],
  ],
});

const REGRESSION = [
  ['input-not-output', 'e = x @ w + b - y; dw = T(x) @ e * r; db = sum(e, 0) * r'],
  ['n-dropped-partly', 'dw = T(x) @ (p - y) * r; db = sum(p - y, 0)'],
  ['n-dropped-partly', 'dw = T(x) @ (p - y); db = sum(p - y, 0) * r'],
  ['bias-mean', 'dw = T(x) @ (p - y) * r; db = mean(p - y, 0) * r'],
  ['weight-mean', 'dw = T(x) @ (p - y) * r / size(x, 0); db = sum(p - y, 0) * r'],
] as const;

export const logisticRegression = operation('logistic-regression', {
  names: /logistic|regression|sigmoid|propagate/i,
  inputs: ['x batch N D normal', 'w weights D one normal', 'b units one normal', 'y batch N one binary'],
  forward: 'p = sigmoid(x @ w + b); l = -sum(y * log(p) + (1 - y) * log(1 - p))',
  kind: 'loss',
  backward: 'e = p - y; dw = T(x) @ e * r; db = sum(e, 0) * r',
  given: { p: PROBABILITY },
  wrongs: [...REGRESSION, ['times-diag-again', 'e = (p - y) * p * (1 - p); dw = T(x) @ e * r; db = sum(e, 0) * r']],
});

export const logisticNoBias = operation('logistic-regression', {
  names: /logistic|regression|sigmoid|cost/i,
  inputs: ['x batch N D normal', 'w weights D one normal', 'y batch N one binary'],
  forward: 'p = sigmoid(x @ w); l = -sum(y * log(p) + (1 - y) * log(1 - p))',
  kind: 'loss',
  backward: 'dw = T(x) @ (p - y) * r',
  given: { p: PROBABILITY },
  wrongs: [
    ['times-diag-again', 'dw = T(x) @ ((p - y) * p * (1 - p)) * r'],
    ['input-not-output', 'dw = T(x) @ (x @ w - y) * r'],
  ],
});

export const linearRegression = operation('linear-regression', {
  names: /linear_?reg|least_?squares|regression|ols/i,
  inputs: ['x batch N D normal', 'w weights D one normal', 'b units one normal', 'y batch N one normal'],
  forward: 'p = x @ w + b; l = (p - y) ** 2',
  kind: 'loss',
  usual: [1, 0.5],
  backward: 'e = 2 * (p - y); dw = T(x) @ e * r; db = sum(e, 0) * r',
  given: { p: PROBABILITY },
  wrongs: [
    ['bias-mean', 'e = 2 * (p - y); dw = T(x) @ e * r; db = mean(e, 0) * r'],
    ['n-dropped-partly', 'e = 2 * (p - y); dw = T(x) @ e * r; db = sum(e, 0)'],
    ['n-dropped-partly', 'e = 2 * (p - y); dw = T(x) @ e; db = sum(e, 0) * r'],
  ],
});

export const linearNoBias = operation('linear-regression', {
  names: /linear_?reg|least_?squares|regression|ols|ridge/i,
  inputs: ['x batch N D normal', 'w weights D one normal', 'y batch N one normal'],
  forward: 'p = x @ w; l = (p - y) ** 2',
  kind: 'loss',
  usual: [1, 0.5],
  backward: 'dw = 2 * T(x) @ (p - y) * r',
  given: { p: PROBABILITY },
});

/** A linear classifier with an L2 term, as courses teach it. */
const softmaxRegressionWith = (half: string) =>
  operation('softmax-cross-entropy', {
    names: /loss_?and_?grad|softmax_?loss|softmax_?reg|multinomial|linear_?classifier|cross_?entropy/i,
    inputs: ['W weights D C normal', 'x batch N D normal', 'y batch N C labels', 'reg constant small'],
    forward: `p = softmax(x @ W); l = -sum(y * log(p)) + reg * total(W * W)${half}`,
    kind: 'loss',
    backward: `q = 2 * reg * W${half} * r * size(x, 0); dW = T(x) @ (p - y) * r + q`,
    given: { p: PROBABILITY },
    wrongs: [
      ['reg-factor', 'dW = T(x) @ (p - y) * r + q / 2'],
      ['reg-factor', 'dW = T(x) @ (p - y) * r + 2 * q'],
      ['n-dropped', 'dW = T(x) @ (p - y) * r * size(x, 0) + q'],
      ['n-twice', 'dW = T(x) @ (p - y) * r / size(x, 0) + q'],
      ['lost-term', 'dW = T(x) @ (p - y) * r'],
      ['lost-term', 'dW = q'],
      ['sign-flipped', 'dW = -T(x) @ (p - y) * r + q'],
      ['extra-factor', 'dW = T(x) @ (p - y) * r + q * r'],
      ['fancy-index', 'dW = T(x) @ (p - max(y, 0)) * r + q'],
      ['assign-minus-one', 'dW = T(x) @ ((1 - y) * p - y) * r + q'],
      ['label-not-subtracted', 'dW = T(x) @ p * r + q'],
    ],
  });
export const softmaxRegressions = ['', ' / 2'].map(softmaxRegressionWith);

const DELTAS = [
  ['fancy-index', 'p - max(y, 0)'],
  ['label-not-subtracted', 'p'],
  ['times-diag-again', '(p - y) * p * (1 - p)'],
  ['assign-minus-one', '(1 - y) * p - y'],
  ['target-only', 'y * (p - 1)'],
  ['input-not-output', 'x @ W - y'],
] as const;

export const softmaxLinear = operation('softmax-cross-entropy', {
  names: /loss_?and_?grad|softmax_?loss|softmax_?reg|multinomial|linear_?classifier|cross_?entropy/i,
  inputs: ['W weights D C normal', 'x batch N D normal', 'y batch N C labels'],
  forward: 'p = softmax(x @ W); l = -sum(y * log(p))',
  kind: 'loss',
  backward: 'dW = T(x) @ (p - y) * r; dx = (p - y) @ T(W) * r',
  given: { p: PROBABILITY },
  wrongs: [...DELTAS.map(([id, delta]) => [id, `dW = T(x) @ (${delta}) * r; dx = (${delta}) @ T(W) * r`] as const)],
});

export const cosineSimilarity = operation('cosine-similarity', {
  names: /cos(ine)?(_|\b|S)/i,
  inputs: ['a batch N C normal', 'b batch N C normal'],
  forward: 'na = sqrt(sum(a * a)); nb = sqrt(sum(b * b)); c = sum(a * b) / (na * nb); l = c',
  kind: 'loss',
  backward: 'da = (b / (na * nb) - c * a / na ** 2) * r; db = (a / (na * nb) - c * b / nb ** 2) * r',
  wrongs: [
    ['lost-term', 'da = b / (na * nb) * r; db = a / (na * nb) * r'],
    ['exponent', 'da = (b / (na * nb) - c * a / na) * r; db = (a / (na * nb) - c * b / nb) * r'],
    ['sign', 'da = (b / (na * nb) + c * a / na ** 2) * r; db = (a / (na * nb) + c * b / nb ** 2) * r'],
    ['wrong-quantity', 'da = (b / (na * nb) - c * a / nb ** 2) * r; db = (a / (na * nb) - c * b / na ** 2) * r'],
    ['lost-factor', 'da = (b / (na * nb) - a / na ** 2) * r; db = (a / (na * nb) - b / nb ** 2) * r'],
  ],
});
