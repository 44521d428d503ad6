// Numpy programs in ways that the other styles do not show: dictionaries of gradients, several layers in one object,
// masks, margins, normalisation written step by step, loops over samples.
// Not here: other languages (`strangers.ts`).
// Invariant: each is a style of its own; names, shapes and returns differ.
import type { Style } from './style.ts';

export const strangersNumpy: readonly Style[] = [
  {
    name: 'batch norm step by step, cache as a dictionary, gradients as a dictionary',
    file: 'bn.py',
    needs: 'numpy',
    target: 'bn_backward',
    source: `import numpy as np

def bn_forward(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    x_hat = (x - mu) / np.sqrt(var + eps)
    y = gamma * x_hat + beta
    cache = {"x": x, "mu": mu, "var": var, "x_hat": x_hat, "gamma": gamma, "eps": eps}
    return y, cache

def bn_backward(dy, cache):
    """Backward pass of batch normalisation.

    Returns a dict with the gradients of x, gamma and beta.
    """
    x, mu, var, x_hat = cache["x"], cache["mu"], cache["var"], cache["x_hat"]
    m = x.shape[0]
    inv_std = 1.0 / np.sqrt(var + cache["eps"])
    dx_hat = dy * cache["gamma"]
    dvar = <<dvar>>
    dmu = <<dmu>>
    dx = dx_hat * inv_std + dvar * 2 * (x - mu) / m + dmu / m
    return {"dx": dx, "dgamma": <<dgamma>>, "dbeta": np.sum(dy, axis=0)}
`,
    right: {
      dvar: 'np.sum(dx_hat * (x - mu) * -0.5 * inv_std ** 3, axis=0)',
      dmu: 'np.sum(-dx_hat * inv_std, axis=0)',
      dgamma: 'np.sum(dy * x_hat, axis=0)',
    },
    wrong: [
      ['norm-variance-term-lost', { dvar: '0.0' }],
      ['norm-mean-term-lost', { dmu: '0.0' }],
      ['norm-stats-constant', { dmu: '0.0', dvar: '0.0' }],
      ['gamma-not-summed', { dgamma: 'dy * x_hat' }],
      ['exponent', { dvar: 'np.sum(dx_hat * (x - mu) * -0.5 * inv_std ** 2, axis=0)' }],
    ],
  },
  {
    name: 'layer norm as a class with a compact backward, parameters in a dict',
    file: 'transformer_layers.py',
    needs: 'numpy',
    target: 'LayerNorm.backward',
    source: `import numpy as np

class LayerNorm:
    def __init__(self, d_model, eps=1e-6):
        self.params = {'g': np.ones(d_model), 'b': np.zeros(d_model)}
        self.grads = {}
        self.eps = eps

    def forward(self, X):
        self.mean = X.mean(-1, keepdims=True)
        self.std = np.sqrt(X.var(-1, keepdims=True) + self.eps)
        self.norm = (X - self.mean) / self.std
        return self.params['g'] * self.norm + self.params['b']

    def backward(self, dZ):
        self.grads['g'] = (dZ * self.norm).sum(0)
        self.grads['b'] = dZ.sum(0)
        dnorm = <<dn>>
        return <<dx>>
`,
    right: {
      dn: "dZ * self.params['g']",
      dx: '(dnorm - dnorm.mean(-1, keepdims=True) - self.norm * (dnorm * self.norm).mean(-1, keepdims=True)) / self.std',
    },
    wrong: [
      [
        'norm-wrong-axis',
        {
          dx: '(dnorm - dnorm.mean(0, keepdims=True) - self.norm * (dnorm * self.norm).mean(0, keepdims=True)) / self.std',
        },
      ],
      [
        'norm-mean-factor-lost',
        {
          dx: '(dnorm - dnorm.sum(-1, keepdims=True) - self.norm * (dnorm * self.norm).sum(-1, keepdims=True)) / self.std',
        },
      ],
      ['norm-variance-term-lost', { dx: '(dnorm - dnorm.mean(-1, keepdims=True)) / self.std' }],
    ],
  },
  {
    name: 'margin loss of scores, loss and gradient returned together',
    file: 'layers_svm.py',
    needs: 'numpy',
    target: 'svm_loss',
    source: `import numpy as np

def svm_loss(x, y):
    """
    Computes the loss and gradient for multiclass SVM classification.

    Inputs:
    - x: Input data, of shape (N, C) where x[i, j] is the score for the jth class
    - y: Vector of labels, of shape (N,)
    """
    N = x.shape[0]
    correct_class_scores = x[np.arange(N), y]
    margins = np.maximum(0, x - correct_class_scores[:, np.newaxis] + 1.0)
    margins[np.arange(N), y] = 0
    loss = np.sum(margins) / N
    num_pos = np.sum(margins > 0, axis=1)
    dx = np.zeros_like(x)
    dx[margins > 0] = 1
    dx[np.arange(N), y] -= <<count>>
    return loss, <<dx>>
`,
    right: { count: 'num_pos', dx: 'dx / N' },
    wrong: [
      ['hinge-count-missing', { count: '1' }],
      ['n-dropped', { dx: 'dx' }],
      ['lost-term', { count: '0' }],
    ],
  },
  {
    name: 'linear SVM with loops and a regulariser',
    file: 'linear_svm.py',
    needs: 'numpy',
    target: 'svm_loss_naive',
    source: `import numpy as np

def svm_loss_naive(W, X, y, reg):
    """Structured SVM loss function, naive implementation (with loops)."""
    dW = np.zeros(W.shape)
    num_classes = W.shape[1]
    num_train = X.shape[0]
    loss = 0.0
    for i in range(num_train):
        scores = X[i].dot(W)
        correct_class_score = scores[y[i]]
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - correct_class_score + 1
            if margin > 0:
                loss += margin
                dW[:, j] += X[i]
                <<own>>
    loss /= num_train
    <<mean>>
    loss += reg * np.sum(W * W)
    dW += <<reg>>
    return loss, dW
`,
    right: { own: 'dW[:, y[i]] -= X[i]', mean: 'dW /= num_train', reg: '2 * reg * W' },
    wrong: [
      ['lost-term', { own: 'pass' }],
      ['n-dropped', { mean: 'pass' }],
      ['reg-factor', { reg: 'reg * W' }],
    ],
  },
  {
    name: 'attention with a mask',
    file: 'masked_attention.py',
    needs: 'numpy',
    target: 'masked_softmax_backward',
    source: `import numpy as np

def masked_softmax(scores, mask):
    """mask: boolean array like scores, True where attention is allowed"""
    s = np.where(mask, scores, -1e9)
    s = s - s.max(axis=-1, keepdims=True)
    e = np.exp(s)
    return e / e.sum(axis=-1, keepdims=True)

def masked_softmax_backward(grad, probs, mask):
    inner = (grad * probs).sum(axis=-1, keepdims=True)
    return <<g>>
`,
    right: { g: 'np.where(mask, probs * (grad - inner), 0.0)' },
    wrong: [
      ['missing-leading-factor', { g: 'np.where(mask, grad - inner, 0.0)' }],
      ['diag-only', { g: 'np.where(mask, probs * (1 - probs) * grad, 0.0)' }],
      ['missing-dot', { g: 'np.where(mask, probs * grad, 0.0)' }],
    ],
  },
  {
    name: 'whole model as a dictionary of parameters, loss and dictionary of gradients',
    file: 'neural_net.py',
    needs: 'numpy',
    target: 'TwoLayerNet.loss',
    source: `import numpy as np

class TwoLayerNet(object):
    def __init__(self, input_size, hidden_size, output_size, std=0.3):
        self.params = {}
        self.params['W1'] = std * np.random.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = std * np.random.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)

    def loss(self, X, y):
        """Compute the loss and gradients for a two layer network with ReLU and softmax."""
        W1, b1 = self.params['W1'], self.params['b1']
        W2, b2 = self.params['W2'], self.params['b2']
        N, D = X.shape
        hidden = np.maximum(0, X.dot(W1) + b1)
        scores = hidden.dot(W2) + b2
        scores = scores - scores.max(axis=1, keepdims=True)
        p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(N), y]).sum() / N
        grads = {}
        dscores = p.copy()
        dscores[np.arange(N), y] -= 1
        dscores <<mean>>
        grads['W2'] = hidden.T.dot(dscores)
        grads['b2'] = <<db2>>
        dhidden = dscores.dot(W2.T)
        <<mask>>
        grads['W1'] = X.T.dot(dhidden)
        grads['b1'] = np.sum(dhidden, axis=0)
        return loss, grads
`,
    right: { mean: '/= N', db2: 'np.sum(dscores, axis=0)', mask: 'dhidden[hidden <= 0] = 0' },
    wrong: [
      ['lost-activation-derivative', { mask: 'pass' }],
      ['n-dropped', { mean: '/= 1' }],
      ['bias-mean', { db2: 'np.mean(dscores, axis=0)' }],
    ],
  },
  {
    name: 'convolution of one image, loops over places',
    file: 'conv.py',
    needs: 'numpy',
    target: 'conv2d_backward',
    source: `import numpy as np

def conv2d(image, kernel):
    """Valid cross-correlation of a 2-D image with a 2-D kernel."""
    H, W = image.shape
    kh, kw = kernel.shape
    out = np.zeros((H - kh + 1, W - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(image[i:i + kh, j:j + kw] * kernel)
    return out

def conv2d_backward(dout, image, kernel):
    kh, kw = kernel.shape
    d_image = np.zeros_like(image)
    d_kernel = np.zeros_like(kernel)
    for i in range(dout.shape[0]):
        for j in range(dout.shape[1]):
            d_image[i:i + kh, j:j + kw] <<op>> dout[i, j] * <<k>>
            d_kernel += dout[i, j] * image[i:i + kh, j:j + kw]
    return d_image, d_kernel
`,
    right: { op: '+=', k: 'kernel' },
    wrong: [
      ['kernel-flipped', { k: 'kernel[::-1, ::-1]' }],
      ['assign-not-accumulate', { op: '=' }],
    ],
  },
  {
    name: 'dense layer object with weight and bias, gradients as attributes, activation inside',
    file: 'dense.py',
    needs: 'numpy',
    target: 'Dense.backward',
    source: `import numpy as np

class Dense:
    """Fully connected layer followed by a ReLU."""
    def __init__(self, n_inputs, n_neurons):
        self.weights = 0.5 * np.random.randn(n_inputs, n_neurons)
        self.biases = np.zeros((1, n_neurons))

    def forward(self, inputs):
        self.inputs = inputs
        self.z = np.dot(inputs, self.weights) + self.biases
        self.output = np.maximum(0, self.z)
        return self.output

    def backward(self, dvalues):
        dz = <<dz>>
        self.dweights = np.dot(self.inputs.T, dz)
        self.dbiases = <<db>>
        self.dinputs = np.dot(dz, self.weights.T)
        return self.dinputs
`,
    right: { dz: 'dvalues * (self.z > 0)', db: 'np.sum(dz, axis=0, keepdims=True)' },
    wrong: [
      ['lost-activation-derivative', { dz: 'dvalues' }],
      ['bias-summed-over-all', { db: 'np.sum(dz) * np.ones_like(self.biases)' }],
      ['relu-mask-ge', { dz: 'dvalues * (self.output >= 0)' }],
    ],
  },
  {
    name: 'negative log-likelihood of given probabilities, protected by a small number',
    file: 'costs_np.py',
    needs: 'numpy',
    target: 'd_cost',
    source: `import numpy as np

EPS = 1e-8

def cost(Y_hat, Y):
    """Categorical cross entropy. Y_hat: predicted probabilities (m, k); Y: one-hot (m, k)."""
    m = Y.shape[0]
    return -np.sum(Y * np.log(Y_hat + EPS)) / m

def d_cost(Y_hat, Y):
    m = Y.shape[0]
    return <<d>>
`,
    right: { d: '-(Y / (Y_hat + EPS)) / m' },
    wrong: [
      ['bce-for-ce', { d: '(-(Y / (Y_hat + EPS)) + (1 - Y) / (1 - Y_hat + EPS)) / m' }],
      ['logit-as-prob', { d: '(Y_hat - Y) / m' }],
      ['sign-flipped', { d: '(Y / (Y_hat + EPS)) / m' }],
      ['n-dropped', { d: '-(Y / (Y_hat + EPS))' }],
    ],
  },
  {
    name: 'softmax regression as an estimator with fit, gradient as a private method',
    file: 'estimator.py',
    needs: 'numpy',
    target: 'SoftmaxRegression._gradient',
    source: `import numpy as np

class SoftmaxRegression:
    def __init__(self, lr=0.1, n_iter=20):
        self.lr = lr
        self.n_iter = n_iter

    def _softmax(self, Z):
        Z = Z - Z.max(axis=1, keepdims=True)
        E = np.exp(Z)
        return E / E.sum(axis=1, keepdims=True)

    def _loss(self, X, Y, W):
        return -np.mean(np.sum(Y * np.log(self._softmax(X @ W)), axis=1))

    def _gradient(self, X, Y, W):
        P = self._softmax(X @ W)
        return <<g>>

    def fit(self, X, Y):
        self.W_ = np.zeros((X.shape[1], Y.shape[1]))
        for _ in range(self.n_iter):
            self.W_ -= self.lr * self._gradient(X, Y, self.W_)
        return self
`,
    right: { g: 'X.T @ (P - Y) / X.shape[0]' },
    wrong: [
      ['sign-flipped', { g: 'X.T @ (Y - P) / X.shape[0]' }],
      ['n-dropped', { g: 'X.T @ (P - Y)' }],
      ['times-diag-again', { g: 'X.T @ ((P - Y) * P * (1 - P)) / X.shape[0]' }],
    ],
  },
  {
    name: 'losses as subclasses of an abstract base, called with (pred, target)',
    file: 'loss_zoo.py',
    needs: 'numpy',
    target: 'SoftmaxCE.gradient',
    source: `from abc import ABC, abstractmethod
import numpy as np

class Loss(ABC):
    @abstractmethod
    def value(self, pred, target): ...
    @abstractmethod
    def gradient(self, pred, target): ...

class SoftmaxCE(Loss):
    """pred are raw scores, target are class indices"""
    def _p(self, pred):
        e = np.exp(pred - pred.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def value(self, pred, target):
        return -np.log(self._p(pred)[range(len(target)), target]).mean()

    def gradient(self, pred, target):
        g = self._p(pred)
        <<sub>>
        return g / len(target)
`,
    right: { sub: 'g[range(len(target)), target] -= 1' },
    wrong: [
      ['fancy-index', { sub: 'g[:, target] -= 1' }],
      ['assign-minus-one', { sub: 'g[range(len(target)), target] = -1' }],
      ['label-not-subtracted', { sub: 'g[range(len(target)), target] - 1' }],
      ['divide-by-classes', { sub: 'g[range(len(target)), target] -= 1; g = g * len(target) / g.shape[1]' }],
      [
        'dldp-as-dldz',
        { sub: 'q = g; g = np.zeros_like(q); g[range(len(target)), target] = -1 / q[range(len(target)), target]' },
      ],
    ],
  },
  {
    name: 'closure: op(x) returns the value and a pullback',
    file: 'pullbacks.py',
    needs: 'numpy',
    target: 'softmax_op',
    source: `import numpy as np

def softmax_op(x):
    """Returns y and a function that maps dy to dx."""
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    y = e / np.sum(e, axis=-1, keepdims=True)

    def pullback(dy):
        return <<g>>

    return y, pullback
`,
    right: { g: 'y * (dy - np.sum(dy * y, axis=-1, keepdims=True))' },
    wrong: [
      ['diag-only', { g: 'y * (1 - y) * dy' }],
      ['missing-dot', { g: 'y * dy' }],
      ['joint-with-labels', { g: 'y - dy' }],
    ],
  },
  {
    name: 'loss with padding: rows labelled -100 are left out of the mean',
    file: 'padded_ce.py',
    needs: 'numpy',
    target: 'padded_ce_grad',
    source: `import numpy as np

IGNORE = -100

def log_softmax(z):
    z = z - z.max(-1, keepdims=True)
    return z - np.log(np.exp(z).sum(-1, keepdims=True))

def padded_ce(logits, labels):
    """Mean cross-entropy over rows whose label is not IGNORE."""
    keep = labels != IGNORE
    lp = log_softmax(logits)
    return -lp[np.arange(len(labels))[keep], labels[keep]].sum() / keep.sum()

def padded_ce_grad(logits, labels):
    keep = labels != IGNORE
    g = np.exp(log_softmax(logits))
    g[np.arange(len(labels))[keep], labels[keep]] -= 1
    g[~keep] = 0
    return g / <<n>>
`,
    right: { n: 'keep.sum()' },
    wrong: [['ignore-index-mean', { n: 'len(labels)' }]],
  },
  {
    name: 'probabilities clipped for the logarithm, gradient through both steps',
    file: 'two_steps.py',
    needs: 'numpy',
    target: 'backward',
    source: `import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def loss(z, y):
    """Cross-entropy; y one-hot, mean over the batch."""
    p = softmax(z)
    <<guard>>
    return -np.mean(np.sum(y * np.log(<<inside>>), axis=1))

def backward(z, y):
    p = softmax(z)
    <<guard>>
    dp = -y / <<inside>> / len(z)
    return p * (dp - np.sum(dp * p, axis=1, keepdims=True))
`,
    right: { guard: 'p = np.maximum(p, 1e-300)', inside: 'p' },
    wrong: [
      ['clip-result-unused', { guard: 'np.clip(p, 1e-12, 1.0)' }, 'unstable'],
      ['eps-in-log', { guard: 'eps = 1e-10', inside: '(p + eps)' }, 'unstable'],
      ['ratio-of-underflow', { guard: 'pass' }, 'unstable'],
    ],
  },
  {
    name: 'batched matrix multiply layer with in-place accumulation of gradients',
    file: 'param.py',
    needs: 'numpy',
    target: 'Affine.backward',
    source: `import numpy as np

class Param:
    def __init__(self, value):
        self.value = value
        self.grad = np.zeros_like(value)

class Affine:
    def __init__(self, fan_in, fan_out):
        self.W = Param(np.random.randn(fan_in, fan_out))
        self.B = Param(np.random.randn(fan_out))

    def forward(self, x):
        self.x = x
        return x @ self.W.value + self.B.value

    def backward(self, d_out):
        self.W.grad += <<dw>>
        self.B.grad += <<db>>
        return d_out @ self.W.value.T
`,
    right: { dw: 'self.x.T @ d_out', db: 'd_out.sum(axis=0)' },
    wrong: [
      ['weight-mean', { dw: 'self.x.T @ d_out / len(self.x)' }],
      ['bias-mean', { db: 'd_out.mean(axis=0)' }],
    ],
  },
  {
    name: 'two-class logistic cost and gradient, Octave-like',
    file: 'lrCostFunction.py',
    needs: 'numpy',
    target: 'lrCostFunction',
    source: `import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def lrCostFunction(theta, X, y, lambda_):
    """Cost and gradient for regularised logistic regression."""
    m = y.size
    h = sigmoid(X.dot(theta))
    J = (1 / m) * np.sum(-y * np.log(h) - (1 - y) * np.log(1 - h)) + lambda_ / (2 * m) * np.sum(theta ** 2)
    grad = <<g>>
    return J, grad
`,
    right: { g: '(1 / m) * X.T.dot(h - y) + lambda_ / m * theta' },
    wrong: [
      ['sign-flipped', { g: '-((1 / m) * X.T.dot(h - y) + lambda_ / m * theta)' }],
      ['lost-term', { g: '(1 / m) * X.T.dot(h - y)' }],
      ['reg-factor', { g: '(1 / m) * X.T.dot(h - y) + 2 * lambda_ / m * theta' }],
    ],
  },
  {
    name: 'labels as a column',
    file: 'column_labels.py',
    needs: 'numpy',
    target: 'bce_grad',
    source: `import numpy as np

def bce(p, y):
    """p, y: (N,) predicted probabilities and labels 0/1"""
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

def bce_grad(p, y):
    return <<g>>
`,
    right: { g: '(p - y) / (p * (1 - p)) / p.size' },
    wrong: [
      ['logit-as-prob', { g: '(p - y) / p.size' }],
      ['n-dropped', { g: '(p - y) / (p * (1 - p))' }],
      ['lost-term', { g: '-y / p / p.size' }],
    ],
  },
];
