// Writing found in questions that people ask in public, each against the same formula with every index written out.
// Not here: the whole set of such questions (`test/derive/asked.test.ts`).
// Invariant: a spelling gives the numbers of the formula with indices, or is refused by name.
import { describe, expect, test } from 'vitest';
import { derive, evaluate } from '../../src/index.ts';
import { WhygradError } from '../../src/term/error.ts';

const values = {
  x: [0.7, -0.4],
  w: [0.3, 1.1],
  y: [0.2, 0.9, -0.5],
  p: [0.3, 0.6, 0.8],
  v: [1.2, 0.4, -0.7],
  e: [0.5, -0.3, 0.8],
  b: [0.1, 0.2, -0.6],
  a: 0.4,
  A: [
    [0.2, -0.5],
    [1.3, 0.8],
    [-0.9, 0.6],
  ],
};
const numbers = (question: string, given: readonly string[]): unknown => {
  const { result } = derive(question, { given: [...given] });
  const used = Object.fromEntries(
    Object.entries(values).filter(([name]) => new RegExp(`(?<![A-Za-z])${name}(?![A-Za-z])`).test(result.text)),
  );
  return evaluate(result.text, { given: [...given], values: used, axes: result.axes }).value;
};
const codeOf = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    if (error instanceof WhygradError) return error.code;
    throw error;
  }
  return undefined;
};

describe('gives what the formula with indices gives', () => {
  test.each([
    ['dL/dA', 'L = np.sum((np.dot(A, x) - y)**2)', 'dL/dA_ij', 'L = sum_k (sum_l A_kl x_l - y_k)^2'],
    ['dL/dx', 'L = np.sum((np.dot(A, x) + b - y)**2)', 'dL/dx_i', 'L = sum_k (sum_l A_kl x_l + b_k - y_k)^2'],
    ['dL/dx', 'L = (A x + e)^T (A x - b)', 'dL/dx_i', 'L = sum_k (sum_l A_kl x_l + e_k)*(sum_m A_km x_m - b_k)'],
    ['dL/dx', 'L = \\|A x - e\\|_2^2', 'dL/dx_i', 'L = sum_k (sum_l A_kl x_l - e_k)^2'],
    ['\\nabla^2 f', 'f = \\log \\sum_k e^{x_k}', 'd^2f/dx_i dx_j', 'f = log(sum_k exp(x_k))'],
    ['\\nabla f(x)', 'f(x) = w^T x + \\|x\\|^2', 'df/dx_i', 'f = sum_k w_k x_k + sum_k x_k^2'],
    ['dFL/da', 'FL = (1 - a)^2 \\log(a)', 'dL/da', 'L = (1 - a)^2 log(a)'],
    ['\\frac{\\partial KL_{loss}}{\\partial a}', 'KL_{loss} = \\log(a) + a^2', 'dL/da', 'L = log(a) + a^2'],
    ['\\frac{\\partial NCE}{\\partial a}', 'NCE = \\log(a) + a^2', 'dL/da', 'L = log(a) + a^2'],
    [
      'dL/da',
      'L = \\left\\{ \\begin{array}{ll} \\frac12 a^2 & |a| \\le 1 \\\\ |a| - \\frac12 & \\text{otherwise} \\end{array} \\right.',
      'dL/da',
      'L = if(abs(a) <= 1, a^2/2, abs(a) - 1/2)',
    ],
    ['dL/dx', 'L = \\Arrowvert x \\Arrowvert^2', 'dL/dx_i', 'L = sum_k x_k^2'],
  ])('%s of %s', (question, given, plain, indexed) => {
    const [got, want] = [numbers(question, [given]), numbers(plain, [indexed])];
    const flat = (v: unknown): number[] => (Array.isArray(v) ? v.flatMap(flat) : [v as number]);
    expect(flat(got)).toHaveLength(flat(want).length);
    flat(want).forEach((x, n) => expect(flat(got)[n]).toBeCloseTo(x, 10));
  });
});

describe('is refused by name', () => {
  test.each([
    ['a number beside @', 'dL/dw', 'L = torch.mean((x @ w - y)**2)', 'rank-mismatch'],
    ['an equation in quotes', 'dL/dA', "L = einsum('ij,j->', A, x)", 'missing-operand'],
    ['a product of matrices before =', 'dX/dA', 'AX = \\mathbf{B}', 'implicit-equation'],
  ])('%s', (_, question, given, code) => {
    expect(codeOf(() => derive(question, { given: [given] }))).toBe(code);
  });
});
