// Programs of other languages in ways that the other styles do not show: engines of scalars, generic TypeScript,
// closures, flat buffers with strides, notebooks, scripts, programs that answer JSON lines, torch with options.
// Not here: numpy (`strangers-numpy.ts`).
// Invariant: each is a style of its own; names, shapes and returns differ.
import type { Style } from './style.ts';

const notebook = (...cells: readonly string[]): string =>
  JSON.stringify({
    cells: cells.map((source) => ({
      cell_type: 'code',
      metadata: {},
      execution_count: null,
      outputs: [],
      source: source.split(/(?<=\n)/),
    })),
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
    nbformat: 4,
    nbformat_minor: 5,
  });

export const strangers: readonly Style[] = [
  {
    name: 'TypeScript: an interface Layer, number[][] and a generic map',
    file: 'layers.ts',
    needs: 'node',
    target: 'SoftmaxLayer.backward',
    source: `type Matrix = number[][];

export interface Layer {
  forward(input: Matrix): Matrix;
  backward(gradOutput: Matrix): Matrix;
}

const mapRows = <T, U>(m: T[], f: (row: T, i: number) => U): U[] => m.map(f);

export class SoftmaxLayer implements Layer {
  private output: Matrix = [];

  forward(input: Matrix): Matrix {
    this.output = mapRows(input, (row) => {
      const max = Math.max(...row);
      const exps = row.map((x) => Math.exp(x - max));
      const total = exps.reduce((a, b) => a + b, 0);
      return exps.map((e) => e / total);
    });
    return this.output;
  }

  backward(gradOutput: Matrix): Matrix {
    return mapRows(gradOutput, (g, i) => {
      const s = this.output[i]!;
      const dot = <<dot>>;
      return s.map((p, j) => <<g>>);
    });
  }
}
`,
    right: { dot: 's.reduce((acc, p, j) => acc + p * g[j]!, 0)', g: 'p * (g[j]! - dot)' },
    wrong: [
      ['diag-only', { g: 'p * (1 - p) * g[j]!' }],
      ['dot-without-upstream', { dot: 's.reduce((acc, p) => acc + p, 0)' }],
      ['joint-with-labels', { g: 'p - g[j]!' }],
      ['mean-not-sum', { dot: 's.reduce((acc, p, j) => acc + p * g[j]!, 0) / s.length' }],
    ],
  },
  {
    name: 'TypeScript: one method gives loss and gradients together',
    file: 'SoftmaxClassifier.ts',
    needs: 'node',
    target: 'SoftmaxClassifier.lossAndGrad',
    source: `export interface LossResult {
  loss: number;
  grad: Float64Array;
}

/** Softmax followed by cross-entropy for a single example. */
export class SoftmaxClassifier {
  constructor(private readonly numClasses: number) {}

  lossAndGrad(logits: Float64Array, label: number): LossResult {
    let max = -Infinity;
    for (let i = 0; i < this.numClasses; i++) max = Math.max(max, logits[i]);
    let sum = 0;
    const probs = new Float64Array(this.numClasses);
    for (let i = 0; i < this.numClasses; i++) {
      probs[i] = Math.exp(logits[i] - max);
      sum += probs[i];
    }
    for (let i = 0; i < this.numClasses; i++) probs[i] /= sum;
    const loss = -Math.log(probs[label]);
    const grad = new Float64Array(probs);
    <<sub>>
    return { loss, grad };
  }
}
`,
    right: { sub: 'grad[label] -= 1;' },
    wrong: [
      ['label-off-by-one', { sub: 'grad[label - 1] -= 1;' }],
      ['label-not-subtracted', { sub: 'grad[label] - 1;' }],
      ['assign-minus-one', { sub: 'grad[label] = -1;' }],
      ['sign-flipped', { sub: 'grad[label] -= 1; for (let i = 0; i < grad.length; i++) grad[i] = -grad[i];' }],
    ],
  },
  {
    name: 'engine of scalars in JavaScript with _backward closures',
    file: 'value.js',
    needs: 'node',
    target: 'Value.sigmoid',
    source: `export class Value {
  constructor(data, prev = []) {
    this.data = data;
    this.grad = 0;
    this._prev = prev;
    this._backward = () => {};
  }
  mul(other) {
    const out = new Value(this.data * other.data, [this, other]);
    out._backward = () => {
      this.grad += other.data * out.grad;
      other.grad += this.data * out.grad;
    };
    return out;
  }
  sigmoid() {
    const s = 1 / (1 + Math.exp(-this.data));
    const out = new Value(s, [this]);
    out._backward = () => {
      this.grad += <<g>>;
    };
    return out;
  }
  backward() {
    const order = [];
    const seen = new Set();
    const visit = (v) => {
      if (seen.has(v)) return;
      seen.add(v);
      v._prev.forEach(visit);
      order.push(v);
    };
    visit(this);
    this.grad = 1;
    order.reverse().forEach((v) => v._backward());
  }
}
`,
    right: { g: 's * (1 - s) * out.grad' },
    wrong: [
      ['input-not-output', { g: 'this.data * (1 - this.data) * out.grad' }],
      ['upstream-ignored', { g: 's * (1 - s)' }],
      ['lost-term', { g: 's * out.grad' }],
    ],
  },
  {
    name: 'engine of scalars in Python, exp and power',
    file: 'autograd.py',
    needs: 'python',
    target: 'Scalar.__mul__',
    source: `import math

class Scalar:
    """A number that remembers how it was made."""
    def __init__(self, value, parents=(), op=''):
        self.value = value
        self.grad = 0.0
        self.parents = parents
        self.op = op
        self._backward = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        out = Scalar(self.value + other.value, (self, other), '+')
        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Scalar) else Scalar(other)
        out = Scalar(self.value * other.value, (self, other), '*')
        def _backward():
            self.grad <<op>> <<g>>
            other.grad <<op>> self.value * out.grad
        out._backward = _backward
        return out

    def backward(self):
        topo, seen = [], set()
        def build(v):
            if v not in seen:
                seen.add(v)
                for p in v.parents:
                    build(p)
                topo.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()
`,
    right: { op: '+=', g: 'other.value * out.grad' },
    wrong: [
      ['assign-not-accumulate', { op: '=' }],
      ['upstream-ignored', { g: 'other.value' }],
    ],
  },
  {
    name: 'JavaScript: flat arrays with rows and cols, RMS norm',
    file: 'rmsnorm.mjs',
    needs: 'node',
    target: 'rmsnormBackward',
    source: `/**
 * RMS normalisation of each row, y = x / rms(x) * weight.
 */
export function rmsnormForward(x, weight, rows, cols, eps = 1e-5) {
  const y = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    let ss = 0;
    for (let c = 0; c < cols; c++) ss += x[r * cols + c] ** 2;
    const inv = 1 / Math.sqrt(ss / cols + eps);
    for (let c = 0; c < cols; c++) y[r * cols + c] = x[r * cols + c] * inv * weight[c];
  }
  return y;
}

export function rmsnormBackward(dy, x, weight, rows, cols, eps = 1e-5) {
  const dx = new Float64Array(rows * cols);
  const dweight = new Float64Array(cols);
  for (let r = 0; r < rows; r++) {
    let ss = 0;
    for (let c = 0; c < cols; c++) ss += x[r * cols + c] ** 2;
    const inv = 1 / Math.sqrt(ss / cols + eps);
    let dot = 0;
    for (let c = 0; c < cols; c++) dot += dy[r * cols + c] * <<w>> * x[r * cols + c];
    for (let c = 0; c < cols; c++) {
      const i = r * cols + c;
      dx[i] = inv * <<w>> * dy[i] - <<back>>;
      dweight[c] += dy[i] * x[i] * inv;
    }
  }
  return { dx, dweight };
}
`,
    right: { w: 'weight[c]', back: '(x[i] * inv ** 3 * dot) / cols' },
    wrong: [
      ['rms-cube-lost', { back: '(x[i] * inv ** 2 * dot) / cols' }],
      ['norm-mean-factor-lost', { back: 'x[i] * inv ** 3 * dot' }],
      ['norm-stats-constant', { back: '0' }],
      ['norm-gamma-lost', { w: '1' }],
    ],
  },
  {
    name: 'JavaScript: curried gradient, loss(y)(z)',
    file: 'losses.mjs',
    needs: 'node',
    target: 'crossEntropyGrad',
    source: `const exps = (z) => {
  const m = Math.max(...z);
  return z.map((v) => Math.exp(v - m));
};
export const softmax = (z) => {
  const e = exps(z);
  const s = e.reduce((a, b) => a + b);
  return e.map((v) => v / s);
};
/** @param {number[]} z logits @param {number[]} y one-hot label */
export const crossEntropy = (z, y) => -softmax(z).reduce((a, p, i) => a + y[i] * Math.log(p), 0);
/** @param {number[]} z logits @param {number[]} y one-hot label */
export const crossEntropyGrad = (z, y) => softmax(<<z>>).map((p, i) => <<g>>);
`,
    right: { z: 'z', g: 'p - y[i]' },
    wrong: [
      ['sign-flipped', { g: 'y[i] - p' }],
      ['double-softmax-naive', { z: 'softmax(z)' }],
      ['bce-for-ce', { g: '-y[i] / p + (1 - y[i]) / (1 - p)' }],
      ['target-only', { g: 'y[i] * (p - 1)' }],
      ['dldp-as-dldz', { g: '-y[i] / p' }],
      ['times-diag-again', { g: '(p - y[i]) * p * (1 - p)' }],
    ],
  },
  {
    name: 'notebook: cells with prose between them',
    file: 'lecture.ipynb',
    needs: 'numpy',
    target: 'grad_log_softmax',
    source: notebook(
      'import numpy as np\n%matplotlib inline\n',
      'def log_softmax(x):\n    """x: (batch, classes)"""\n    c = x.max(axis=1, keepdims=True)\n    return x - c - np.log(np.exp(x - c).sum(axis=1, keepdims=True))\n',
      'def grad_log_softmax(x, g):\n    """g is the upstream gradient"""\n    p = np.exp(log_softmax(x))\n    return <<g>>\n',
      'x = np.random.randn(2, 3)\nlog_softmax(x)\n',
    ),
    right: { g: 'g - p * g.sum(axis=1, keepdims=True)' },
    wrong: [
      ['logsoftmax-missing-sum', { g: 'g - p' }],
      ['logsoftmax-elementwise', { g: 'g - p * g' }],
      ['logsoftmax-plus', { g: 'g + p * g.sum(axis=1, keepdims=True)' }],
      ['dot-wrong-axis', { g: 'g - p * g.sum(axis=0, keepdims=True)' }],
    ],
  },
  {
    name: 'script that trains when it is imported, functions above',
    file: 'spiral.py',
    needs: 'numpy',
    target: 'backward_pass',
    source: `import numpy as np

rng = np.random.default_rng(1)
X = rng.normal(size=(30, 2))
y = rng.integers(0, 3, size=30)

def forward_pass(X, W, b):
    s = X @ W + b
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def data_loss(X, W, b, y):
    return -np.log(forward_pass(X, W, b)[range(len(y)), y]).mean()

def backward_pass(X, W, b, y):
    delta = forward_pass(X, W, b)
    delta[range(len(y)), y] -= 1
    delta /= <<n>>
    dW = <<dW>>
    db = <<db>>
    return dW, db

W = 0.01 * rng.normal(size=(2, 3))
b = np.zeros(3)
for epoch in range(200):
    dW, db = backward_pass(X, W, b, y)
    W -= 0.5 * dW
    b -= 0.5 * db
    if epoch % 50 == 0:
        print(epoch, data_loss(X, W, b, y))
`,
    right: { n: 'len(y)', dW: 'X.T @ delta', db: 'delta.sum(axis=0)' },
    wrong: [
      ['n-dropped', { n: '1' }],
      ['bias-mean', { db: 'delta.mean(axis=0)' }],
      ['bias-not-summed', { db: 'delta' }],
      ['bias-times-input', { db: 'dW.sum(axis=0)' }],
    ],
  },
  {
    name: 'torch: Function with ignore_index, mean over the kept rows',
    file: 'ce_fn.py',
    needs: 'torch',
    target: 'CrossEntropyFn.backward',
    source: `import torch

class CrossEntropyFn(torch.autograd.Function):
    """Mean cross-entropy of logits (N, C) and class indices (N,)."""

    @staticmethod
    def forward(ctx, logits, target):
        logp = torch.log_softmax(logits, dim=-1)
        ctx.save_for_backward(logp, target)
        return -logp.gather(1, target.unsqueeze(1)).mean()

    @staticmethod
    def backward(ctx, grad_output):
        logp, target = ctx.saved_tensors
        p = logp.exp()
        onehot = torch.zeros_like(p).scatter_(1, target.unsqueeze(1), 1.0)
        return <<g>>, None
`,
    right: { g: 'grad_output * (p - onehot) / p.shape[0]' },
    wrong: [
      ['upstream-ignored', { g: '(p - onehot) / p.shape[0]' }],
      ['n-dropped', { g: 'grad_output * (p - onehot)' }],
      ['mean-over-elements', { g: 'grad_output * (p - onehot) / p.numel()' }],
      ['target-only', { g: 'grad_output * onehot * (p - 1) / p.shape[0]' }],
    ],
  },
  {
    name: 'torch: manual back-propagation exercise, layer norm',
    file: 'manual_ln.py',
    needs: 'torch',
    target: 'layernorm_backward',
    source: `import torch

def layernorm_forward(x, w, b):
    """x: (N, C)"""
    eps = 1e-5
    mean = x.mean(-1, keepdim=True)
    xshift = x - mean
    var = (xshift ** 2).mean(-1, keepdim=True)
    rstd = (var + eps) ** -0.5
    norm = xshift * rstd
    out = norm * w + b
    return out, (x, w, mean, rstd)

def layernorm_backward(dout, cache):
    x, w, mean, rstd = cache
    norm = (x - mean) * rstd
    db = dout.sum(0)
    dw = (dout * norm).sum(0)
    dnorm = dout * w
    dx = dnorm - <<m>> - norm * <<v>>
    dx = dx * rstd
    return dx, dw, db
`,
    right: { m: 'dnorm.mean(-1, keepdim=True)', v: '(dnorm * norm).mean(-1, keepdim=True)' },
    wrong: [
      ['norm-mean-term-lost', { m: '0' }],
      ['norm-variance-term-lost', { v: '0' }],
      ['norm-mean-factor-lost', { m: 'dnorm.sum(-1, keepdim=True)', v: '(dnorm * norm).sum(-1, keepdim=True)' }],
      ['norm-wrong-axis', { m: 'dnorm.mean(0, keepdim=True)', v: '(dnorm * norm).mean(0, keepdim=True)' }],
    ],
  },
  {
    name: 'CommonJS, a Matrix class with methods, network layer with state',
    file: 'nn.cjs',
    needs: 'node',
    target: 'Linear.backward',
    source: `class Matrix {
  constructor(data) { this.data = data; }
  static zeros(r, c) { return new Matrix(Array.from({ length: r }, () => new Array(c).fill(0))); }
  get rows() { return this.data.length; }
  get cols() { return this.data[0].length; }
  map(f) { return new Matrix(this.data.map((r, i) => r.map((v, j) => f(v, i, j)))); }
  transpose() { return Matrix.zeros(this.cols, this.rows).map((_, i, j) => this.data[j][i]); }
  dot(o) {
    return Matrix.zeros(this.rows, o.cols).map((_, i, j) => {
      let s = 0;
      for (let k = 0; k < this.cols; k++) s += this.data[i][k] * o.data[k][j];
      return s;
    });
  }
}
class Linear {
  constructor(weights, bias) {
    this.weights = weights;
    this.bias = bias;
  }
  forward(x) {
    this.x = x;
    return x.dot(this.weights).map((v, i, j) => v + this.bias.data[0][j]);
  }
  backward(grad) {
    this.dWeights = <<dw>>;
    this.dBias = new Matrix([grad.data[0].map((_, j) => grad.data.reduce((s, r) => s + r[j], 0)<<db>>)]);
    return <<dx>>;
  }
}
module.exports = { Matrix, Linear };
`,
    right: { dw: 'this.x.transpose().dot(grad)', db: '', dx: 'grad.dot(this.weights.transpose())' },
    wrong: [
      ['bias-mean', { db: ' / grad.rows' }],
      ['weight-mean', { dw: 'this.x.transpose().dot(grad).map((v) => v / grad.rows)' }],
      [
        'sign-flipped',
        {
          dx: 'grad.dot(this.weights.transpose()).map((v) => -v)',
          dw: 'this.x.transpose().dot(grad).map((v) => -v)',
          db: ' * -1',
        },
      ],
    ],
  },
  {
    name: 'ES5 prototype, gradient written into an output argument',
    file: 'softmax_es5.cjs',
    needs: 'node',
    target: 'Softmax.backward',
    source: `function Softmax(n) {
  this.n = n;
  this.out = new Float64Array(n);
}
Softmax.prototype.forward = function (x) {
  var m = x[0], s = 0, i;
  for (i = 1; i < this.n; i++) if (x[i] > m) m = x[i];
  for (i = 0; i < this.n; i++) { this.out[i] = Math.exp(x[i] - m); s += this.out[i]; }
  for (i = 0; i < this.n; i++) this.out[i] /= s;
  return this.out;
};
Softmax.prototype.backward = function (dOut, dIn) {
  var i, j, d;
  for (i = 0; i < this.n; i++) {
    dIn[i] = 0;
    for (j = 0; j < this.n; j++) {
      d = i === j ? 1 : 0;
      dIn[i] <<op>> <<t>> * dOut[j];
    }
  }
  return dIn;
};
module.exports = Softmax;
`,
    right: { op: '+=', t: 'this.out[i] * (d - this.out[j])' },
    wrong: [
      ['loop-overwrite', { op: '=' }],
      ['missing-leading-factor', { t: '(d - this.out[j])' }],
      ['offdiag-sign', { t: '(i === j ? this.out[i] * (1 - this.out[i]) : this.out[i] * this.out[j])' }],
    ],
  },
  {
    name: 'TypeScript: activation table with f and df',
    file: 'activations.ts',
    needs: 'node',
    target: 'activations.elu',
    source: `export interface Activation {
  f: (x: number) => number;
  df: (x: number) => number;
}

const ALPHA = 1.5;

export const activations: Record<string, Activation> = {
  tanh: { f: (x) => Math.tanh(x), df: (x) => 1 - Math.tanh(x) ** 2 },
  elu: {
    f: (x) => (x > 0 ? x : ALPHA * (Math.exp(x) - 1)),
    df: (x) => (x > 0 ? 1 : <<neg>>),
  },
};
`,
    right: { neg: 'ALPHA * Math.exp(x)' },
    wrong: [
      ['lost-term', { neg: 'ALPHA * (Math.exp(x) - 1)' }],
      ['lost-constant-factor', { neg: 'Math.exp(x)' }],
    ],
  },
  {
    name: 'Python with type hints and dataclasses, lists',
    file: 'typed_lists.py',
    needs: 'python',
    target: 'backward',
    source: `from __future__ import annotations
from dataclasses import dataclass
import math

@dataclass
class Saved:
    inputs: list[list[float]]
    outputs: list[list[float]]

def forward(inputs: list[list[float]]) -> tuple[list[list[float]], Saved]:
    """tanh of every entry"""
    outputs = [[math.tanh(v) for v in row] for row in inputs]
    return outputs, Saved(inputs, outputs)

def backward(grad: list[list[float]], saved: Saved) -> list[list[float]]:
    return [
        [g * (1 - <<o>> ** 2) for g, o, i in zip(gr, orow, irow)]
        for gr, orow, irow in zip(grad, saved.outputs, saved.inputs)
    ]
`,
    right: { o: 'o' },
    wrong: [
      ['input-not-output', { o: 'i' }],
      ['activation-twice', { o: 'math.tanh(o)' }],
    ],
  },
  {
    name: 'JavaScript: convolution in one dimension, object of functions',
    file: 'conv1d.mjs',
    needs: 'node',
    target: 'conv1d.backward',
    source: `export const conv1d = {
  /** valid cross-correlation of a signal with a kernel */
  forward(signal, kernel) {
    const n = signal.length - kernel.length + 1;
    return Array.from({ length: n }, (_, i) => kernel.reduce((s, k, j) => s + k * signal[i + j], 0));
  },
  backward(grad, signal, kernel) {
    const dSignal = signal.map(() => 0);
    const dKernel = kernel.map(() => 0);
    grad.forEach((g, i) => {
      kernel.forEach((k, j) => {
        dSignal[i + j] += g * <<k>>;
        dKernel[j] += g * signal[i + j];
      });
    });
    return { dSignal, dKernel };
  },
};
`,
    right: { k: 'k' },
    wrong: [['kernel-flipped', { k: 'kernel[kernel.length - 1 - j]' }]],
  },
  {
    name: 'Python lists: single neuron with weights in a list, method that returns gradients of all',
    file: 'neuron.py',
    needs: 'python',
    target: 'Neuron.gradients',
    source: `import math

class Neuron:
    def __init__(self, weights, bias):
        self.weights = weights
        self.bias = bias

    def output(self, x):
        z = sum(w * v for w, v in zip(self.weights, x)) + self.bias
        return 1 / (1 + math.exp(-z))

    def loss(self, x, y):
        """squared error"""
        return (self.output(x) - y) ** 2

    def gradients(self, x, y):
        o = self.output(x)
        delta = <<delta>>
        return [delta * v for v in x], delta
`,
    right: { delta: '2 * (o - y) * o * (1 - o)' },
    wrong: [
      ['lost-activation-derivative', { delta: '2 * (o - y)' }],
      ['factor-two', { delta: '(o - y) * o * (1 - o)' }],
      ['sign-flipped', { delta: '2 * (y - o) * o * (1 - o)' }],
    ],
  },
];
