// Styles without numpy: Python lists, torch.
// Not here: numpy, JavaScript.
// Invariant: each is a style of its own; names, shapes and returns differ.
import type { Style } from './style.ts';

export const otherPython: readonly Style[] = [
  {
    name: 'lists and comprehension, softmax vjp',
    file: 'pure.py',
    needs: 'python',
    target: 'softmax_vjp',
    source: `from math import exp

def softmax(zs):
    m = max(zs)
    es = [exp(z - m) for z in zs]
    total = sum(es)
    return [e / total for e in es]

def softmax_vjp(zs, gs):
    ps = softmax(zs)
    dot = sum(p * g for p, g in zip(ps, gs))
    return [<<entry>> for p, g in zip(ps, gs)]
`,
    right: { entry: 'p * (g - dot)' },
    wrong: [
      ['missing-dot', { entry: 'p * g' }],
      ['diag-only', { entry: 'p * (1 - p) * g' }],
      ['missing-leading-factor', { entry: 'g - dot' }],
      ['sign', { entry: 'p * (g + dot)' }],
    ],
  },
  {
    name: 'scalar activation pairs in a dictionary',
    file: 'activations.py',
    needs: 'python',
    target: 'dsilu',
    source: `import math

def sigmoid(x):
    return 1.0 / (1.0 + math.exp(-x))

def silu(x):
    return x * sigmoid(x)

def dsilu(x):
    s = sigmoid(x)
    return <<slope>>
`,
    right: { slope: 's + x * s * (1 - s)' },
    wrong: [
      ['lost-term', { slope: 'x * s * (1 - s)' }],
      ['lost-term', { slope: 's' }],
      ['sign', { slope: 's - x * s * (1 - s)' }],
    ],
  },
  {
    name: 'a Vector class of its own',
    file: 'tinyvec.py',
    needs: 'python',
    target: 'grad_cross_entropy',
    source: `import math


def softmax(scores):
    """scores: list of floats"""
    biggest = max(scores)
    exps = [math.exp(s - biggest) for s in scores]
    z = sum(exps)
    return [e / z for e in exps]


def cross_entropy(scores, label):
    """label: index of the right class"""
    return -math.log(softmax(scores)[label])


def grad_cross_entropy(scores, label):
    probs = softmax(scores)
    return [<<entry>> for k, p in enumerate(probs)]
`,
    right: { entry: 'p - (1.0 if k == label else 0.0)' },
    wrong: [
      ['sign-flipped', { entry: '(1.0 if k == label else 0.0) - p' }],
      ['label-not-subtracted', { entry: 'p' }],
      ['assign-minus-one', { entry: '-1.0 if k == label else p' }],
      ['target-only', { entry: '(p - 1.0) if k == label else 0.0' }],
      ['label-off-by-one', { entry: 'p - (1.0 if k == label - 1 else 0.0)' }],
    ],
  },
  {
    name: 'matrix of lists, batch cross-entropy with a loop',
    file: 'batch.py',
    needs: 'python',
    target: 'batch_gradient',
    source: `import math

def softmax_row(row):
    m = max(row)
    exps = [math.exp(v - m) for v in row]
    s = sum(exps)
    return [v / s for v in exps]

def batch_loss(logits, targets):
    n = len(logits)
    return -sum(math.log(softmax_row(logits[i])[targets[i]]) for i in range(n)) / n

def batch_gradient(logits, targets):
    n = len(logits)
    grad = []
    for i in range(n):
        p = softmax_row(logits[i])
        p[targets[i]] -= 1
        grad.append([<<v>> for v in p])
    return grad
`,
    right: { v: 'v / n' },
    wrong: [
      ['n-dropped', { v: 'v' }],
      ['sign-flipped', { v: '-v / n' }],
      ['n-twice', { v: 'v / n / n' }],
      ['divide-by-classes', { v: 'v / len(p)' }],
    ],
  },
  {
    name: 'torch autograd function: softmax',
    file: 'my_softmax.py',
    needs: 'torch',
    target: 'MySoftmax.backward',
    source: `import torch

class MySoftmax(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = torch.exp(x - x.max(dim=-1, keepdim=True).values)
        y = y / y.sum(dim=-1, keepdim=True)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad_output):
        y, = ctx.saved_tensors
        return <<g>>
`,
    right: { g: 'y * (grad_output - (grad_output * y).sum(dim=-1, keepdim=True))' },
    wrong: [
      ['diag-only', { g: 'grad_output * y * (1 - y)' }],
      ['missing-dot', { g: 'grad_output * y' }],
      ['dot-wrong-axis', { g: 'y * (grad_output - (grad_output * y).sum(dim=0, keepdim=True))' }],
      ['identity-backward', { g: 'grad_output.clone()' }],
      ['joint-with-labels', { g: 'y - grad_output' }],
    ],
  },
  {
    name: 'torch autograd function: layer norm with weight',
    file: 'fused_rms.py',
    needs: 'torch',
    target: 'RMSNormFn.backward',
    source: `import torch

class RMSNormFn(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, eps):
        rstd = torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps)
        ctx.save_for_backward(x, weight, rstd)
        return x * rstd * weight

    @staticmethod
    def backward(ctx, dy):
        x, weight, rstd = ctx.saved_tensors
        xhat = x * rstd
        wdy = weight * dy
        dx = (wdy - <<c>>) * rstd
        dw = (dy * xhat).sum(0)
        return dx, dw, None
`,
    right: { c: 'xhat * (xhat * wdy).mean(-1, keepdim=True)' },
    wrong: [
      ['norm-stats-constant', { c: '0' }],
      ['norm-mean-factor-lost', { c: 'xhat * (xhat * wdy).sum(-1, keepdim=True)' }],
      ['norm-wrong-axis', { c: 'xhat * (xhat * wdy).mean(0, keepdim=True)' }],
      ['sign', { c: '-xhat * (xhat * wdy).mean(-1, keepdim=True)' }],
    ],
  },
  {
    name: 'torch tensors, manual gradient checked against nothing',
    file: 'manual.py',
    needs: 'torch',
    target: 'cross_entropy_backward',
    source: `import torch

def cross_entropy_forward(logits, targets):
    """logits (N, C) float, targets (N,) long"""
    logp = torch.log_softmax(logits, dim=1)
    return -logp[torch.arange(len(targets)), targets].mean()

def cross_entropy_backward(logits, targets):
    n = logits.shape[0]
    dlogits = torch.softmax(logits, dim=<<dim>>)
    dlogits[<<rows>>, targets] -= 1
    return dlogits<<div>>
`,
    right: { dim: '1', rows: 'torch.arange(n)', div: ' / n' },
    wrong: [
      ['wrong-axis', { dim: '0' }],
      ['n-dropped', { div: '' }],
      ['fancy-index', { rows: ':' }],
    ],
  },
];
