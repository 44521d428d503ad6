"""torch and numpy as peers: answers lines of JSON {op, rows, columns, dtype, threads, ms} with the median microseconds of each.

Not here: who asks (peers.mjs).
"""
import json
import os
import sys
import time

threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
os.environ['OMP_NUM_THREADS'] = os.environ['OPENBLAS_NUM_THREADS'] = str(threads)
import numpy as np

try:
    import torch
    import torch.nn.functional as F
    torch.set_num_threads(threads)
except ImportError:
    torch = None


def logits(rows, columns, dtype):
    return (np.random.default_rng(0).standard_normal((rows, columns)) * 3).astype(dtype)


def numpy_softmax(x):
    out = np.empty_like(x)
    def call():
        np.subtract(x, x.max(-1, keepdims=True), out=out)
        np.exp(out, out=out)
        np.divide(out, out.sum(-1, keepdims=True), out=out)
    return call


def numpy_log_softmax(x):
    out = np.empty_like(x)
    def call():
        np.subtract(x, x.max(-1, keepdims=True), out=out)
        np.subtract(out, np.log(np.exp(out).sum(-1, keepdims=True)), out=out)
    return call


def numpy_cross_entropy(x, y):
    out = np.empty_like(x)
    n = len(x)
    r = np.arange(n)
    def call():
        np.subtract(x, x.max(1, keepdims=True), out=out)
        target = out[r, y].copy()
        np.exp(out, out=out)
        s = out.sum(1, keepdims=True)
        (np.log(s[:, 0]) - target).mean()
        np.divide(out, s * n, out=out)
        out[r, y] -= 1 / n
    return call


def numpy_jacobian(x):
    p = np.exp(x[0] - x[0].max())
    p /= p.sum()
    def call():
        j = np.multiply.outer(-p, p)
        j.flat[::len(p) + 1] += p
    return call


def torch_calls(op, x, y):
    t = torch.from_numpy(x)
    if op == 'softmax':
        out = torch.empty_like(t)
        return {'torch': lambda: torch.softmax(t, -1), 'torch (out)': lambda: torch._softmax(t, -1, False, out=out)}
    if op == 'logSoftmax':
        return {'torch': lambda: torch.log_softmax(t, -1)}
    if op == 'jacobian':
        p = torch.softmax(t[0], -1)
        return {'torch': lambda: torch.diag(p) - torch.outer(p, p)}
    z = t.clone().requires_grad_(True)
    labels = torch.from_numpy(y)
    def call():
        torch.autograd.grad(F.cross_entropy(z, labels), z)
    return {'torch': call}


made = {}


def calls(op, rows, columns, dtype):
    key = (op, rows, columns, dtype)
    if key not in made:
        x = logits(rows, columns, dtype)
        y = np.random.default_rng(1).integers(0, columns, rows)
        numpys = {'softmax': lambda: numpy_softmax(x), 'logSoftmax': lambda: numpy_log_softmax(x), 'crossEntropy': lambda: numpy_cross_entropy(x, y), 'jacobian': lambda: numpy_jacobian(x)}
        made.clear()
        made[key] = {'numpy': numpys[op](), **(torch_calls(op, x, y) if torch else {})}
    return made[key]


def measure(call, ms):
    call()
    start = time.perf_counter()
    call()
    once = max(time.perf_counter() - start, 1e-7)
    batch = max(1, int(5e-5 / once))
    times = []
    end = time.perf_counter() + ms / 1000
    while time.perf_counter() < end:
        a = time.perf_counter()
        for _ in range(batch):
            call()
        times.append((time.perf_counter() - a) / batch)
    return sorted(times)[len(times) // 2] * 1e6


print(json.dumps({'numpy': np.__version__, 'torch': torch.__version__ if torch else None}), flush=True)
for line in sys.stdin:
    q = json.loads(line)
    table = calls(q['op'], q['rows'], q['columns'], q['dtype'])
    names = list(table)
    if 'name' in q:
        print(json.dumps(measure(table[q['name']], q['ms']) if q['name'] in table else None), flush=True)
    else:
        print(json.dumps(names), flush=True)
