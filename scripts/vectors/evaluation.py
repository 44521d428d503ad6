"""Writes test/check/evaluation-vectors.json: random terms with values and derivatives computed by SymPy to 30 digits.

Terms are in the JSON of src/term/print/json.ts. Run: python3 scripts/vectors/evaluation.py > test/check/evaluation-vectors.json
"""
import json
import random
import sys

import mpmath
import sympy as sp

SEED = 20240613
N = 3  # size of the index set n
rng = random.Random(SEED)
xs = sp.symbols('x1:4')
a, b = sp.symbols('a b')
As = [[sp.Symbol(f'A{i}{j}') for j in range(1, N + 1)] for i in range(1, N + 1)]

num = lambda p, q=1: {'kind': 'num', 'num': str(p), 'den': str(q)}
bound = lambda d: {'kind': 'bound', 'depth': d}
entry = lambda name, *idx: {'kind': 'entry', 'name': name, 'indices': list(idx)}
call = lambda fn, *args: {'kind': 'call', 'fn': fn, 'args': list(args)}
power = lambda base, e: {'kind': 'pow', 'base': base, 'exponent': e}
add = lambda *t: {'kind': 'add', 'terms': list(t)}
mul = lambda *t: {'kind': 'mul', 'factors': list(t)}

FUNCTIONS = {
    'exp': sp.exp, 'sin': sp.sin, 'cos': sp.cos, 'tanh': sp.tanh, 'sinh': sp.sinh, 'cosh': sp.cosh, 'atan': sp.atan, 'erf': sp.erf,
    'sigmoid': lambda t: 1 / (1 + sp.exp(-t)), 'softplus': lambda t: sp.log(1 + sp.exp(t)),
}
SAFE = {'log': sp.log, 'sqrt': sp.sqrt}  # of 1 + t^2


def leaf(env):
    """A leaf as (JSON, function from positions of the bound indices to SymPy)."""
    roll = rng.random()
    if roll < 0.15:
        p, q = rng.choice([(2, 1), (3, 1), (1, 2), (-2, 3), (5, 4)])
        return num(p, q), lambda e: sp.Rational(p, q)
    if roll < 0.4 or not env:
        s, name = rng.choice([(a, 'a'), (b, 'b')])
        return entry(name), lambda e: s
    d = rng.randrange(len(env))
    if roll < 0.8:
        return entry('x', bound(d)), lambda e: xs[e[-1 - d]]
    d2 = rng.randrange(len(env))
    if roll < 0.95:
        return entry('A', bound(d), bound(d2)), lambda e: As[e[-1 - d]][e[-1 - d2]]
    return {'kind': 'delta', 'left': bound(d), 'right': bound(d2)}, lambda e: sp.Integer(e[-1 - d] == e[-1 - d2])


def grow(depth, env):
    if depth <= 0:
        return leaf(env)
    roll = rng.random()
    if roll < 0.4:
        parts = [grow(depth - 1, env) for _ in range(2)]
        if roll < 0.2:
            return add(*[t for t, _ in parts]), lambda e: sum(f(e) for _, f in parts)
        return mul(*[t for t, _ in parts]), lambda e: sp.Mul(*[f(e) for _, f in parts])
    t, f = grow(depth - 1, env)
    if roll < 0.6:
        fn = rng.choice(sorted(FUNCTIONS))
        return call(fn, t), lambda e: FUNCTIONS[fn](f(e))
    if roll < 0.68:
        fn = rng.choice(sorted(SAFE))
        return call(fn, add(num(1), power(t, num(2)))), lambda e: SAFE[fn](1 + f(e) ** 2)
    if roll < 0.76:
        n = rng.choice([2, 3])
        return power(t, num(n)), lambda e: f(e) ** n
    if roll < 0.82:
        return power(add(num(2), call('sin', t)), num(-1)), lambda e: 1 / (2 + sp.sin(f(e)))
    if len(env) < 2:
        op = 'sum' if roll < 0.96 else 'prod'
        t, f = grow(depth - 1, env + ['n'])
        node = {'kind': 'reduce', 'op': op, 'letter': 'k', 'range': {'set': 'n', 'from': None, 'to': None}, 'where': None, 'body': t}
        fold = sp.Add if op == 'sum' else sp.Mul
        return node, lambda e: fold(*[f(e + [k]) for k in range(N)])
    return t, f


def point():
    values = {s: sp.Rational(rng.randint(-150, 150), 100) for s in [a, b, *xs]}
    values.update({s: sp.Rational(rng.randint(-150, 150), 100) for row in As for s in row})
    return values


def main():
    items = []
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    while len(items) < wanted:
        t, f = grow(rng.choice([2, 3, 3, 4]), [])
        s = f([])
        if not getattr(s, 'free_symbols', None) or sp.count_ops(s) > 250:
            continue
        at = point()
        u, v = rng.choice([(a, xs[0]), (xs[1], xs[1]), (As[0][1], xs[0]), (a, a), (xs[0], xs[2])])
        value, first, second = (float(expr.subs(at).evalf(30)) for expr in (s, sp.diff(s, u), sp.diff(s, u, v)))
        if not all(abs(w) < 1e6 for w in (value, first, second)):
            continue
        items.append({
            'term': t, 'by': [str(u), str(v)],
            'a': float(at[a]), 'b': float(at[b]), 'x': [float(at[s]) for s in xs], 'A': [[float(at[s]) for s in row] for row in As],
            'value': value, 'first': first, 'second': second,
        })
    functions = []
    mpmath.mp.dps = 40
    for fn, f in [('erf', mpmath.erf), ('sigmoid', lambda t: 1 / (1 + mpmath.exp(-t))), ('softplus', lambda t: mpmath.log1p(mpmath.exp(t))), ('tanh', mpmath.tanh)]:
        for t in [-40, -20.5, -6.2, -3.1, -2.5, -1.3, -0.4, -1e-3, 1e-8, 0.1, 0.9, 1.7, 2.49, 2.51, 3.3, 5.9, 20.5, 36, 700]:
            functions.append({'fn': fn, 'at': t, 'value': float(f(mpmath.mpf(t)))})
    print(json.dumps({'source': f'SymPy {sp.__version__}, mpmath {mpmath.__version__}, seed {SEED}', 'items': items, 'functions': functions}, separators=(',', ':')))


main()
