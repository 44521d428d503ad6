// What would be taken for what it is not: unknown functions, expectations, named sets, norms of matrices, primes, indices as numbers.
// Not here: runs of letters (`runs.test.ts`), the verbs that share the reader.
// Invariant: a refusal has a code and a hint; a reading has the derivative of the formula that it says it is.
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { evaluate } from '../../src/derive/evaluate.ts';
import { WhygradError } from '../../src/term/error.ts';

const codeOf = (f: () => unknown): string => {
  try {
    f();
  } catch (error) {
    if (error instanceof WhygradError && error.hint !== '') return error.code;
    throw error;
  }
  return 'answered';
};
const result = (question: string, ...given: string[]): string => derive(question, { given }).result.text;

describe('functions of the field', () => {
  test.each([
    ['log1p(exp(x))', 'log(1 + exp(x))'],
    ['expm1(x)', 'exp(x) - 1'],
    ['log2(x)', 'log(x)/log(2)'],
    ['log10(x)', 'log(x)/log(10)'],
    ['logit(x)', 'log(x) - log(1 - x)'],
    ['clip(x, a, b)', 'min(max(x, a), b)'],
    ['silu(x)', 'x sigma(x)'],
    ['gelu(x)', 'x/2 (1 + erf(x/sqrt(2)))'],
    ['erfc(x)', '1 - erf(x)'],
  ])('%s is %s', (short, long) => {
    const values = short.includes('a, b') ? { x: 0.4, a: -1, b: 2 } : { x: 0.4 };
    expect(evaluate(short, { values }).value).toBeCloseTo(evaluate(long, { values }).value as number, 12);
    const [left, right] = [result('df/dx', `f = ${short}`), result('df/dx', `f = ${long}`)];
    const given = (body: string) => ({ given: [`f = ${body}`], values });
    expect(evaluate(left, given(short)).value).toBeCloseTo(evaluate(right, given(long)).value as number, 12);
  });
  test('statistics and norms of a vector', () => {
    const values = { x: [1, 2, 6] };
    expect(evaluate('mean(x)', { values }).value).toBeCloseTo(3, 14);
    expect(evaluate('var(x)', { values }).value).toBeCloseTo(14 / 3, 14);
    expect(evaluate('std(x)', { values }).value).toBeCloseTo(Math.sqrt(14 / 3), 14);
    expect(evaluate('LSE(x)', { values }).value).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(2) + Math.exp(6)), 12);
    expect(evaluate('||x||_p', { values: { ...values, p: 3 } }).value).toBeCloseTo(225 ** (1 / 3), 12);
    expect(derive('df/dx_k', { given: ['f = var(x)'] }).read.map((r) => r.text)).toEqual(['var(x)']);
    const d = derive('df/dx_k', { given: ['f = mean(x)'] });
    expect(evaluate(d.result.text, { given: ['f = mean(x)'], values, axes: d.result.axes }).value).toEqual([
      1 / 3,
      1 / 3,
      1 / 3,
    ]);
  });
  test.each([
    'median(x)',
    'sort(x)_1',
    'Gamma(x)',
    '\\Gamma(x)',
    'floor(x)',
    'argmax(x)',
    'mod(x, 2)',
    'lgamma(x)',
    'sigmod(x)',
  ])('%s is refused by name', (body) => {
    expect(codeOf(() => result('df/dx', `f = ${body}`))).toBe('unknown-function');
  });
  test.each(['foo(2)', 'median(x)', "f'(2)", 'q(x) + 1'])('no number comes of %s', (expression) => {
    expect(codeOf(() => evaluate(expression, { values: expression.includes('x') ? { x: 2 } : {} }))).toBe(
      'unknown-function',
    );
  });
  test('a definition wins over the table', () => {
    expect(result('dy/dx', 'clip(t) = t^2; y = clip(x)')).toBe('2*x');
  });
});

describe('what nothing in the text speaks of', () => {
  test.each([
    ['dL/dlogits', ['L = z^2'], 'unknown-name'],
    ['dL/dz_i', [], 'unknown-name'],
    ['dL/dW', [], 'unknown-name'],
    ['grad L', [], 'unknown-name'],
  ] as [string, string[], string][])('%s of %j', (question, given, code) => {
    expect(codeOf(() => result(question, ...given))).toBe(code);
  });
  test('a name of another formula is a fair 0', () => {
    expect(result('df/dy', 'f = x^2; g = y')).toBe('0');
    expect(result('dx_i/dx_k')).toBe('delta_ik');
  });
  test('no ∂ of the question is left', () => {
    expect(codeOf(() => result('dy/dx', 'x^2 + y^2 = 4'))).not.toBe('answered');
    expect(codeOf(() => result('du/db', 'A u = b'))).not.toBe('answered');
    expect(result('dL/dX', 'Y = X W; L = L(Y)')).toMatch(/d\(L, Y_/);
  });
});

describe('notations that are taken for what they are, or refused', () => {
  test.each(['\\mathbb{E}[x^2]', 'E[x^2]', '𝔼[x^2]', 'sum_{j in S} x_j^2', '\\sum_{j \\in S} x_j^2'])('%s', (body) => {
    expect(codeOf(() => result('df/dx_k', `f = ${body}`))).toBe('not-in-language');
  });
  test('the spectral norm is no Frobenius norm', () => {
    expect(codeOf(() => result('df/dM', 'f = ||M||_2'))).toBe('unexpected-part');
    expect(result('df/dM', 'f = ||M||_F^2')).toBe('2*M_ij');
  });
  test.each([
    ['d/dt t^t', 't^t*(log(t) + 1)'],
    ['d/dx x^n', 'n*x^(n - 1)'],
    ['d/dx x^a', 'a*x^(a - 1)'],
  ])('%s', (question, expected) => {
    expect(result(question)).toBe(expected);
  });
  test.each([
    ['dS/db', "S = (y - X b)'(y - X b)", 'S = (y - X b)^T (y - X b)'],
    ['df/dx', "f = x'A x", 'f = x^T A x'],
    ['df/db', "f = b'X'X b - 2 y'X b", 'f = b^T X^T X b - 2 y^T X b'],
    ['df/dx', 'f = a^T (x ⊙ B x)', 'f = a^T (x ⊙ (B x))'],
    ['df/dx', 'f = ⟨x, A x⟩', 'f = x^T A x'],
    ['df/dr_k', 'f = sum_i r_i/log(1 + i)', 'f = sum_i r_i/log(1 + pos(i))'],
  ])('%s of %s', (question, typed, plain) => {
    expect(result(question, typed)).toBe(result(question, plain));
  });
  test('δ with one factor is a quantity', () => {
    expect(result('dL/da', 'L = δ (|a| - δ/2)')).toBe('delta*sign(a)');
  });
  test('an amplitude before a sine is a number', () => {
    expect(result('df/dt', 'f = A sin(ω t + φ)')).toBe('A*cos(omega*t + phi)*omega');
    expect(result('df/dt', 'f = Aexp(-kt)')).toBe(result('df/dt', 'f = A exp(-k t)'));
  });
  test('a row does not divide, a quotient of forms needs its bracket', () => {
    expect(codeOf(() => result('df/dw', 'f = w^TSw/w^Tw'))).toBe('rank-mismatch');
    expect(result('df/dw', 'f = w^TSw/(w^Tw)')).toMatch(/^\(sum_j w_j\*\(S_ij \+ S_ji\) - 2\*w_i\*f\)\/sum_/);
  });
  test('cost beside t is asked for', () => {
    expect(codeOf(() => result('df/dt', 'f = tcost'))).toBe('unknown-name');
    expect(codeOf(() => result('df/dt', 'f = e^{-t} cost'))).toBe('unknown-name');
    expect(result('df/dx', 'f = cost*x')).toBe('cost');
  });
  test('a quantity that turns out to be a vector is told', () => {
    expect(derive('dL/dx_i', { given: ['L = x^2'] }).read.map((r) => r.text)).toEqual(['L']);
    expect(derive('dL/dx_i', { given: ['L = ||x||^2'] }).read).toEqual([]);
  });
});
