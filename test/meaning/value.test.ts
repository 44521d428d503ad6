// The algebra of values against sums written out by hand, over random small arrays.
// Not here: how formulas become values (`read.test.ts`).
// Invariant: every product is compared entry by entry with plain loops.
import { describe, expect, test } from 'vitest';
import { evaluateTensor } from '../../src/check/evaluate.ts';
import { emptyContext } from '../../src/term/context.ts';
import { inferSets } from '../../src/term/sets.ts';
import { entry, freeIndex, type Term } from '../../src/term/term.ts';
import {
  type Algebra,
  contract,
  diagonal,
  dotProduct,
  freshLetter,
  outer,
  placed,
  product,
  rankOf,
  RankFault,
  refreshed,
  rowSum,
  scalar,
  sum,
  tensor,
  termOf,
  traceOf,
  transpose,
  type Value,
  type VectorProduct,
  zip,
} from '../../src/meaning/value.ts';

function algebra(vectors: VectorProduct | null): Algebra {
  let n = 0;
  const strict = vectors === null;
  const vectorProduct = (): VectorProduct => vectors ?? 'entrywise';
  return { axis: () => freshLetter(++n), printed: () => 'k', setOf: () => '', alike: () => {}, strict, vectorProduct };
}
const strict = algebra(null);
const loose = algebra('entrywise');

function named(name: string, rank: number, a: Algebra, row = false): Value {
  const axes = Array.from({ length: rank }, a.axis);
  return { ...tensor(entry(name, ...axes.map(freeIndex)), axes, row), whole: { of: name, by: null, ofAxes: 0 } };
}

const n = 3;
const at = [...'ij'];
const values = {
  A: [1, 2, 3].map((i) => [1, 2, 3].map((j) => i * 10 + j * j)),
  B: [1, 2, 3].map((i) => [1, 2, 3].map((j) => i - 2 * j)),
  x: [2, -1, 5],
  y: [7, 3, -4],
};
const given = new Map(
  Object.entries(values).map(([name, v]) => [
    name,
    { shape: Array.isArray(v[0]) ? [n, n] : [n], data: Float64Array.from(v.flat()) },
  ]),
);
const context = { ...emptyContext, shapes: new Map([...given].map(([name, v]) => [name, v.shape.map(() => 'n')])) };

/** All entries of a value as nested arrays. */
function entries(v: Value, a: Algebra): unknown {
  const letters = at.slice(0, rankOf(v));
  const filled = inferSets(context, [placed(v, letters.map(freeIndex), a)]);
  const env = { context: filled.context, values: given, sizes: new Map([['n', n]]), indices: new Map(), seed: 1 };
  const data = [...evaluateTensor(filled.terms[0] as Term, letters, env).data];
  return letters.length === 2 ? range.map((i) => data.slice(n * i, n * i + n)) : letters.length === 1 ? data : data[0];
}

const range = [0, 1, 2];
const matmul = (a: number[][], b: number[][]): number[][] =>
  range.map((i) => range.map((j) => range.reduce((s, k) => s + (a[i]?.[k] ?? 0) * (b[k]?.[j] ?? 0), 0)));
const times = (a: number[][], x: number[]): number[] =>
  range.map((i) => range.reduce((s, k) => s + (a[i]?.[k] ?? 0) * (x[k] ?? 0), 0));

describe.each([
  ['shapes have to fit', strict],
  ['shapes are loose', loose],
] as const)('%s', (_, a) => {
  const [A, B, x, y] = [named('A', 2, a), named('B', 2, a), named('x', 1, a), named('y', 1, a)];
  test('chains of matrices are one sum over all that meets', () => {
    expect(entries(product(product(A, B, a), x, a), a)).toEqual(times(matmul(values.A, values.B), values.x));
    expect(entries(product(A, product(B, x, a), a), a)).toEqual(times(values.A, times(values.B, values.x)));
  });
  test('the same matrix twice has axes of its own each time', () => {
    expect(entries(product(A, refreshed(A, a), a), a)).toEqual(matmul(values.A, values.A));
  });
  test('a row and a column are a number, a column and a row a matrix', () => {
    expect(entries(product(transpose(x), y, a), a)).toBe(14 - 3 - 20);
    expect(entries(product(x, transpose(y), a), a)).toEqual(entries(outer(x, y), a));
  });
  test('a row before a matrix is a row', () => {
    const v = product(transpose(x), A, a);
    expect(v.row).toBe(true);
    const turned = range.map((i) => range.map((j) => values.A[j]?.[i] ?? 0));
    expect(entries(v, a)).toEqual(times(turned, values.x));
  });
  test('trace, diagonal and transpose of a product', () => {
    const p = matmul(values.A, values.B);
    expect(entries(traceOf(product(A, B, a)), a)).toBe(range.reduce((s, i) => s + (p[i]?.[i] ?? 0), 0));
    expect(entries(diagonal(product(A, B, a), a), a)).toEqual(range.map((i) => p[i]?.[i]));
    expect(entries(transpose(product(A, B, a)), a)).toEqual(range.map((i) => range.map((j) => p[j]?.[i])));
  });
  test('sums keep signs, and a number meets every entry of a vector', () => {
    const two = { sign: -1 as const, value: scalar({ kind: 'num', num: 2n, den: 1n }) };
    expect(entries(sum([{ sign: 1, value: x }, { sign: -1, value: y }, two], a), a)).toEqual([-7, -6, 7]);
  });
});

describe('what fits no rule of matrices', () => {
  const [A, x, y] = [named('A', 2, strict), named('x', 1, strict), named('y', 1, strict)];
  test.each([
    [
      'a number and a matrix',
      () =>
        sum(
          [A, scalar({ kind: 'num', num: 1n, den: 1n })].map((value) => ({ sign: 1, value })),
          strict,
        ),
    ],
    ['a vector and a matrix', () => zip(x, A, strict, (p) => p, 'the sum')],
    ['a column before a matrix', () => product(x, A, strict)],
    ['two columns', () => product(x, y, strict)],
    ['a row and a column added', () => zip(x, transpose(y), strict, (p) => p, 'the sum')],
  ])('%s: refused where shapes have to fit', (_, f) => {
    expect(f).toThrow(RankFault);
  });
  test('two columns meet entry by entry, in a number or in a matrix, as the reading says', () => {
    const [p, q] = [named('x', 1, loose), named('y', 1, loose)];
    expect(entries(product(p, q, loose), loose)).toEqual([14, -3, -20]);
    expect(entries(product(p, q, loose, 'dot'), loose)).toBe(-9);
    expect(entries(dotProduct(p, q, loose), loose)).toBe(-9);
    expect(rankOf(product(p, q, loose, 'outer'))).toBe(2);
  });
  test('a vector meets every row of a matrix', () => {
    const v = sum(
      [named('A', 2, loose), named('x', 1, loose)].map((value) => ({ sign: 1, value })),
      loose,
    );
    expect(entries(v, loose)).toEqual(values.A.map((r) => r.map((e, j) => e + (values.x[j] ?? 0))));
  });
  test('the sums of rows are a column that meets every column', () => {
    const M = named('A', 2, loose);
    const v = zip(M, rowSum(named('A', 2, loose), loose), loose, (p, q) => ({ kind: 'mul', factors: [p, q] }), '');
    expect(entries(v, loose)).toEqual(values.A.map((r) => r.map((e) => e * r.reduce((s, z) => s + z, 0))));
  });
});

describe('derivatives of whole quantities', () => {
  const derivative = (rank: number, ofAxes: number, of: string, by: string, a: Algebra): Value => {
    const v = named(`d${of}${by}`, rank, a);
    return { ...v, whole: { of, by, ofAxes } };
  };
  test('∂L/∂Y · ∂Y/∂X meets in all axes of Y, whichever stands first', () => {
    const [left, right] = [derivative(2, 0, 'L', 'Y', loose), derivative(4, 2, 'Y', 'X', loose)];
    for (const v of [product(left, right, loose), product(right, left, loose)]) {
      expect(rankOf(v)).toBe(2);
      expect(v.whole).toEqual({ of: 'L', by: 'X', ofAxes: 0 });
      const t: Term = termOf(v, loose);
      expect(t.kind === 'reduce' && t.body.kind).toBe('reduce');
    }
  });
  test('a product of other derivatives contracts once', () => {
    const v = contract(derivative(2, 1, 'y', 'x', loose), derivative(2, 1, 'z', 'w', loose), loose);
    expect(rankOf(v)).toBe(2);
  });
});
