// Every gradient that a training run uses, against dual numbers, on random architectures and hand-written losses.
import { describe, expect, test } from 'vitest';
import { compareGradients } from '../../src/learn/check-gradients.ts';
import { activationNames } from '../../src/learn/network/activation.ts';
import { writeNetwork } from '../../src/learn/network/documents.ts';
import { adjointName, gradientsOf } from '../../src/learn/network/gradients.ts';
import { documentText, prepareNetwork } from '../../src/learn/network/prepare.ts';
import { gradientProgram } from '../../src/learn/network/program.ts';
import { compileProgram } from '../../src/compile/plan.ts';
import { random } from '../../src/learn/random.ts';
import type { SetId } from '../../src/term/term.ts';

interface Case {
  readonly text: string;
  readonly activation?: string;
  readonly columns: number;
  readonly rows: number;
  readonly sizeOf: (set: SetId, n: number) => number;
  readonly seed: number;
  readonly oneHot?: boolean;
  readonly constants?: readonly string[];
  readonly entries?: number;
}

/** The largest error of a document's gradients at random parameters and data. */
function errorOf(c: Case): number {
  const network = prepareNetwork(c.text, [], {
    columns: c.columns,
    ...(c.activation === undefined ? {} : { activation: c.activation }),
    ...(c.constants === undefined ? {} : { constants: c.constants }),
  });
  const draws = random(c.seed, 'check', 1);
  const sizes = new Map<SetId, number>();
  const all = [network.features, network.answers, ...network.learned, ...network.constants, network.prediction].flatMap(
    (t) => t?.sets ?? [],
  );
  for (const set of all)
    if (set !== network.examples && !sizes.has(set))
      sizes.set(set, set === network.features?.sets[1] ? c.columns : c.sizeOf(set, sizes.size));
  const shape = (sets: readonly SetId[]): number[] =>
    sets.map((set) => (set === network.examples ? c.rows : (sizes.get(set) as number)));
  const count = (sets: readonly SetId[]): number => shape(sets).reduce((a, b) => a * b, 1);
  const tensors = new Map<string, { shape: number[]; data: Float32Array }>();
  for (const t of [network.features, network.answers]) {
    if (t === null) continue;
    const data = Float32Array.from({ length: count(t.sets) }, () => draws.normal());
    if (t === network.answers) {
      const width = t.sets.length === 1 ? 1 : (shape(t.sets)[1] as number);
      if (c.oneHot !== false)
        for (let n = 0; n < c.rows; n++) {
          const chosen = draws.integer(Math.max(2, width));
          for (let o = 0; o < width; o++) data[n * width + o] = width === 1 ? chosen : Number(o === chosen);
        }
    }
    tensors.set(t.name, { shape: shape(t.sets), data });
  }
  const parameters = new Map(
    [...network.learned, ...network.constants].map((t) => [
      t.name,
      Float64Array.from(
        { length: count(t.sets) },
        () =>
          ((0.5 + draws.uniform()) * (draws.uniform() < 0.5 || t.name.startsWith('s') ? 1 : -1)) /
          Math.sqrt((c.activation === 'square' ? 9 : 1) * t.sets.length > 1 ? (shape(t.sets)[0] as number) : 1),
      ),
    ]),
  );
  const found = compareGradients({
    network,
    gradients: gradientsOf(network, c.oneHot !== false),
    sizes,
    rows: { rows: c.rows, tensors },
    parameters,
    entries: c.entries ?? 4,
    seed: c.seed,
  });
  return found.error;
}

describe('gradients of random networks equal dual numbers to 1e-6', () => {
  const seed = Number(process.env.SEED ?? 1);
  const draws = random(seed, 'check', 99);
  const cases = Array.from({ length: 36 }, (_, n) => {
    const activation = activationNames[n % activationNames.length] as string;
    const hidden = activation === 'square' ? 1 + (n % 2) : 1 + (n % 6); // six squarings are a 64th power: float64 overflows
    return {
      n,
      hidden,
      activation,
      outputs: n % 3 === 0 ? ('linear' as const) : ('softmax' as const),
      rows: 1 + 2 * draws.integer(4),
      columns: 1 + draws.integer(hidden > 3 ? 8 : 65),
      widths: Array.from({ length: 12 }, () => 1 + draws.integer(hidden > 3 ? 9 : 65)),
    };
  });
  test.each(cases)(
    'depth $hidden, $activation, $outputs, $rows rows (seed of the case $n)',
    ({ n, hidden, activation, outputs, rows, columns, widths }) => {
      const error = errorOf({
        text: writeNetwork({ hidden, activation, outputs }),
        activation,
        columns,
        rows,
        seed: seed * 1000 + n,
        oneHot: outputs === 'softmax',
        sizeOf: (_, k) => Math.max(outputs === 'softmax' ? 2 : 1, widths[k % widths.length] as number),
      });
      expect(error).toBeLessThan(1e-6);
    },
  );
});

const tail = '\n\np_no = exp(z_no)/sum_k exp(z_nk)\n\nL = -(1/N) sum_{n=1}^{N} sum_o y_no log(p_no)';
const documents: readonly (readonly [string, string, Partial<Case>])[] = [
  [
    'softmax regression with an L2 penalty in the loss',
    `z_no = sum_j x_nj w_jo + b_o\n\np_no = exp(z_no)/sum_k exp(z_nk)\n\nL = -(1/N) sum_{n=1}^{N} sum_o y_no log(p_no) + lam sum_j sum_o w_jo^2`,
    { constants: ['lam'] },
  ],
  [
    'a document about one example',
    'z_o = sum_j x_j w_jo + b_o\n\np_o = exp(z_o)/sum_k exp(z_k)\n\nL = -sum_o y_o log(p_o)',
    {},
  ],
  [
    'layer normalisation before the output',
    `m_n = (1/D) sum_{i=1}^D x_ni\n\nv_n = (1/D) sum_{i=1}^D (x_ni-m_n)^2\n\nu_ni = s_i (x_ni-m_n)/sqrt(v_n+0.01) + c_i\n\nz_no = sum_i u_ni w_io${tail}`,
    {},
  ],
  [
    'batch normalisation of a hidden layer',
    `h_nj = tanh(sum_i x_ni v_ij + c_j)\n\nm_j = (1/N) sum_{n=1}^N h_nj\n\nr_j = (1/N) sum_{n=1}^N (h_nj - m_j)^2\n\nu_nj = s_j (h_nj-m_j)/sqrt(r_j+0.01) + e_j\n\nz_no = sum_j u_nj w_jo${tail}`,
    { rows: 5 },
  ],
  ['a residual connection', `h_nj = x_nj + tanh(sum_i x_ni v_ij + c_j)\n\nz_no = sum_j h_nj w_jo + b_o${tail}`, {}],
  ['a gate', `h_nj = tanh(sum_i x_ni v_ij) * sigmoid(sum_i x_ni u_ij)\n\nz_no = sum_j h_nj w_jo${tail}`, {}],
  ['a bilinear output', `h_nj = tanh(sum_i x_ni v_ij)\n\nz_no = sum_i sum_j h_ni a_oij h_nj${tail}`, {}],
  [
    'label smoothing',
    'z_no = sum_j x_nj w_jo\n\np_no = exp(z_no)/sum_k exp(z_nk)\n\nq_no = 9/10 y_no + 1/30\n\nL = -(1/N) sum_{n=1}^{N} sum_o q_no log(p_no)',
    {},
  ],
  [
    'focal loss',
    'z_no = sum_j x_nj w_jo\n\np_no = exp(z_no)/sum_k exp(z_nk)\n\nL = -(1/N) sum_{n=1}^{N} sum_o y_no (1-p_no)^2 log(p_no)',
    {},
  ],
  [
    'squared error on softmax outputs',
    'z_no = sum_j x_nj w_jo + b_o\n\np_no = exp(z_no)/sum_k exp(z_nk)\n\nE = (1/(2 N)) sum_{n=1}^{N} sum_o (p_no - y_no)^2',
    {},
  ],
  [
    'binary cross-entropy with one output',
    'z_n = sum_j x_nj w_j + b\n\np_n = sigmoid(z_n)\n\nL = -(1/N) sum_{n=1}^N (y_n log(p_n) + (1-y_n) log(1-p_n))',
    {},
  ],
  [
    'binary cross-entropy with the logistic function written out',
    'z_n = sum_j x_nj w_j + b\n\np_n = 1/(1 + exp(-z_n))\n\nL = -(1/N) sum_{n=1}^N (y_n log(p_n) + (1-y_n) log(1-p_n))',
    {},
  ],
  [
    'the logistic function as a quotient of exponentials',
    'z_n = sum_j x_nj w_j + b\n\np_n = exp(z_n)/(1 + exp(z_n))\n\nE = (1/N) sum_{n=1}^N (y_n - p_n)^2',
    {},
  ],
  [
    'the log-sum-exp form of cross-entropy',
    'z_no = sum_j x_nj w_jo + b_o\n\nL = (1/N) sum_{n=1}^N (log(sum_k exp(z_nk)) - sum_o y_no z_no)',
    {},
  ],
  [
    'a softened absolute error',
    'z_no = sum_j x_nj w_jo + b_o\n\nE = (1/N) sum_{n=1}^N sum_o (sqrt(1 + (z_no - y_no)^2) - 1)',
    { oneHot: false },
  ],
  ['radial basis functions', `h_nj = exp(-(sum_i (x_ni - c_ij)^2) * s_j^2)\n\nz_no = sum_j h_nj w_jo${tail}`, {}],
  [
    'one weight used in two layers',
    `h_nj = tanh(sum_i x_ni v_ij)\n\ng_nj = tanh(sum_i h_ni v_ij)\n\nz_no = sum_j g_nj w_jo${tail}`,
    {},
  ],
];
describe('gradients of hand-written documents equal dual numbers to 1e-6', () => {
  test.each(documents)('%s', (name, text, extra) => {
    const square = name === 'a residual connection' || name === 'one weight used in two layers';
    const error = errorOf({
      text,
      columns: square ? 4 : 3,
      rows: 3,
      seed: 7,
      sizeOf: (_, k) => (square ? 4 : 2 + (k % 3)),
      entries: 12,
      ...extra,
    });
    expect(error).toBeLessThan(1e-6);
  });
});

test('the gradient of binary cross-entropy stays finite where the logistic function is 0 or 1', () => {
  const network = prepareNetwork(documentText('logistic-regression'), [], { columns: 1 });
  const rows = {
    rows: 2,
    tensors: new Map([
      ['x', { shape: [2, 1], data: Float32Array.from([1000, -1000]) }],
      ['y', { shape: [2], data: Float32Array.from([0, 1]) }],
    ]),
  };
  const plan = compileProgram(gradientProgram(network, gradientsOf(network, true)), {
    sizes: new Map([...network.learned.flatMap((t) => t.sets.map((set) => [set, 1] as const)), [network.examples, 2]]),
    dtype: 'f32',
  });
  for (const [name, { data }] of rows.tensors) (plan.inputs[name] as Float32Array).set(data);
  (plan.inputs.w as Float32Array).fill(1);
  plan.run();
  expect([...network.learned].map(({ name }) => (plan.outputs[adjointName(name)] as Float32Array)[0])).toEqual([
    1000, 0,
  ]);
});
