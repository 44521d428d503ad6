// Results have a value wherever the question has one on the stated domain, and what they need is listed among the givens.
// Not here: how needs are found (`src/derive/domain.ts`), random formulas (`random.test.ts`).
// Invariant: the truth is dual numbers, at sizes 1, 2 and 3, with zeros and equal entries among the values.
// Fails on the rules that wrote Σ_{k≠i} as the whole sum less one term and Π as a quotient: nearly every row of `questions`.
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { evaluate } from '../../src/derive/evaluate.ts';
import { seeded } from '../term/random-term.ts';

interface Asked {
  readonly ask: string;
  readonly given: readonly string[];
  /** Names with their axes. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly domain: readonly string[];
  /** Where values may not be 0 or equal for the question itself. */
  readonly apart?: boolean;
  readonly positive?: boolean;
}

const questions: readonly Asked[] = [
  {
    ask: 'dL/dx_mn',
    given: ['L = sum_i sum_{j != i} (sqrt(sum_d (x_id - x_jd)^2) - B_ij)^2'],
    inputs: { x: 'nc', B: 'nn' },
    domain: ['sum_d (x_id - x_jd)^2 != 0 for j != i'],
    apart: true,
  },
  {
    ask: 'dL/dx_m',
    given: ['L = sum_i sum_{j != i} log(abs(x_i - x_j))'],
    inputs: { x: 'n' },
    domain: ['x_i != x_j for j != i'],
    apart: true,
  },
  {
    ask: 'dw/du_m',
    given: ['w = prod_{j != 1} 1/(u_1 - u_j)'],
    inputs: { u: 'n' },
    domain: ['u_1 != u_j for j != 1'],
    apart: true,
  },
  {
    ask: 'dw/du_m',
    given: ['w = prod_{j != 2} (t - u_j)/(u_2 - u_j)'],
    inputs: { u: 'n', t: '' },
    domain: ['u_2 != u_j for j != 2'],
    apart: true,
  },
  { ask: 'dy_i/dx_k', given: ['y_i = x_i/sum_{j != i} x_j'], inputs: { x: 'n' }, domain: ['sum_{j != i} x_j != 0'] },
  {
    ask: 'dE/dr_k',
    given: ['E = sum_i sum_{j != i} q_i*q_j/(r_i - r_j)'],
    inputs: { q: 'n', r: 'n' },
    domain: ['r_i != r_j for j != i'],
    apart: true,
  },
  {
    ask: 'dE/dr_k',
    given: ['E = sum_{i, j} 1{i != j}/(r_i - r_j)^2'],
    inputs: { r: 'n' },
    domain: ['r_i != r_j for i != j'],
    apart: true,
  },
  {
    ask: 'dE/dr_k',
    given: ['E = sum_i sum_{j > i} 1/(r_i - r_j)^2'],
    inputs: { r: 'n' },
    domain: ['r_i != r_j for j > i'],
    apart: true,
  },
  {
    ask: 'dE/dr_k',
    given: ['E = sum_i sum_{j < i} log(abs(r_i - r_j))'],
    inputs: { r: 'n' },
    domain: ['r_i != r_j for j < i'],
    apart: true,
  },
  {
    ask: 'df/da_k',
    given: ['f = sum_{i != 2} 1/a_i'],
    inputs: { a: 'n' },
    domain: ['a_i != 0 for i != 2'],
    apart: true,
  },
  {
    ask: 'df/da_k',
    given: ['f = sum_{i != 1} b_i log(a_i)'],
    inputs: { a: 'n', b: 'n' },
    domain: ['a_i > 0 for i != 1'],
    positive: true,
  },
  { ask: 'df/dv_k', given: ['f = sum_i sum_{j != i} v_i*v_j'], inputs: { v: 'n' }, domain: [] },
  { ask: 'df/dv_k', given: ['f = sum_i sum_{j != i} (v_i - v_j)^2'], inputs: { v: 'n' }, domain: [] },
  { ask: 'dg_i/dv_k', given: ['g_i = sum_{j != i} exp(v_j)'], inputs: { v: 'n' }, domain: [] },
  {
    ask: 'dg_i/dv_k',
    given: ['g_i = log(sum_{j != i} exp(v_j))'],
    inputs: { v: 'n' },
    domain: ['sum_{j != i} exp(v_j) != 0'],
  },
  { ask: 'df/dx_k', given: ['f = prod_i x_i'], inputs: { x: 'n' }, domain: [] },
  { ask: 'df/dx_k', given: ['f = prod_i (x_i + c)'], inputs: { x: 'n', c: '' }, domain: [] },
  { ask: 'df/dc', given: ['f = prod_i (x_i + c)'], inputs: { x: 'n', c: '' }, domain: [] },
  { ask: 'df/dx_k', given: ['f = prod_{i != 2} x_i^2'], inputs: { x: 'n' }, domain: [] },
  { ask: 'dL/dm', given: ['L = prod_i exp(-(x_i - m)^2/2)'], inputs: { x: 'n', m: '' }, domain: [] },
  { ask: 'dy_i/dx_k', given: ['y_i = prod_{j != i} x_j'], inputs: { x: 'n' }, domain: [] },
  { ask: 'df/dX_ij', given: ['f = det(X)'], inputs: { X: 'nn' }, domain: ['det(X) != 0'], apart: true },
  { ask: 'df/dX_ij', given: ['f = log(det(X))'], inputs: { X: 'nn' }, domain: ['det(X) > 0'], positive: true },
  {
    ask: 'dL/dp_k',
    given: ['L = -sum_j y_j log(p_j)'],
    inputs: { y: 'n', p: 'n' },
    domain: ['p_j > 0'],
    positive: true,
  },
  { ask: 'dp_j/dz_i', given: ['p_j = exp(z_j)/sum_k exp(z_k)'], inputs: { z: 'n' }, domain: [] },
  {
    ask: 'dL/dz',
    given: ['p = sigmoid(z)', 'L = -(y log(p) + (1 - y) log(1 - p))'],
    inputs: { z: '', y: '' },
    domain: [],
  },
  {
    ask: 'df/dx',
    given: ['f = x/(a*b) + c/a^2'],
    inputs: { x: '', a: '', b: '', c: '' },
    domain: ['a != 0', 'b != 0'],
    apart: true,
  },
  { ask: 'df/dx', given: ['f = asin(x)'], inputs: { x: '' }, domain: ['x^2 < 1'] },
  { ask: 'df/dx', given: ['f = tan(x)/x'], inputs: { x: '' }, domain: ['cos(x) != 0', 'x != 0'], apart: true },
  { ask: 'df/dx', given: ['f = if(x > 0, log(x), 0)'], inputs: { x: '' }, domain: [] },
  { ask: 'dr_i/dx_k', given: ['r_i = x_i/sqrt(sum_j x_j^2)'], inputs: { x: 'n' }, domain: ['sum_j x_j^2 != 0'] },
  { ask: 'df/dx_k', given: ['f = sqrt(sum_i x_i^2)'], inputs: { x: 'n' }, domain: ['sum_i x_i^2 != 0'] },
  { ask: 'df/dx_k', given: ['f = sqrt(1 + sum_i x_i^2)'], inputs: { x: 'n' }, domain: [] },
];

/** Numbers of which some are 0 and some are equal, unless they have to lie apart. */
function draw(random: () => number, q: Asked): number {
  if (q.positive === true) return 0.2 + random();
  if (q.apart !== true && random() < 0.4) return random() < 0.5 ? 0 : 0.5;
  return random() * 2 - 1;
}

function nested(shape: readonly number[], value: () => number): unknown {
  const [n, ...rest] = shape;
  return n === undefined ? value() : Array.from({ length: n }, () => nested(rest, value));
}

describe('a result has the value of the question, wherever that has one', () => {
  test.each(questions.map((q) => ({ ...q, name: `${q.ask}, ${q.given.join('; ')}` })))('$name', (q) => {
    const d = derive(q.ask, { given: q.given });
    expect(d.givens.filter((g) => g.kind === 'domain').map((g) => g.text)).toEqual(q.domain);
    expect(d.check.verdict).toBe('proved');
    expect(d.result.text).not.toMatch(/1\/0|0\/0/);
    const random = seeded(q.ask.length * 31 + q.given[0]!.length);
    let compared = 0;
    const least = /[_ ]2|_2/.test(q.given.join()) ? 2 : 1;
    for (let round = 0; round < 12; round++) {
      const sizes: Record<string, number> = { n: Math.max(least, 1 + (round % 3)), c: 2 };
      const values = Object.fromEntries(
        Object.entries(q.inputs).map(([name, axes]) => [
          name,
          nested(
            [...axes].map((a) => sizes[a]!),
            () => draw(random, q),
          ),
        ]),
      );
      const at = (text: string): number[] =>
        [evaluate(text, { given: q.given, values, axes: d.result.axes }).value].flat(4) as number[];
      const [truth, mine] = [at(d.question.text), at(d.result.text)];
      truth.forEach((t, k) => {
        if (
          !Number.isFinite(t) ||
          (q.domain.length > 0 && !Number.isFinite(mine[k]!) && q.apart !== true && q.positive !== true)
        )
          return;
        compared++;
        expect(Math.abs(mine[k]! - t), `${JSON.stringify(values)}: ${mine[k]} for ${t}`).toBeLessThan(
          1e-8 * Math.max(1, Math.abs(t)),
        );
      });
    }
    expect(compared).toBeGreaterThan(5);
  });
});

describe('what has no value anywhere is refused', () => {
  test.each([
    ['df/dt', 'f = 1/(t - t)'],
    ['df/dt', 'f = sqrt(-2 - t^2)'],
    ['df/dt', 'f = log(-exp(t))'],
    ['df/dt', 'f = log(-abs(t)) + t^2'],
    ['df/dx_k', 'f = sum_i 1/(x_i - x_i)'],
  ])('%s of %s', (ask, given) => {
    expect(() => derive(ask, { given: [given] })).toThrowError(expect.objectContaining({ code: 'never-defined' }));
  });
  test.each([
    ['d/dt sqrt(t - 100)', '1/(2*sqrt(t - 100))'],
    ['d/dt log(t - 500)', '1/(t - 500)'],
    ['d/dt sqrt(3 - t)', '-1/(2*sqrt(3 - t))'],
  ])('%s is looked for farther out', (ask, result) => {
    const d = derive(ask);
    expect(d.result.text).toBe(result);
    expect(d.check.points).toBeGreaterThan(0);
  });
});

describe('what is assumed is not listed again', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['dL/dp_k', ['L = -sum_j y_j log(p_j)', 'p_j > 0'], ['p > 0']],
    ['df/dx', ['f = 1/x', 'x > 0'], ['x > 0']],
    ['df/dx', ['f = log(x)', 'x > 0'], ['x > 0']],
  ])('%s of %j', (ask, given, domain) => {
    expect(
      derive(ask, { given })
        .givens.filter((g) => g.kind === 'domain')
        .map((g) => g.text),
    ).toEqual(domain);
  });
});
