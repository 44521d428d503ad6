// Normal forms keep the value, are the same for every way of writing a term, and tell different terms apart.
// Not here: rules of the book.
// Invariant: each random test prints the seed of the term that fails it.
import { describe, expect, test } from 'vitest';
import { isOutside } from '../../src/check/assume.ts';
import { meaning, type Environment } from '../../src/check/evaluate.ts';
import { isPositive, isNonnegative } from '../../src/rules/conditions.ts';
import { provesEqual } from '../../src/rules/equality.ts';
import { normalForm } from '../../src/rules/normal.ts';
import {
  add,
  affine,
  at,
  boundIndex,
  bracket,
  call,
  constant,
  delta,
  determinant,
  divide,
  entry,
  freeIndex,
  ifThen,
  integer,
  inverse,
  mul,
  negate,
  one,
  pow,
  rational,
  reduce,
  size,
  subtract,
  wholeSet,
  zero,
  type Condition,
  type Index,
  type Term,
} from '../../src/term/term.ts';
import { emptyContext } from '../../src/term/context.ts';
import { parse } from '../../src/meaning/parse.ts';
import { close, key } from '../../src/term/walk.ts';
import { randomEnvironment } from '../check/random-environment.ts';
import { randomTerm, seeded, type Random } from '../term/random-term.ts';
import { mutationsOf } from './mutations.ts';
import { disguise } from './rewrites.ts';

const free = [
  { letter: 'i', set: 'n' },
  { letter: 'j', set: 'n' },
];
const count = process.env.SOAK ? 40_000 : 5000;
const options = (seed: number) => ({
  depth: 3 + (seed % 2),
  smooth: seed % 3 !== 0,
  matrices: true,
  shifts: true,
  partials: seed % 4 === 0,
  free,
});
const points = (random: Random) =>
  [
    { i: 1, j: 2 },
    { i: 2, j: 2 },
  ].map((at2, n) => randomEnvironment(random, at2, n === 0 ? { n: 3, m: 2 } : { n: 2, m: 3 }));
/** NaN for a position outside its axis. */
const valueOf = (t: Term, env: Environment): number => {
  try {
    return meaning(t, env);
  } catch (e) {
    if (isOutside(e)) return NaN;
    throw e;
  }
};
const near = (a: number, b: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= 1e-8 * Math.max(1, Math.abs(a), Math.abs(b));

/** Seeds for which `f` finds a fault. */
function faults(f: (random: Random, seed: number) => string | null): string[] {
  const out: string[] = [];
  for (let seed = 1; seed <= count; seed++) {
    const fault = f(seeded(seed), seed);
    if (fault !== null) out.push(`seed ${seed}: ${fault}`);
  }
  return out;
}

describe(`for ${count} random terms`, () => {
  test('the normal form has the value of the term, and is its own normal form', () => {
    expect(
      faults((random, seed) => {
        const t = randomTerm(random, options(seed));
        const normal = normalForm(t);
        for (const env of points(random)) {
          const [a, b] = [meaning(t, env), meaning(normal, env)];
          if (Number.isFinite(a) && !near(a, b)) return `${key(t)} is ${a}, its normal form ${b}`;
        }
        return key(normalForm(normal)) === key(normal) ? null : `${key(normal)} is not normal`;
      }),
    ).toEqual([]);
  });

  test('order, letters, brackets, split sums and what cancels do not matter', () => {
    expect(
      faults((random, seed) => {
        const t = randomTerm(random, options(seed));
        const other = disguise(t, random, randomTerm(random, { ...options(seed), depth: 1 }));
        return key(normalForm(t)) === key(normalForm(other)) ? null : `${key(t)} and ${key(other)}`;
      }),
    ).toEqual([]);
  });

  test('no mutation that changes a value is proved equal', () => {
    let differing = 0;
    expect(
      faults((random, seed) => {
        const t = randomTerm(random, { ...options(seed), depth: 2 + (seed % 2) });
        const all = mutationsOf(t, free);
        const mutant = all[Math.floor(random() * all.length)];
        if (mutant === undefined) return null;
        const differs = points(random).some((env) => {
          const [a, b] = [valueOf(t, env), valueOf(mutant.term, env)];
          return Number.isFinite(a) && Number.isFinite(b) && !near(a, b);
        });
        if (!differs) return null;
        differing++;
        return provesEqual(t, mutant.term) || key(normalForm(t)) === key(normalForm(mutant.term))
          ? `${mutant.what}: ${key(t)} and ${key(mutant.term)}`
          : null;
      }),
    ).toEqual([]);
    expect(differing).toBeGreaterThan(count / 3);
  });

  test('what is called positive is positive, what is called not negative is not negative', () => {
    let positive = 0;
    expect(
      faults((random, seed) => {
        const t =
          random() < 0.5
            ? randomTerm(random, { ...options(seed), depth: 2 })
            : pow(randomTerm(random, { ...options(seed), depth: 1 }), integer(2));
        const sure = isPositive(t, { ...randomEnvironment(random).context });
        const least = isNonnegative(t, randomEnvironment(random).context);
        if (sure) positive++;
        if (sure && !least) return `${key(t)} is positive but not nonnegative`;
        return points(random).some((env) => {
          const v = meaning(t, env);
          return (sure && v <= 0) || (least && v < 0);
        })
          ? `${key(t)} is not what it is called`
          : null;
      }),
    ).toEqual([]);
    expect(positive).toBeGreaterThan(count / 100);
  });
});

const [i, j, k] = [freeIndex('i'), freeIndex('j'), freeIndex('k')];
const [a, b] = [entry('a'), entry('b')];
const x = (l: Index): Term => entry('x', l);
const A = (l: Index, m: Index): Term => entry('A', l, m);
const sum = (letter: string, body: Term, set = 'n', where: Condition | null = null): Term => {
  const closed = where === null ? null : close(bracket(where), letter);
  return reduce(
    'sum',
    letter,
    close(body, letter),
    wholeSet(set),
    closed?.kind === 'bracket' ? closed.condition : null,
  );
};
const two = integer(2);

describe('different terms have different normal forms', () => {
  test.each<[string, Term, Term]>([
    [
      'a product of sums is not a sum of products',
      mul(sum('k', x(k)), sum('k', entry('y', k))),
      sum('k', mul(x(k), entry('y', k))),
    ],
    ['a square of a sum is not a sum of squares', pow(sum('k', x(k)), two), sum('k', pow(x(k), two))],
    ['a free index is not a bound one', sum('k', mul(x(i), x(k))), sum('k', mul(x(k), x(k)))],
    ['a matrix is not its transpose', A(i, j), A(j, i)],
    ['a row sum is not a column sum', sum('k', A(i, k)), sum('k', A(k, i))],
    ['a trace is not the sum of all entries', sum('k', A(k, k)), sum('k', sum('l', A(k, freeIndex('l'))))],
    ['two sizes', size('n'), size('m')],
    ['a sum over one set is not a sum over another', sum('k', a, 'n'), sum('k', a, 'm')],
    [
      'a restricted sum is not a whole one',
      sum('k', x(k), 'n', { kind: 'position', op: '!=', left: k, right: i }),
      sum('k', x(k)),
    ],
    [
      'a sum below i is not one above',
      sum('k', x(k), 'n', { kind: 'position', op: '<', left: k, right: i }),
      sum('k', x(k), 'n', { kind: 'position', op: '>', left: k, right: i }),
    ],
    [
      'a part of a sum is not another part',
      reduce('sum', 'k', x(boundIndex(0)), { set: 'n', from: at(1), to: at(3) }),
      reduce('sum', 'k', x(boundIndex(0)), { set: 'n', from: at(1), to: at(4) }),
    ],
    ['a δ that is left out of a sum', sum('k', mul(delta(i, k), x(k))), sum('k', x(k))],
    ['a δ in an exponent is not a factor', call('exp', mul(delta(i, j), a)), mul(delta(i, j), call('exp', a))],
    ['δ_ij is not δ_ik', delta(i, j), delta(i, k)],
    ['a neighbour', x(affine([{ variable: { kind: 'free', name: 'i' }, times: 1 }], 1)), x(i)],
    [
      'an exponential of a sum is not a sum of exponentials',
      call('exp', add(a, b)),
      add(call('exp', a), call('exp', b)),
    ],
    ['a logarithm of a sum', call('log', add(a, b)), add(call('log', a), call('log', b))],
    ['the root of a square may be −a', pow(pow(a, two), rational(1, 2)), a],
    ['ln a² is defined where 2 ln a is not', call('log', pow(a, two)), mul(two, call('log', a))],
    ['ln of a product of unknown signs', call('log', mul(a, b)), add(call('log', a), call('log', b))],
    ['a root of a product of unknown signs', call('sqrt', mul(a, b)), mul(call('sqrt', a), call('sqrt', b))],
    ['|a| is not a', call('abs', a), a],
    ['relu is not the identity', call('relu', a), a],
    ['sin is not cos', call('sin', a), call('cos', a)],
    ['sin² is not 1 + cos²', pow(call('sin', a), two), add(one, pow(call('cos', a), two))],
    ['tanh is not sigmoid', call('tanh', a), call('sigmoid', a)],
    ['a quotient upside down', divide(a, add(one, b)), divide(add(one, b), a)],
    ['a power of a power of unknown sign', pow(pow(a, b), entry('c')), pow(a, mul(b, entry('c')))],
    [
      'cases in the other order',
      ifThen({ kind: 'compare', op: '>', left: a, right: zero }, a, b),
      ifThen({ kind: 'compare', op: '>', left: a, right: zero }, b, a),
    ],
    [
      '> is not ≥',
      bracket({ kind: 'compare', op: '>', left: a, right: b }),
      bracket({ kind: 'compare', op: '>=', left: a, right: b }),
    ],
    ['max is not min', call('max', a, b), call('min', a, b)],
    [
      'a maximum over a sum',
      reduce('max', 'k', add(x(boundIndex(0)), entry('y', boundIndex(0))), wholeSet('n')),
      add(
        reduce('max', 'k', x(boundIndex(0)), wholeSet('n')),
        reduce('max', 'k', entry('y', boundIndex(0)), wholeSet('n')),
      ),
    ],
    ['a product over an index is not a sum', reduce('prod', 'k', x(boundIndex(0)), wholeSet('n')), sum('k', x(k))],
    [
      'an inverse is not its transpose',
      inverse(A(boundIndex(1), boundIndex(0)), i, j, 'n'),
      inverse(A(boundIndex(1), boundIndex(0)), j, i, 'n'),
    ],
    [
      'a determinant of 2A',
      determinant(mul(two, A(boundIndex(1), boundIndex(0))), 'n'),
      mul(two, determinant(A(boundIndex(1), boundIndex(0)), 'n')),
    ],
    ...[
      [1, 2],
      [2, 1],
      [2, 3],
      [1, 3],
    ].map(([n, m]): [string, Term, Term] => [
      `δ at position ${n} does not pick ${m}`,
      sum('k', mul(delta(at(n as number), k), x(k))),
      x(at(m as number)),
    ]),
    [
      'a term that has no value is not taken away from a sum',
      sum('k', divide(one, subtract(x(k), x(i))), 'n', { kind: 'position', op: '!=', left: k, right: i }),
      subtract(sum('k', divide(one, subtract(x(k), x(i)))), divide(one, subtract(x(i), x(i)))),
    ],
    [
      '0/0 is not left out of a sum',
      sum('k', divide(subtract(x(k), x(i)), call('abs', subtract(x(k), x(i)))), 'n', {
        kind: 'position',
        op: '!=',
        left: k,
        right: i,
      }),
      sum('k', divide(subtract(x(k), x(i)), call('abs', subtract(x(k), x(i))))),
    ],
    ['π is not 22/7', constant('pi'), rational(22, 7)],
    ['e is not a float', constant('e'), rational(2718281828459045n, 1000000000000000n)],
    ['a half is not 0.5000001', rational(1, 2), rational(5000001, 10000000)],
  ])('%s', (_name, left, right) => {
    expect(key(normalForm(left))).not.toBe(key(normalForm(right)));
    expect(provesEqual(left, right)).toBe(false);
  });
});

describe('equal terms have one normal form', () => {
  test.each<[string, Term, Term]>([
    [
      'sums over two indices in either order',
      sum('k', sum('l', mul(A(k, freeIndex('l')), x(k)))),
      sum('l', sum('k', mul(A(k, freeIndex('l')), x(k)))),
    ],
    [
      'independent sums part',
      sum('k', sum('l', mul(x(k), entry('y', freeIndex('l'))))),
      mul(sum('k', x(k)), sum('l', entry('y', freeIndex('l')))),
    ],
    ['δ picks one term', sum('k', mul(delta(i, k), x(k), call('exp', x(k)))), mul(x(i), call('exp', x(i)))],
    ...[1, 2, 3, 7].map((n): [string, Term, Term] => [
      `δ picks position ${n}`,
      sum('k', mul(delta(at(n), k), x(k), entry('y', k))),
      mul(x(at(n)), entry('y', at(n))),
    ]),
    [
      'what may have no value where i = k stays in a restricted sum',
      sum('k', divide(one, subtract(x(k), x(i))), 'n', { kind: 'position', op: '!=', left: k, right: i }),
      sum('k', divide(one, subtract(x(k), x(i))), 'n', { kind: 'position', op: '!=', left: i, right: k }),
    ],
    ['δ² = δ', mul(delta(i, j), delta(j, i)), delta(i, j)],
    ['δ carries indices over', mul(delta(i, j), x(i)), mul(x(j), delta(j, i))],
    ['a trace of δ is a size', sum('k', delta(k, k)), size('n')],
    [
      'a restricted sum is a whole one less a term',
      sum('k', x(k), 'n', { kind: 'position', op: '!=', left: k, right: i }),
      subtract(sum('k', x(k)), x(i)),
    ],
    ['the sigmoid through exponentials', call('sigmoid', a), divide(call('exp', a), add(one, call('exp', a)))],
    ['tanh through the sigmoid', call('tanh', a), subtract(mul(two, call('sigmoid', mul(two, a))), one)],
    ['sin² + cos² = 1', add(pow(call('sin', a), two), pow(call('cos', a), two)), one],
    ['cosh² − sinh² = 1', subtract(pow(call('cosh', a), two), pow(call('sinh', a), two)), one],
    ['a quotient of exponentials', divide(call('exp', a), call('exp', b)), call('exp', subtract(a, b))],
    [
      'the logarithm of an exponential',
      call('log', mul(call('exp', a), add(one, pow(b, two)))),
      add(a, call('log', add(one, pow(b, two)))),
    ],
    ['roots of the square of something positive', pow(pow(call('exp', a), two), rational(1, 2)), call('exp', a)],
    ['relu by its sign', call('relu', a), ifThen({ kind: 'compare', op: '>', left: a, right: zero }, a, zero)],
    ['max + min = a + b', add(call('max', a, b), call('min', b, a)), add(a, b)],
    ['a common denominator', add(divide(a, add(a, b)), divide(b, add(a, b))), one],
    ['opposite signs in a denominator', add(divide(one, subtract(a, b)), divide(one, subtract(b, a))), zero],
    ['numbers', negate(mul(rational(2, 3), rational(-3, 4))), rational(1, 2)],
  ])('%s', (_name, left, right) => {
    expect(provesEqual(left, right)).toBe(true);
  });
});

describe('sums of a constant over a written range', () => {
  test.each([
    ['sum_{k=2}^{5} 1', '4'],
    ['sum_{k=3}^{3} x', 'x'],
    ['sum_{k=1}^{4} y', '4*y'],
  ])('%s is %s', (sum, count) => {
    expect(provesEqual(parse(sum), parse(count), emptyContext)).toBe(true);
  });
  test.each([
    ['sum_{k=2}^{5} 1', '3'],
    ['sum_{k=3}^{3} x', '0'],
  ])('%s is not %s', (sum, count) => {
    expect(provesEqual(parse(sum), parse(count), emptyContext)).toBe(false);
  });
});
