// Entries of given whole numbers as indices: read, derived, evaluated, judged.
// Not here: programs (test/kernels/positions.test.ts).
// Invariant: values are compared with loops written here, never with another formula of the library.
import { describe, expect, it, test } from 'vitest';
import { check, derive, evaluate, lint } from '../../src/index.ts';
import { fromJSON, toJSON } from '../../src/term/print/json.ts';
import { dataIndex, entry, freeIndex } from '../../src/term/term.ts';
import { key } from '../../src/term/walk.ts';

const softmax = 'p_{nj} = exp(z_{nj})/sum_k exp(z_{nk})';

test.each([
  ['dL/dz_nj', [softmax, 'L = -1/N sum_{n=1}^N log p_{n,t_n}'], '(p_nj - δ_{j,t_n})/N'],
  ['dL/dz_ij', ['L = sum_i (log sum_k exp(z[i,k]) - z[i, y[i]])'], 'exp(z_ij)/sum_k exp(z_ik) - δ_{j,y_i}'],
  [
    'dL/dz^{(n)}_j',
    ['L = -\\sum_n \\log p^{(n)}_{y^{(n)}}', 'p^{(n)}_j = exp(z^{(n)}_j)/\\sum_k exp(z^{(n)}_k)'],
    'p_nj - δ_{j,y_n}',
  ],
  ['dL/dE_vd', ['L = sum_n sum_d g_nd E_{w_n,d}'], 'sum_n g_nd δ_{w_n,v}'],
  ['dL/dE_vd', ['L = \\sum_n \\sum_d g_{nd} E_{w_n d}'], 'sum_n g_nd 1{v = w_n}'],
  ['dL/dx_k', ['L = sum_n x_{t_n}^2'], '2 x_k sum_n δ_{t_n,k}'],
  ['dL/dz_nj', [softmax, 'L = -sum_n a_{t_n} log p_{n,t_n}'], 'a_{t_n} (p_nj - δ_{j,t_n})'],
  ['dL/dz_nj', [softmax, 'L = -\\sum_n 1\\{t_n \\ne -100\\} \\log p_{n,t_n}'], '1{t_n != -100} (p_nj - δ_{j,t_n})'],
  ['dH/dz_k', ['H = sum_n z_k 1{k = t_n}'], 'sum_n 1{k = t_n}'],
])('%s with %j', (question, given, answer) => {
  const d = derive(question, { given: [...given] });
  expect(d.check.verdict).toBe('proved');
  const same = check(`${question} = ${answer}`, { given: [...given] });
  expect(same.verdict, same.message).toBe('holds');
});

test('a second derivative, and positions of two axes', () => {
  expect(derive('d^2L/dz_nj dz_mk', { given: [softmax, 'L = -sum_n log p_{n,t_n}'] }).check.verdict).toBe('proved');
  expect(derive('grad L', { given: ['L = \\sum_{b,t} \\log p_{b t y_{bt}}'] }).result.text).toContain('y');
});

describe('values', () => {
  const p = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  it('count from 1, or from base', () => {
    expect(evaluate('sum_n p_{n,t_n}', { values: { p, t: [1, 3] } }).value).toBe(7);
    expect(evaluate('sum_n p_{n,t_n}', { values: { p, t: [0, 2] }, base: 0 }).value).toBe(7);
  });
  it.each([
    [{ t: [1, 4] }, 'index-out-of-range'],
    [{ t: [0, 1] }, 'index-out-of-range'],
    [{ t: [1, -100] }, 'index-out-of-range'],
    [{ t: [1, 1.5] }, 'index-not-integer'],
    [{ t: [1, 2, 3] }, 'size-mismatch'],
  ])('%j is no list of positions', (values, code) => {
    for (const asked of ['sum_n p_{n,t_n}', 'sum_n sum_j p_nj δ_{j,t_n}'])
      expect(() => evaluate(asked, { values: { p, ...values } })).toThrow(expect.objectContaining({ code }));
  });
  it('outside beside a δ alone are refused, too', () => {
    expect(() =>
      evaluate('dL/dz_nj', { given: [softmax, 'L = -sum_n log p_{n,t_n}'], values: { z: p, t: [1, 9] } }),
    ).toThrow(expect.objectContaining({ code: 'index-out-of-range' }));
  });
  it('that a condition leaves out may stand there, whatever base is', () => {
    const given = ['L = \\sum_n 1\\{t_n \\ne -100\\} p_{n,t_n}'];
    expect(evaluate('L', { given, values: { p, t: [-100, 2] } }).value).toBe(5);
    expect(evaluate('L', { given, values: { p, t: [-100, 1] }, base: 0 }).value).toBe(5);
    expect(() => evaluate('L', { given, values: { p, t: [-1, 2] } })).toThrow(
      expect.objectContaining({ code: 'index-out-of-range' }),
    );
  });
});

test.each([
  ['dL/dt_n', ['L = sum_n p_{n,t_n}'], 'derivative-by-index'],
  ['dL/dp_nj', ['c_n = log a_n', 'L = sum_n p_{n,c_n}'], 'number-as-index'],
])('%s of %j is refused', (question, given, code) => {
  expect(() => derive(question, { given: [...given] })).toThrow(expect.objectContaining({ code }));
});

test('an answer that data choose has no matrix form', () => {
  expect(
    derive('dL/dE_vd', { given: ['L = sum_n sum_d g_nd E_{w_n,d}'] }).result.forms.map((f) => f.form),
  ).not.toContain('matrix');
});

test('a document is judged', () => {
  const text = `Let
$$p_{nj} = \\frac{e^{z_{nj}}}{\\sum_k e^{z_{nk}}}, \\qquad L = -\\frac1N \\sum_{n=1}^N \\log p_{n,t_n}$$
Then
$$\\frac{\\partial L}{\\partial z_{nj}} = \\frac1N (p_{nj} - 1\\{j = t_n\\})$$
$$\\frac{\\partial L}{\\partial z_{nj}} = p_{nj} - 1\\{j = t_n\\}$$
$$\\frac{\\partial L}{\\partial z_{nj}} = \\frac1N (p_{nj} - \\delta_{j,t_n})$$
$$\\frac{\\partial L}{\\partial z_{nj}} = \\frac1N (p_{n,t_n} - \\delta_{j,t_n})$$
`;
  expect(
    lint(text)
      .filter((c) => c.line > 3)
      .map((c) => c.verdict),
  ).toEqual(['holds', 'slip', 'holds', 'slip']);
});

test('as JSON and back', () => {
  const t = entry('p', freeIndex('n'), dataIndex('t', freeIndex('n'), dataIndex('w', freeIndex('k'))));
  expect(key(fromJSON(toJSON(t)))).toBe(key(t));
});
