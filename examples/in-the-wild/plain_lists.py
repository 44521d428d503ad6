"""No library at all."""
import math


def softmax(xs):
    m = max(xs)
    es = [math.exp(x - m) for x in xs]
    s = sum(es)
    return [e / s for e in es]


def softmax_jacobian(xs):
    p = softmax(xs)
    n = len(p)
    return [[p[i] * (1 - p[i]) if i == j else p[i] * p[j] for j in range(n)] for i in range(n)]
