// Networks with one hidden layer: every hidden activation with every output and loss.
// Not here: layers by themselves (`layers.ts`).
// Invariant: one table of activations, one of outputs; their combinations are made here.
import { operation, type Operation } from './operation.ts';

interface Hidden {
  readonly name: string;
  readonly f: string;
  readonly slope: string;
  readonly clue: RegExp;
  readonly wrong: readonly (readonly [string, string])[];
}
interface Output {
  readonly name: string;
  readonly f: string;
  readonly loss: string;
  readonly draw: string;
  /** ∂l/∂z2, with o the output. */
  readonly delta: string;
  readonly wrong: readonly (readonly [string, string])[];
  readonly usual?: readonly number[];
  readonly clues: readonly RegExp[];
}

const hiddens: readonly Hidden[] = [
  {
    name: 'tanh',
    f: 'tanh(z1)',
    slope: '1 - h ** 2',
    clue: /tanh/i,
    wrong: [
      ['input-not-output', '1 - z1 ** 2'],
      ['activation-twice', '1 - tanh(h) ** 2'],
      ['exponent', '1 - h'],
      ['wrong-quantity', 'h * (1 - h)'],
    ],
  },
  {
    name: 'sigmoid',
    f: 'sigmoid(z1)',
    slope: 'h * (1 - h)',
    clue: /sigmoid|logistic|exp\(-/i,
    wrong: [
      ['input-not-output', 'z1 * (1 - z1)'],
      ['activation-twice', 'sigmoid(h) * (1 - sigmoid(h))'],
      ['wrong-quantity', '1 - h ** 2'],
      ['lost-term', 'h'],
      ['lost-factor', '1 - h'],
    ],
  },
  {
    name: 'relu',
    f: 'relu(z1)',
    slope: 'z1 > 0',
    clue: /relu|maximum\(|max\(0|> ?0/i,
    wrong: [
      ['relu-mask-ge', 'h >= 0'],
      ['relu-returns-input', 'h'],
      ['wrong-quantity', 'h * (1 - h)'],
    ],
  },
];

const outputs: readonly Output[] = [
  {
    name: 'softmax-cross-entropy',
    f: 'softmax(z2)',
    loss: '-sum(y * log(o))',
    draw: 'labels',
    delta: 'o - y',
    clues: [/soft_?max/i, /cross_?entropy|nll|log\(/i],
    wrong: [
      ['times-diag-again', '(o - y) * o * (1 - o)'],
      ['input-not-output', 'z2 - y'],
      ['dldp-as-dldz', '-y / o'],
    ],
  },
  {
    name: 'binary-cross-entropy',
    f: 'sigmoid(z2)',
    loss: '-sum(y * log(o) + (1 - y) * log(1 - o))',
    draw: 'binary',
    delta: 'o - y',
    clues: [/binary|bce|cross_?entropy|log_?loss|logistic_?loss/i, /log\(1 ?-/],
    wrong: [
      ['times-diag-again', '(o - y) * o * (1 - o)'],
      ['dldp-as-dldz', '(o - y) / (o * (1 - o))'],
    ],
  },
  {
    name: 'squared-error',
    f: 'sigmoid(z2)',
    loss: 'sum((o - y) ** 2)',
    draw: 'unit',
    delta: '2 * (o - y) * o * (1 - o)',
    usual: [0.5, 1],
    clues: [/sigmoid|exp\(-/i, /squared?|mse|\*\* ?2|error/i],
    wrong: [
      ['lost-activation-derivative', '2 * (o - y)'],
      ['input-not-output', '2 * (o - y) * z2 * (1 - z2)'],
      ['activation-twice', '2 * (o - y) * sigmoid(o) * (1 - sigmoid(o))'],
    ],
  },
  {
    name: 'linear-squared-error',
    f: 'z2',
    loss: 'sum((o - y) ** 2)',
    draw: 'normal',
    delta: '2 * (o - y)',
    usual: [1, 0.5],
    clues: [/squared?|mse|regression/i],
    wrong: [['times-diag-again', '2 * (o - y) * o * (1 - o)']],
  },
];

const names = /network|net\b|mlp|perceptron|two_?layer|back_?prop|back_?propagation|backward_?(prop|pass)|train|nn/i;

const SHARED: readonly (readonly [string, string])[] = [
  ['n-dropped-partly', 'db2 = sum(d2, 0) / r; db1 = sum(d1, 0) / r'],
  ['n-dropped-partly', 'db2 = sum(d2, 0) / r'],
  ['n-dropped-partly', 'db1 = sum(d1, 0) / r'],
  ['n-dropped-partly', 'dW2 = T(h) @ d2 / r; dW1 = T(x) @ d1 / r'],
  ['n-dropped-partly', 'dW2 = T(h) @ d2 / r'],
  ['n-dropped-partly', 'dW1 = T(x) @ d1 / r'],
  ['bias-mean', 'db2 = mean(d2, 0); db1 = mean(d1, 0)'],
  ['bias-mean', 'db2 = mean(d2, 0)'],
  ['bias-mean', 'db1 = mean(d1, 0)'],
  ['weight-mean', 'dW2 = T(h) @ d2 / size(x, 0); dW1 = T(x) @ d1 / size(x, 0)'],
  ['weight-mean', 'dW1 = T(x) @ d1 / size(x, 0)'],
  ['weight-mean', 'dW2 = T(h) @ d2 / size(x, 0)'],
  ['bias-summed-over-all', 'db2 = total(d2) + zero(b2); db1 = total(d1) + zero(b1)'],
  ['bias-summed-over-all', 'db2 = total(d2) + zero(b2)'],
  ['bias-summed-over-all', 'db1 = total(d1) + zero(b1)'],
  ['bias-times-input', 'db2 = sum(T(h) @ d2, 0)'],
  ['bias-times-input', 'db1 = sum(T(x) @ d1, 0)'],
  ['bias-not-summed', 'db2 = d2; db1 = d1'],
  ['bias-not-summed', 'db1 = d1'],
  ['bias-not-summed', 'db2 = d2'],
  ['wrong-quantity', 'dW2 = T(z1) @ d2'],
  ['input-not-output', 'dW2 = T(z1) @ d2'],
];

const AFTER = (d2: string, slope: string, biased: boolean): string =>
  `d2 = (${d2}) * r; e = d2 @ T(W2); d1 = e * (${slope}); dW2 = T(h) @ d2; dW1 = T(x) @ d1${biased ? '; db2 = sum(d2, 0); db1 = sum(d1, 0)' : ''}`;

const network = (h: Hidden, o: Output, biased: boolean): Operation => {
  const [b1, b2] = biased ? [' + b1', ' + b2'] : ['', ''];
  const inputs = biased
    ? ['x batch N D normal', 'W1 weights D M normal', 'b1 units M normal', 'W2 weights M C normal', 'b2 units C normal']
    : ['x batch N D normal', 'W1 weights D M normal', 'W2 weights M C normal'];
  return operation('two-layer-network', {
    names,
    inputs: [...inputs, `y batch N C ${o.draw}`],
    forward: `z1 = x @ W1${b1}; h = ${h.f}; z2 = h @ W2${b2}; o = ${o.f}; l = ${o.loss}`,
    kind: 'loss',
    usual: o.usual ?? [1],
    clues: [h.clue, ...o.clues],
    given: {
      z1: /^(z1|Z1|a1|layer1_in|hidden_in|net1)$/,
      h: /^(h\d?|H|a1|A1|l1|layer_?1|hidden\w*)$/,
      z2: /^(z2|Z2|scores|logits)$/,
      o: /^(o|a2|A2|l2|AL|y_?hat|out\w*|layer_?2|probs?|p)$/,
    },
    backward: AFTER(o.delta, h.slope, biased),
    wrongs: [
      ['lost-activation-derivative', AFTER(o.delta, 'one(h)', biased)],
      ...h.wrong.map(([id, slope]) => [id, AFTER(o.delta, slope, biased)] as const),
      ...o.wrong.map(([id, d]) => [id, AFTER(d, h.slope, biased)] as const),
      // The same slip in both layers.
      ...o.wrong.flatMap(([id, d]) =>
        h.wrong.filter(([other]) => other === id).map(([, slope]) => [id, AFTER(d, slope, biased)] as const),
      ),

      ['updated-weights-used', `e = d2 @ T(W2 - rate * T(h) @ d2); d1 = e * (${h.slope}); dW1 = T(x) @ d1`],
      [
        'updated-weights-used',
        `e = d2 @ T(W2 - rate * T(h) @ d2); d1 = e * (${h.slope}); dW1 = T(x) @ d1; db1 = sum(d1, 0)`,
      ],
      // Without biases the weights are all that there is.
      ...SHARED.filter(([, gives]) => biased || !(gives.includes('db') || /dW2.*dW1.*\/ r/.test(gives))),
    ].filter(([, gives]) => biased || !(gives ?? '').includes('b1')) as [string, string][],
  });
};

export const networks: readonly Operation[] = hiddens.flatMap((h) =>
  outputs.flatMap((o) => [network(h, o, true), network(h, o, false)]),
);

/** A single layer of sigmoids that learns by squared error, as classroom scripts have it. */
export const singleLayer = operation('one-layer-network', {
  names,
  inputs: ['x batch N D normal', 'W weights D C normal', 'y batch N C unit'],
  forward: 'z = x @ W; o = sigmoid(z); l = sum((o - y) ** 2)',
  kind: 'loss',
  usual: [0.5, 1],
  given: { o: /^(o|l1|a1|out\w*|y_?hat|p)$/ },
  backward: 'd = 2 * (o - y) * o * (1 - o) * r; dW = T(x) @ d',
  wrongs: [
    ['activation-twice', 'd = 2 * (o - y) * sigmoid(o) * (1 - sigmoid(o)) * r; dW = T(x) @ d'],
    ['lost-activation-derivative', 'd = 2 * (o - y) * r; dW = T(x) @ d'],
    ['input-not-output', 'd = 2 * (o - y) * z * (1 - z) * r; dW = T(x) @ d'],
  ],
});
