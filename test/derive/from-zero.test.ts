// Sums that begin at 0: values against plain loops.
// Not here: documents (`test/lint/ranges.test.ts`).
// Invariant: the number of a summand is its letter, whatever place it has.
import { describe, expect, test } from 'vitest';
import { derive, evaluate } from '../../src/index.ts';

const x = 1.5;
const total = (from: number, to: number, f: (k: number) => number): number => {
  let s = 0;
  for (let k = from; k <= to; k++) s += f(k);
  return s;
};

describe.each([
  [
    'sum_{k=0}^{n} x^k',
    4,
    (n: number) => total(0, n, (k) => x ** k),
    (n: number) => total(0, n, (k) => k * x ** (k - 1)),
  ],
  [
    'sum_{k=0}^{n-1} x^k',
    4,
    (n: number) => total(0, n - 1, (k) => x ** k),
    (n: number) => total(0, n - 1, (k) => k * x ** (k - 1)),
  ],
  ['sum_{k=0}^{n-1} k x', 5, (n: number) => total(0, n - 1, (k) => k * x), (n: number) => total(0, n - 1, (k) => k)],
  ['sum_{k=1}^{n} k x', 5, (n: number) => total(1, n, (k) => k * x), (n: number) => total(1, n, (k) => k)],
  [
    '\\sum_{k=0}^{n-1} (k + 1) x^2',
    4,
    (n: number) => total(0, n - 1, (k) => (k + 1) * x ** 2),
    (n: number) => total(0, n - 1, (k) => 2 * (k + 1) * x),
  ],
] as const)('%s', (body, n, value, slope) => {
  const given = [`f = ${body}`];
  const values = n === 0 ? { x } : { x, n };
  test('has the value of a loop', () => {
    expect(evaluate('f', { given, values }).value).toBeCloseTo(value(n), 10);
  });
  test('has the derivative of a loop', () => {
    const { result } = derive('df/dx', { given });
    expect(evaluate(result.text, { given, values }).value).toBeCloseTo(slope(n), 10);
  });
});

test('coefficients are counted from 0 with their powers', () => {
  const given = ['f = sum_{k=0}^{n} a_k x^k'];
  const { result } = derive('df/dx', { given });
  const a = [3, -1, 2, 0.5];
  expect(evaluate('f', { given, values: { a, x } }).value).toBeCloseTo(
    total(0, 3, (k) => (a[k] ?? 0) * x ** k),
    10,
  );
  expect(evaluate(result.text, { given, values: { a, x } }).value).toBeCloseTo(
    total(0, 3, (k) => (a[k] ?? 0) * k * x ** (k - 1)),
    10,
  );
});
