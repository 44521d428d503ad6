// Recursions and layers: written out where a step is asked for by number, refused by name where the end is open.
// Not here: definitions by number (`definitions.test.ts`).
// Invariant: every derivative is compared with finite differences of the recursion run by hand.
import { describe, expect, test } from 'vitest';
import { WhygradError, derive } from '../../src/index.ts';
import { type ByHand, expectTruth, type Nested, type Values } from './truth.ts';

type Row = readonly [given: string, question: string, by: string, start: Nested, values: Values, byHand: ByHand];
const { tanh, exp } = Math;
const sigma = (x: number): number => 1 / (1 + exp(-x));
const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
const times = (W: number[][], x: number[]): number[] => W.map((row) => sum(row.map((w, j) => w * (x[j] as number))));

const x3 = [0.5, -0.8, 0.3];
const scalar = { w: 0.7, u: -0.4, h_0: 0.2, x: x3, y: 0.1 };
const steps = (v: { w: number; u: number; h_0: number; x: number[] }, n: number): number[] => {
  const h = [v.h_0];
  for (let t = 1; t <= n; t += 1) h.push(tanh(v.w * (h[t - 1] as number) + v.u * (v.x[t - 1] as number)));
  return h;
};
const W2 = [
  [0.3, -0.2],
  [0.5, 0.1],
];
const B2 = [
  [0.4, 0.6],
  [-0.3, 0.2],
];
const layers = {
  'a^(0)': [0.4, -0.7],
  'w^(1)': W2,
  'w^(2)': B2,
  'b^(1)': [0.1, 0.2],
  'b^(2)': [-0.2, 0.3],
  y: [0.9, 0.1],
};
const network: ByHand = (v) => {
  const a1 = times(v['w^(1)'], v['a^(0)']).map((z, i) => sigma(z + v['b^(1)'][i]));
  const a2 = times(v['w^(2)'], a1).map((z, i) => sigma(z + v['b^(2)'][i]));
  return 0.5 * sum(a2.map((a, i) => (v.y[i] - a) ** 2));
};
const nielsen = 'z^l_j = Σ_k w^l_{jk} a^{l-1}_k + b^l_j; a^l_j = σ(z^l_j)';

describe('steps with a number are written out', () => {
  const rows: readonly Row[] = [
    [
      'h_t = tanh(w h_{t-1} + u x_t); L = (h_3 - y)^2',
      'dL/dw',
      'w',
      0.7,
      scalar,
      (v) => ((steps(v, 3)[3] as number) - v.y) ** 2,
    ],
    [
      'h_t = tanh(w h_{t-1} + u x_t); L = (h_3 - y)^2',
      'dL/dx_k',
      'x',
      x3,
      scalar,
      (v) => ((steps(v, 3)[3] as number) - v.y) ** 2,
    ],
    [
      'h_t = tanh(w h_{t-1} + u x_t); h_0 = w^2; L = h_2',
      'dL/dw',
      'w',
      0.7,
      scalar,
      (v) => steps({ ...v, h_0: v.w ** 2 }, 2)[2] as number,
    ],
    [
      'L = \\sum_{t=1}^{3} (h_t - x_t)^2; h_t = \\tanh(w h_{t-1} + u x_t)',
      '\\frac{\\partial L}{\\partial w}',
      'w',
      0.7,
      scalar,
      (v) => sum(steps(v, 3).map((h, t) => (t === 0 ? 0 : (h - v.x[t - 1]) ** 2))),
    ],
    [
      's_{n+1} = s_n - r (a s_n - b); f = s_2^2',
      'df/dr',
      'r',
      0.3,
      { s_0: 0.8, r: 0.3, a: 1.2, b: 0.4 },
      ({ s_0, r, a, b }) => {
        const s1 = s_0 - r * (a * s_0 - b);
        return (s1 - r * (a * s1 - b)) ** 2;
      },
    ],
    [
      'V_t = r_t + g V_{t+1}; V_4 = 0',
      'dV_1/dg',
      'g',
      0.9,
      { g: 0.9, r: [0.2, 0.5, -0.3] },
      ({ g, r }) => r[0] + g * r[1] + g * g * r[2],
    ],
    ['q_n = q_{n-1} + q_{n-2}; q_1 = x; q_2 = x^2', 'dq_5/dx', 'x', 0.6, { x: 0.6 }, ({ x }) => 2 * x + 3 * x * x],
    [
      'u_t = σ(v x_t + s h_{t-1}); h_t = (1 - u_t) h_{t-1} + u_t tanh(r x_t); L = h_2^2',
      'dL/ds',
      's',
      0.4,
      { v: 0.6, s: 0.4, r: -0.9, x: x3, h_0: 0.3 },
      ({ v, s, r, x, h_0 }) => {
        let h = h_0;
        for (const t of [0, 1]) {
          const u = sigma(v * x[t] + s * h);
          h = (1 - u) * h + u * tanh(r * x[t]);
        }
        return h * h;
      },
    ],
    [
      's_{t,i} = tanh(Σ_j U_ij s_{t-1,j} + x_{t,i}); L = Σ_i s_{2,i}',
      'dL/dU_{mn}',
      'U',
      W2,
      { U: W2, s_0: [0.4, -0.7], x: B2 },
      ({ U, s_0, x }) => {
        const step = (s: number[], t: number): number[] => times(U, s).map((z, i) => tanh(z + x[t][i]));
        return sum(step(step(s_0, 0), 1));
      },
    ],
    [
      'h_t = tanh(W h_{t-1} + U x_t); L = ‖h_2‖^2',
      'dL/dW_{mn}',
      'W',
      W2,
      { W: W2, U: B2, h_0: [0.4, -0.7], x: W2 },
      ({ W, U, h_0, x }) => {
        const step = (h: number[], t: number): number[] =>
          times(W, h).map((z, i) => tanh(z + (times(U, x[t])[i] as number)));
        return sum(step(step(h_0, 0), 1).map((h) => h * h));
      },
    ],
    [`${nielsen}; C = 1/2 Σ_j (y_j - a^2_j)^2`, 'dC/dw^1_{mn}', 'w^(1)', W2, layers, network],
    [`${nielsen}; C = 1/2 Σ_j (y_j - a^2_j)^2`, 'dC/db^2_m', 'b^(2)', layers['b^(2)'], layers, network],
    [
      'z^1_j = Σ_k w^1_{jk} a^0_k + b^1_j; a^1_j = σ(z^1_j); z^2_j = Σ_k w^2_{jk} a^1_k + b^2_j; a^2_j = σ(z^2_j); C = 1/2 Σ_j (y_j - a^2_j)^2',
      'dC/dw^1_{mn}',
      'w^(1)',
      W2,
      layers,
      network,
    ],
    [
      'z^{[l]} = W^{[l]} a^{[l-1]} + b^{[l]}; a^{[l]} = \\sigma(z^{[l]}); C = \\frac12 \\sum_j (y_j - a^{[2]}_j)^2',
      '\\frac{\\partial C}{\\partial b^{[1]}_m}',
      'b^(1)',
      layers['b^(1)'],
      { ...layers, 'W^(1)': W2, 'W^(2)': B2 },
      network,
    ],
  ];
  test.each(rows)('%s, %s', (given, question, by, start, values, byHand) => {
    expectTruth(given.split('; '), question, by, start, values, byHand);
    expectTruth([given.split('; ').reverse().join('; ')], question, by, start, values, byHand);
  });
});

const answer = (given: string, question: string): string => {
  try {
    return derive(question, { given: [given] }).result.text;
  } catch (error) {
    if (!(error instanceof WhygradError)) throw error;
    expect(error.hint).not.toBe('');
    return error.code;
  }
};
const cost = `${nielsen}; C = 1/2 Σ_j (y_j - a^L_j)^2`;

describe('levels with a letter', () => {
  test.each([
    [nielsen, 'dz^l_j/da^{l-1}_k', 'w^{(l)}_jk'],
    [nielsen, 'dz^l_j/dw^l_{mn}', 'a^{(l-1)}_n*delta_jm'],
    [nielsen, 'da^l_j/db^l_k', 'a^{(l)}_j*(1 - a^{(l)}_j)*delta_jk'],
    [cost, 'dC/da^L_j', 'a^{(L)}_j - y_j'],
    [cost, 'dC/dw^L_{jk}', '(a^{(L)}_j - y_j)*a^{(L)}_j*(1 - a^{(L)}_j)*a^{(L-1)}_k'],
    [cost, 'dC/dz^{L}_j', '(a^{(L)}_j - y_j)*a^{(L)}_j*(1 - a^{(L)}_j)'],
    [
      cost,
      'dC/dz^{L-1}_j',
      '(sum_k (a^{(L)}_k - y_k)*a^{(L)}_k*(1 - a^{(L)}_k)*w^{(L)}_kj)*a^{(L-1)}_j*(1 - a^{(L-1)}_j)',
    ],
  ])('%s, %s', (given, question, result) => {
    expect(answer(given, question)).toBe(result);
  });
});

describe('a recursion whose end is open is refused by name, never 0', () => {
  test.each([
    ['h_t = tanh(w h_{t-1} + u x_t)', 'dh_t/dw'],
    ['h_t = tanh(w h_{t-1} + u x_t); L = Σ_t h_t^2', 'dL/dw'],
    ['h_t = tanh(w h_{t-1} + u x_t); L = Σ_i h_i^2', 'dL/dw'],
    ['h_t = tanh(w h_{t-1} + u x_t); L = Σ_{t=1}^T h_t', 'dL/dw'],
    ['h_t = tanh(w h_{t-1} + u x_t); L = (h_T - y)^2', 'dL/dw'],
    ['h_t = tanh(w h_{t-1} + u x_t); L = ‖h‖^2', 'dL/dw'],
    ['s_{t,i} = tanh(Σ_j U_ij s_{t-1,j} + x_{t,i}); L = Σ_t Σ_i s_{t,i}', 'dL/dU_{mn}'],
    ['V_t = r_t + g V_{t+1}', 'dV_1/dg'],
    ['c_n = v d_{n-1}; d_n = w c_n; L = Σ_n c_n', 'dL/dw'],
    [cost, 'dC/dw^l_{jk}'],
    [cost, 'dC/da^l_j'],
    ['a^0 = x; a^l = tanh(W a^{l-1}); C = ‖a^L - y‖^2', 'dC/dW'],
    ['a^0 = x; a^l = tanh(W a^{l-1}); C = ‖a^L - y‖^2', 'dC/dx'],
    ['h^{(t)} = tanh(w h^{(t-1)}); L = (h^{(T)} - y)^2', 'dL/dw'],
  ])('%s, %s', (given, question) => {
    expect(answer(given, question)).toBe('recursion');
  });
  test.each([
    ['R = Σ_{l=1}^{3} ‖W^{(l)}‖^2', 'dR/dW^{(2)}', '2*W^{(2)}_ij'],
    ['R = Σ_{l=1}^{L} ‖W^{(l)}‖^2', 'dR/dW^{(2)}', 'label-sum'],
    ['R = \\sum_{l} \\sum_{ij} (W^{[l]}_{ij})^2', '\\frac{\\partial R}{\\partial W^{[2]}_{mn}}', 'label-sum'],
  ])('a sum over layers: %s', (given, question, result) => {
    expect(answer(given, question)).toBe(result);
  });
});
