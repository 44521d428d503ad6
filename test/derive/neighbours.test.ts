// Neighbouring indices: `x_{i+1}`, `x_{2i-1}`, sums without a range over neighbours, ranges that depend on a letter.
// Not here: how δ collapses in restricted sums (`test/rules/`).
// Invariant: every derivative is compared with finite differences of the formula written by hand.
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/index.ts';
import { type ByHand, expectTruth, type Nested, type Values } from './truth.ts';

type Row = readonly [given: string, question: string, by: string, start: Nested, values: Values, byHand: ByHand];
const four = [0.3, -0.4, 0.8, 0.1];
const six = [...four, -0.7, 0.5];
const sum = (n: number, f: (i: number) => number): number =>
  Array.from({ length: n }, (_, i) => f(i)).reduce((a, b) => a + b, 0);

const rows: readonly Row[] = [
  ['f = Σ_i x_i x_{i+1}', 'df/dx_k', 'x', four, { x: four }, ({ x }) => sum(3, (i) => x[i] * x[i + 1])],
  [
    'f = \\sum_{i} (x_i - x_{i-1})^2',
    '\\frac{\\partial f}{\\partial x_k}',
    'x',
    four,
    { x: four },
    ({ x }) => sum(3, (i) => (x[i + 1] - x[i]) ** 2),
  ],
  [
    'f = Σ_j (u_{j+1} - 2u_j + u_{j-1})^2',
    'df/du_m',
    'u',
    six,
    { u: six },
    ({ u }) => sum(4, (i) => (u[i + 2] - 2 * u[i + 1] + u[i]) ** 2),
  ],
  [
    'f = Π_i (2 + x_i x_{i+1})',
    'df/dx_k',
    'x',
    four,
    { x: four },
    ({ x }) => [0, 1, 2].reduce((p, i) => p * (2 + x[i] * x[i + 1]), 1),
  ],
  [
    'y_i = (x_{2i-1} + x_{2i})/2; L = Σ_i g_i y_i',
    'dL/dx_k',
    'x',
    four,
    { x: four, g: [0.9, -0.2] },
    ({ x, g }) => sum(2, (i) => (g[i] * (x[2 * i] + x[2 * i + 1])) / 2),
  ],
  [
    'c_i = Σ_{j≤i} x_j; f = Σ_i w_i c_i^2',
    'df/dx_k',
    'x',
    four,
    { x: four, w: [0.5, 0.2, -0.6, 0.4] },
    ({ x, w }) => sum(4, (i) => w[i] * sum(i + 1, (j) => x[j]) ** 2),
  ],
  [
    'L = Σ_i Σ_{j>i} exp(s_j - s_i)',
    'dL/ds_k',
    's',
    four,
    { s: four },
    ({ s }) => sum(4, (i) => sum(4, (j) => (j > i ? Math.exp(s[j] - s[i]) : 0))),
  ],
];

describe('neighbours', () => {
  test.each(rows)('%s, %s', (given, question, by, start, values, byHand) => {
    expectTruth(given.split('; '), question, by, start, values, byHand);
  });
  test('how far the letter goes is told', () => {
    expect(derive('df/dx_k', { given: ['f = sum_i x_i x_{i+1}'] }).read.map((r) => r.as)).toEqual([
      'i = 1 … n − 1, where n is size(x,1)',
    ]);
  });
});
