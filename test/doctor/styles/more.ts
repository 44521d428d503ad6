// Further styles: losses with options, masks, engines, networks as classes, single samples.
// Not here: the plain ones (`numpy-softmax.ts`, `numpy-layers.ts`).
// Invariant: each is a style of its own; names, shapes and returns differ.
import type { Style } from './style.ts';

export const more: readonly Style[] = [
  {
    name: 'label smoothing, loss and gradient as methods',
    file: 'smoothing.py',
    needs: 'numpy',
    target: 'SmoothedCE.grad',
    source: `import numpy as np

class SmoothedCE:
    """Cross-entropy with label smoothing, mean over the batch."""
    def __init__(self, smoothing=0.1):
        self.smoothing = smoothing

    def _probs(self, logits):
        e = np.exp(logits - logits.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    def _soft(self, onehot):
        return onehot * (1 - self.smoothing) + self.smoothing / onehot.shape[1]

    def loss(self, logits, onehot):
        return -np.mean(np.sum(self._soft(onehot) * np.log(self._probs(logits)), axis=1))

    def grad(self, logits, onehot):
        return (self._probs(logits) - <<t>>) / len(logits)
`,
    right: { t: 'self._soft(onehot)' },
    wrong: [
      ['smoothing-not-in-gradient', { t: 'onehot' }],
      ['smoothing-not-in-gradient', { t: 'onehot * (1 - self.smoothing)' }],
    ],
  },
  {
    name: 'softmax backward for a flattened batch',
    file: 'flat_softmax.py',
    needs: 'numpy',
    target: 'Softmax.backward',
    source: `import numpy as np

class Softmax:
    def forward(self, x):
        e = np.exp(x - np.max(x, axis=1, keepdims=True))
        self.s = e / np.sum(e, axis=1, keepdims=True)
        return self.s

    def backward(self, dL):
        <<body>>
`,
    right: {
      body: `out = np.empty_like(dL)
        for k, (row, g) in enumerate(zip(self.s, dL)):
            row = row.reshape(-1, 1)
            out[k] = (np.diagflat(row) - row @ row.T) @ g
        return out`,
    },
    wrong: [
      [
        'flattened-batch',
        {
          body: `v = self.s.reshape(-1, 1)
        jac = np.diagflat(v) - v @ v.T
        return (jac @ dL.reshape(-1, 1)).reshape(dL.shape)`,
        },
      ],
      [
        'loop-overwrite',
        {
          body: `out = np.empty_like(dL)
        for k, (row, g) in enumerate(zip(self.s, dL)):
            for i in range(len(row)):
                for j in range(len(row)):
                    out[k, i] = row[i] * ((i == j) - row[j]) * g[j]
        return out`,
        },
      ],
    ],
  },
  {
    name: 'losses with classes: forward(logits, targets) -> loss, backward() -> gradient; integer targets with a mask',
    file: 'masked_ce.py',
    needs: 'numpy',
    target: 'cross_entropy_backward',
    source: `import numpy as np

def cross_entropy_forward(logits, targets):
    """logits: (N, C) floats; targets: (N,) ints. Mean negative log-likelihood."""
    <<norm>>
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(len(targets)), targets].mean()
    return loss, (log_p, targets)

def cross_entropy_backward(cache):
    log_p, targets = cache
    grad = np.exp(log_p)
    grad[np.arange(len(targets)), targets] -= 1
    return <<out>>
`,
    right: { norm: 'z = logits - logits.max(axis=1, keepdims=True)', out: 'grad / len(targets)' },
    wrong: [
      ['n-dropped', { out: 'grad' }],
      ['mean-over-elements', { out: 'grad / grad.size' }],
      ['sign-flipped', { out: '-grad / len(targets)' }],
    ],
  },
  {
    name: 'delta function of a network class, quadratic and cross-entropy cost as static methods',
    file: 'costs.py',
    needs: 'numpy',
    target: 'QuadraticCost.delta',
    source: `import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoid_prime(z):
    """Derivative of the sigmoid function."""
    return sigmoid(z) * (1 - sigmoid(z))

class QuadraticCost(object):
    @staticmethod
    def fn(a, y):
        """Return the cost associated with an output \`\`a\`\` and desired output \`\`y\`\`."""
        return 0.5 * np.linalg.norm(a - y) ** 2

    @staticmethod
    def delta(z, a, y):
        """Return the error delta from the output layer."""
        return <<d>>
`,
    right: { d: '(a - y) * sigmoid_prime(z)' },
    wrong: [
      ['lost-activation-derivative', { d: '(a - y)' }],
      ['activation-twice', { d: '(a - y) * sigmoid_prime(a)' }],
      ['sign-flipped', { d: '(y - a) * sigmoid_prime(z)' }],
    ],
  },
  {
    name: 'sigmoid_prime beside sigmoid',
    file: 'mini_network.py',
    needs: 'numpy',
    target: 'sigmoid_prime',
    source: `import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def sigmoid_prime(z):
    """Derivative of the sigmoid function."""
    return <<d>>
`,
    right: { d: 'sigmoid(z) * (1 - sigmoid(z))' },
    wrong: [
      ['input-not-output', { d: 'z * (1 - z)' }],
      ['lost-term', { d: 'sigmoid(z)' }],
      ['exponent', { d: 'sigmoid(z) * (1 - sigmoid(z) ** 2)' }],
    ],
  },
  {
    name: 'expressions of scalars that back-propagate by closures',
    file: 'engine.py',
    needs: 'python',
    target: 'Value.tanh',
    source: `import math

class Value:
    def __init__(self, data, children=()):
        self.data = data
        self.grad = 0.0
        self._backward = lambda: None
        self._prev = set(children)

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))
        def _backward():
            self.grad += out.grad
            other.grad += out.grad
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))
        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out

    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,))
        def _backward():
            self.grad += <<d>>
        out._backward = _backward
        return out

    def backward(self):
        topo, seen = [], set()
        def build(v):
            if v not in seen:
                seen.add(v)
                for c in v._prev:
                    build(c)
                topo.append(v)
        build(self)
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()
`,
    right: { d: '(1 - t ** 2) * out.grad' },
    wrong: [
      ['exponent', { d: '(1 - t) * out.grad' }],
      ['upstream-ignored', { d: '1 - t ** 2' }],
    ],
  },
  {
    name: 'one layer of attention scores per query, lists of vectors in JS',
    file: 'attention.mjs',
    needs: 'node',
    target: 'attendBackward',
    source: `const softmax = (s) => {
  const m = Math.max(...s);
  const e = s.map((v) => Math.exp(v - m));
  const t = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / t);
};
const dot = (a, b) => a.reduce((s, v, i) => s + v * b[i], 0);

/** Q: n x d, K: m x d, V: m x e */
export function attend(Q, K, V) {
  const scale = 1 / Math.sqrt(K[0].length);
  return Q.map((q) => {
    const w = softmax(K.map((k) => dot(q, k) * scale));
    return V[0].map((_, j) => w.reduce((s, x, i) => s + x * V[i][j], 0));
  });
}

export function attendBackward(Q, K, V, dOut) {
  const scale = 1 / Math.sqrt(K[0].length);
  const dQ = Q.map((q) => q.map(() => 0));
  const dK = K.map((k) => k.map(() => 0));
  const dV = V.map((v) => v.map(() => 0));
  Q.forEach((q, n) => {
    const w = softmax(K.map((k) => dot(q, k) * scale));
    const dw = V.map((v) => dot(v, dOut[n]));
    const mean = dot(w, dw);
    w.forEach((p, i) => {
      const ds = <<ds>>;
      for (let a = 0; a < q.length; a++) {
        dQ[n][a] += ds * K[i][a];
        dK[i][a] += ds * q[a];
      }
      for (let b = 0; b < V[i].length; b++) dV[i][b] += p * dOut[n][b];
    });
  });
  return { dQ, dK, dV };
}
`,
    right: { ds: 'p * (dw[i] - mean) * scale' },
    wrong: [
      ['attention-scale-lost', { ds: 'p * (dw[i] - mean)' }],
      ['missing-dot', { ds: 'p * dw[i] * scale' }],
      ['diag-only', { ds: 'p * (1 - p) * dw[i] * scale' }],
    ],
  },
  {
    name: 'class of a network with weights as fields and a backward that returns gradients',
    file: 'mlp.py',
    needs: 'numpy',
    target: 'MLP.backward',
    source: `import numpy as np

class MLP:
    """Two-layer perceptron with a sigmoid hidden layer, softmax output and cross-entropy."""
    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def forward(self, X):
        self.X = X
        self.Z1 = X @ self.W1 + self.b1
        self.A1 = 1 / (1 + np.exp(-self.Z1))
        self.Z2 = self.A1 @ self.W2 + self.b2
        e = np.exp(self.Z2 - self.Z2.max(axis=1, keepdims=True))
        self.A2 = e / e.sum(axis=1, keepdims=True)
        return self.A2

    def loss(self, Y):
        return -np.sum(Y * np.log(self.A2)) / len(Y)

    def backward(self, Y):
        m = len(Y)
        dZ2 = (self.A2 - Y) / m
        dW2 = self.A1.T @ dZ2
        db2 = <<db2>>
        dZ1 = (dZ2 @ self.W2.T) * <<act>>
        dW1 = self.X.T @ dZ1
        db1 = dZ1.sum(axis=0)
        return dW1, db1, dW2, db2
`,
    right: { db2: 'dZ2.sum(axis=0)', act: 'self.A1 * (1 - self.A1)' },
    wrong: [
      ['input-not-output', { act: 'self.Z1 * (1 - self.Z1)' }],
      ['lost-activation-derivative', { act: '1' }],
      ['bias-mean', { db2: 'dZ2.mean(axis=0)' }],
      ['bias-summed-over-all', { db2: 'dZ2.sum()' }],
      ['wrong-quantity', { act: '(1 - self.A1 ** 2)' }],
    ],
  },
  {
    name: 'functions named after symbols: p_of, L, dL_dz',
    file: 'derivation.py',
    needs: 'numpy',
    target: 'dL_dz',
    source: `import numpy as np

def p_of(z):
    e = np.exp(z - z.max())
    return e / e.sum()

def L(z, t):
    """Cross-entropy, t is the number of the true class."""
    return -np.log(p_of(z)[t])

def dL_dz(z, t):
    g = p_of(z)
    <<s>>
    return g
`,
    right: { s: 'g[t] -= 1' },
    wrong: [
      ['label-not-subtracted', { s: 'pass' }],
      ['sign-flipped', { s: 'g[t] -= 1; g = -g' }],
      ['assign-minus-one', { s: 'g[t] = -1' }],
      ['label-off-by-one', { s: 'g[t - 1] -= 1' }],
    ],
  },
  {
    name: 'TypeScript class with Float32Array and sizes',
    file: 'linear.ts',
    needs: 'node',
    target: 'Linear.backward',
    source: `export class Linear {
  gradWeight: Float64Array;
  gradBias: Float64Array;
  private input: Float64Array | null = null;
  constructor(public weight: Float64Array, public bias: Float64Array, private nIn: number, private nOut: number) {
    this.gradWeight = new Float64Array(nIn * nOut);
    this.gradBias = new Float64Array(nOut);
  }
  forward(x: Float64Array): Float64Array {
    this.input = x;
    const y = new Float64Array(this.nOut);
    for (let o = 0; o < this.nOut; o++) {
      let s = this.bias[o];
      for (let i = 0; i < this.nIn; i++) s += x[i] * this.weight[i * this.nOut + o];
      y[o] = s;
    }
    return y;
  }
  backward(gy: Float64Array): Float64Array {
    const x = this.input!;
    const gx = new Float64Array(this.nIn);
    for (let o = 0; o < this.nOut; o++) {
      this.gradBias[o] += gy[o];
      for (let i = 0; i < this.nIn; i++) {
        this.gradWeight[i * this.nOut + o] += <<gw>>;
        gx[i] += gy[o] * this.weight[i * this.nOut + o];
      }
    }
    return gx;
  }
}
`,
    right: { gw: 'gy[o] * x[i]' },
    wrong: [
      ['sign-flipped', { gw: '-gy[o] * x[i]' }],
      ['lost-factor', { gw: 'x[i]' }],
    ],
  },
  {
    name: 'KL divergence to a teacher, logits of the student',
    file: 'distill.py',
    needs: 'numpy',
    target: 'kl_grad',
    source: `import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def kl_loss(student_logits, teacher_probs):
    q = softmax(student_logits)
    return np.sum(teacher_probs * (np.log(teacher_probs) - np.log(q))) / len(q)

def kl_grad(student_logits, teacher_probs):
    q = softmax(student_logits)
    return <<g>>
`,
    right: { g: '(q - teacher_probs) / len(q)' },
    wrong: [
      ['sign-flipped', { g: '(teacher_probs - q) / len(q)' }],
      ['n-dropped', { g: 'q - teacher_probs' }],
      ['dldp-as-dldz', { g: '-teacher_probs / q / len(q)' }],
    ],
  },
  {
    name: 'torch, loss as a class with explicit backward',
    file: 'kd.py',
    needs: 'torch',
    target: 'NLL.backward',
    source: `import torch

class NLL:
    def forward(self, log_probs, target):
        self.shape = log_probs.shape
        self.target = target
        return -log_probs.gather(1, target.view(-1, 1)).mean()

    def backward(self):
        g = torch.zeros(self.shape, dtype=torch.float64)
        g.scatter_(1, self.target.view(-1, 1), <<v>>)
        return g
`,
    right: { v: '-1.0 / self.shape[0]' },
    wrong: [
      ['n-dropped', { v: '-1.0' }],
      ['sign-flipped', { v: '1.0 / self.shape[0]' }],
    ],
  },
  {
    name: 'integer one-hot labels, gradient buffer like them',
    file: 'int_labels.py',
    needs: 'numpy',
    target: 'ce_grad',
    source: `import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def ce_loss(z, labels):
    p = softmax(z)
    return -np.mean(np.log(p[np.arange(len(labels)), labels]))

def ce_grad(z, labels):
    onehot = np.eye(z.shape[1], dtype=int)[labels]
    grad = <<buffer>>
    grad[...] = softmax(z) - onehot
    return grad / len(labels)
`,
    right: { buffer: 'np.zeros(z.shape)' },
    wrong: [['dtype-truncated', { buffer: 'np.zeros_like(onehot)' }]],
  },
  {
    name: 'weighted mean squared error of a batch, PyTorch-like functional',
    file: 'functional.js',
    needs: 'node',
    target: 'softmaxBackwardInput',
    source: `// grad: gradient of the loss with respect to the output of softmax; output: that output (rows of a batch)
function softmax(input) {
  return input.map((row) => {
    const m = Math.max(...row);
    const e = row.map((v) => Math.exp(v - m));
    const s = e.reduce((a, b) => a + b, 0);
    return e.map((v) => v / s);
  });
}
function softmaxBackwardInput(grad, output) {
  return output.map((row, n) => {
    const sum = row.reduce((a, p, i) => a + p * grad[n][i], 0);
    return row.map((p, i) => <<d>>);
  });
}
module.exports = { softmax, softmaxBackwardInput };
`,
    right: { d: 'p * (grad[n][i] - sum)' },
    wrong: [
      ['missing-dot', { d: 'p * grad[n][i]' }],
      ['diag-only', { d: 'p * (1 - p) * grad[n][i]' }],
      ['sign-flipped', { d: '-p * (grad[n][i] - sum)' }],
      ['missing-leading-factor', { d: 'grad[n][i] - sum' }],
    ],
  },
  {
    name: 'perceptron script with its own data and loop',
    file: 'train_xor.py',
    needs: 'numpy',
    target: '<script>',
    source: `import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

X = np.array([[0., 0., 1.], [0., 1., 1.], [1., 0., 1.], [1., 1., 1.]])
y = np.array([[0.], [1.], [1.], [0.]])
np.random.seed(0)
W1 = np.random.randn(3, 4)
W2 = np.random.randn(4, 1)
lr = 0.5
for epoch in range(20):
    h = sigmoid(X @ W1)
    out = sigmoid(h @ W2)
    error = out - y
    d_out = error * <<d2>>
    d_hidden = (d_out @ W2.T) * <<d1>>
    W2 -= lr * h.T @ d_out
    W1 -= lr * X.T @ d_hidden
print(out)
`,
    right: { d2: 'out * (1 - out)', d1: 'h * (1 - h)' },
    wrong: [
      ['lost-activation-derivative', { d1: '1' }],
      ['activation-twice', { d2: 'sigmoid(out) * (1 - sigmoid(out))', d1: 'sigmoid(h) * (1 - sigmoid(h))' }],
    ],
  },
];
