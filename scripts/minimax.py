"""Minimax polynomials for src/compile/math (Remez exchange in multiple precision).

Not here: the emitters that use them; a table of coefficients is copied from this program's output.
Each printed line is: name, the coefficients from the lowest power up, and the greatest weighted error on the interval.
"""
import sys
from mpmath import mp, mpf, matrix, lu_solve, exp, log, expm1, tanh, erf, erfc, sin, cos, tan, atan, asin, sqrt, pi, cosh, sinh, linspace

mp.prec = 200


def remez(f, powers, a, b, weight, rounds=14):
    """Σ c_k x^powers[k] ≈ f on [a, b], with greatest |weight·error| least."""
    n = len(powers) + 1
    a, b = mpf(a), mpf(b)
    nodes = [(a + b) / 2 - (b - a) / 2 * cos(pi * k / (n - 1)) for k in range(n)]
    error = lambda c, x: weight(x) * (f(x) - sum(ck * x**p for ck, p in zip(c, powers)))
    for _ in range(rounds):
        m = matrix(n, n)
        v = matrix(n, 1)
        for i, x in enumerate(nodes):
            for j, p in enumerate(powers):
                m[i, j] = weight(x) * x**p
            m[i, n - 1] = (-1) ** i
            v[i] = weight(x) * f(x)
        s = lu_solve(m, v)
        c = [s[j] for j in range(n - 1)]
        grid = [(a + b) / 2 - (b - a) / 2 * cos(pi * mpf(k) / 800) for k in range(801)]
        e = [error(c, x) for x in grid]
        best = []
        for i, ei in enumerate(e):
            if best and (ei > 0) == (e[best[-1]] > 0):
                if abs(ei) > abs(e[best[-1]]):
                    best[-1] = i
            else:
                best.append(i)
        while len(best) > n:
            best.pop(0 if abs(e[best[0]]) < abs(e[best[-1]]) else -1)
        if len(best) < n:
            break
        nodes = [grid[i] for i in best]
    return c, max(abs(x) for x in e)


def show(name, *args, **named):
    c, error = remez(*args, **named)
    print(f"{name}: [{', '.join(repr(float(x)) for x in c)}]  error 2^{float(log(error, 2)):.1f}", flush=True)


LN2 = log(mpf(2))
H = LN2 / 2 * mpf('1.0001')
tiny = mpf(10) ** -20
nz = lambda x: x if abs(x) > tiny else tiny
jobs = {
    # e^r = 1 + r + r²·(…)
    'exp5': lambda: show('exp5', lambda r: (exp(nz(r)) - 1 - nz(r)) / nz(r)**2, range(0, 4), -H, H, lambda r: r * r / exp(r)),
    'exp6': lambda: show('exp6', lambda r: (exp(nz(r)) - 1 - nz(r)) / nz(r)**2, range(0, 5), -H, H, lambda r: r * r / exp(r)),
    'exp11': lambda: show('exp11', lambda r: (exp(nz(r)) - 1 - nz(r)) / nz(r)**2, range(0, 10), -H, H, lambda r: r * r / exp(r)),
    # table of 2^(j/32)
    'expTable5': lambda: show('expTable5', lambda r: (exp(nz(r)) - 1 - nz(r)) / nz(r)**2, range(0, 4), -H / 32, H / 32, lambda r: r * r / exp(r)),
    # log(1+f) = f − f²/2 + f³·(…), √½ ≤ 1+f ≤ √2
    'log32': lambda: show('log32', lambda f: (log(1 + nz(f)) - nz(f) + nz(f)**2 / 2) / nz(f)**3, range(0, 8), sqrt(mpf(1) / 2) - 1, sqrt(mpf(2)) - 1, lambda f: f**3 / log(1 + nz(f))),
    # log((1+s)/(1−s)) = 2s + s³·(…s²)
    'log64': lambda: show('log64', lambda z: (log((1 + sqrt(z)) / (1 - sqrt(z))) / sqrt(z) - 2) / z if z > tiny else mpf(2) / 3, range(0, 7), tiny * 10, mpf('0.02944'), lambda z: z),
    'tanh32': lambda: show('tanh32', lambda z: (tanh(sqrt(z)) / sqrt(z) - 1) / z if z > tiny else -mpf(1) / 3, range(0, 5), tiny * 10, mpf('0.390625'), lambda z: z),
    'tanh64': lambda: show('tanh64', lambda z: (tanh(sqrt(z)) / sqrt(z) - 1) / z if z > tiny else -mpf(1) / 3, range(0, 14), tiny * 10, mpf('0.390625'), lambda z: z),
    'erf32': lambda: show('erf32', lambda z: erf(sqrt(z)) / sqrt(z) if z > tiny else 2 / sqrt(pi), range(0, 7), tiny * 10, mpf('0.87'), lambda z: 1),
    'erf64': lambda: show('erf64', lambda z: erf(sqrt(z)) / sqrt(z) if z > tiny else 2 / sqrt(pi), range(0, 12), tiny * 10, mpf('0.87'), lambda z: 1),
    'erfc32': lambda: show('erfc32', lambda x: -log(erfc(x)), range(0, 8), mpf('0.92'), mpf(4), lambda x: erfc(x)),
    'sin32': lambda: show('sin32', lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z if z > tiny else -mpf(1) / 6, range(0, 4), tiny * 10, (pi / 4)**2 * mpf('1.001'), lambda z: z),
    'sin64': lambda: show('sin64', lambda z: (sin(sqrt(z)) / sqrt(z) - 1) / z if z > tiny else -mpf(1) / 6, range(0, 7), tiny * 10, (pi / 4)**2 * mpf('1.001'), lambda z: z),
    'cos32': lambda: show('cos32', lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2 if z > tiny else mpf(1) / 24, range(0, 4), tiny * 10, (pi / 4)**2 * mpf('1.001'), lambda z: z * z),
    'cos64': lambda: show('cos64', lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2 if z > tiny else mpf(1) / 24, range(0, 7), tiny * 10, (pi / 4)**2 * mpf('1.001'), lambda z: z * z),
    'sinh32': lambda: show('sinh32', lambda z: (sinh(sqrt(z)) / sqrt(z) - 1) / z if z > tiny else mpf(1) / 6, range(0, 4), tiny * 10, mpf('1.0'), lambda z: z),
    'sinh64': lambda: show('sinh64', lambda z: (sinh(sqrt(z)) / sqrt(z) - 1) / z if z > tiny else mpf(1) / 6, range(0, 8), tiny * 10, mpf('1.0'), lambda z: z),
    # atan on [0, tan(π/16)·…]: argument reduced to |x| ≤ tan(π/8) by atan x = π/4 + atan((x−1)/(x+1))
    'atan32': lambda: show('atan32', lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z if z > tiny else -mpf(1) / 3, range(0, 5), tiny * 10, mpf('0.17158'), lambda z: z),
    'atan64': lambda: show('atan64', lambda z: (atan(sqrt(z)) / sqrt(z) - 1) / z if z > tiny else -mpf(1) / 3, range(0, 12), tiny * 10, mpf('0.17158'), lambda z: z),
    'asin32': lambda: show('asin32', lambda z: (asin(sqrt(z)) / sqrt(z) - 1) / z if z > tiny else mpf(1) / 6, range(0, 6), tiny * 10, mpf('0.25'), lambda z: z),
    'asin64': lambda: show('asin64', lambda z: (asin(sqrt(z)) / sqrt(z) - 1) / z if z > tiny else mpf(1) / 6, range(0, 13), tiny * 10, mpf('0.25'), lambda z: z),
}


def erfc_pieces():
    """−log erfc on pieces for float64: the weight is what 1 − e^(−q) makes of an error in q."""
    for lo, hi, terms in (('0.92', '2.2', 15), ('2.2', '6', 15)):
        a, b = mpf(lo), mpf(hi)
        mid, half = (a + b) / 2, (b - a) / 2
        show(f'erfc64 [{lo},{hi}] in t=(x-{float(mid)})/{float(half)}', lambda t: -log(erfc(mid + half * t)), range(0, terms), -1, 1, lambda t: erfc(mid + half * t))


jobs['erfc64'] = erfc_pieces

if __name__ == '__main__':
    for name in sys.argv[1:] or jobs:
        jobs[name]()
