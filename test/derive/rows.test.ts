// Examples as vectors: `x_n`, `w_k^T x_n`, `W x_n - y_n`, `‖x_n − μ_k‖²` are rows of matrices.
// Not here: ranks of bare names (`test/term/`).
// Invariant: every derivative is compared with finite differences of the formula written by hand.
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/index.ts';
import { type ByHand, expectTruth, type Nested, type Values } from './truth.ts';

type Row = readonly [given: string, question: string, by: string, start: Nested, values: Values, byHand: ByHand];
const { tanh, exp, log } = Math;
const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((x, i) => x * (b[i] as number)));
const times = (W: number[][], x: number[]): number[] => W.map((row) => dot(row, x));
const square = (x: readonly number[]): number => dot(x, x);
const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x - (b[i] as number));

const W = [
  [0.3, -0.2],
  [0.5, 0.1],
  [-0.4, 0.7],
];
const x = [
  [0.4, 0.6],
  [-0.3, 0.2],
  [0.8, -0.5],
  [0.1, 0.9],
];
const y = [
  [0.1, 0.2, 0.3],
  [0.5, -0.4, 0.2],
  [0.9, 0.1, -0.6],
  [0.3, 0.3, 0.7],
];
const t = [0.2, -0.5, 0.7, 0.1];
const two = [0.6, -0.8];
const three = [0.2, 0.1, -0.3];

const rows: readonly Row[] = [
  [
    'L = \\frac{1}{N}\\sum_{n=1}^N \\|W x_n - y_n\\|^2',
    'dL/dW_{ij}',
    'W',
    W,
    { W, x, y, N: 4 },
    ({ W, x, y }) => sum(x.map((r: number[], n: number) => square(minus(times(W, r), y[n])))) / 4,
  ],
  [
    'L = Σ_n ||W x_n + b - y_n||^2',
    'dL/db_i',
    'b',
    three,
    { W, x, y, b: three },
    ({ W, x, y, b }) => sum(x.map((r: number[], n: number) => square(minus(times(W, r), minus(y[n], b))))),
  ],
  [
    'z_n = W x_n + b; L = Σ_n ||z_n||^2',
    'dL/dW_{ij}',
    'W',
    W,
    { W, x, b: three },
    ({ W, x, b }) => sum(x.map((r: number[]) => square(times(W, r).map((z, i) => z + b[i])))),
  ],
  [
    'h_n = tanh(W x_n); L = Σ_n (v^T h_n - t_n)^2',
    'dL/dW_{ij}',
    'W',
    W,
    { W, x, v: three, t },
    ({ W, x, v, t }) => sum(x.map((r: number[], n: number) => (dot(v, times(W, r).map(tanh)) - t[n]) ** 2)),
  ],
  [
    'J = Σ_k Σ_n r_nk ||x_n - m_k||^2',
    'dJ/dm_{kd}',
    'm',
    W,
    { r: y, x, m: W },
    ({ r, x, m }) =>
      sum(x.flatMap((a: number[], n: number) => m.map((c: number[], k: number) => r[n][k] * square(minus(a, c))))),
  ],
  [
    'J = \\sum_n \\sum_k r_{nk} (x_n - m_k)^\\top (x_n - m_k)',
    '\\frac{\\partial J}{\\partial m_{kd}}',
    'm',
    W,
    { r: y, x, m: W },
    ({ r, x, m }) =>
      sum(x.flatMap((a: number[], n: number) => m.map((c: number[], k: number) => r[n][k] * square(minus(a, c))))),
  ],
  [
    'L = -\\sum_n \\log \\sigma(t_n w^\\top x_n) + \\frac{c}{2} \\|w\\|^2',
    'dL/dw_i',
    'w',
    two,
    { w: two, x, t, c: 0.3 },
    ({ w, x, t, c }) => sum(x.map((r: number[], n: number) => log(1 + exp(-t[n] * dot(w, r))))) + (c / 2) * square(w),
  ],
  [
    'L = \\sum_{n} \\|x_n - U U^\\top x_n\\|^2',
    'dL/dU_{ij}',
    'U',
    [[0.6], [-0.3]],
    { U: [[0.6], [-0.3]], x },
    ({ U, x }) =>
      sum(
        x.map((r: number[]) =>
          square(
            minus(
              r,
              times(U, [
                dot(
                  U.map((u: number[]) => u[0]),
                  r,
                ),
              ]),
            ),
          ),
        ),
      ),
  ],
  [
    'E = -\\log(\\sigma(v^\\top u)) - \\sum_{k} \\log(\\sigma(-V_k^\\top u))',
    'dE/du_m',
    'u',
    two,
    { u: two, v: [0.3, 0.5], V: W },
    ({ u, v, V }) => log(1 + exp(-dot(v, u))) + sum(V.map((r: number[]) => log(1 + exp(dot(r, u))))),
  ],
  [
    'f = c x^T A x',
    'df/dx_i',
    'x',
    two,
    {
      c: 1.3,
      x: two,
      A: [
        [0.3, 0.1],
        [0.7, -0.2],
      ],
    },
    ({ c, x, A }) => c * dot(x, times(A, x)),
  ],
  ['f = c x^T x', 'df/dc', 'c', 1.3, { c: 1.3, x: two }, ({ c, x }) => c * square(x)],
];

describe('δ that is a number elsewhere is a number before a bracket', () => {
  test.each([
    [
      'L = \\begin{cases} \\frac12 a^2 & |a| \\le \\delta \\\\ \\delta (|a| - \\frac12 \\delta) & \\text{otherwise}\\end{cases}',
      0.4,
    ],
    ['L = if(abs(a) <= δ, a^2/2, δ (abs(a) - δ/2))', -1.9],
  ])('%s', (given, a) => {
    const byHand: ByHand = (v) => (Math.abs(v.a) <= v.delta ? v.a ** 2 / 2 : v.delta * (Math.abs(v.a) - v.delta / 2));
    expectTruth([given], 'dL/da', 'a', a, { a, delta: 0.7 }, byHand);
    expectTruth([given], 'dL/dδ', 'delta', 0.7, { a, delta: 0.7 }, byHand);
  });
});

describe('entries where a vector belongs are rows', () => {
  test.each(rows)('%s, %s', (given, question, by, start, values, byHand) => {
    expectTruth(given.split('; '), question, by, start, values, byHand);
  });
  test('the letter of a row meets no letter of the text', () => {
    expect(derive('df/dx_k', { given: ['f = ||x_i - x_j||^2'] }).result.text).toBe(
      '2*(delta_ik*(x_kl - x_jl) + delta_jk*(x_kl - x_il))',
    );
  });
});
