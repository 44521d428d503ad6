// Claims judged one by one: transposes, primes, identities of matrices and of inverse functions.
// Not here: claims of documents (`verdicts.test.ts`).
// Invariant: each false claim has a true neighbour beside it, so that neither "always true" nor "always false" passes.
import { describe, expect, test } from 'vitest';
import { check, derive, lint } from '../../src/index.ts';

const verdict = (claim: string, ...given: string[]): string => check(claim, { given }).verdict;
const code = (claim: string, ...given: string[]): string => {
  try {
    return verdict(claim, ...given);
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('entries with different indices are compared where the axes have one size', () => {
  const linear = 'y_i = sum_j W_ij x_j';
  const trace = 'L = sum_{p,i,j} B_pi A_ij C_jp';
  const form = 'f = 1/2 sum_{i,j} x_i A_ij x_j';
  const softmax = 'q_a = exp(v_a)/sum_c exp(v_c)';
  test.each([
    ['dy_i/dx_k = W_ik', linear, 'holds'],
    ['dy_i/dx_k = W_ki', linear, 'slip'],
    ['dy_i/dx_k = W_ii', linear, 'slip'],
    ['dy_i/dx_k = W_kk', linear, 'slip'],
    ['dy_i/dx_i = W_ii', linear, 'holds'],
    ['dL/dA_ij = sum_p B_pi C_jp', trace, 'holds'],
    ['dL/dA_ij = sum_k B_ik C_kj', trace, 'slip'],
    ['dL/dA_ij = sum_k B_kj C_ik', trace, 'slip'],
    ['df/dx_m = 1/2 sum_j (A_mj + A_jm) x_j', form, 'holds'],
    ['df/dx_m = sum_j A_mj x_j', form, 'slip'],
    ['dq_a/dv_b = q_b(delta_ab - q_a)', softmax, 'holds'],
    ['dq_a/dv_b = q_a(delta_ab - q_a)', softmax, 'slip'],
  ])('%s of %s: %s', (claim, given, expected) => {
    expect(verdict(claim, given)).toBe(expected);
  });
  test('lint says the same of a transposed Jacobian', () => {
    const [, claim] = lint(
      'Given $$y_i = \\sum_j W_{ij} x_j$$ we get $$\\frac{\\partial y_i}{\\partial x_k} = W_{ki}$$',
    );
    expect(claim?.verdict).toBe('slip');
    expect(JSON.stringify(claim?.counterexample)).not.toMatch(/·/);
  });
});

describe('facts that the text does not state', () => {
  const form = 'Let $f = x^\\top Q x$.\n\n';
  const claim = '$$\\nabla_x f = 2 Q x$$';
  const last = (text: string) => lint(text).at(-1);
  test('a quadratic form with a matrix of unknown symmetry is unclear and says why', () => {
    expect(last(form + claim)?.verdict).toBe('unclear');
    expect(last(form + claim)?.message).toContain('symmetric');
  });
  test('with the word it holds', () => {
    expect(last(`The matrix $Q$ is symmetric. ${form}${claim}`)?.verdict).toBe('holds');
  });
  test('no other matrix is excused', () => {
    const given = 'Let $g = \\sum_i \\sum_j a_i B_{ij} c_j$.\n\n';
    const wrong = '$$\\frac{\\partial g}{\\partial a_k} = \\sum_j B_{jk} c_j$$';
    expect(last(given + wrong)?.verdict).toBe('slip');
  });
});

describe('capitals whose rank the text does not tell', () => {
  const verdicts = (text: string) => lint(text).map((c) => c.verdict);
  test('are not taken for numbers where that alone makes a claim true', () => {
    expect(verdicts('For matrices we have $$A B = B A$$')).not.toContain('holds');
    expect(verdicts('It follows that $$(P + Q)^2 = P^2 + 2 P Q + Q^2$$')).not.toContain('holds');
  });
  test('hold where the claim is true of both', () => {
    expect(verdicts('We have $$A B + A C = A (B + C)$$')).toEqual(['holds']);
  });
});

describe('primes', () => {
  const g = 'g(u) = 1/(1 + exp(-u))';
  test.each([
    ["g'(u) = g(u)(1 - g(u))", g, 'holds'],
    ["g'(u) = g(u)(1 + g(u))", g, 'slip'],
    ["g'(t) = g(t)(1 - g(t))", g, 'holds'],
    ["g''(u) = g'(u)(1 - 2g(u))", g, 'holds'],
    ["g''(u) = g'(u)(1 + 2g(u))", g, 'slip'],
    ["g'(x_i) = g(x_i) - g(x_i)^2", g, 'holds'],
    ["h'(x) = x h(x)", 'log h(x) = x^2/2', 'holds'],
    ["h'(x) = x", 'log h(x) = x^2/2', 'slip'],
    ["tanh'(x) = 1 - tanh(x)^2", 'a = 1', 'holds'],
    ["tanh'(x) = 1 + tanh(x)^2", 'a = 1', 'slip'],
    ["f'(x) = 2 a x", 'f(x) = a x^2', 'holds'],
    ["g'(2) = g(2)(1 - g(2))", g, 'unexpected-prime'],
    ["g'(a x) = g(a x)(1 - g(a x))", g, 'unexpected-prime'],
    ["f'(a) = 3 a^2", 'f(x) = a x^2', 'unexpected-prime'],
  ])('%s given %s: %s', (claim, given, expected) => {
    expect(code(claim, given)).toBe(expected);
  });
  test.each([
    ["h'(r) = r/sqrt(1 + r^2)", 'h(r) = sqrt(1 + r^2) - 1', "h'(r) = r/sqrt(1 + r^2)"],
    ["c'(t) = -sin(t)", "c'(t) = -sin(t)", 'c(t) = cos(t)'],
    ["q''(v) = 6v", 'q(v) = v^3', "q'(v) = 3v^2", "q''(v) = 6v"],
    ["f''(x) = 2x", "f'(x) = x^2"],
    ["f'(x) = x^2", "f'(x) = x^2"],
  ])('%s holds where a primed name stands on a left side', (claim, ...given) => {
    expect(verdict(claim, ...given)).toBe('holds');
    const wrong = claim.replace('= ', '= 2 + ');
    expect(verdict(wrong, ...given)).toBe('slip');
  });
  test('the derivative of a function is not answered by its own prime', () => {
    const { result } = derive('dh(r)/dr', { given: ['h(r) = sqrt(1 + r^2)', "h'(r) = r/sqrt(1 + r^2)"] });
    expect(result.text).not.toContain("h'");
  });
  test('a definition by the logarithm is one', () => {
    expect(verdict('dp/dw = p x', 'ln p = w x')).toBe('holds');
    expect(verdict('dp/dw = x', 'ln p = w x')).toBe('slip');
  });
});

describe('a quantity that nothing defines', () => {
  test.each([
    ['dL/dz_i = p_i - y_i', 'unknown-name'],
    ['dy/dx = 2x', 'unknown-name'],
    ['dL/dx = dL/dy dy/dx', 'holds'],
    ['d/dx (f g) = f dg/dx + g df/dx', 'holds'],
    ['d/dx (f g) = f dg/dx - g df/dx', 'slip'],
    ['dz_i/dz_j = delta_ij', 'holds'],
  ])('%s: %s', (claim, expected) => {
    expect(code(claim)).toBe(expected);
  });
});

describe('identities', () => {
  test.each([
    ['inv(A) A = I', 'holds'],
    ['inv(A) B = B inv(A)', 'slip'],
    ['tr(A B) = tr(B A)', 'holds'],
    ['tr(A B C) = tr(C A B)', 'holds'],
    ['tr(A B C) = tr(A C B)', 'slip'],
    ['inv(A B) = inv(B) inv(A)', 'holds'],
    ['inv(A B) = inv(A) inv(B)', 'slip'],
    ['A B = B A', 'slip'],
    ['sum_{i=1}^n 1 = n', 'holds'],
    ['arcsin(sin(t)) = t', 'slip'],
    ['sin(arcsin(t)) = t', 'holds'],
    ['arctan(tan(t)) = t', 'slip'],
    ['tan(arctan(t)) = t', 'holds'],
    ['arccos(cos(t)) = t', 'slip'],
    ['sqrt(x^2) = x', 'slip'],
    ['sqrt(x^2) = |x|', 'holds'],
    ['e^{i pi} = -1', 'imaginary-unit'],
  ])('%s: %s', (claim, expected) => {
    expect(code(claim)).toBe(expected);
  });
});

describe('the place of a counterexample has a name that people know', () => {
  test.each([
    ['Let $f = x^T x$. Then $\\nabla_x f = x$.', ['entry']],
    ['Let $q = u^T B v$. Then $\\frac{\\partial q}{\\partial B} = v u^T$.', ['row', 'column']],
    ['Let $y_i = \\sum_j W_{ij} x_j$. Then $\\frac{\\partial y_i}{\\partial x_k} = W_{ki}$.', ['i', 'k']],
  ])('%s', (text, names) => {
    const [slip] = lint(text).filter((c) => c.verdict === 'slip');
    const values = slip?.counterexample?.values ?? {};
    expect(Object.keys(values).filter((name) => typeof values[name] === 'number')).toEqual(names);
  });
});

describe('a set after a list of names speaks of each', () => {
  const square = '\\in \\mathbb{R}^{n \\times n}';
  const product = (names: string): string =>
    `Let $${names} ${square}$, $u \\in \\mathbb{R}^n$ and $w = P Q u$. Then $w = Q P u$.`;
  test.each([product('P, Q'), product('Q, P'), product('P, S, Q')])('matrices do not commute: %s', (text) => {
    expect(lint(text).map((c) => c.verdict)).not.toContain('holds');
    expect(lint(text.replace('w = Q P u', 'w = P (Q u)')).map((c) => c.verdict)).toContain('holds');
  });
  test('a square of a sum keeps the order of its products', () => {
    const text = `Let $P, Q ${square}$. Then $(P + Q)^2 = P^2 + 2 P Q + Q^2$.`;
    expect(lint(text)[0]?.verdict).not.toBe('holds');
  });
});
