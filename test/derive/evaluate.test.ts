// What `evaluate` takes and refuses: spellings of keys, keys and names without partner, sizes that do not fit.
// Not here: the meaning of nodes (`check/evaluate.test.ts`), unknown functions (`meaning/typed/`).
// Invariant: nothing is cut to a shorter length, and no key is ignored.
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { readContext } from '../../src/meaning/parse.ts';
import { evaluate, type Nested } from '../../src/derive/evaluate.ts';
import { WhygradError } from '../../src/term/error.ts';

type Values = Record<string, Nested>;

function refusal(expression: string, values: Values, given: readonly string[] = []): WhygradError {
  try {
    const { value } = evaluate(expression, { given, values });
    throw new Error(`${expression} is ${JSON.stringify(value)}`);
  } catch (error) {
    if (error instanceof WhygradError) return error;
    throw error;
  }
}

const wide = [
  [1, 2, 3],
  [4, 5, 6],
];

describe('sizes that do not fit are refused, with the array at fault', () => {
  test.each<[string, Values, string]>([
    ['sum_i a_i b_i', { a: [1, 2], b: [1, 2, 3] }, 'b'],
    ['a^T b', { a: [1, 2], b: [1, 2, 3] }, 'b'],
    ['\\sum_q u_q v_q', { u: [1, 2], v: [1] }, 'v'],
    ['a + b', { a: [1, 2], b: [1, 2, 3] }, 'b'],
    ['x ⊙ y', { x: [1, 2], y: [1, 2, 3] }, 'y'],
    ['X_ij y_j', { X: wide, y: [1, 2] }, 'y'],
    ['X_ij y_i', { X: wide, y: [1, 2, 3] }, 'y'],
    ['X y', { X: wide, y: [1, 2] }, 'y'],
    ['softmax(z)_i y_i', { z: [1, 2], y: [1, 2, 3] }, 'y'],
    ['‖x - y‖', { x: [1, 2], y: [1] }, 'y'],
    ['det(A)', { A: wide }, 'A'],
    ['inv(A)', { A: wide }, 'A'],
    ['A^{-1}', { A: wide }, 'A'],
    ['tr(A)', { A: wide }, 'A'],
    ['A_ii', { A: wide }, 'A'],
    ['A^2', { A: wide }, 'A'],
    ['A B', { A: wide, B: wide }, 'B'],
    ['tr(A B)', { A: wide, B: wide }, 'B'],
    ['A + B', { A: wide, B: [[1], [2]] }, 'B'],
    ['sum_{i=1}^n a_i', { n: 2, a: [1, 2, 3] }, 'a'],
    ['sum_{i=1}^n a_i', { n: 3, a: [1, 2] }, 'a'],
  ])('%s with %j', (expression, values, name) => {
    const error = refusal(expression, values);
    expect(error.code).toBe('size-mismatch');
    expect(error.message).toMatch(new RegExp(`(^| of )${name} has`));
    const { text, span } = error;
    expect(text === null || span === null ? null : text.slice(span.start, span.start + 1)).toBe(name);
  });

  test('through definitions, too', () => {
    expect(
      refusal('f', { W: wide, x: [1, 2], b: [1, 2] }, ['h_i = sum_j W_ij x_j + b_i', 'f = sum_i h_i^2']).code,
    ).toBe('size-mismatch');
    expect(refusal('f + n', { x: [1, 2], n: 5 }, ['f = sum_{i=1}^n x_i']).code).toBe('size-mismatch');
  });

  test('a size that is no whole number', () => {
    expect(refusal('sum_{i=1}^n a_i / n', { n: 2.5, a: [1, 2] }).code).toBe('bad-size');
  });

  test('a range that is written in numbers may end before the arrays do', () => {
    expect(evaluate('sum_{i=1}^{2} a_i b_i', { values: { a: [1, 2], b: [1, 2, 3] } }).value).toBe(5);
    expect(evaluate('a_1 b_3', { values: { a: [1, 2], b: [1, 2, 3] } }).value).toBe(3);
  });
});

describe('keys', () => {
  const spellings: Readonly<Record<string, readonly string[]>> = {
    epsilon: ['ε', 'epsilon', '\\epsilon', '\\varepsilon', 'ϵ'],
    lambda: ['λ', 'lambda', '\\lambda'],
    y_hat: ['ŷ', 'y_hat', '\\hat{y}', '\\hat y'],
    lambda_1: ['λ_1', 'lambda_1', '\\lambda_1', 'λ₁'],
    phi: ['φ', 'ϕ', 'phi', '\\varphi'],
    theta: ['θ', '\\theta', '\\vartheta'],
    x_bar: ['\\bar{x}', 'x_bar'],
  };
  test.each(Object.entries(spellings))('%s in any spelling, in formulas written in any spelling', (_, all) => {
    for (const written of all)
      for (const key of all)
        expect(evaluate(`${written} + 1`, { values: { [key]: 2 } }).value, `${written} with ${key}`).toBe(3);
  });

  test.each<[string, Values]>([
    ['x / sqrt(d_k)', { x: 2, d_k: 4 }],
    ['x / \\sqrt{d_k}', { x: 2, d_k: 4 }],
    ['x / \\sqrt{d_{\\text{model}}}', { x: 2, d_model: 4 }],
    ['\\frac{x}{\\sqrt{d_h}}', { x: 2, 'd^(h)': 4 }],
  ])('%s finds its label among %j', (expression, values) => {
    expect(evaluate(expression, { values }).value).toBe(1);
  });

  test.each<[string, Values, string]>([
    ['a + 1', { a: 2, zz: 3 }, 'zz'],
    ['a_i', { a: [1, 2], b: 3 }, 'b'],
    ['x + 1', { x: [1, 2], X: 2 }, 'X'],
    ['sum_i x_i', { x: [1, 2], i: 2 }, 'i'],
    ['2 pi r', { r: 1, rho: 2 }, 'rho'],
  ])('%s has no use for one of %j', (expression, values, key) => {
    const error = refusal(expression, values);
    expect(error.code).toBe('unknown-value');
    expect(error.message).toContain(`"${key}"`);
  });

  test('one name with two keys', () => {
    expect(refusal('ε + 1', { ε: 1, epsilon: 2 }).code).toBe('two-values');
  });

  test('all names without a value are told, with a place and what may have been meant', () => {
    const error = refusal('alpha + b + sum_i c_i', { b: 1, alhpa: 3 });
    expect(error.code).toBe('value-missing');
    expect(error.message).toContain('alpha, c');
    expect(error.hint).toContain('did you mean alhpa?');
    expect(error.span).toEqual({ start: 0, end: 5 });
  });

  test('values of names that the givens hold are no error', () => {
    expect(evaluate('x', { given: ['L = x y'], values: { x: 1, y: 2 } }).value).toBe(1);
    expect(evaluate('1/n', { given: ['m = 1/n sum_{i=1}^n x_i'], values: { x: [1, 2] } }).value).toBe(0.5);
    expect(evaluate('1/size(x,1)', { values: { x: [1, 2] } }).value).toBe(0.5);
  });
});

describe('the mean of what is put in', () => {
  test.each<[string, readonly string[], Values, number]>([
    ['mean(x)', [], { x: [1, 2, 6] }, 3],
    ['mean(X)', [], { X: wide }, 3.5],
    ['mean(X w)', [], { X: wide, w: [1, 0, 1] }, 7],
    ['mean([a, b, c])', [], { a: 1, b: 2, c: 6 }, 3],
    ['m', ['m = mean(x ⊙ x) - mean(x)^2'], { x: [1, 3] }, 1],
    [
      'm',
      ['f(z) = mean(z)', 'm = f(W x)'],
      {
        W: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        x: [1, 1],
      },
      7,
    ],
    [
      'f(W x)',
      ['f(z) = sum_i z_i^2'],
      {
        W: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        x: [1, 0],
      },
      35,
    ],
  ])('%s with %j', (expression, given, values, value) => {
    expect(evaluate(expression, { given, values }).value).toBeCloseTo(value, 12);
  });
});

describe('a derived result evaluates as it is printed, in both spellings', () => {
  test.each<[string, readonly string[], Values, Nested]>([
    ['dm/dx_i', ['m = mean(x)'], { x: [1, 2, 3, 4] }, [0.25, 0.25, 0.25, 0.25]],
    ['dA/dq', ['A = q k/\\sqrt{d_k}'], { q: 2, k: 3, d_k: 4 }, 1.5],
    ['df/dx_j', ['f = sum_{i=1}^{m} W_{m-i+1} x_i'], { x: [1, 2, 3], W: [1, 2, 4] }, [4, 2, 1]],
    [
      'dy_i/dx_k',
      ['y_i = sum_{k=1}^{i-1} x_k'],
      { x: [1, 2] },
      [
        [0, 0],
        [1, 0],
      ],
    ],
    ['df/dx', ['f = ε x^2'], { ε: 2, x: 3 }, 12],
    ['df/dx', ['f = λ_1 x + λ_2 x^2'], { λ_1: 2, λ_2: 5, x: 3 }, 32],
    ['df/dx', ['f = x / \\sqrt{d_{\\text{model}}}'], { x: 1, d_model: 4 }, 0.5],
  ])('%s of %j', (question, given, values, value) => {
    const { text, latex, axes } = derive(question, { given }).result;
    for (const written of [text, latex])
      expect(evaluate(written, { given, values, axes }).value, written).toEqual(value);
  });
});

describe('what nothing defines has no value', () => {
  test.each<[string, Values, readonly string[], string]>([
    ['foo(2)', {}, [], 'unknown-function'],
    ['blur3(2) + 1', {}, [], 'unknown-function'],
    ['kurtosis(x)', { x: [2, 3] }, [], 'unknown-function'],
    ['cumsum(x)', { x: [2, 3] }, [], 'unknown-function'],
    ["f'(x)", { x: 2 }, ['y = f(x)'], 'unknown-function'],
    ['y', { x: 2 }, ['y = foo(x)^2'], 'unknown-function'],
    ['\\operatorname{blur}(x)', { x: 2 }, [], 'unknown-function'],
    ['r_i', { x: [1, 2] }, ['q_i = cumsum(x)_i', 'r_i = q_i + 1'], 'unknown-function'],
    ['L(Y)', { Y: wide }, [], 'value-missing'],
    ['p', { Y: wide }, ['p = L(Y)'], 'value-missing'],
    ['dL/dY_ij', { Y: wide }, [], 'value-missing'],
  ])('%s with %j, given %j', (expression, values, given, code) => {
    expect(refusal(expression, values, given).code).toBe(code);
  });
});

describe('a value beside a definition', () => {
  test.each<[string, Values, readonly string[]]>([
    ['p', { x: 2, p: 5 }, ['p = 2 x']],
    ['q', { x: 2, p: 5 }, ['p = 2 x', 'q = p^2']],
    ['p_i', { x: [1, 2], p: [2, 5] }, ['p_i = 2 x_i']],
    ['p_i', { x: [1, 2], p: [2, 4, 6] }, ['p_i = 2 x_i']],
    ['y_hat + 1', { x: 1, ŷ: 4 }, ['\\hat{y} = 3 x']],
  ])('%s with %j, given %j contradicts it', (expression, values, given) => {
    expect(refusal(expression, values, given).code).toBe('two-values');
  });

  test('agrees with it, also rounded', () => {
    expect(evaluate('p + 1', { given: ['p = 2 x'], values: { x: 2, p: 4 } }).value).toBe(5);
    expect(evaluate('r', { given: ['r = sqrt(x)'], values: { x: 2, r: 1.414214 } }).value).toBe(Math.SQRT2);
  });
});

test.each(['x_i + y', 'x + y_i', 'x_i - y + 1', 'x_i + W y', 'softmax(x) - y_k', '\\hat{x}_i + y'])(
  'an entry and a whole tensor are not added: %s',
  (expression) => {
    const values = {
      x: [2, 3],
      y: [1, 2],
      W: [
        [1, 0],
        [0, 1],
      ],
      x_hat: [1, 2],
    };
    const used = Object.entries(values).filter(([name]) => expression.includes(name[0] as string));
    expect(refusal(expression, Object.fromEntries(used)).code).toBe('rank-mismatch');
  },
);

describe('printed givens are read back', () => {
  test.each<[string, readonly string[], Values, number]>([
    ['1/n*sum_{i=1}^{n} x_i', ['n = size(x,1)'], { x: [1, 2] }, 1.5],
    ['1/n*sum_{i=1}^{n} x_i', ['m = 1/n*sum_i x_i', 'n = \\operatorname{size}(x,1)'], { x: [1, 2] }, 1.5],
    ['n', ['n = size(X,2)', 'f = sum_{i,j} X_ij'], { X: wide }, 3],
    ['K + sum_{i=1}^K X_{1,i}', ['K = size(X, 2)'], { X: wide }, 9],
    ['sum_{b=1}^c \\hat{x}_b', ['c = \\operatorname{size}(\\hat{x},1)'], { x_hat: [1, 2, 3] }, 6],
  ])('%s, given %j', (expression, given, values, value) => {
    expect(evaluate(expression, { given, values }).value).toBe(value);
  });

  test.each([
    ['A symmetric', 'A\\text{ symmetric}'],
    ['y one-hot', 'y\\text{ one-hot}'],
    ['y_hat one-hot', '\\hat{y}\\text{ one-hot}'],
    ['W orthogonal', '\\mathrm{W}\\text{ orthogonal}'],
  ])('%s is said in LaTeX by %s', (text, latex) => {
    expect(readContext([latex]).assumptions).toEqual(readContext([text]).assumptions);
    expect(readContext([latex]).assumptions).toHaveLength(1);
  });
});

test('a derivative in the text does not turn an input into a function', () => {
  const given = ['y_i = sum_j W_ij x_j + b_i'];
  const values = { W: wide, x: [1, 2, 3], b: [4, 5] };
  for (const text of [
    'x_l*delta_ik + d(b_i, W_kl)',
    'x_l \\delta_{ik} + \\frac{\\partial b_i}{\\partial W_{kl}}',
    '\\delta_{ik} \\left(x_l + \\frac{\\partial \\epsilon}{\\partial W_{kl}}\\right)',
  ]) {
    const all = text.includes('epsilon') ? { ...values, epsilon: 1 } : values;
    const zero = [0, 0, 0];
    const axes = [{ index: 'i', tensor: 'y', axis: 0 }, 'k', 'l'];
    expect(evaluate(text, { given, values: all, axes }).value).toEqual([
      [[1, 2, 3], zero],
      [zero, [1, 2, 3]],
    ]);
  }
});
