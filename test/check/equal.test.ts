// Equality: what is true is proved or tested, what people get wrong is refuted with a counterexample.
import { describe, expect, test } from 'vitest';
import { equal, testEqual, type Equality } from '../../src/check/equal.ts';
import { emptyContext, type Assumption, type Context, type Definition } from '../../src/term/context.ts';
import {
  add,
  affine,
  at,
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
  size,
  subtract,
  wholeSet,
  zero,
  type Index,
  type Term,
} from '../../src/term/term.ts';
import { children, close, mapIndices, withChildren } from '../../src/term/walk.ts';
import { normalForm } from '../../src/rules/normal.ts';
import { randomTerm, randomTermContext, seeded, type Random } from '../term/random-term.ts';

const [i, j, k] = [freeIndex('i'), freeIndex('j'), freeIndex('k')];
const b0 = boundIndex(0);
const sum = (letter: string, body: Term, set = 'n'): Term => reduce('sum', letter, close(body, letter), wholeSet(set));
const define = (name: string, params: readonly string[], body: Term, set = 'n'): readonly [string, Definition] => [
  name,
  { name, params: params.map((letter) => ({ letter, set })), body: params.reduceRight((t, l) => close(t, l), body) },
];
const context = (
  shapes: Record<string, readonly string[]>,
  definitions: readonly (readonly [string, Definition])[] = [],
  more: Partial<Context> = {},
): Context => ({
  ...emptyContext,
  shapes: new Map(Object.entries(shapes)),
  definitions: new Map(definitions),
  ...more,
});
const equation = (left: Term, right: Term): Assumption => ({ kind: 'equation', left, right });

const [o, y, p] = [(x: Index) => entry('o', x), (x: Index) => entry('y', x), (x: Index) => entry('p', x)];
const softmax = [
  define('p', ['j'], divide(call('exp', o(j)), sum('k', call('exp', o(k))))),
  define('L', [], negate(sum('k', mul(y(k), call('log', p(k)))))),
];
const shapes = { o: ['n'], y: ['n'], p: ['n'], L: [] };
const bare = context(shapes, softmax);
const simplex = context(shapes, softmax, { assumptions: [equation(sum('i', y(i)), one)] });

const holds = (e: Equality): void => {
  expect(e.counterexample).toBeNull();
  expect(['proved', 'tested']).toContain(e.verdict);
};
const fails = (e: Equality): void => {
  expect(e.verdict).toBe('different');
  expect(e.counterexample).not.toBeNull();
};

describe('softmax and cross-entropy', () => {
  const jacobian = partial(p(j), o(i) as never);
  test('the Jacobian is p_j (δ_ij − p_i)', () =>
    holds(testEqual(jacobian, mul(p(j), subtract(delta(i, j), p(i))), bare)));
  test.each([
    ['a wrong sign', mul(p(j), add(delta(i, j), p(i)))],
    ['a dropped δ', negate(mul(p(j), p(i)))],
    ['the diagonal only', mul(delta(i, j), p(j), subtract(one, p(j)))],
    ['a swapped index', subtract(mul(delta(i, j), p(j)), mul(p(j), p(j)))],
    ['the captured sum', subtract(mul(delta(i, j), p(j)), p(j))],
    ['the logits in place of the outputs', mul(o(j), subtract(delta(i, j), o(i)))],
    ['a lost factor', mul(integer(2), p(j), subtract(delta(i, j), p(i)))],
  ])('%s is refuted', (_what, wrong) => fails(testEqual(jacobian, wrong, bare)));

  test('p − y needs Σy = 1', () => {
    const gradient = partial(entry('L'), o(i) as never);
    holds(testEqual(gradient, subtract(p(i), y(i)), simplex));
    fails(testEqual(gradient, subtract(p(i), y(i)), bare));
    holds(testEqual(gradient, subtract(mul(p(i), sum('k', y(k))), y(i)), bare));
  });

  test('one-hot labels may be used where they are assumed', () => {
    const hot = context(shapes, softmax, { assumptions: [{ kind: 'property', of: 'y', property: 'oneHot' }] });
    holds(testEqual(mul(y(i), y(j)), mul(delta(i, j), y(i)), hot));
    fails(testEqual(mul(y(i), y(j)), mul(delta(i, j), y(i)), simplex));
  });

  test('the sum of the outputs is 1, and the counterexample to 2 is small', () => {
    holds(testEqual(sum('j', p(j)), one, bare));
    const wrong = testEqual(sum('j', p(j)), integer(2), bare);
    fails(wrong);
    expect(wrong.counterexample?.sizes).toEqual({ n: 1 });
    expect(wrong.counterexample?.right).toBe(2);
  });
});

describe('assumptions', () => {
  const square = { A: ['n', 'n'], x: ['n'], y: ['n'], s: [] };
  const [A, x] = [(a: Index, b: Index) => entry('A', a, b), (a: Index) => entry('x', a)];
  test('a symmetric matrix, as a property or as an equation', () => {
    const left = partial(sum('j', sum('k', mul(x(j), A(j, k), x(k)))), x(i) as never);
    const right = mul(integer(2), sum('k', mul(A(i, k), x(k))));
    holds(
      testEqual(
        left,
        right,
        context(square, [], { assumptions: [{ kind: 'property', of: 'A', property: 'symmetric' }] }),
      ),
    );
    holds(testEqual(left, right, context(square, [], { assumptions: [equation(A(i, j), A(j, i))] })));
    fails(testEqual(left, right, context(square)));
  });
  test('an orthogonal matrix keeps lengths', () => {
    const image = (l: Index): Term => sum('k', mul(A(l, k), x(k)));
    const left = sum('i', pow(image(i), integer(2)));
    holds(
      testEqual(
        left,
        sum('i', pow(x(i), integer(2))),
        context(square, [], { assumptions: [{ kind: 'property', of: 'A', property: 'orthogonal' }] }),
      ),
    );
    fails(testEqual(left, sum('i', pow(x(i), integer(2))), context(square)));
  });
  test('a nonlinear equation is solved for', () => {
    const unit = context(square, [], { assumptions: [equation(sum('i', pow(x(i), integer(2))), one)] });
    holds(testEqual(sum('i', sum('j', mul(pow(x(i), integer(2)), pow(x(j), integer(2))))), one, unit));
  });
  test('x > 0 makes |x| = x', () => {
    const positive = context(square, [], {
      assumptions: [{ kind: 'condition', condition: { kind: 'compare', op: '>', left: x(i), right: zero } }],
    });
    holds(testEqual(call('abs', x(j)), x(j), positive));
    fails(testEqual(call('abs', x(j)), x(j), context(square)));
  });
  test('an assumption that nothing can satisfy leaves the answer unknown', () => {
    const never = context(square, [], { assumptions: [equation(pow(entry('s'), integer(2)), integer(-1))] });
    expect(testEqual(entry('s'), add(entry('s'), one), never).verdict).toBe('unknown');
  });
  test('what is defined nowhere is unknown', () => {
    expect(testEqual(call('log', negate(pow(entry('s'), integer(2)))), one, context(square)).verdict).toBe('unknown');
  });
});

describe('index sets', () => {
  const c = context({ W: ['m', 'n'], x: ['n'], A: ['n', 'n'] });
  test('a transpose of a square matrix is refuted', () => {
    const A = (a: Index, b: Index): Term => entry('A', a, b);
    fails(testEqual(sum('j', mul(A(i, j), entry('x', j))), sum('j', mul(A(j, i), entry('x', j))), c));
    holds(testEqual(sum('j', mul(A(i, j), A(j, k))), sum('m', mul(A(i, freeIndex('m')), A(freeIndex('m'), k))), c));
  });
  test('sets are told apart by their sizes', () => fails(testEqual(size('m'), size('n'), c)));
  test('shifted indices telescope', () => {
    const last: Index = affine([{ variable: { kind: 'end', set: 'n' }, times: 1 }], -1);
    const next = affine([{ variable: { kind: 'bound', depth: 0 }, times: 1 }], 1);
    const telescope = reduce('sum', 'k', subtract(entry('x', next), entry('x', b0)), {
      set: 'n',
      from: at(1),
      to: last,
    });
    holds(testEqual(telescope, subtract(entry('x', { kind: 'end', set: 'n' }), entry('x', at(1))), c));
    fails(testEqual(telescope, entry('x', { kind: 'end', set: 'n' }), c));
  });
  test('equality only for i = j or only for i ≠ j is refuted', () => {
    fails(testEqual(mul(entry('x', i), entry('x', j)), pow(entry('x', i), integer(2)), c));
    fails(testEqual(delta(i, j), zero, context({ x: ['n'] })));
  });
});

describe('matrices and unknown functions', () => {
  const c = context({ X: ['n', 'n'], A: ['n', 'n'], Y: ['n'], x: ['n'] }, [], {
    depends: new Map([
      ['L', ['Y']],
      ['Y', ['x']],
    ]),
  });
  const X = entry('X', boundIndex(1), b0);
  test('Jacobi’s formula and the derivative of the inverse', () => {
    const det = determinant(X, 'n');
    holds(testEqual(partial(det, entry('X', i, j)), mul(det, inverse(X, j, i, 'n')), c));
    fails(testEqual(partial(det, entry('X', i, j)), mul(det, inverse(X, i, j, 'n')), c));
    holds(
      testEqual(
        partial(inverse(X, i, j, 'n'), entry('X', k, freeIndex('l'))),
        negate(mul(inverse(X, i, k, 'n'), inverse(X, freeIndex('l'), j, 'n'))),
        c,
      ),
    );
    holds(testEqual(partial(call('log', det), entry('X', i, j)), inverse(X, j, i, 'n'), c));
  });
  test('the chain rule with and without its sum', () => {
    const left = partial(entry('L'), entry('x', i));
    const factor = (l: Index): Term => mul(partial(entry('L'), entry('Y', l)), partial(entry('Y', l), entry('x', i)));
    holds(testEqual(left, sum('k', factor(k)), c));
    fails(testEqual(left, factor(i), c));
  });
  test("f' of an unknown f", () => {
    const f = (x: Term, order = 0): Term => apply('f', [x], [order]);
    const s = entry('s');
    holds(testEqual(partial(f(pow(s, integer(2))), s), mul(integer(2), s, f(pow(s, integer(2)), 1)), c));
    fails(testEqual(partial(f(pow(s, integer(2))), s), f(pow(s, integer(2)), 1), c));
  });
});

describe('functions and domains', () => {
  const c = context({ x: ['n'], s: [], t: [] });
  const [s, t] = [entry('s'), entry('t')];
  test.each<[string, Term, Term]>([
    ['log of a product', call('log', mul(s, t)), add(call('log', s), call('log', t))],
    ['sin² + cos²', add(pow(call('sin', s), integer(2)), pow(call('cos', s), integer(2))), one],
    ['softplus', call('log', add(one, call('exp', s))), call('softplus', s)],
    [
      'the slope of the sigmoid',
      partial(call('sigmoid', s), s),
      mul(call('sigmoid', s), subtract(one, call('sigmoid', s))),
    ],
    ['a root', call('sqrt', s), pow(s, rational(1, 2))],
    [
      'log-sum-exp shifted',
      call('log', sum('k', call('exp', entry('x', k)))),
      add(t, call('log', sum('k', call('exp', subtract(entry('x', k), t))))),
    ],
  ])('%s holds', (_name, a, b) => holds(testEqual(a, b, c)));
  test.each<[string, Term, Term]>([
    ['log of a sum', call('log', add(s, t)), add(call('log', s), call('log', t))],
    ['exp of a sum', call('exp', add(s, t)), add(call('exp', s), call('exp', t))],
    ['a tiny factor', mul(rational(1, 10 ** 12), s), mul(rational(2, 10 ** 12), s)],
  ])('%s fails', (_name, a, b) => fails(testEqual(a, b, c)));
});

/** One sound change of form: distribute, reorder, or add zero. */
function reshaped(t: Term, random: Random): Term {
  const next = withChildren(
    t,
    children(t).map((c) => reshaped(c.term, random)),
  );
  if (next.kind === 'add') return { ...next, terms: [...next.terms].reverse() };
  if (next.kind === 'mul') {
    const n = next.factors.findIndex((f) => f.kind === 'add');
    const wide = next.factors[n];
    if (wide?.kind === 'add' && random() < 0.7)
      return add(...wide.terms.map((x) => mul(...next.factors.map((f, m) => (m === n ? x : f)))));
    return { ...next, factors: [...next.factors].reverse() };
  }
  return next;
}

/** One false change at a random place. */
function broken(t: Term, random: Random): Term {
  const below = children(t);
  if (below.length > 0 && random() < 0.75) {
    const at = Math.floor(random() * below.length);
    return withChildren(
      t,
      below.map((c, n) => (n === at ? broken(c.term, random) : c.term)),
    );
  }
  const roll = random();
  if (roll < 0.4) return negate(t);
  if (roll < 0.7) return mul(integer(2), t);
  if (roll < 0.8) return add(t, one);
  return mapIndices(t, (x) => (x.kind === 'free' && x.name === 'i' ? j : x));
}

test('random terms equal their own reshapings and are told from broken ones', () => {
  const seed = 31337;
  const random = seeded(seed);
  const free = [
    { letter: 'i', set: 'n' },
    { letter: 'j', set: 'n' },
  ];
  let [same, refuted, missed] = [0, 0, 0];
  for (let n = 0; n < 150; n++) {
    const t = randomTerm(random, { depth: 4, free, partials: n % 3 === 0, matrices: n % 4 === 0, shifts: true });
    const e = testEqual(t, reshaped(t, random), randomTermContext, { seed: n + 1 });
    expect(e.verdict, `seed ${seed}, term ${n}`).not.toBe('different');
    if (e.verdict === 'tested') same += 1;
    const b = testEqual(t, broken(t, random), randomTermContext, { seed: n + 1 });
    if (b.verdict === 'different') refuted += 1;
    else missed += 1;
  }
  expect(same).toBeGreaterThan(120);
  // A broken term may still be equal (a sign under a square, an index that does not occur).
  expect(refuted).toBeGreaterThan(2 * missed);
});

test('what is only rounding is no difference, even where no input rounds', () => {
  const c = context({ x: ['n'] });
  const [a, b] = [call('log', integer(1_000_000)), call('log', add(integer(1_000_000), integer(4)))];
  holds(
    testEqual(
      pow(subtract(b, a), integer(2)),
      add(pow(b, integer(2)), negate(mul(integer(2), a, b)), pow(a, integer(2))),
      c,
    ),
  );
  const large = pow(integer(10), integer(9));
  holds(testEqual(subtract(add(entry('x', i), large), large), entry('x', i), c));
});

test('normal forms agree with floats on random terms', () => {
  const seed = 606;
  for (let n = 0; n < 250; n++) {
    const t = randomTerm(seeded(seed + n), {
      depth: 4,
      matrices: true,
      shifts: true,
      smooth: n % 3 !== 0,
      free: [
        { letter: 'i', set: 'n' },
        { letter: 'r', set: 'm' },
      ],
    });
    expect(testEqual(t, normalForm(t, randomTermContext), randomTermContext).verdict, `seed ${seed + n}`).toBe(
      'tested',
    );
  }
});

test('normal forms prove, floats test', () => {
  const c = context({ x: ['n'] });
  const twice = add(entry('x', i), entry('x', i));
  expect(equal(twice, mul(integer(2), entry('x', i)), c).verdict).toBe('proved');
  expect(testEqual(twice, mul(integer(2), entry('x', i)), c)).toMatchObject({ verdict: 'tested', maxError: 0 });
});
