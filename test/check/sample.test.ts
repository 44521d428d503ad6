// Random environments: sizes, coincidence patterns, assumptions, domains.
import { describe, expect, test } from 'vitest';
import { partitions } from '../../src/check/patterns.ts';
import { planSamples, samples, type Sample } from '../../src/check/sample.ts';
import { emptyContext, type Assumption, type Context } from '../../src/term/context.ts';
import {
  add,
  at,
  call,
  delta,
  entry,
  freeIndex,
  integer,
  mul,
  one,
  pow,
  reduce,
  size,
  subtract,
  sum,
  wholeSet,
  zero,
  type Term,
} from './terms.ts';

const [i, j, k] = [freeIndex('i'), freeIndex('j'), freeIndex('k')];
const shapes = { x: ['n'], y: ['n'], A: ['n', 'n'], W: ['m', 'n'], Y: ['m', 'n'], s: [] };
const context = (assumptions: readonly Assumption[] = [], more: Partial<Context> = {}): Context => ({
  ...emptyContext,
  shapes: new Map(Object.entries(shapes)),
  assumptions,
  ...more,
});
const draw = (terms: readonly Term[], c: Context, attempts = 16): Sample[] => [
  ...samples(planSamples(terms, c), { seed: 5, attempts }),
];
const data = (s: Sample, name: string): number[] => Array.from(s.environment.values.get(name)?.data ?? []);
const [x, y] = [entry('x', i), entry('y', i)];

test('a set takes the sizes 1, 2, 3 and 5, and two sets never the same one', () => {
  const drawn = draw([entry('W', k, i)], context(), 8);
  for (const set of ['n', 'm'])
    expect([1, 2, 3, 5].every((n) => drawn.some((s) => s.environment.sizes.get(set) === n))).toBe(true);
  expect(drawn.every((s) => s.environment.sizes.get('n') !== s.environment.sizes.get('m'))).toBe(true);
});

test('written positions fit into their axes', () => {
  expect(draw([entry('x', at(9))], context()).every((s) => (s.environment.sizes.get('n') ?? 0) >= 9)).toBe(true);
});

test('every pattern of coincidence of the free letters occurs', () => {
  expect([1, 2, 3, 4, 5].map((n) => partitions(n, n).length)).toEqual([1, 2, 5, 15, 52]);
  expect(partitions(3, 2).length).toBe(4);
  const patterns = new Set(
    draw([mul(entry('A', i, j), entry('A', j, k))], context()).flatMap((s) =>
      s.assignments.map((a) =>
        [a.get('i') === a.get('j'), a.get('j') === a.get('k'), a.get('i') === a.get('k')].join(),
      ),
    ),
  );
  expect(patterns.size).toBe(5);
});

test('letters that only a δ ties to a set range over it', () => {
  const plan = planSamples([mul(delta(i, j), x)], context());
  expect(plan.reach.letters.get('j')).toBe('n');
});

describe('assumptions are honoured', () => {
  const rows = (s: Sample, name: string): number[][] => {
    const t = s.environment.values.get(name);
    const n = t?.shape[1] ?? 1;
    return Array.from({ length: t?.shape[0] ?? 0 }, (_, r) => Array.from(t?.data.slice(r * n, (r + 1) * n) ?? []));
  };
  test('a simplex of positive entries', () => {
    const c = context([
      { kind: 'equation', left: sum('i', y), right: one },
      { kind: 'condition', condition: { kind: 'compare', op: '>', left: y, right: zero } },
    ]);
    const drawn = draw([call('log', y)], c);
    expect(drawn.length).toBeGreaterThan(8);
    for (const s of drawn) {
      expect(data(s, 'y').reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect(data(s, 'y').every((v) => v > 0)).toBe(true);
    }
  });
  test('rows that sum to one', () => {
    const c = context([
      {
        kind: 'equation',
        left: reduce('sum', 'i', entry('Y', freeIndex('r'), { kind: 'bound', depth: 0 }), wholeSet('n')),
        right: one,
      },
    ]);
    for (const s of draw([entry('Y', k, i)], c))
      for (const row of rows(s, 'Y')) expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });
  test('one-hot, symmetric, orthogonal, positive', () => {
    const property = (of: string, property: 'oneHot' | 'symmetric' | 'orthogonal' | 'positive'): Context =>
      context([{ kind: 'property', of, property }]);
    for (const s of draw([entry('Y', k, i)], property('Y', 'oneHot')))
      for (const row of rows(s, 'Y')) expect([...row].sort()).toEqual([...row.slice(1).map(() => 0), 1]);
    for (const s of draw([entry('A', i, j)], property('A', 'symmetric')))
      rows(s, 'A').forEach((row, r, all) => row.forEach((v, c) => expect(v).toBe(all[c]?.[r])));
    for (const s of draw([entry('A', i, j)], property('A', 'orthogonal'))) {
      rows(s, 'A').forEach((a, r, all) =>
        all.forEach((b, c) =>
          expect(a.reduce((sum, v, n) => sum + v * (b[n] as number), 0)).toBeCloseTo(r === c ? 1 : 0, 12),
        ),
      );
    }
    for (const s of draw([x], property('x', 'positive'))) expect(data(s, 'x').every((v) => v > 0)).toBe(true);
  });
  test('a nonlinear equation', () => {
    const c = context([{ kind: 'equation', left: mul(entry('s'), sum('i', pow(x, integer(2)))), right: integer(2) }]);
    const drawn = draw([x], c);
    expect(drawn.length).toBeGreaterThan(8);
    for (const s of drawn)
      expect((data(s, 's')[0] as number) * data(s, 'x').reduce((a, v) => a + v * v, 0)).toBeCloseTo(2, 9);
  });
  test('an equation about a fixed letter holds at its position', () => {
    const c = context([{ kind: 'equation', left: entry('y', freeIndex('c')), right: one }], { fixed: new Set(['c']) });
    const drawn = draw([mul(entry('y', freeIndex('c')), entry('x', i), delta(i, freeIndex('c')))], c);
    expect(drawn.length).toBeGreaterThan(8);
    for (const s of drawn)
      for (const a of s.assignments) expect(data(s, 'y')[(a.get('c') as number) - 1]).toBeCloseTo(1, 12);
    expect(new Set(drawn.flatMap((s) => s.assignments.map((a) => a.get('c') === a.get('i')))).size).toBe(2);
  });
  test('only those that concern the terms are met', () => {
    const c = context([{ kind: 'equation', left: pow(entry('s'), integer(2)), right: integer(-1) }]);
    expect(draw([x], c).length).toBeGreaterThan(8);
    expect(draw([mul(x, entry('s'))], c).length).toBe(0);
  });
});

test('arguments of logarithms are looked for where they are positive', () => {
  const [first] = draw([add(call('log', mul(x, entry('s'))), call('asin', y))], context());
  expect([...data(first as Sample, 'x'), ...data(first as Sample, 's')].every((v) => v > 0)).toBe(true);
  expect(data(first as Sample, 'y').every((v) => Math.abs(v) < 1)).toBe(true);
  expect(draw([subtract(size('m'), x)], context())[0]?.environment.sizes.has('m')).toBe(true);
});
