// Forged moves: steps that look like uses of rules and are none.
// Not here: mistakes put into real derivations at random (`random.test.ts`).
// Invariant: each forgery states a false equation, or one that holds at points only; none may count as proved.
import { describe, expect, test } from 'vitest';
import { follows } from '../../src/check/equal.ts';
import { replay } from '../../src/check/replay.ts';
import { wholeMove, type Fact, type Move } from '../../src/rules/move.ts';
import { emptySubstitution, type Substitution } from '../../src/rules/match.ts';
import { readContext } from '../../src/meaning/parse.ts';
import {
  add,
  boundIndex,
  call,
  delta,
  entry,
  freeIndex,
  integer,
  mul,
  negate,
  one,
  partial,
  pow,
  reciprocal,
  reduce,
  subtract,
  wholeSet,
  zero,
  type Index,
  type Term,
} from '../../src/term/term.ts';
import { replaceAt, subtermAt } from '../../src/term/paths.ts';

const context = readContext(
  ['p_j = exp(z_j)/sum_k exp(z_k)', 'L = -sum_k y_k*log(p_k)', 'h = a^2', 'sum_i y_i = 1', 'A symmetric'],
  { also: ['A_ij x_i x_j + z_i + x_i'] },
);
const set = context.shapes.get('z')?.[0] as string;
const [i, j] = [freeIndex('i'), freeIndex('j')];
const [z, p, y] = ['z', 'p', 'y'].map((n) => (l: Index) => entry(n, l)) as [
  (l: Index) => ReturnType<typeof entry>,
  (l: Index) => ReturnType<typeof entry>,
  (l: Index) => ReturnType<typeof entry>,
];
const sum = (body: Term): Term => reduce('sum', 'k', body, wholeSet(set));
const b0 = boundIndex(0);
const [a, b, h] = [entry('a'), entry('b'), entry('h')];
const binding = (terms: Record<string, Term>): Substitution => ({
  ...emptySubstitution,
  terms: new Map(Object.entries(terms).map(([k, body]) => [k, { params: 0, body }])),
});

/** A move at a place of a term. */
function at(
  from: Term,
  path: readonly number[],
  rule: string,
  after: Term,
  more: Partial<Move> = {},
  substitution: Substitution | null = null,
): Move {
  return {
    rule,
    title: rule,
    say: '',
    group: 'rule',
    minor: false,
    from,
    to: replaceAt(from, path, after),
    at: { path, before: subtermAt(from, path).term, after, substitution },
    facts: [],
    inner: [],
    ...more,
  };
}
const whole = (from: Term, to: Term, facts: readonly Fact[] = []): Move =>
  wholeMove('simplify', 'simplify', '', '', from, to, { facts });
const verdict = (m: Move): string => replay(m, context, follows);
const fact = (left: Term, right: Term, kind: Fact['kind'] = 'assumption'): Fact => ({ kind, left, right });

describe('false steps are refused', () => {
  test.each<[string, Move]>([
    [
      'the product of the derivatives',
      at(
        partial(mul(a, pow(a, integer(2))), a),
        [],
        'product',
        mul(partial(a, a), partial(pow(a, integer(2)), a)),
        {},
        binding({ f: a, g: pow(a, integer(2)), x: a }),
      ),
    ],
    ['a constant that is none', at(partial(h, a), [], 'constant', zero, {}, binding({ c: h, x: a }))],
    [
      'a factor that moves',
      at(partial(mul(a, b), a), [], 'constant-multiple', mul(a, partial(b, a)), {}, binding({ c: a, f: b, x: a })),
    ],
    [
      'the derivative of p_j by z_i without the sum',
      at(partial(p(j), z(i)), [], 'inner-derivative', mul(p(j), delta(i, j))),
    ],
    ['a variable that is another', at(partial(z(j), z(i)), [], 'variable', one)],
    ['the definition of something else', at(partial(p(j), z(i)), [], 'definition', partial(call('exp', z(j)), z(i)))],
    ['δ that collapses to the wrong index', whole(sum(mul(delta(i, b0), p(b0))), p(j))],
    ['Σp = 2', whole(sum(p(b0)), integer(2), [fact(sum(p(b0)), integer(2), 'lemma')])],
    ['Σz = 1, which nobody assumed', whole(sum(z(b0)), one, [fact(sum(z(b0)), one)])],
    [
      'A_ij = A_ji for another matrix',
      whole(subtract(entry('B', i, j), entry('B', j, i)), zero, [fact(entry('B', i, j), entry('B', j, i))]),
    ],
    ['exp of a sum as a sum', whole(call('exp', add(a, b)), add(call('exp', a), call('exp', b)))],
    ['√a² = a', whole(pow(pow(a, integer(2)), { kind: 'num', num: 1n, den: 2n }), a)],
    [
      'a result at another place than the record says',
      { ...at(add(partial(a, a), b), [0], 'variable', one), to: add(one, one) },
    ],
  ])('%s', (_name, m) => expect(['refuted', 'unknown']).toContain(verdict(m)));
});

describe('moves inside a move', () => {
  const right = whole(add(a, a), mul(integer(2), a));
  const wrong = whole(add(a, a), mul(integer(3), a));
  const around = (inner: readonly Move[]): Move => ({ ...right, inner });
  test('are replayed, too', () => {
    expect(verdict(around([right]))).toBe('proved');
    expect(verdict(around([wrong]))).toBe('refuted');
  });
  test('follow one another', () => {
    expect(verdict(around([right, whole(mul(integer(2), a), add(a, a))]))).toBe('proved');
    expect(verdict(around([right, whole(add(b, b), mul(integer(2), b))]))).toBe('refuted');
  });
});

describe('what holds at points is not used under ∂', () => {
  test.each<[string, Move]>([
    ['h unfolded under ∂/∂h', at(partial(h, h), [], 'definition', partial(pow(a, integer(2)), h))],
    ['Σy = 1 under ∂/∂y', whole(partial(sum(y(b0)), y(i)), partial(one, y(i)), [fact(sum(y(b0)), one)])],
    [
      'p put in for its definition under ∂/∂p',
      whole(partial(mul(a, call('exp', z(j)), reciprocal(sum(call('exp', z(b0))))), p(i)), partial(mul(a, p(j)), p(i))),
    ],
    [
      'ln p taken apart under ∂/∂p',
      at(
        partial(partial(call('log', p(j)), z(i)), p(j)),
        [0],
        'definition',
        partial(call('log', mul(call('exp', z(j)), reciprocal(sum(call('exp', z(b0)))))), z(i)),
      ),
    ],
    [
      'A_ij = A_ji under ∂/∂A',
      whole(
        partial(entry('A', i, j), entry('A', freeIndex('k'), freeIndex('l'))),
        partial(entry('A', j, i), entry('A', freeIndex('k'), freeIndex('l'))),
        [fact(entry('A', i, j), entry('A', j, i))],
      ),
    ],
  ])('%s', (_name, m) => expect(['refuted', 'unknown']).toContain(verdict(m)));
});

describe('chains with a broken link are refused', () => {
  const good = at(
    partial(pow(a, integer(2)), a),
    [],
    'power',
    mul(integer(2), pow(a, integer(1)), partial(a, a)),
    {},
    binding({ f: a, n: integer(2), x: a }),
  );
  const question = partial(h, a);
  test('an inner derivation that does not belong together', () => {
    const other = at(partial(b, b), [], 'variable', one);
    expect(verdict(at(question, [], 'inner-derivative', one, { inner: [good, other] }))).toBe('refuted');
  });
  test('an inner derivation with a false step', () => {
    const bad = whole(mul(integer(2), pow(a, integer(1)), partial(a, a)), mul(integer(3), a));
    expect(verdict(at(question, [], 'inner-derivative', mul(integer(3), a), { inner: [good, bad] }))).toBe('refuted');
  });
  test('a lemma used for other indices than its own', () => {
    const lemma = whole(partial(p(j), z(i)), mul(p(j), subtract(delta(i, j), p(i))));
    const from = partial(p(freeIndex('r')), z(freeIndex('s')));
    const [r, s] = [freeIndex('r'), freeIndex('s')];
    const swapped = at(from, [], 'inner-derivative', mul(p(s), subtract(delta(r, r), p(r))), { inner: [lemma] });
    expect(['refuted', 'unknown']).toContain(verdict(swapped));
    expect(
      verdict(at(from, [], 'inner-derivative', mul(p(r), subtract(delta(s, r), p(s))), { inner: [lemma] })),
    ).not.toBe('refuted');
  });
});

describe('true steps are believed', () => {
  test.each<[string, Move, string]>([
    [
      'the power rule',
      at(
        partial(pow(a, integer(2)), a),
        [],
        'power',
        mul(integer(2), pow(a, integer(1)), partial(a, a)),
        {},
        binding({ f: a, n: integer(2), x: a }),
      ),
      'proved',
    ],
    ['Σp = 1 by definition', whole(negate(sum(p(b0))), integer(-1), [fact(sum(p(b0)), one, 'lemma')]), 'proved'],
    ['Σy = 1 as assumed', whole(mul(a, sum(y(b0))), a, [fact(sum(y(b0)), one)]), 'proved'],
    [
      'A_ij = A_ji as assumed',
      whole(add(entry('A', i, j), entry('A', j, i)), mul(integer(2), entry('A', i, j)), [
        fact(entry('A', j, i), entry('A', i, j)),
      ]),
      'proved',
    ],
    ['a name for what defines it', whole(mul(call('exp', z(j)), reciprocal(sum(call('exp', z(b0))))), p(j)), 'proved'],
  ])('%s', (_name, m, expected) => expect(verdict(m)).toBe(expected));
});
