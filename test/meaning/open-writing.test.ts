// Ways of writing that leave a choice: each is read as people mean it and told, or asked for; none is taken in silence.
// Not here: runs of letters (`runs.test.ts`), functions without a meaning (`gate.test.ts`).
// Invariant: values were worked out by hand or with NumPy; every reading that is not the plain one is told.
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { evaluate } from '../../src/derive/evaluate.ts';
import { check } from '../../src/lint/check.ts';

const A = [
  [1, 2],
  [3, 5],
];
const B = [
  [0, 1],
  [2, -1],
];

describe('the value', () => {
  test.each<[string, Record<string, unknown>, unknown]>([
    ['exp(z)[2]', { z: [1, 2, 3] }, Math.exp(2)],
    ['log(softmax(z))[1]', { z: [0, 0] }, -Math.log(2)],
    ['(A x)[1]', { A, x: [1, 2] }, 5],
    ['(x + y)[2]', { x: [1, 2], y: [3, 4] }, 6],
    ['A[1][2]', { A }, 2],
    ['(A B)[2,1]', { A, B }, 10],
    ['(x + 1)[x - 1]', { x: 2 }, 3],
    ['sum(w_i x_i)', { w: [1, 2], x: [3, 4] }, 11],
    ['sum_{i != j} z_i z_j', { z: [1, 2, 3] }, 22],
    ['\\sum_{i \\neq j} z_i z_j', { z: [1, 2, 3] }, 22],
    ['sum_{j != i} z_j', { z: [1, 2, 3] }, [5, 4, 3]],
    ['sum_{j != i} z_i z_j', { z: [1, 2, 3] }, [5, 8, 9]],
    ['z_j sum_{i != j} z_i', { z: [1, 2, 3] }, [5, 8, 9]],
    ['||x||_0', { x: [3, 0, -2] }, 2],
    ['np.sum(A * B)', { A, B }, 3],
    [
      'A @ B * A',
      { A, B },
      [
        [4, -2],
        [30, -10],
      ],
    ],
    ['np.sum(A**2)', { A }, 39],
    [
      'A .* B',
      { A, B },
      [
        [0, 2],
        [6, -5],
      ],
    ],
    ['(x-\\mu)^2/2\\sigma^2', { x: 3, mu: 1, sigma: 2 }, 0.5],
    ['a^2/2N', { a: 4, N: 2 }, 4],
    ['1/2 a', { a: 4 }, 2],
    ['1/2a', { a: 4 }, 2],
    ['n/2 a', { n: 4, a: 3 }, 6],
    ['log p/(1-p)', { p: 0.5 }, 2 * Math.log(0.5)],
  ])('%s', (expression, values, wanted) => {
    const { value } = evaluate(expression, { values });
    const flat = (v: unknown): number[] => (Array.isArray(v) ? v.flatMap(flat) : [v as number]);
    const [got, expected] = [flat(value), flat(wanted)];
    expect(got).toHaveLength(expected.length);
    got.forEach((x, n) => {
      expect(x).toBeCloseTo(expected[n] as number, 12);
    });
  });

  test('e^{…} beside entries e_i is the exponential', () => {
    const values = { y: [1, 2, 3], z: [0.5, 1.7, 4] };
    const { value } = evaluate('sum_i e_i^2 e^{-e_i}', { given: ['e_i = y_i - z_i'], values });
    const e = [0.5, 2 - 1.7, -1];
    expect(value).toBeCloseTo(
      e.reduce((s, x) => s + x * x * Math.exp(-x), 0),
      12,
    );
    expect(evaluate('sum_i e_i^2', { given: ['e_i = y_i - z_i'], values }).value).toBeCloseTo(1.34, 12);
  });
});

describe('asked for', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['A * B', { A, B }, 'ambiguous-product'],
    ['sum(w_ij x_j)', { w: A, x: [1, 1] }, 'index-balance'],
    ['sum(x)', { x: 3 }, 'rank-mismatch'],
    ['(x + 1)[2]', { x: 2 }, 'rank-mismatch'],
  ])('%s', (expression, values, code) => {
    expect(() => evaluate(expression, { values })).toThrow(expect.objectContaining({ code }));
  });

  test('w_ij in LaTeX is w_i times j, and the hint says how an entry is written', () => {
    const ask = (): unknown => derive('dL/dx_k', { given: ['L = \\sum_i \\sum_j w_ij x_i x_j'] });
    expect(ask).toThrow(expect.objectContaining({ code: 'index-as-number', hint: expect.stringContaining('_{ij}') }));
  });
});

describe('told', () => {
  test.each([
    ['dp/dm', 'p = e^{-(x-m)^2/2s^2}', '(x-m)^2/2s^2'],
    ['dL/dy_k', 'L = 1/2n sum_i y_i^2', '1/2n'],
    ['dc/du', 'c = u^T v/||u|| ||v||', 'u^T v/||u|| ||v||'],
    ['do/dp', 'o = log p/(1-p)', 'log p/(1-p)'],
    ['dL/dW', 'L = mean((X @ W - Y)**2)', '(X @ W - Y)**2'],
    ['dL/dX', 'L = np.sum(exp(X) * Y)', 'exp(X) * Y'],
    ['dL/dw_k', 'L = sum(w_i x_i)', 'sum(w_i x_i)'],
    ['dL/dx_k', 'L = sum_{i != j} w_ij x_i x_j', 'sum_{i != j}'],
  ])('%s of %s', (question, given, text) => {
    expect(derive(question, { given: [given] }).read).toContainEqual(expect.objectContaining({ text }));
  });

  test.each(['1/2 x^2', '1/n sum_i x_i', '(1/2) x'])('%s needs no word', (body) => {
    const given = body.includes('x_i') ? `L = ${body}` : `L = sum_i y_i + ${body}`;
    expect(derive(body.includes('x_i') ? 'dL/dx_k' : 'dL/dx', { given: [given] }).read ?? []).toEqual([]);
  });
});

test.each(['grad_x ||x||^2 = 2 x', 'grad_x (a^T x) = a', 'x^2/2\\sigma^2 = x^2/(2\\sigma^2)'])('%s holds', (claim) => {
  expect(check(claim).verdict).toBe('holds');
});

describe('told by every verb', () => {
  test('evaluate', () => {
    expect(evaluate('x^2/2y^2', { values: { x: 4, y: 2 } }).read).toEqual([
      expect.objectContaining({ text: 'x^2/2y^2', as: 'x^2/(2y^2)' }),
    ]);
    expect(evaluate('y', { given: ['y = mx + c'], values: { m: 1, x: 2, c: 3 } }).read).toEqual([
      expect.objectContaining({ text: 'mx' }),
    ]);
    expect('read' in evaluate('x + 1', { values: { x: 4 } })).toBe(false);
  });

  test('check', () => {
    expect(check('mx + c = c + m x', { given: ['m = 2', 'x = 3'] }).read).toEqual([
      expect.objectContaining({ text: 'mx' }),
    ]);
    expect('read' in check('x + y = y + x')).toBe(false);
  });
});
