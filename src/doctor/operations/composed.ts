// A linear map with what stands behind it: an activation (one layer in one class), or the loss of a linear classifier.
// Not here: the parts by themselves (`layers.ts`, `activations.ts`, `losses.ts`).
// Invariant: one table of activations, one of losses, one of penalties; their combinations are made here.
import { operation, type Operation } from './operation.ts';

type Slip = readonly [id: string, gives: string];

interface Activation {
  readonly f: string;
  readonly slope: string;
  readonly clue: RegExp;
  readonly slips: readonly Slip[];
}

const activations: readonly Activation[] = [
  {
    f: 'relu(z)',
    slope: 'z > 0',
    clue: /relu|maximum|max\(|> ?0/i,
    slips: [
      ['relu-mask-ge', 'o >= 0'],
      ['relu-returns-input', 'o'],
      ['wrong-quantity', 'u > 0'],
    ],
  },
  {
    f: 'sigmoid(z)',
    slope: 'o * (1 - o)',
    clue: /sigm|logistic|exp\(-/i,
    slips: [
      ['input-not-output', 'z * (1 - z)'],
      ['activation-twice', 'sigmoid(o) * (1 - sigmoid(o))'],
      ['wrong-quantity', '1 - o ** 2'],
      ['lost-term', 'o'],
      ['lost-factor', '1 - o'],
    ],
  },
  {
    f: 'tanh(z)',
    slope: '1 - o ** 2',
    clue: /tanh/i,
    slips: [
      ['input-not-output', '1 - z ** 2'],
      ['activation-twice', '1 - tanh(o) ** 2'],
      ['exponent', '1 - o'],
      ['wrong-quantity', 'o * (1 - o)'],
    ],
  },
];

const LINEAR_SLIPS: readonly Slip[] = [
  ['bias-mean', 'db = mean(e, 0)'],
  ['weight-mean', 'dW = T(x) @ e / size(x, 0)'],
  ['bias-summed-over-all', 'db = total(e) + zero(b)'],
  ['bias-not-summed', 'db = e'],
  ['bias-times-input', 'db = sum(T(x) @ e, 0)'],
  ['updated-weights-used', 'dx = e @ T(W - rate * T(x) @ e)'],
];

const layer = (a: Activation): Operation => {
  const after = 'dx = e @ T(W); dW = T(x) @ e; db = sum(e, 0)';
  return operation('dense-layer', {
    names: /linear|affine|dense|connected|\bfc\b|layer(?!_?norm)|neuron|perceptron|unit/i,
    inputs: ['x batch N D normal', 'W weights D M normal', 'b units M normal'],
    forward: `z = x @ W + b; o = ${a.f}; out = o`,
    clues: [a.clue],
    backward: `e = u * (${a.slope}); ${after}`,
    wrongs: [
      ['lost-activation-derivative', `e = u; ${after}`],
      ['lost-activation-derivative', 'dx = u @ T(W)'],
      ['upstream-ignored', `e = one(u) * (${a.slope}); ${after}`],
      ...a.slips.map(([id, slope]) => [id, `e = u * (${slope}); ${after}`] as const),
      ...LINEAR_SLIPS,
    ],
  });
};

interface Loss {
  readonly id: string;
  readonly names: RegExp;
  readonly draw: string;
  readonly classes: 'C' | 'one';
  /** From the scores z to what the gradient is made of, and to the loss l. */
  readonly forward: string;
  readonly l: string;
  /** ∂l/∂z. */
  readonly delta: string;
  readonly slips: readonly Slip[];
  /** Names of the forward pass that people hand over; the output unless said. */
  readonly given?: Readonly<Record<string, RegExp>>;
}

const losses: readonly Loss[] = [
  {
    id: 'softmax-cross-entropy',
    names: /soft_?max|multinomial|classifier|cross_?entropy|regression|loss/i,
    draw: 'labels',
    classes: 'C',
    forward: 'p = softmax(z)',
    l: '-sum(y * log(p))',
    delta: 'p - y',
    slips: [
      ['fancy-index', 'p - max(y, 0)'],
      ['label-not-subtracted', 'p'],
      ['times-diag-again', '(p - y) * p * (1 - p)'],
      ['assign-minus-one', '(1 - y) * p - y'],
      ['target-only', 'y * (p - 1)'],
      ['input-not-output', 'z - y'],
      ['label-off-by-one', 'p - shift(y, -1)'],
      ['label-off-by-one', 'p - roll(y, -1)'],
    ],
  },
  {
    id: 'hinge',
    names: /hinge|svm|margin/i,
    draw: 'labels',
    classes: 'C',
    forward: 'm = relu(z - sum(z * y) + 1) * (1 - y); k = m > 0',
    l: 'sum(m)',
    delta: 'k - y * sum(k)',
    given: {},
    slips: [
      ['hinge-count-missing', 'k - y'],
      ['lost-term', 'k'],
      ['lost-term', '-y * sum(k)'],
      ['sign', 'k + y * sum(k)'],
      ['wrong-quantity', 'm - y * sum(m)'],
      ['relu-mask-ge', '(1 - y) - y * sum(1 - y)'],
    ],
  },
  {
    id: 'logistic-regression',
    names: /logistic|regression|sigmoid|cost/i,
    draw: 'binary',
    classes: 'one',
    forward: 'p = sigmoid(z)',
    l: '-sum(y * log(p) + (1 - y) * log(1 - p))',
    delta: 'p - y',
    slips: [
      ['times-diag-again', '(p - y) * p * (1 - p)'],
      ['input-not-output', 'z - y'],
    ],
  },
  {
    id: 'linear-regression',
    names: /linear_?reg|least_?squares|regression|ols|ridge/i,
    draw: 'normal',
    classes: 'one',
    forward: 'p = z',
    l: '(p - y) ** 2',
    delta: '2 * (p - y)',
    slips: [],
  },
];

/** What is added to the whole loss, and its derivative; both in terms of the weights and of N samples. */
const PENALTIES = [
  { total: 'reg * total(W * W)', slope: '2 * reg * W' },
  { total: 'reg * total(W * W) / 2', slope: 'reg * W' },
  { total: 'reg * total(W * W) / (2 * size(x, 0))', slope: 'reg * W / size(x, 0)' },
  { total: 'reg * total(W * W) / size(x, 0)', slope: '2 * reg * W / size(x, 0)' },
] as const;

const classifier = (o: Loss, biased: boolean, penalty: (typeof PENALTIES)[number] | null): Operation => {
  const db = biased ? '; db = sum(e, 0) * r' : '';
  const q = penalty === null ? '' : ' + q';
  const after = `dW = T(x) @ e * r${q}${db}`;
  const given = `q = ${penalty === null ? '0' : `${penalty.slope} * r * size(x, 0)`}`;
  const slips: Slip[] = [...o.slips.map(([id, delta]) => [id, `e = ${delta}; ${after}`] as const)];
  if (biased)
    slips.push(
      ['bias-mean', 'db = mean(e, 0) * r'],
      ['bias-not-summed', 'db = e * r'],
      ...(o.classes === 'one' ? [] : [['bias-summed-over-all', 'db = total(e) * r + zero(b)'] as const]),
      ['bias-times-input', 'db = sum(T(x) @ e, 0) * r'],
      ['n-dropped-partly', 'db = sum(e, 0)'],
      ['n-dropped-partly', `dW = T(x) @ e${q}`],
      ['weight-mean', `dW = T(x) @ e * r / size(x, 0)${q}`],
    );
  if (penalty !== null)
    slips.push(
      ['reg-factor', 'dW = T(x) @ e * r + q / 2'],
      ['reg-factor', 'dW = T(x) @ e * r + 2 * q'],
      ['lost-term', 'dW = T(x) @ e * r'],
      ['lost-term', 'dW = q'],
      ['reg-factor', 'dW = T(x) @ e * r + q * size(x, 0)'],
      ['extra-factor', 'dW = T(x) @ e * r + q * r'],
      ['sign', 'dW = T(x) @ e * r - q'],
    );
  slips.push(
    ['n-dropped', `dW = T(x) @ e * r * size(x, 0)${q}${biased ? '; db = sum(e, 0) * r * size(x, 0)' : ''}`],
    ['n-twice', `dW = T(x) @ e * r / size(x, 0)${q}${biased ? '; db = sum(e, 0) * r / size(x, 0)' : ''}`],
    ['sign-flipped', `dW = -T(x) @ e * r${q}${biased ? '; db = -sum(e, 0) * r' : ''}`],
  );
  return operation(o.id, {
    names: o.names,
    inputs: [
      `W weights D ${o.classes} normal`,
      ...(biased ? [`b units ${o.classes} normal`] : []),
      'x batch N D normal',
      `y batch N ${o.classes} ${o.draw}`,
      ...(penalty === null ? [] : ['reg constant small']),
    ],
    forward: `z = x @ W${biased ? ' + b' : ''}; ${o.forward}; l = ${o.l}${penalty === null ? '' : ` + ${penalty.total}`}`,
    kind: 'loss',
    usual: o.id === 'linear-regression' ? [1, 0.5] : [1],
    given: o.given ?? { p: /^(p|probs?|probabilit\w*|y_?hat|y_?pred|pred\w*|a|A|h|out\w*)$/i },
    backward: `${given}; e = ${o.delta}; ${after}`,
    wrongs: slips,
  });
};

const isSoftmax = (o: Loss): boolean => o.id === 'softmax-cross-entropy';
const isPlain = (o: Loss): boolean => o.classes === 'one';

/** Those that do not stand elsewhere: softmax and one output without a bias or a penalty do. */
export const composed: readonly Operation[] = [
  ...activations.map(layer),
  ...losses.flatMap((o) => [
    ...(isPlain(o) ? [] : [classifier(o, true, null)]),
    ...(isPlain(o) || isSoftmax(o) ? [] : [classifier(o, false, null)]),
    ...PENALTIES.filter((_, i) => !isSoftmax(o) || i > 1).map((p) => classifier(o, false, p)),
    ...PENALTIES.map((p) => classifier(o, true, p)),
  ]),
];
