// Activations, layers, norms, attention and networks in numpy.
// Not here: softmax and its losses (`numpy-softmax.ts`).
// Invariant: each is a style of its own; names, shapes and returns differ.
import type { Style } from './style.ts';

export const numpyLayers: readonly Style[] = [
  {
    name: 'module with zero_grad and accumulated parameter gradients',
    file: 'modules.py',
    needs: 'numpy',
    target: 'Linear.backward',
    source: `import numpy as np

class Linear:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * 0.1
        self.b = np.zeros(n_out)
        self.dW = np.zeros_like(self.W)
        self.db = np.zeros_like(self.b)

    def zero_grad(self):
        self.dW[:] = 0
        self.db[:] = 0

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        <<dW>>
        self.db += <<db>>
        return <<dx>>
`,
    right: { dW: 'self.dW += self.x.T @ grad', db: 'grad.sum(axis=0)', dx: 'grad @ self.W.T' },
    wrong: [
      ['bias-mean', { db: 'grad.mean(axis=0)' }],
      ['bias-summed-over-all', { db: 'grad.sum()' }],
      ['weight-mean', { dW: 'self.dW += self.x.T @ grad / len(self.x)' }],
      ['sign-flipped', { dx: '-grad @ self.W.T' }],
      ['factor-two', { dx: '2 * grad @ self.W.T' }],
    ],
  },
  {
    name: 'affine functions with a cache tuple',
    file: 'layers.py',
    needs: 'numpy',
    target: 'affine_backward',
    source: `import numpy as np

def affine_forward(x, w, b):
    out = x.reshape(x.shape[0], -1).dot(w) + b
    cache = (x, w, b)
    return out, cache

def affine_backward(dout, cache):
    x, w, b = cache
    dx = dout.dot(w.T).reshape(x.shape)
    dw = <<dw>>
    db = <<db>>
    return dx, dw, db
`,
    right: { dw: 'x.reshape(x.shape[0], -1).T.dot(dout)', db: 'np.sum(dout, axis=0)' },
    wrong: [
      ['bias-mean', { db: 'np.mean(dout, axis=0)' }],
      ['bias-not-summed', { db: 'dout' }],
      ['weight-mean', { dw: 'x.reshape(x.shape[0], -1).T.dot(dout) / x.shape[0]' }],
      ['bias-summed-over-all', { db: 'np.sum(dout)' }],
      ['bias-times-input', { db: 'x.reshape(x.shape[0], -1).T.dot(dout).sum(axis=0)' }],
    ],
  },
  {
    name: 'linear_backward(dZ, cache) with samples in columns and 1/m',
    file: 'dnn.py',
    needs: 'numpy',
    target: 'sigmoid_backward',
    source: `import numpy as np

def sigmoid(Z):
    A = 1 / (1 + np.exp(-Z))
    cache = Z
    return A, cache

def sigmoid_backward(dA, cache):
    """
    dA -- post-activation gradient, of any shape
    cache -- 'Z' where we store for computing backward propagation efficiently
    """
    Z = cache
    s = 1 / (1 + np.exp(-Z))
    dZ = <<dZ>>
    assert dZ.shape == Z.shape
    return dZ
`,
    right: { dZ: 'dA * s * (1 - s)' },
    wrong: [
      ['upstream-ignored', { dZ: 's * (1 - s)' }],
      ['lost-term', { dZ: 'dA * s' }],
      ['input-not-output', { dZ: 'dA * Z * (1 - Z)' }],
      ['exponent', { dZ: 'dA * s * (1 - s) ** 2' }],
      ['sign', { dZ: 'dA * s * (1 + s)' }],
    ],
  },
  {
    name: 'relu functions with a cache',
    file: 'relu.py',
    needs: 'numpy',
    target: 'relu_backward',
    source: `import numpy as np

def relu(Z):
    return np.maximum(0, Z), Z

def relu_backward(dA, cache):
    Z = cache
    <<body>>
    return dZ
`,
    right: { body: 'dZ = np.array(dA, copy=True)\n    dZ[Z <= 0] = 0' },
    wrong: [
      ['relu-returns-input', { body: 'dZ = np.maximum(0, Z)' }],
      ['relu-mask-ge', { body: 'dZ = dA * (np.maximum(0, Z) >= 0)' }],
      ['upstream-ignored', { body: 'dZ = (Z > 0).astype(float)' }],
      ['mutates-input', { body: 'dZ = dA\n    dZ[Z <= 0] = 0' }],
    ],
  },
  {
    name: 'activation classes with __call__ and gradient(x)',
    file: 'activation_functions.py',
    needs: 'numpy',
    target: 'TanH.gradient',
    source: `import numpy as np

class TanH():
    def __call__(self, x):
        return 2 / (1 + np.exp(-2 * x)) - 1

    def gradient(self, x):
        return <<g>>
`,
    right: { g: '1 - np.power(self.__call__(x), 2)' },
    wrong: [
      ['exponent', { g: '1 - self.__call__(x)' }],
      ['input-not-output', { g: '1 - x ** 2' }],
      ['sign', { g: '1 + np.power(self.__call__(x), 2)' }],
    ],
  },
  {
    name: 'loss class with loss(y, y_pred) and gradient(y, y_pred)',
    file: 'loss_functions.py',
    needs: 'numpy',
    target: 'SquareLoss.gradient',
    source: `import numpy as np

class Loss(object):
    def loss(self, y_true, y_pred):
        return NotImplementedError()

class SquareLoss(Loss):
    def loss(self, y, y_pred):
        return 0.5 * np.power((y - y_pred), 2)

    def gradient(self, y, y_pred):
        return <<g>>
`,
    right: { g: '-(y - y_pred)' },
    wrong: [
      ['sign-flipped', { g: '(y - y_pred)' }],
      ['factor-two', { g: '-2 * (y - y_pred)' }],
    ],
  },
  {
    name: 'layer norm, functions with a cache dictionary',
    file: 'layernorm.py',
    needs: 'numpy',
    target: 'layernorm_backward',
    source: `import numpy as np

def layernorm_forward(x, gamma, beta, eps=1e-5):
    mu = x.mean(axis=1, keepdims=True)
    var = x.var(axis=1, keepdims=True)
    inv = 1 / np.sqrt(var + eps)
    xhat = (x - mu) * inv
    out = gamma * xhat + beta
    cache = {'xhat': xhat, 'inv': inv, 'gamma': gamma}
    return out, cache

def layernorm_backward(dout, cache):
    xhat, inv, gamma = cache['xhat'], cache['inv'], cache['gamma']
    D = dout.shape[1]
    dbeta = dout.sum(axis=0)
    dgamma = <<dgamma>>
    dxhat = <<dxhat>>
    dx = <<dx>>
    return dx, dgamma, dbeta
`,
    right: {
      dgamma: '(dout * xhat).sum(axis=0)',
      dxhat: 'dout * gamma',
      dx: '(inv / D) * (D * dxhat - dxhat.sum(axis=1, keepdims=True) - xhat * (dxhat * xhat).sum(axis=1, keepdims=True))',
    },
    wrong: [
      ['norm-gamma-lost', { dxhat: 'dout' }],
      ['norm-stats-constant', { dx: 'dxhat * inv' }],
      ['norm-wrong-axis', { dx: '(inv / D) * (D * dxhat - dxhat.sum(axis=0) - xhat * (dxhat * xhat).sum(axis=0))' }],
      ['norm-mean-term-lost', { dx: '(inv / D) * (D * dxhat - xhat * (dxhat * xhat).sum(axis=1, keepdims=True))' }],
      ['norm-variance-term-lost', { dx: '(inv / D) * (D * dxhat - dxhat.sum(axis=1, keepdims=True))' }],
      [
        'norm-mean-factor-lost',
        { dx: 'inv * (dxhat - dxhat.sum(axis=1, keepdims=True) - xhat * (dxhat * xhat).sum(axis=1, keepdims=True))' },
      ],
      ['gamma-not-summed', { dgamma: 'dout * xhat' }],
    ],
  },
  {
    name: 'RMS norm, static methods',
    file: 'rmsnorm.py',
    needs: 'numpy',
    target: 'RMSNorm.backward',
    source: `import numpy as np

class RMSNorm:
    eps = 1e-6

    @staticmethod
    def forward(x, weight):
        rms = np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + RMSNorm.eps)
        return x / rms * weight, (x, weight, rms)

    @staticmethod
    def backward(dy, saved):
        x, weight, rms = saved
        dweight = <<dw>>
        g = dy * weight
        dx = g / rms - <<second>>
        return dx, dweight
`,
    right: { dw: '(dy * x / rms).sum(axis=0)', second: 'x * np.mean(g * x, axis=-1, keepdims=True) / rms ** 3' },
    wrong: [
      ['rms-cube-lost', { second: 'x * np.mean(g * x, axis=-1, keepdims=True) / rms ** 2' }],
      ['rms-cube-lost', { second: 'x * np.mean(g * x, axis=-1, keepdims=True) / rms' }],
      ['norm-mean-factor-lost', { second: 'x * np.sum(g * x, axis=-1, keepdims=True) / rms ** 3' }],
      ['norm-stats-constant', { second: '0' }],
      ['gamma-not-summed', { dw: 'dy * x / rms' }],
      ['sign', { second: '-x * np.mean(g * x, axis=-1, keepdims=True) / rms ** 3' }],
    ],
  },
  {
    name: 'batch norm class',
    file: 'batchnorm.py',
    needs: 'numpy',
    target: 'BatchNorm1d.backward',
    source: `import numpy as np

class BatchNorm1d:
    def __init__(self, num_features, eps=1e-5):
        self.gamma = np.ones(num_features)
        self.beta = np.zeros(num_features)
        self.eps = eps

    def forward(self, x):
        self.x = x
        self.mean = x.mean(axis=0)
        self.var = x.var(axis=0)
        self.std = np.sqrt(self.var + self.eps)
        self.xn = (x - self.mean) / self.std
        return self.gamma * self.xn + self.beta

    def backward(self, dout):
        m = dout.shape[0]
        self.dbeta = dout.sum(axis=0)
        self.dgamma = np.sum(dout * self.xn, axis=0)
        dxn = dout * self.gamma
        dx = <<dx>>
        return dx
`,
    right: { dx: '(dxn - dxn.mean(axis=0) - self.xn * (dxn * self.xn).mean(axis=0)) / self.std' },
    wrong: [
      ['norm-stats-constant', { dx: 'dxn / self.std' }],
      ['norm-mean-term-lost', { dx: '(dxn - self.xn * (dxn * self.xn).mean(axis=0)) / self.std' }],
      ['norm-variance-term-lost', { dx: '(dxn - dxn.mean(axis=0)) / self.std' }],
      [
        'norm-wrong-axis',
        {
          dx: '(dxn - dxn.mean(axis=1, keepdims=True) - self.xn * (dxn * self.xn).mean(axis=1, keepdims=True)) / self.std',
        },
      ],
      [
        'ddof-mismatch',
        { dx: '(dxn - dxn.mean(axis=0) - self.xn * (dxn * self.xn).sum(axis=0) / (m - 1)) / self.std' },
      ],
    ],
  },
  {
    name: 'attention, forward and backward functions',
    file: 'attention.py',
    needs: 'numpy',
    target: 'sdpa_backward',
    source: `import numpy as np

def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)

def sdpa_forward(q, k, v):
    scale = 1 / np.sqrt(q.shape[-1])
    w = softmax(q @ k.T * scale)
    return w @ v, (q, k, v, w)

def sdpa_backward(dout, saved):
    q, k, v, w = saved
    scale = 1 / np.sqrt(q.shape[-1])
    dv = w.T @ dout
    dw = dout @ v.T
    ds = <<ds>>
    dq = <<dq>>
    dk = <<dk>>
    return dq, dk, dv
`,
    right: { ds: 'w * (dw - (dw * w).sum(-1, keepdims=True))', dq: 'ds @ k * scale', dk: 'ds.T @ q * scale' },
    wrong: [
      ['attention-scale-lost', { dq: 'ds @ k', dk: 'ds.T @ q' }],
      ['missing-dot', { ds: 'w * dw' }],
      ['diag-only', { ds: 'w * (1 - w) * dw' }],
      ['dot-wrong-axis', { ds: 'w * (dw - (dw * w).sum(0, keepdims=True))' }],
      ['attention-scale-lost', { dq: 'ds @ k' }],
    ],
  },
  {
    name: 'two layers, parameters in a dictionary, loss and gradients',
    file: 'two_layer_net.py',
    needs: 'numpy',
    target: 'TwoLayerNet.loss',
    source: `import numpy as np

class TwoLayerNet(object):
    def __init__(self, input_size, hidden_size, output_size, std=1e-1):
        self.params = {}
        self.params['W1'] = std * np.random.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = std * np.random.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)

    def loss(self, X, y):
        W1, b1 = self.params['W1'], self.params['b1']
        W2, b2 = self.params['W2'], self.params['b2']
        N, D = X.shape
        hidden = np.maximum(0, X.dot(W1) + b1)
        scores = hidden.dot(W2) + b2
        scores = scores - np.max(scores, axis=1, keepdims=True)
        probs = np.exp(scores) / np.sum(np.exp(scores), axis=1, keepdims=True)
        loss = np.sum(-np.log(probs[np.arange(N), y])) / N

        grads = {}
        dscores = probs.copy()
        dscores[np.arange(N), y] -= 1
        <<norm>>
        grads['W2'] = hidden.T.dot(dscores)
        grads['b2'] = <<db2>>
        dhidden = dscores.dot(W2.T)
        <<mask>>
        grads['W1'] = X.T.dot(dhidden)
        grads['b1'] = np.sum(dhidden, axis=0)
        return loss, grads
`,
    right: { norm: 'dscores /= N', db2: 'np.sum(dscores, axis=0)', mask: 'dhidden[hidden <= 0] = 0' },
    wrong: [
      ['n-dropped', { norm: 'pass' }],
      ['lost-activation-derivative', { mask: 'pass' }],
      ['relu-mask-ge', { mask: 'dhidden[hidden < 0] = 0' }],
      ['bias-mean', { db2: 'np.mean(dscores, axis=0)' }],
    ],
  },
  {
    name: 'logistic regression: propagate(w, b, X, Y) with samples in columns',
    file: 'logistic.py',
    needs: 'numpy',
    target: 'propagate',
    source: `import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def propagate(w, b, X, Y):
    """
    w -- weights, a numpy array of size (features, 1)
    b -- bias, a scalar
    X -- data of size (features, number of examples)
    Y -- true label vector of size (1, number of examples)
    """
    m = X.shape[1]
    A = sigmoid(np.dot(w.T, X) + b)
    cost = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
    dw = <<dw>>
    db = <<db>>
    grads = {"dw": dw, "db": db}
    return grads, cost
`,
    right: { dw: 'np.dot(X, (A - Y).T) / m', db: 'np.sum(A - Y) / m' },
    wrong: [
      ['n-dropped', { dw: 'np.dot(X, (A - Y).T)', db: 'np.sum(A - Y)' }],
      ['n-dropped-partly', { db: 'np.sum(A - Y)' }],
      ['sign-flipped', { dw: 'np.dot(X, (Y - A).T) / m', db: 'np.sum(Y - A) / m' }],
      ['times-diag-again', { dw: 'np.dot(X, ((A - Y) * A * (1 - A)).T) / m', db: 'np.sum((A - Y) * A * (1 - A)) / m' }],
    ],
  },
  {
    name: 'linear regression: cost and gradient(X, y, theta)',
    file: 'regression.py',
    needs: 'numpy',
    target: 'compute_gradient',
    source: `import numpy as np

def compute_cost(X, y, theta):
    m = len(y)
    return np.sum((X @ theta - y) ** 2) / (2 * m)

def compute_gradient(X, y, theta):
    m = len(y)
    return <<g>>
`,
    right: { g: 'X.T @ (X @ theta - y) / m' },
    wrong: [
      ['factor-two', { g: '2 * X.T @ (X @ theta - y) / m' }],
      ['sign-flipped', { g: 'X.T @ (y - X @ theta) / m' }],
      ['n-dropped', { g: 'X.T @ (X @ theta - y)' }],
    ],
  },
  {
    name: 'binary cross-entropy of probabilities',
    file: 'bce.py',
    needs: 'numpy',
    target: 'binary_cross_entropy_prime',
    source: `import numpy as np

def binary_cross_entropy(y_true, y_pred):
    return np.mean(-y_true * np.log(y_pred) - (1 - y_true) * np.log(1 - y_pred))

def binary_cross_entropy_prime(y_true, y_pred):
    return <<g>>
`,
    right: { g: '((1 - y_true) / (1 - y_pred) - y_true / y_pred) / np.size(y_true)' },
    wrong: [
      ['logit-as-prob', { g: '(y_pred - y_true) / np.size(y_true)' }],
      ['n-dropped', { g: '(1 - y_true) / (1 - y_pred) - y_true / y_pred' }],
      ['sign-flipped', { g: '(y_true / y_pred - (1 - y_true) / (1 - y_pred)) / np.size(y_true)' }],
    ],
  },
  {
    name: 'recurrent step',
    file: 'rnn.py',
    needs: 'numpy',
    target: 'rnn_step_backward',
    source: `import numpy as np

def rnn_step_forward(x, prev_h, Wx, Wh, b):
    next_h = np.tanh(x.dot(Wx) + prev_h.dot(Wh) + b)
    return next_h, (x, prev_h, Wx, Wh, next_h)

def rnn_step_backward(dnext_h, cache):
    x, prev_h, Wx, Wh, next_h = cache
    da = <<da>>
    dx = da.dot(Wx.T)
    dprev_h = da.dot(Wh.T)
    dWx = x.T.dot(da)
    dWh = prev_h.T.dot(da)
    db = <<db>>
    return dx, dprev_h, dWx, dWh, db
`,
    right: { da: 'dnext_h * (1 - next_h ** 2)', db: 'da.sum(axis=0)' },
    wrong: [
      ['lost-activation-derivative', { da: 'dnext_h' }],
      ['exponent', { da: 'dnext_h * (1 - next_h)' }],
      ['bias-mean', { db: 'da.mean(axis=0)' }],
    ],
  },
  {
    name: 'convolution of one image, valid',
    file: 'conv2d.py',
    needs: 'numpy',
    target: 'conv_backward',
    source: `import numpy as np

def conv_forward(x, w):
    """Valid cross-correlation of an image with a kernel."""
    H, W = x.shape
    kh, kw = w.shape
    out = np.zeros((H - kh + 1, W - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(x[i:i + kh, j:j + kw] * w)
    return out

def conv_backward(dout, x, w):
    kh, kw = w.shape
    dw = np.zeros_like(w)
    dx = np.zeros_like(x)
    kernel = <<kernel>>
    for i in range(dout.shape[0]):
        for j in range(dout.shape[1]):
            dw += dout[i, j] * x[i:i + kh, j:j + kw]
            dx[i:i + kh, j:j + kw] += dout[i, j] * kernel
    return dx, dw
`,
    right: { kernel: 'w' },
    wrong: [['kernel-flipped', { kernel: 'w[::-1, ::-1]' }]],
  },
  {
    name: 'embedding table',
    file: 'embedding.py',
    needs: 'numpy',
    target: 'word_embedding_backward',
    source: `import numpy as np

def word_embedding_forward(x, W):
    """x: integer word numbers of shape (N,); W: table of shape (V, D)."""
    return W[x], (x, W)

def word_embedding_backward(dout, cache):
    x, W = cache
    dW = np.zeros_like(W)
    <<acc>>
    return dW
`,
    right: { acc: 'np.add.at(dW, x, dout)' },
    wrong: [
      ['assign-not-accumulate', { acc: 'dW[x] += dout' }],
      ['assign-not-accumulate', { acc: 'dW[x] = dout' }],
    ],
  },
  {
    name: 'multiclass hinge loss',
    file: 'svm.py',
    needs: 'numpy',
    target: 'svm_loss',
    source: `import numpy as np

def svm_loss(x, y):
    """x: scores (N, C), y: labels (N,). Returns the loss and its gradient by x."""
    N = x.shape[0]
    correct = x[np.arange(N), y]
    margins = np.maximum(0, x - correct[:, np.newaxis] + 1.0)
    margins[np.arange(N), y] = 0
    loss = np.sum(margins) / N
    dx = np.zeros_like(x)
    dx[margins > 0] = 1
    <<count>>
    dx /= N
    return loss, dx
`,
    right: { count: 'dx[np.arange(N), y] -= np.sum(margins > 0, axis=1)' },
    wrong: [
      ['hinge-count-missing', { count: 'dx[np.arange(N), y] = -1' }],
      ['lost-term', { count: 'pass' }],
    ],
  },
  {
    name: 'GELU with its tanh form, derivative of x',
    file: 'gelu.py',
    needs: 'numpy',
    target: 'd_gelu',
    source: `import numpy as np

def gelu(x):
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x ** 3)))

def d_gelu(x):
    c = np.sqrt(2 / np.pi)
    t = np.tanh(c * (x + 0.044715 * x ** 3))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t ** 2) * <<inner>>
`,
    right: { inner: 'c * (1 + 3 * 0.044715 * x ** 2)' },
    wrong: [
      ['lost-inner-derivative', { inner: 'c' }],
      ['lost-inner-derivative', { inner: 'c * (1 + 0.044715 * x ** 2)' }],
    ],
  },
];
