// Softmax and cross-entropy in numpy, as courses, blogs and libraries write them.
// Not here: layers and networks (`numpy-layers.ts`).
// Invariant: each is a style of its own; names, shapes and returns differ.
import type { Style } from './style.ts';

export const numpySoftmax: readonly Style[] = [
  {
    name: 'one vector, Jacobian by an outer product, applied to the upstream',
    file: 'activations.py',
    needs: 'numpy',
    target: 'softmax_backward',
    source: `import numpy as np

def softmax(x):
    """Softmax of one vector of scores."""
    x = x - np.max(x)
    return np.exp(x) / np.sum(np.exp(x))

def softmax_backward(grad_output, x):
    s = softmax(x)
    J = <<J>>
    return J @ grad_output
`,
    right: { J: 'np.diag(s) - np.outer(s, s)' },
    wrong: [
      ['diag-only', { J: 'np.diag(s * (1 - s))' }],
      ['sign', { J: 'np.diag(s) + np.outer(s, s)' }],
      ['outer-only', { J: '-np.outer(s, s)' }],
      ['missing-dot', { J: 'np.diag(s)' }],
      ['sign-flipped', { J: 'np.outer(s, s) - np.diag(s)' }],
      ['input-not-output', { J: 'np.diag(x) - np.outer(x, x)' }],
      ['softmax-of-softmax-jacobian', { J: 'np.diag(softmax(s)) - np.outer(softmax(s), softmax(s))' }],
    ],
  },
  {
    name: 'class with a batch, cached output, einsum',
    file: 'layer.py',
    needs: 'numpy',
    target: 'SoftmaxLayer.backward',
    source: `import numpy as np


class SoftmaxLayer:
    def forward(self, inputs):
        shifted = inputs - inputs.max(axis=<<axis>>, keepdims=True)
        exp = np.exp(shifted)
        self.probs = exp / exp.sum(axis=<<axis>>, keepdims=True)
        return self.probs

    def backward(self, grad):
        inner = <<inner>>
        return <<out>>
`,
    right: {
      axis: '-1',
      inner: 'np.einsum("ij,ij->i", grad, self.probs)[:, None]',
      out: 'self.probs * (grad - inner)',
    },
    wrong: [
      ['dot-wrong-axis', { inner: 'np.sum(grad * self.probs, axis=0, keepdims=True)' }],
      ['dot-over-batch', { inner: 'np.sum(grad * self.probs)' }],
      ['mean-not-sum', { inner: 'np.mean(grad * self.probs, axis=1, keepdims=True)' }],
      ['missing-leading-factor', { out: 'grad - inner' }],
      ['missing-dot', { out: 'self.probs * grad' }],
      ['diag-only', { out: 'self.probs * (1 - self.probs) * grad' }],
      ['identity-backward', { out: 'grad' }],
      ['joint-with-labels', { out: 'self.probs - grad' }],
      ['upstream-ignored', { out: 'self.probs * (1 - self.probs)' }],
      ['factor-two', { out: '2 * self.probs * (grad - inner)' }],
    ],
  },
  {
    name: 'forward with the wrong axis or no shift',
    file: 'nn.py',
    needs: 'numpy',
    target: 'softmax_grad',
    source: `import numpy as np

def softmax(logits):
    """Row-wise softmax of a matrix (batch, classes)."""
    <<body>>

def softmax_grad(dout, logits):
    p = softmax(logits)
    return p * (dout - np.sum(dout * p, axis=1, keepdims=True))
`,
    right: {
      body: 'e = np.exp(logits - logits.max(axis=1, keepdims=True))\n    return e / e.sum(axis=1, keepdims=True)',
    },
    wrong: [
      [
        'wrong-axis',
        { body: 'e = np.exp(logits - logits.max(axis=0, keepdims=True))\n    return e / e.sum(axis=0, keepdims=True)' },
      ],
      ['global-normalisation', { body: 'e = np.exp(logits - logits.max())\n    return e / e.sum()' }],
      ['overflow', { body: 'e = np.exp(logits)\n    return e / e.sum(axis=1, keepdims=True)' }, 'unstable'],
      [
        'global-max',
        { body: 'e = np.exp(logits - logits.max())\n    return e / e.sum(axis=1, keepdims=True)' },
        'unstable',
      ],
      [
        'eps-in-denominator',
        {
          body: 'e = np.exp(logits - logits.max(axis=1, keepdims=True))\n    return e / (e.sum(axis=1, keepdims=True) + 1e-3)',
        },
      ],
      ['keepdims', { body: 'e = np.exp(logits - logits.max(axis=1, keepdims=True))\n    return e / e.sum(axis=1)' }],
    ],
  },
  {
    name: 'cross-entropy of one-hot labels, loss and gradient functions',
    file: 'losses.py',
    needs: 'numpy',
    target: 'cross_entropy_prime',
    source: `import numpy as np

def _softmax(a):
    e = np.exp(a - a.max(axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)

def cross_entropy(scores, onehot):
    probs = _softmax(scores)
    return <<loss>>

def cross_entropy_prime(scores, onehot):
    probs = _softmax(scores)
    return <<grad>>
`,
    right: {
      loss: '-np.sum(onehot * np.log(probs)) / scores.shape[0]',
      grad: '(probs - onehot) / scores.shape[0]',
    },
    wrong: [
      ['n-dropped', { grad: 'probs - onehot' }],
      ['sign-flipped', { grad: '(onehot - probs) / scores.shape[0]' }],
      ['divide-by-classes', { grad: '(probs - onehot) / scores.shape[1]' }],
      ['mean-over-elements', { grad: '(probs - onehot) / scores.size' }],
      ['dldp-as-dldz', { grad: '-onehot / probs / scores.shape[0]' }],
      ['times-diag-again', { grad: '(probs - onehot) * probs * (1 - probs) / scores.shape[0]' }],
      ['double-softmax-naive', { grad: '(_softmax(probs) - onehot) / scores.shape[0]' }],
      ['sigmoid-ce', { grad: '(1 / (1 + np.exp(-scores)) - onehot) / scores.shape[0]' }],
      ['target-only', { grad: 'onehot * (probs - 1) / scores.shape[0]' }],
      ['n-twice', { grad: '(probs - onehot) / scores.shape[0] ** 2' }],
      ['input-not-output', { grad: '(scores - onehot) / scores.shape[0]' }],
      ['bce-for-ce', { grad: '(-onehot / probs + (1 - onehot) / (1 - probs)) / scores.shape[0]' }],
      ['eps-in-log', { loss: '-np.sum(onehot * np.log(probs + 1e-2)) / scores.shape[0]' }],
    ],
  },
  {
    name: 'integer labels, fancy indexing, loss and gradient in one',
    file: 'softmax_loss.py',
    needs: 'numpy',
    target: 'softmax_loss',
    source: `import numpy as np

def softmax_loss(x, y):
    """
    Computes the loss and gradient for softmax classification.

    - x: Input data, of shape (N, C) where x[i, j] is the score for the jth class
    - y: Vector of labels, of shape (N,) where y[i] is the label for x[i]
    """
    shifted = x - np.max(x, axis=1, keepdims=True)
    Z = np.sum(np.exp(shifted), axis=1, keepdims=True)
    log_probs = shifted - np.log(Z)
    probs = np.exp(log_probs)
    N = x.shape[0]
    loss = -np.sum(log_probs[np.arange(N), y]) / N
    dx = probs.copy()
    <<sub>>
    <<div>>
    return loss, dx
`,
    right: { sub: 'dx[np.arange(N), y] -= 1', div: 'dx /= N' },
    wrong: [
      ['fancy-index', { sub: 'dx[:, y] -= 1' }],
      ['assign-minus-one', { sub: 'dx[np.arange(N), y] = -1' }],
      ['label-not-subtracted', { sub: 'pass' }],
      ['n-dropped', { div: 'pass' }],
      ['sign-flipped', { div: 'dx = -dx / N' }],
      ['n-twice', { div: 'dx /= N * N' }],
      ['label-off-by-one', { sub: 'dx[np.arange(N), y - 1] -= 1' }],
    ],
  },
  {
    name: 'criterion class: forward(yhat, y), backward()',
    file: 'criterion.py',
    needs: 'numpy',
    target: 'SoftmaxCrossEntropy.backward',
    source: `import numpy as np

class Criterion:
    def __init__(self):
        self.logits = None
        self.labels = None

    def __call__(self, x, y):
        return self.forward(x, y)

class SoftmaxCrossEntropy(Criterion):
    def forward(self, x, y):
        """x: (batch, 10) logits, y: (batch, 10) one-hot labels. Returns the losses (batch,)."""
        self.logits = x
        self.labels = y
        a = np.max(self.logits, axis=1, keepdims=True)
        lse = a[:, 0] + np.log(np.sum(np.exp(self.logits - a), axis=1))
        self.sm = np.exp(self.logits - lse[:, None])
        return -np.sum(self.labels * (self.logits - lse[:, None]), axis=1)

    def derivative(self):
        return self.backward()

    def backward(self):
        return <<grad>>
`,
    right: { grad: 'self.sm - self.labels' },
    wrong: [
      ['sign-flipped', { grad: 'self.labels - self.sm' }],
      ['label-not-subtracted', { grad: 'self.sm' }],
      ['dldp-as-dldz', { grad: '-self.labels / self.sm' }],
      ['stale-buffer', { grad: '-self.labels' }],
      ['input-not-output', { grad: 'self.logits - self.labels' }],
    ],
  },
  {
    name: 'columns are samples, cost and dZ as in a specialisation',
    file: 'dnn_utils.py',
    needs: 'numpy',
    target: 'softmax_cost_backward',
    source: `import numpy as np

def softmax(Z):
    """
    Arguments:
    Z -- numpy array of shape (classes, number of examples)
    Returns:
    A -- output of softmax(Z), same shape as Z
    cache -- Z, for backpropagation
    """
    t = np.exp(Z - np.max(Z, axis=0, keepdims=True))
    A = t / np.sum(t, axis=0, keepdims=True)
    cache = Z
    return A, cache

def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = -np.sum(Y * np.log(AL)) / m
    return np.squeeze(cost)

def softmax_cost_backward(AL, Y):
    """
    AL -- probability vector, output of the forward propagation, shape (classes, number of examples)
    Y -- true labels, one-hot, the same shape
    Returns dZ -- gradient of the cost with respect to Z
    """
    m = Y.shape[1]
    dZ = <<grad>>
    return dZ
`,
    right: { grad: '(AL - Y) / m' },
    wrong: [
      ['n-dropped', { grad: 'AL - Y' }],
      ['sign-flipped', { grad: '(Y - AL) / m' }],
      ['divide-by-classes', { grad: '(AL - Y) / Y.shape[0]' }],
      ['dldp-as-dldz', { grad: '-(Y / AL) / m' }],
      ['times-diag-again', { grad: '(AL - Y) * AL * (1 - AL) / m' }],
    ],
  },
  {
    name: 'log-softmax forward and backward with a cache',
    file: 'log_softmax.py',
    needs: 'numpy',
    target: 'log_softmax_backward',
    source: `import numpy as np

def log_softmax_forward(x):
    m = x.max(axis=-1, keepdims=True)
    out = x - m - np.log(np.exp(x - m).sum(axis=-1, keepdims=True))
    cache = out
    return out, cache

def log_softmax_backward(dout, cache):
    out = cache
    return <<grad>>
`,
    right: { grad: 'dout - np.exp(out) * dout.sum(axis=-1, keepdims=True)' },
    wrong: [
      ['logsoftmax-plus', { grad: 'dout + np.exp(out) * dout.sum(axis=-1, keepdims=True)' }],
      ['logsoftmax-missing-sum', { grad: 'dout - np.exp(out)' }],
      ['logsoftmax-elementwise', { grad: 'dout - np.exp(out) * dout' }],
      ['dot-wrong-axis', { grad: 'dout - np.exp(out) * dout.sum(axis=0, keepdims=True)' }],
      ['mean-not-sum', { grad: 'dout - np.exp(out) * dout.mean(axis=-1, keepdims=True)' }],
      ['input-not-output', { grad: 'dout - out * dout.sum(axis=-1, keepdims=True)' }],
    ],
  },
  {
    name: 'policy gradient: gradient of log π(a) for one state',
    file: 'bandit.py',
    needs: 'numpy',
    target: 'grad_log_pi',
    source: `import numpy as np

def policy(preferences):
    e = np.exp(preferences - np.max(preferences))
    return e / e.sum()

def log_pi(preferences, action):
    return np.log(policy(preferences)[action])

def grad_log_pi(preferences, action):
    pi = policy(preferences)
    onehot = np.zeros_like(pi)
    onehot[action] = 1.0
    return <<grad>>
`,
    right: { grad: 'onehot - pi' },
    wrong: [
      ['sign-flipped', { grad: 'pi - onehot' }],
      ['label-not-subtracted', { grad: '-pi' }],
      ['target-only', { grad: 'onehot * (1 - pi)' }],
    ],
  },
  {
    name: 'softmax with a mask over allowed actions',
    file: 'temperature.py',
    needs: 'numpy',
    target: 'dsoftmax_t',
    source: `import numpy as np

def softmax_t(z, tau):
    a = z / tau
    a = a - a.max(axis=-1, keepdims=True)
    e = np.exp(a)
    return e / e.sum(axis=-1, keepdims=True)

def dsoftmax_t(z, tau, upstream):
    """Vector-Jacobian product of softmax_t by z."""
    s = softmax_t(z, tau)
    g = s * (upstream - (upstream * s).sum(axis=-1, keepdims=True))
    return <<out>>
`,
    right: { out: 'g / tau' },
    wrong: [
      ['temperature', { out: 'g' }],
      ['temperature', { out: 'g * tau' }],
      ['temperature', { out: 'g / tau ** 2' }],
    ],
  },
  {
    name: 'word vectors: loss and gradients of a centre and outside vectors',
    file: 'word2vec.py',
    needs: 'numpy',
    target: 'naive_softmax_loss_and_gradient',
    source: `import numpy as np

def softmax(x):
    e = np.exp(x - np.max(x))
    return e / np.sum(e)

def naive_softmax_loss_and_gradient(center, outside_idx, outside_vectors):
    """
    center -- vector of the centre word, shape (d,)
    outside_idx -- the row of the outside word
    outside_vectors -- all outside vectors, shape (vocab, d)
    """
    y_hat = softmax(outside_vectors @ center)
    loss = -np.log(y_hat[outside_idx])
    delta = y_hat.copy()
    <<sub>>
    grad_center = <<center>>
    grad_outside = <<outside>>
    return loss, grad_center, grad_outside
`,
    right: { sub: 'delta[outside_idx] -= 1', center: 'outside_vectors.T @ delta', outside: 'np.outer(delta, center)' },
    wrong: [
      ['label-not-subtracted', { sub: 'pass' }],
      ['sign-flipped', { center: '-outside_vectors.T @ delta', outside: '-np.outer(delta, center)' }],
      ['assign-minus-one', { sub: 'delta[outside_idx] = -1' }],
    ],
  },
  {
    name: 'loops over i and j, lists in numpy arrays',
    file: 'loops.py',
    needs: 'numpy',
    target: 'softmax_derivative',
    source: `import numpy as np

def softmax(vec):
    exps = np.exp(vec - np.max(vec))
    return exps / np.sum(exps)

def softmax_derivative(vec):
    s = softmax(vec)
    n = len(s)
    jac = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i == j:
                jac[i][j] = <<same>>
            else:
                jac[i][j] = <<other>>
    return jac
`,
    right: { same: 's[i] * (1 - s[i])', other: '-s[i] * s[j]' },
    wrong: [
      ['offdiag-sign', { other: 's[i] * s[j]' }],
      ['diag-only', { other: '0.0' }],
      ['diag-sign', { same: '-s[i] * (1 - s[i])' }],
      ['input-not-output', { same: 'vec[i] * (1 - vec[i])', other: '-vec[i] * vec[j]' }],
      ['half-input', { same: 's[i] * (1 - vec[i])' }],
    ],
  },
  {
    name: 'nll with an epsilon or clip',
    file: 'nll.py',
    needs: 'numpy',
    target: 'NLLFromLogits.backward',
    source: `import numpy as np

class NLLFromLogits:
    def forward(self, logits, target):
        self.target = target
        m = logits.max(axis=1, keepdims=True)
        <<probs>>
        rows = np.arange(len(target))
        loss = <<loss>>
        return loss.mean()

    def backward(self):
        g = self.probs.copy()
        g[np.arange(len(self.target)), self.target] -= 1
        return g / len(self.target)
`,
    right: {
      probs: 'e = np.exp(logits - m)\n        self.probs = e / e.sum(axis=1, keepdims=True)',
      loss: '(m[:, 0] + np.log(np.exp(logits - m).sum(axis=1))) - logits[rows, target]',
    },
    wrong: [
      ['log-of-softmax', { loss: '-np.log(self.probs[rows, target])' }, 'unstable'],
      ['overflow', { probs: 'e = np.exp(logits)\n        self.probs = e / e.sum(axis=1, keepdims=True)' }, 'unstable'],
      ['nll-of-probs', { loss: '-self.probs[rows, target]' }],
      ['eps-in-log', { loss: '-np.log(self.probs[rows, target] + 0.01)' }],
    ],
  },
];
