// Definitions given number by number, entry by entry and step by step; two definitions of one name; cycles.
// Not here: the reader's terms (`test/term/`).
// Invariant: every derivative is compared with finite differences of the formula written by hand.
import { describe, expect, test } from 'vitest';
import { WhygradError, derive } from '../../src/index.ts';
import { type ByHand, expectTruth, type Nested, type Values } from './truth.ts';

type Row = readonly [given: string, question: string, by: string, start: Nested, values: Values, byHand: ByHand];
const { tanh, exp, cos, log } = Math;

const chain = { w: [0.7, -0.4], x: 0.9, t: 0.3 };
const chainByHand: ByHand = ({ w, x, t }) => (tanh(w[1] * tanh(w[0] * x)) - t) ** 2;
const soft = (z: readonly number[], i: number): number => exp(z[i] as number) / z.reduce((s, y) => s + exp(y), 0);
const z4 = [0.2, -0.5, 1.1, 0.4];

describe('numbers of a name are definitions', () => {
  const rows: readonly Row[] = [
    ['a_1 = tanh(w_1 x); a_2 = tanh(w_2 a_1); E = (a_2 - t)^2', 'dE/dw_k', 'w', chain.w, chain, chainByHand],
    ['a_1 = tanh(w_1 x); a_2 = tanh(w_2 a_1); E = (a_2 - t)^2', 'dE/dx', 'x', chain.x, chain, chainByHand],
    ['E = (a_2 - t)^2; a_2 = tanh(w_2 a_1); a_1 = tanh(w_1 x)', 'dE/dx', 'x', chain.x, chain, chainByHand],
    [
      'a_{1} = \\tanh(w_{1} x); a_{2} = \\tanh(w_{2} a_{1}); E = (a_{2} - t)^{2}',
      '\\frac{\\partial E}{\\partial w_{k}}',
      'w',
      chain.w,
      chain,
      chainByHand,
    ],
    ['q₁ = tanh(w₁ x); q₂ = tanh(w₂ q₁); E = (q₂ − t)²', '∂E/∂wₖ', 'w', chain.w, chain, chainByHand],
    [
      'u_1 = cos(s); u_2 = u_1^2 + s; y = u_2 u_1',
      'dy/ds',
      's',
      0.6,
      { s: 0.6 },
      ({ s }) => (cos(s) ** 2 + s) * cos(s),
    ],
    [
      'a^{(1)} = tanh(w x); a^{(2)} = tanh(w a^{(1)}); E = a^{(1)} a^{(2)}',
      'dE/dw',
      'w',
      0.7,
      { w: 0.7, x: 0.9 },
      ({ w, x }) => tanh(w * x) * tanh(w * tanh(w * x)),
    ],
    [
      'h^{[1]} = tanh(w x); h^{[2]} = tanh(w h^{[1]})',
      'dh^{[2]}/dw',
      'w',
      0.7,
      { w: 0.7, x: 0.9 },
      ({ w, x }) => tanh(w * tanh(w * x)),
    ],
    [
      'f_1(x, y) = x^2 y; f_2(x, y) = x + y^2; g = f_1(x, y) f_2(x, y)',
      'dg/dx',
      'x',
      0.8,
      { x: 0.8, y: -0.6 },
      ({ x, y }) => x * x * y * (x + y * y),
    ],
    [
      'h_{1,i} = tanh(Σ_j W_{ij} h_{0,j} + x_{1,i}); h_{2,i} = tanh(Σ_j W_{ij} h_{1,j} + x_{2,i}); L = Σ_i h_{2,i}^2',
      'dL/dW_{mn}',
      'W',
      [
        [0.3, -0.2],
        [0.5, 0.1],
      ],
      {
        W: [
          [0.3, -0.2],
          [0.5, 0.1],
        ],
        h_0: [0.4, -0.7],
        x: [
          [0.1, 0.2],
          [-0.3, 0.6],
        ],
      },
      ({ W, h_0, x }) => {
        const step = (h: number[], t: number): number[] =>
          W.map((row: number[], i: number) => tanh(row.reduce((s, w, j) => s + w * (h[j] as number), 0) + x[t][i]));
        return step(step(h_0, 0), 1).reduce((s, h) => s + h * h, 0);
      },
    ],
  ];
  test.each(rows)('%s, %s', (given, question, by, start, values, byHand) => {
    expectTruth(given.split('; '), question, by, start, values, byHand);
    expectTruth([given], question, by, start, values, byHand);
  });
});

describe('entries written out one by one', () => {
  const p = (i: number): string => `p_${i} = exp(z_${i})/(exp(z_1) + exp(z_2) + exp(z_3) + exp(z_4))`;
  const all = [1, 2, 3, 4].map(p);
  test.each([1, 2, 3, 4])('one entry alone, by z_%i', (k) => {
    const byOne = (v: Values, x: Nested): Values => ({
      z: z4.map((z, i) => (i === k - 1 ? (x as number) : z)),
      y: v['y'] ?? 0,
    });
    expectTruth([p(2)], `∂p_2/∂z_${k}`, byOne, z4[k - 1] as number, { z: z4 }, ({ z }) => soft(z, 1));
  });
  test('the whole Jacobian, by a letter', () => {
    expectTruth(all, 'dp_i/dz_j', 'z', z4, { z: z4 }, ({ z }) => z4.map((_, i) => soft(z, i)));
    expectTruth(all, 'dp_3/dz_j', 'z', z4, { z: z4 }, ({ z }) => soft(z, 2));
  });
  test('a loss that takes the entries by a letter', () => {
    const values = { z: z4, y: [0.1, 0.2, 0.3, 0.4] };
    expectTruth(
      [...all, 'L = -sum_i y_i log p_i'],
      'dL/dz_k',
      'z',
      z4,
      values,
      ({ z, y }) => -z4.reduce((s, _, i) => s + y[i] * log(soft(z, i)), 0),
    );
  });
  test('the sum of all entries of a softmax does not change', () => {
    expectTruth([...all, 's = sum_i p_i'], 'ds/dz_k', 'z', z4, { z: z4 }, () => 1);
  });
});

const codeOf = (given: readonly string[], question: string): string => {
  try {
    return derive(question, { given }).result.text;
  } catch (error) {
    if (!(error instanceof WhygradError)) throw error;
    return error.code;
  }
};

describe('givens that cannot be followed are named', () => {
  test.each([
    ['b = 4; b = 5; f = b t', 'df/dt', 'two-definitions'],
    ['f = x + 1; f = 2 + x', 'df/dx', 'two-definitions'],
    ['p_j = exp(z_j)/sum_k exp(z_k); p_j = exp(z_j)', 'dp_i/dz_j', 'two-definitions'],
    ['f(x) = x^2; f(t) = t^3', 'df/dx', 'two-definitions'],
    ['a_1 = x; a_1 = x^2; f = a_1 x', 'df/dx', 'two-definitions'],
    ['f = sum_j a_j y_j; sum_j y_j = 1; sum_j y_j = 2', 'df/da_k', 'contradiction'],
    ['f = sum_j a_j y_j; sum_j y_j = 1; sum_i y_i = 0.5', 'df/da_k', 'contradiction'],
    ['p_j = exp(z_j)/sum_k exp(z_k); sum_j p_j = 2', 'dp_i/dz_k', 'contradiction'],
    ['b = a + x; a = b x', 'db/dx', 'cyclic-definition'],
    ['u = v x; v = w + 1; w = u^2; f = x', 'df/dx', 'cyclic-definition'],
    ['x = x + 1; f = x^2', 'df/dx', 'self-definition'],
    ['h_t = tanh(w h_{t-1} + x_t)', 'dh_t/dw', 'recursion'],
    ['p_1 = x; p_3 = x^2; f = sum_i p_i', 'df/dx', 'entries-and-letters'],
    ['p_2 = x; f = sum_i p_i', 'df/dx', 'entries-and-letters'],
    ['D_ii = sum_j A_ij; f = sum_i D_ii x_i', 'df/dA_kl', 'entry-definition'],
    ['p_{i1} = exp(z_i); f = sum_i p_{i1}', 'df/dz_k', 'entry-definition'],
    ['A u = b; f = sum_i u_i^2', 'df/dA_ij', 'implicit-equation'],
    ['A u = b; f = sum_i u_i^2', 'df/db_k', 'implicit-equation'],
    ['x^2 + y^2 = 4', 'dy/dx', 'implicit-equation'],
    ['f = x y; x + y = 1', 'df/dx', 'implicit-equation'],
    ['p_j = exp(z_j)/sum_k exp(z_k); p_2 = 0.3', 'dp_i/dz_k', 'contradiction'],
  ])('%s', (given, question, code) => {
    expect(codeOf([given], question)).toBe(code);
    expect(codeOf(given.split('; '), question)).toBe(code);
  });
  test('both places are told', () => {
    expect(() => derive('df/dt', { given: ['b = 4', 'b = 5', 'f = b t'] })).toThrow(/"b = 4".*"b = 5"/);
    expect(() => derive('db/dx', { given: ['b = a + x', 'a = b x'] })).toThrow(/b = a \+ x; a = b x/);
  });
});

describe('ranges typed in the question', () => {
  test.each([
    ['d(sum_{b=1}^{c} x_b^2)/dx_k', '2*x_k'],
    ['\\frac{\\partial}{\\partial x_k} \\sum_{i=1}^{n} \\sum_{j=1}^{m} x_i A_{ij} y_j', 'sum_j A_kj*y_j'],
    ['\\frac{\\partial}{\\partial A_{kl}} \\sum_{i=1}^{n} \\sum_{j=1}^{m} x_i A_{ij} y_j', 'x_k*y_l'],
    ['d(Σ_{b=1}^c Σ_{a=1}^b x_a y_b)/dy_k', 'sum_{a=1}^{k} x_a'],
    ['d/dx_k (sum_i sum_{j=1}^{2} x_i y_j)', 'sum_{j=1}^{2} y_j'],
  ])('%s', (question, result) => {
    expect(derive(question, {}).result.text).toBe(result);
  });
  test('of a definition', () => {
    expect(derive('d(sum_{i=1}^{n} sum_{j=1}^{m} w_ij y_j)/dx_k', { given: ['y_j = x_j^2'] }).result.text).toBe(
      '2*x_k*sum_i w_ik',
    );
  });
});

describe('numbers that begin with 0 are names of their own', () => {
  test.each([
    ['h = θ_0 + θ_1 x; L = (h - y)^2', 'dL/dθ_0', '2*(h - y)'],
    ['h = \\theta_0 + \\theta_1 x; L = (h - y)^2', '\\frac{\\partial L}{\\partial \\theta_1}', '2*(h - y)*x'],
    ['v_{k+1} = m v_k - r g_k; L = v_2', 'dL/dr', '-(m*g_0 + g_1)'],
  ])('%s, %s', (given, question, result) => {
    expect(codeOf([given], question)).toBe(result);
  });
});

describe('what is said twice in the same sense is said once', () => {
  test.each([
    ['b = 4; b = 4; f = b t', 'df/dt', 'b'],
    ['f = x + 1; f = 1 + x', 'df/dx', '1'],
    ['f = (x + 1)^2; f = x^2 + 2x + 1', 'df/dx', '2*(x + 1)'],
    ['f(x) = x^2; f(t) = t^2', 'df/dx', '2*x'],
    ['p_j = exp(z_j)/sum_k exp(z_k); p_i = exp(z_i)/sum_l exp(z_l)', 'dp_i/dz_k', 'p_i*(delta_ik - p_k)'],
    ['p_j = exp(z_j)/sum_k exp(z_k); sum_j p_j = 1', 'dp_i/dz_k', 'p_i*(delta_ik - p_k)'],
  ])('%s', (given, question, result) => {
    expect(codeOf([given], question)).toBe(result);
  });
});

describe('documents define number by number, too', () => {
  const given = (name: (n: number) => string): string =>
    `# Net\n\n$$${name(1)} = \\tanh(w_1 x)$$\n\n$$${name(2)} = \\tanh(w_2 ${name(1)})$$\n\n$$E = (${name(2)} - t)^2$$\n`;
  test.each([
    ['a subscript', (n: number) => `a_${n}`],
    ['a braced subscript', (n: number) => `a_{${n}}`],
    ['a superscript in brackets', (n: number) => `a^{(${n})}`],
    ['a superscript in square brackets', (n: number) => `a^{[${n}]}`],
  ])('%s', (_, name) => {
    const result = derive('dE/dw_1', { in: given(name) }).result.text;
    expect(result).toContain('x');
    expect(result).toContain('w_2');
  });
  test('a step of an optimiser is no definition of the weight', () => {
    const text = `${given((n) => `a_${n}`)}\nThen\n\n$$t = t - \\eta \\frac{\\partial E}{\\partial t}$$\n`;
    expect(derive('dE/dt', { in: text }).result.text).toBe('2*(t - a_2)');
  });
});
