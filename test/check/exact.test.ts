// Exact modular arithmetic: identities of polynomials, exponentials and logarithms hold in it, false ones do not.
import { describe, expect, test } from 'vitest';
import { exactlyEqual, type ExactResult } from '../../src/check/exact.ts';
import { p, powerModulo, q, randomResidues, residues, sameResidues } from '../../src/check/residues.ts';
import { planSamples } from '../../src/check/sample.ts';
import { testEqual } from '../../src/check/equal.ts';
import { emptyContext, type Assumption, type Context } from '../../src/term/context.ts';
import {
  add,
  apply,
  boundIndex,
  call,
  delta,
  determinant,
  divide,
  entry,
  freeIndex,
  integer,
  inverse,
  mul,
  negate,
  one,
  partial,
  pow,
  rational,
  reduce,
  subtract,
  wholeSet,
  type Entry,
  type Index,
  type Term,
} from '../../src/term/term.ts';
import { close } from '../../src/term/walk.ts';
import { randomTerm, randomTermContext, seeded } from '../term/random-term.ts';

const [i, j, k] = [freeIndex('i'), freeIndex('j'), freeIndex('k')];
const sum = (letter: string, body: Term): Term => reduce('sum', letter, close(body, letter), wholeSet('n'));
const shapes = new Map(Object.entries({ o: ['n'], y: ['n'], x: ['n'], A: ['n', 'n'], s: [], t: [], L: [], Y: ['n'] }));
const context = (assumptions: readonly Assumption[] = []): Context => ({
  ...emptyContext,
  shapes,
  assumptions,
  depends: new Map([['L', ['x']]]),
});
const compare = (a: Term, b: Term, c: Context = context()): ExactResult | null =>
  exactlyEqual(a, b, planSamples([a, b], c), 3);
const [o, x, y] = [(l: Index) => entry('o', l), (l: Index) => entry('x', l), (l: Index) => entry('y', l)];
const [s, t] = [entry('s'), entry('t')];
const Z = sum('k', call('exp', o(k)));
const p_ = (l: Index): Term => divide(call('exp', o(l)), Z);
const by = (body: Term, e: Term): Term => partial(body, e as Entry);

test('the moduli are primes, and q divides p − 1', () => {
  const isPrime = (n: number): boolean => {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
    return true;
  };
  expect([isPrime(q), isPrime(p), (p - 1) % q]).toEqual([true, true, 0]);
  expect(powerModulo(3, p - 1, p)).toBe(1);
});

test('logarithms turn products into sums and undo exponentials', () => {
  const random = seeded(11);
  const { exp, log } = residues.ring.functions;
  for (let n = 0; n < 200; n++) {
    const [a, b] = [randomResidues(random(), random(), false), randomResidues(random(), random(), false)];
    expect(log(residues.ring.mul(a, b)).q).toBe(residues.ring.add(log(a), log(b)).q);
    expect(log(exp(a)).q).toBe(a.q);
    expect(exp(residues.ring.add(a, b)).p).toBe(residues.ring.mul(exp(a), exp(b)).p);
    const c = randomResidues(random(), random(), true);
    expect(exp(log(c)).p).toBe(c.p);
  }
});

describe('what holds', () => {
  test.each<[string, Term, Term]>([
    ['the softmax Jacobian', by(p_(j), o(i)), mul(p_(j), subtract(delta(i, j), p_(i)))],
    ['its second derivative', by(by(call('log', Z), o(i)), o(j)), subtract(mul(delta(i, j), p_(i)), mul(p_(i), p_(j)))],
    ['the shift of log-sum-exp', call('log', Z), add(t, call('log', sum('k', call('exp', subtract(o(k), t)))))],
    [
      'cross-entropy by the outputs',
      by(negate(sum('k', mul(y(k), call('log', p_(k))))), o(i)),
      subtract(mul(p_(i), sum('k', y(k))), y(i)),
    ],
    ['the slope of the sigmoid', by(call('sigmoid', s), s), mul(call('sigmoid', s), subtract(one, call('sigmoid', s)))],
    ['the slope of tanh', by(call('tanh', s), s), subtract(one, pow(call('tanh', s), integer(2)))],
    ['softplus', call('softplus', s), call('log', add(one, call('exp', s)))],
    ['a root', pow(call('sqrt', s), integer(2)), s],
    ['a power of a root', by(pow(s, rational(3, 2)), s), mul(rational(3, 2), call('sqrt', s))],
    ['x beside e^x', by(mul(s, call('exp', s)), s), mul(add(one, s), call('exp', s))],
    [
      'Jacobi',
      by(determinant(entry('A', boundIndex(1), boundIndex(0)), 'n'), entry('A', i, j)),
      mul(
        determinant(entry('A', boundIndex(1), boundIndex(0)), 'n'),
        inverse(entry('A', boundIndex(1), boundIndex(0)), j, i, 'n'),
      ),
    ],
    [
      'an unknown function',
      by(apply('f', [pow(s, integer(2))]), s),
      mul(integer(2), s, apply('f', [pow(s, integer(2))], [1])),
    ],
    ['an unknown quantity', by(by(entry('L'), x(i)), x(j)), by(by(entry('L'), x(j)), x(i))],
    [
      'the slope of erf',
      by(call('erf', mul(s, t)), s),
      mul(
        t,
        divide(integer(2), call('sqrt', { kind: 'constant', name: 'pi' })),
        call('exp', negate(mul(pow(s, integer(2)), pow(t, integer(2))))),
      ),
    ],
  ])('%s', (_name, a, b) => {
    const result = compare(a, b);
    expect(result).toMatchObject({ equal: true });
    expect(result?.points).toBeGreaterThan(2);
  });

  test('Σy = 1 is met exactly', () => {
    const simplex = context([{ kind: 'equation', left: sum('i', y(i)), right: one }]);
    const loss = negate(sum('k', mul(y(k), call('log', p_(k)))));
    expect(compare(by(loss, o(i)), subtract(p_(i), y(i)), simplex)).toMatchObject({ equal: true });
    expect(compare(by(loss, o(i)), subtract(p_(i), y(i)))).toMatchObject({ equal: false });
  });
  test('a symmetric matrix by an equation', () => {
    const symmetric = context([{ kind: 'equation', left: entry('A', i, j), right: entry('A', j, i) }]);
    expect(
      compare(sum('k', mul(entry('A', i, k), x(k))), sum('k', mul(entry('A', k, i), x(k))), symmetric),
    ).toMatchObject({ equal: true });
    expect(compare(sum('k', mul(entry('A', i, k), x(k))), sum('k', mul(entry('A', k, i), x(k))))).toMatchObject({
      equal: false,
    });
  });
});

test.each<[string, Term, Term]>([
  ['a sign', by(p_(j), o(i)), mul(p_(j), add(delta(i, j), p_(i)))],
  ['a dropped δ', by(p_(j), o(i)), negate(mul(p_(j), p_(i)))],
  ['a swapped index', entry('A', i, j), entry('A', j, i)],
  ['a difference of one part in 10^30', add(s, rational(1n, 10n ** 30n)), s],
])('%s is seen', (_name, a, b) => expect(compare(a, b)).toMatchObject({ equal: false }));

test('an order leaves the arithmetic', () => {
  expect(compare(call('abs', s), s)).toBeNull();
  expect(compare(call('relu', s), s)).toBeNull();
});

test('what exact arithmetic confirms on random terms, floats confirm', () => {
  const seed = 99;
  const random = seeded(seed);
  let [applicable, agreeing] = [0, 0];
  for (let n = 0; n < 120; n++) {
    const a = randomTerm(random, {
      depth: 4,
      free: [{ letter: 'i', set: 'n' }],
      partials: true,
      matrices: n % 2 === 0,
    });
    const b = n % 2 === 0 ? a : mul(integer(2), a);
    const exact = exactlyEqual(a, b, planSamples([a, b], randomTermContext), n + 1);
    if (exact === null) continue;
    applicable += 1;
    const floats = testEqual(a, b, randomTermContext);
    if (exact.equal) {
      agreeing += 1;
      expect(floats.verdict, `seed ${seed}, term ${n}`).not.toBe('different');
    } else if (n % 2 === 0) expect.fail(`seed ${seed}, term ${n} differs from itself`);
  }
  expect(applicable).toBeGreaterThan(60);
  expect(agreeing).toBeGreaterThan(30);
});

test('two values that share no known residue are not compared', () => {
  expect(sameResidues({ q: 1, p: NaN }, { q: NaN, p: 1 })).toBeNull();
});
