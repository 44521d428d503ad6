#!/usr/bin/python3
"""Writes sympy-vectors.json: random formulas in plain notation, their derivatives by SymPy at sample points.

Usage: /usr/bin/python3 test/derive/make-sympy-vectors.py [COUNT] [SEED] > test/derive/sympy-vectors.json

Every formula is expanded over explicit small tensors (no index is left when SymPy sees it), so nothing here can
confuse a bound with a free letter. Three index sets have different sizes, so that a transpose cannot hide.
A vector holds: the question, the definitions, the number of the world (sample values), the value of the function
at the first entry, and the derivative, row-major over the function's indices and then those differentiated by.
"""
import json
import math
import random
import re
import sys

import sympy as sp

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 20250811
rng = random.Random(SEED)

SIZES = {'n': 3, 'm': 2}
LETTERS = {'n': 'ijkl', 'm': 'abcq'}
TENSORS = {  # name: index sets
    'z': 'n', 'y': 'n', 'u': 'n', 'x': 'm', 'v': 'm', 'A': 'nn', 'X': 'nm', 'W': 'mn', 's': '', 't': '',
}
POSITIVE = {'u', 'v', 't'}


def make_world():
    def number(name):
        return round(rng.uniform(0.3, 1.6) if name in POSITIVE else rng.uniform(-1.2, 1.2), 3)

    def fill(name, sets):
        if not sets:
            return number(name)
        return [fill(name, sets[1:]) for _ in range(SIZES[sets[0]])]
    return {name: fill(name, sets) for name, sets in TENSORS.items()}


SYMBOLS = {}


def symbol(name, at):
    key = name + ''.join(f'_{i}' for i in at)
    if key not in SYMBOLS:
        SYMBOLS[key] = (sp.Symbol(key, real=True), name, at)
    return SYMBOLS[key][0]


class Node:
    """text: plain notation; level: 0 sum, 1 product, 2 power, 3 atom; sym(env): SymPy with the letters' values."""

    def __init__(self, text, level, sym):
        self.text, self.level, self.sym = text, level, sym

    def at(self, level):
        return self.text if self.level >= level else f'({self.text})'


def number():
    if rng.random() < 0.5:
        k = rng.randint(2, 4)
        return Node(str(k), 3, lambda env: sp.Integer(k))
    p, q = rng.choice([(1, 2), (3, 2), (1, 3), (2, 3)])
    return Node(f'{p}/{q}', 1, lambda env: sp.Rational(p, q))


def entry(name, letters):
    if not letters:
        return Node(name, 3, lambda env: symbol(name, ()))
    spelled = f'{name}_{letters[0]}' if len(letters) == 1 else rng.choice([f'{name}_{"".join(letters)}', f'{name}_{{{",".join(letters)}}}', f'{name}[{",".join(letters)}]'])
    return Node(spelled, 3, lambda env: symbol(name, tuple(env[x] for x in letters)))


def set_of(letter):
    return next(s for s, letters in LETTERS.items() if letter in letters)


class Maker:
    def __init__(self, definitions):
        self.definitions = definitions  # name -> (sets, function(indices) -> sympy)

    def leaf(self, scope):
        if not scope and rng.random() < 0.6:
            return self.reduce(scope, 1)
        options = []
        for name, sets in list(TENSORS.items()) + [(n, d[0]) for n, d in self.definitions.items()] * 2:
            pools = [[x for x in scope if set_of(x) == s] for s in sets]
            if all(pools):
                options.append((name, pools))
        weighted = [o for o in options for _ in range(1 if not o[1] else 3)]
        if not weighted or rng.random() < 0.08:
            return number()
        name, pools = rng.choice(weighted)
        letters = [rng.choice(p) for p in pools]
        if name in self.definitions:
            node = entry(name, letters)
            body = self.definitions[name][1]
            return Node(node.text, 3, lambda env: body(tuple(env[x] for x in letters)))
        return entry(name, letters)

    def fresh(self, scope):
        s = rng.choice(list(SIZES))
        free = [x for x in LETTERS[s] if x not in scope]
        return (s, rng.choice(free)) if free else (None, None)

    def reduce(self, scope, depth):
        s, letter = self.fresh(scope)
        if s is None:
            return entry('s', [])
        size = SIZES[s]
        others = [x for x in scope if set_of(x) == s]
        kind = rng.random()
        if kind < 0.12 and s == 'n':  # neighbours
            body = self.shifted(letter, scope)
            return Node(f'sum_{{{letter}=1}}^{{n-1}} {body.at(1)}', 0, lambda env: sum((body.sym({**env, letter: v}) for v in range(1, size)), sp.Integer(0)))
        body = self.make(scope + [letter], depth - 1)
        if not indexes(body.text, letter):
            raise Vague()
        if kind < 0.24 and others:
            other = rng.choice(others)
            sign, holds = rng.choice([('!=', lambda p, q: p != q), ('<', lambda p, q: p < q), ('<=', lambda p, q: p <= q)])
            return Node(f'sum_{{{letter} {sign} {other}}} {body.at(1)}', 0,
                        lambda env: sum((body.sym({**env, letter: v}) for v in range(1, size + 1) if holds(v, env[other])), sp.Integer(0)))
        if kind < 0.29:
            return Node(f'prod_{letter} {body.at(1)}', 0, lambda env: sp.Mul(*[nonzero(body.sym({**env, letter: v})) for v in range(1, size + 1)]))
        if kind < 0.40:
            return Node(f'(1/{s})*sum_{letter} {body.at(1)}', 0, lambda env: sum((body.sym({**env, letter: v}) for v in range(1, size + 1)), sp.Integer(0)) / size)
        head = rng.choice([f'sum_{letter} {body.at(1)}', f'Sum_{letter}({body.text})'])
        return Node(head, 0, lambda env: sum((body.sym({**env, letter: v}) for v in range(1, size + 1)), sp.Integer(0)))

    def shifted(self, letter, scope):
        name = rng.choice(['z', 'y', 'u'])
        right = Node(f'{name}_{{{letter}+1}}', 3, lambda env: symbol(name, (env[letter] + 1,)))
        left = entry(name, [letter])
        if rng.random() < 0.5:
            return Node(f'({right.text} - {left.text})^2', 2, lambda env: (right.sym(env) - left.sym(env)) ** 2)
        return Node(f'{left.text}*{right.text}', 1, lambda env: left.sym(env) * right.sym(env))

    def positive(self, scope, depth):
        a = self.make(scope, depth - 1)
        kind = rng.randint(0, 2)
        if kind == 0:
            return Node(f'1 + {a.at(3)}^2', 0, lambda env: 1 + a.sym(env) ** 2)
        if kind == 1:
            return Node(f'1 + exp({a.text})', 0, lambda env: 1 + sp.exp(a.sym(env)))
        s, letter = self.fresh(scope)
        if s is None:
            return Node(f'exp({a.text})', 3, lambda env: sp.exp(a.sym(env)))
        b = self.make(scope + [letter], depth - 1)
        if not indexes(b.text, letter):
            raise Vague()
        return Node(f'sum_{letter} exp({b.text})', 0, lambda env: sum((sp.exp(b.sym({**env, letter: v})) for v in range(1, SIZES[s] + 1)), sp.Integer(0)))

    def call(self, scope, depth):
        kind = rng.choice(['exp', 'tanh', 'sin', 'cos', 'sigmoid', 'softplus', 'log', 'sqrt', 'relu', 'abs', 'erf', 'max'])
        if kind in ('log', 'sqrt'):
            a = self.positive(scope, depth)
            return Node(f'{kind}({a.text})', 3, lambda env: getattr(sp, kind)(a.sym(env)))
        a = self.make(scope, depth - 1)
        if kind == 'max':
            b = self.leaf(scope)
            return Node(f'max({a.text}, {b.text})', 3, lambda env: branch(a.sym(env), b.sym(env)))
        table = {
            'sigmoid': lambda w: 1 / (1 + sp.exp(-w)), 'softplus': lambda w: sp.log(1 + sp.exp(w)),
            'relu': lambda w: branch(w, sp.Integer(0)), 'abs': lambda w: branch(w, -w),
        }
        f = table.get(kind) or getattr(sp, kind)
        return Node(f'{kind}({a.text})', 3, lambda env: f(a.sym(env)))

    def make(self, scope, depth):
        if depth <= 0:
            return self.leaf(scope)
        kind = rng.random()
        if kind < 0.20:
            return self.reduce(scope, depth)
        if kind < 0.38:
            a, b = self.make(scope, depth - 1), self.make(scope, depth - 1)
            return Node(f'{a.text} + {b.text}', 0, lambda env: a.sym(env) + b.sym(env))
        if kind < 0.46:
            a, b = self.make(scope, depth - 1), self.make(scope, depth - 1)
            return Node(f'{a.text} - {b.at(1)}', 0, lambda env: a.sym(env) - b.sym(env))
        if kind < 0.66:
            a, b = self.make(scope, depth - 1), self.make(scope, depth - 1)
            times = '*' if b.text[0].isdigit() or a.text[-1].isdigit() else rng.choice(['*', ' * '])
            return Node(f'{a.at(2)}{times}{b.at(2)}', 1, lambda env: a.sym(env) * b.sym(env))
        if kind < 0.74:
            a, b = self.make(scope, depth - 1), self.positive(scope, depth - 1)
            return Node(f'{a.at(2)}/{b.at(3)}', 1, lambda env: a.sym(env) / b.sym(env))
        if kind < 0.80:
            a, k = self.make(scope, depth - 1), rng.choice([2, 2, 3])
            return Node(f'{a.at(3)}^{k}', 2, lambda env: a.sym(env) ** k)
        pairs = [(p, q) for p in scope for q in scope if p < q and set_of(p) == set_of(q)]
        if kind < 0.83 and pairs:
            p, q = rng.choice(pairs)
            return Node(f'delta_{p}{q}', 3, lambda env: sp.Integer(1 if env[p] == env[q] else 0))
        return self.call(scope, depth)


class Kink(Exception):
    """The sample point is too near a kink, or the value is not finite."""


class Vague(Exception):
    """The formula does not say over which set a letter runs."""


SUBSCRIPT = re.compile(r'(?<![A-Za-z])(?!sum|prod|Sum|delta)[A-Za-z]+(?:_\{([^{}]*)\}|_([a-z]+)|\[([^\[\]]*)\])')


def indexes(text, letter):
    """Whether the letter stands in a subscript of a tensor, so that its set can be told."""
    return any(letter in ''.join(m.groups(default='')) for m in SUBSCRIPT.finditer(text))


WORLD_VALUES = {}


def branch(a, b):
    """max(a, b): the branch that the sample point takes; points near a kink are refused."""
    gap = value(a) - value(b)
    if abs(gap) < 1e-3:
        raise Kink()
    return a if gap > 0 else b


def nonzero(factor):
    """A factor of a product over an index; the derivative is written over it, so points where it vanishes are refused."""
    if abs(value(factor)) < 1e-3:
        raise Kink()
    return factor


def value(expression):
    result = float(sp.sympify(expression).xreplace(WORLD_VALUES).evalf(20))
    if not math.isfinite(result):
        raise Kink()
    return result


def positions(sets):
    if not sets:
        yield ()
        return
    for i in range(1, SIZES[sets[0]] + 1):
        for rest in positions(sets[1:]):
            yield (i, *rest)


def pick_letters(sets, avoid):
    letters = []
    for s in sets:
        letters.append(rng.choice([x for x in LETTERS[s] if x not in letters and x not in avoid]))
    return letters


def pool_letters(sets):
    return pick_letters(sets, [])


def spell(name, letters):
    return name if not letters else f'{name}_{letters[0]}' if len(letters) == 1 else f'{name}_{{{",".join(letters)}}}'


def left_letters(equation):
    return re.sub(r'^[A-Za-z]+|[_{},]', '', equation.split(' = ')[0])


def all_used(given):
    names = [re.match('[A-Za-z]+', g)[0] for g in given]
    return all(any(re.search(rf'(?<![A-Za-z]){name}(?![A-Za-z])', g.split(' = ')[1]) for g in given[at + 1:]) for at, name in enumerate(names[:-1]))


def one_vector(world_number):
    definitions, given = {}, []
    for name in rng.sample(['p', 'h', 'r'], rng.choice([0, 1, 1, 2])):
        sets = rng.choice(['n', 'n', 'm', ''])
        letters = pool_letters(sets)
        body = Maker(dict(definitions)).make(letters, rng.choice([1, 2, 2]))
        definitions[name] = (sets, lambda at, body=body, letters=letters: body.sym(dict(zip(letters, at))))
        given.append(f'{spell(name, letters)} = {body.text}')
    sets = rng.choice(['', '', '', 'n', 'm'])
    letters = pool_letters(sets)
    function = Maker(definitions).make(letters, rng.choice([2, 3, 3]))
    given.append(f'{spell("L", letters)} = {function.text}')

    def at(index):
        return function.sym(dict(zip(letters, index)))
    expressions = {index: sp.sympify(at(index)) for index in positions(sets)}
    used = set().union(*[e.free_symbols for e in expressions.values()])
    names = sorted({next(n for s, n, _ in SYMBOLS.values() if s == x) for x in used})
    if not names:
        return None
    if any(not indexes(g.split(' = ')[1], x) for g in given for x in left_letters(g)) or not all_used(given):
        return None
    twice = sets == '' and rng.random() < 0.2
    weighted = [x for x in names for _ in range(4 if TENSORS[x] else 1)]
    by = [rng.choice(weighted) for _ in range(2 if twice else 1)]
    by_sets = [TENSORS[b] for b in by]
    if math.prod(SIZES[s] for s in sets + ''.join(by_sets)) > 12:
        return None
    taken, spelled = list(letters), []
    for b, s in zip(by, by_sets):
        mine = pick_letters(s, taken)
        taken += mine
        spelled.append(spell(b, mine))
    question = (f'd^2{spell("L", letters)}/d{spelled[0]} d{spelled[1]}' if twice else f'd{spell("L", letters)}/d{spelled[0]}')
    derivative = []
    for index in positions(sets):
        for where in positions(''.join(by_sets)):
            e, rest = expressions[index], where
            for b, s in zip(by, by_sets):
                e = sp.diff(e, symbol(b, tuple(rest[:len(s)])))
                rest = rest[len(s):]
            derivative.append(value(e))
    first = value(expressions[(1,) * len(sets)])
    if max(map(abs, derivative + [first])) > 1e4 or not any(derivative) and rng.random() < 0.9:
        return None
    if not 22 < len(' '.join(given)) < 150:
        return None
    return {'q': question, 'g': given, 'w': world_number, 'f': short(first), 'd': [short(x) for x in derivative]}


def short(x):
    r = float(f'{x:.12g}')
    return int(r) if r == int(r) else r


worlds, vectors, seen = [], [], set()
while len(vectors) < COUNT:
    if len(vectors) // 100 >= len(worlds):
        worlds.append(make_world())
    world = worlds[-1]
    WORLD_VALUES.clear()
    for name, sets in TENSORS.items():
        for index in positions(sets):
            entry_value = world[name]
            for i in index:
                entry_value = entry_value[i - 1]
            WORLD_VALUES[symbol(name, index)] = sp.Float(repr(entry_value), 30)
    try:
        vector = one_vector(len(worlds) - 1)
    except (Kink, Vague, OverflowError, TypeError):
        continue
    if vector is None or (vector['q'], *vector['g']) in seen:
        continue
    seen.add((vector['q'], *vector['g']))
    vectors.append(vector)
    if len(vectors) % 200 == 0:
        print(f'{len(vectors)} of {COUNT}', file=sys.stderr)

head = {'made by': f'SymPy {sp.__version__}, Python {sys.version.split()[0]}', 'seed': SEED, 'sizes': SIZES, 'ranks': {k: len(v) for k, v in TENSORS.items()}}
print('{"head": ' + json.dumps(head) + ',\n"worlds": ' + json.dumps(worlds) + ',\n"vectors": [\n' + ',\n'.join(json.dumps(v, separators=(',', ':')) for v in vectors) + '\n]}')
