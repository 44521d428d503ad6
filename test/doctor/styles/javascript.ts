// Styles in JavaScript and TypeScript.
// Not here: Python.
// Invariant: each is a style of its own; names, shapes and returns differ.
import type { Style } from './style.ts';

export const javascript: readonly Style[] = [
  {
    name: 'classes with forward and backward, plain arrays',
    file: 'layers.mjs',
    needs: 'node',
    target: 'Softmax.backward',
    source: `export class Softmax {
  forward(input) {
    const max = Math.max(...input);
    const exps = input.map((x) => Math.exp(x - max));
    const sum = exps.reduce((a, b) => a + b, 0);
    this.output = exps.map((e) => e / sum);
    return this.output;
  }

  backward(outputGradient) {
    const n = this.output.length;
    const inputGradient = new Array(n).fill(0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const d = i === j ? <<same>> : <<other>>;
        inputGradient[i] += outputGradient[j] * d;
      }
    }
    return inputGradient;
  }
}
`,
    right: { same: 'this.output[i] * (1 - this.output[i])', other: '-this.output[i] * this.output[j]' },
    wrong: [
      ['offdiag-sign', { other: 'this.output[i] * this.output[j]' }],
      ['diag-only', { other: '0' }],
      ['diag-sign', { same: '-this.output[i] * (1 - this.output[i])' }],
      ['outer-only', { same: '-this.output[i] * this.output[i]' }],
    ],
  },
  {
    name: 'CommonJS, object of activations with fn and dfn',
    file: 'activations.js',
    needs: 'node',
    target: 'sigmoid.dfn',
    source: `'use strict';

const sigmoid = {
  fn: (x) => 1 / (1 + Math.exp(-x)),
  dfn: (y) => <<d>>, // y is already the sigmoid's output
};

module.exports = { sigmoid };
`,
    right: { d: 'y * (1 - y)' },
    wrong: [
      ['sign', { d: 'y * (1 + y)' }],
      ['exponent', { d: 'y * (1 - y) * (1 - y)' }],
      ['lost-term', { d: '1 - y' }],
    ],
  },
  {
    name: 'typed arrays with rows and columns, writes into a buffer',
    file: 'kernels.ts',
    needs: 'node',
    target: 'softmaxBackward',
    source: `export function softmaxForward(x: Float64Array, rows: number, cols: number, out: Float64Array): void {
  for (let r = 0; r < rows; r++) {
    const at = r * cols;
    let top = -Infinity;
    for (let c = 0; c < cols; c++) top = Math.max(top, x[at + c]);
    let sum = 0;
    for (let c = 0; c < cols; c++) sum += out[at + c] = Math.exp(x[at + c] - top);
    for (let c = 0; c < cols; c++) out[at + c] /= sum;
  }
}

export function softmaxBackward(y: Float64Array, dy: Float64Array, rows: number, cols: number, dx: Float64Array): void {
  <<reset>>
  for (let r = 0; r < rows; r++) {
    const at = r * cols;
    <<inner>>
    for (let c = 0; c < cols; c++) dot += y[at + c] * dy[at + c];
    for (let c = 0; c < cols; c++) dx[at + c] = <<entry>>;
  }
}
`,
    right: { reset: '', inner: 'let dot = 0;', entry: 'y[at + c] * (dy[at + c] - dot)' },
    wrong: [
      ['missing-dot', { entry: 'y[at + c] * dy[at + c]' }],
      ['accumulator-not-reset', { reset: 'let dot = 0;', inner: '' }],
      ['missing-leading-factor', { entry: 'dy[at + c] - dot' }],
    ],
  },
  {
    name: 'TypeScript, number[][] and one-hot labels, mean over the batch',
    file: 'loss.ts',
    needs: 'node',
    target: 'crossEntropyGradient',
    source: `type Matrix = number[][];

const softmaxRow = (row: number[]): number[] => {
  const m = Math.max(...row);
  const e = row.map((v) => Math.exp(v - m));
  const s = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / s);
};

/** Mean cross-entropy of logits against one-hot targets. */
export function crossEntropy(logits: Matrix, targets: Matrix): number {
  let total = 0;
  logits.forEach((row, i) => {
    const p = softmaxRow(row);
    row.forEach((_, j) => { total -= targets[i][j] * Math.log(p[j]); });
  });
  return total / logits.length;
}

export function crossEntropyGradient(logits: Matrix, targets: Matrix): Matrix {
  const n = logits.length;
  return logits.map((row, i) => {
    const p = softmaxRow(row);
    return p.map((v, j) => <<entry>>);
  });
}
`,
    right: { entry: '(v - targets[i][j]) / n' },
    wrong: [
      ['n-dropped', { entry: 'v - targets[i][j]' }],
      ['sign-flipped', { entry: '(targets[i][j] - v) / n' }],
      ['times-diag-again', { entry: '((v - targets[i][j]) * v * (1 - v)) / n' }],
      ['divide-by-classes', { entry: '(v - targets[i][j]) / p.length' }],
      ['dldp-as-dldz', { entry: '-targets[i][j] / v / n' }],
      ['input-not-output', { entry: '(row[j] - targets[i][j]) / n' }],
    ],
  },
  {
    name: 'a Matrix class of its own with static methods',
    file: 'matrix-nn.js',
    needs: 'node',
    target: 'softmaxPrime',
    source: `class Matrix {
  constructor(data) {
    this.data = data;
    this.rows = data.length;
    this.cols = data[0].length;
  }
  map(f) {
    return new Matrix(this.data.map((row, i) => row.map((v, j) => f(v, i, j))));
  }
}

function tanh(m) {
  return m.map((v) => Math.tanh(v));
}

function softmaxPrime(z) {
  const top = Math.max(...z);
  const e = z.map((v) => Math.exp(v - top));
  const s = e.reduce((a, b) => a + b);
  const p = e.map((v) => v / s);
  return p.map((pi, i) => p.map((pj, j) => <<entry>>));
}

module.exports = { Matrix, tanh, softmaxPrime };
`,
    right: { entry: 'pi * ((i === j ? 1 : 0) - pj)' },
    wrong: [
      ['diag-only', { entry: '(i === j ? pi * (1 - pi) : 0)' }],
      ['tile-not-transposed', { entry: 'pj * ((i === j ? 1 : 0) - pj)' }],
      ['factor-two', { entry: '2 * pi * ((i === j ? 1 : 0) - pj)' }],
    ],
  },
  {
    name: 'closure that returns an object with forward and backward',
    file: 'factory.mjs',
    needs: 'node',
    target: 'makeTanh',
    source: `export function makeTanh() {
  let y = null;
  return {
    forward(x) {
      y = x.map(Math.tanh);
      return y;
    },
    backward(dy) {
      return dy.map((g, i) => <<d>>);
    },
  };
}
`,
    right: { d: 'g * (1 - y[i] * y[i])' },
    wrong: [
      ['exponent', { d: 'g * (1 - y[i])' }],
      ['upstream-ignored', { d: '1 - y[i] * y[i]' }],
      ['sign', { d: 'g * (1 + y[i] * y[i])' }],
      ['activation-twice', { d: 'g * (1 - Math.tanh(y[i]) ** 2)' }],
    ],
  },
  {
    name: 'mean squared error of vectors, loss object',
    file: 'mse.js',
    needs: 'node',
    target: 'mse.derivative',
    source: `const mse = {
  calculate(predicted, actual) {
    return predicted.reduce((s, p, i) => s + (p - actual[i]) ** 2, 0) / predicted.length;
  },
  derivative(predicted, actual) {
    return predicted.map((p, i) => <<d>>);
  },
};

module.exports = mse;
`,
    right: { d: '(2 * (p - actual[i])) / predicted.length' },
    wrong: [
      ['factor-two', { d: '(p - actual[i]) / predicted.length' }],
      ['n-dropped', { d: '2 * (p - actual[i])' }],
      ['sign-flipped', { d: '(2 * (actual[i] - p)) / predicted.length' }],
    ],
  },
  {
    name: 'dense layer of one sample with weights[out][in]',
    file: 'dense.js',
    needs: 'node',
    target: 'Dense.backward',
    source: `class Dense {
  constructor(weights, biases) {
    this.weights = weights; // [out][in]
    this.biases = biases;
  }
  forward(input) {
    this.input = input;
    return this.weights.map((row, o) => row.reduce((s, w, i) => s + w * input[i], this.biases[o]));
  }
  backward(delta) {
    this.weightGradients = this.weights.map((row, o) => row.map((_, i) => <<dw>>));
    this.biasGradients = <<db>>;
    return this.input.map((_, i) => delta.reduce((s, d, o) => s + <<dx>>, 0));
  }
}

module.exports = { Dense };
`,
    right: { dw: 'delta[o] * this.input[i]', db: 'delta.slice()', dx: 'd * this.weights[o][i]' },
    wrong: [
      ['lost-factor', { dw: 'delta[o]' }],
      ['sign-flipped', { dx: '-d * this.weights[o][i]' }],
      ['factor-two', { dx: '2 * d * this.weights[o][i]' }],
    ],
  },
];
