// Quotients and logarithms of sums of exponentials keep their value and do not overflow.
// Not here: the schedules that run them (`softmax-rows.test.ts`).
// Invariant: each formula is written so that, taken literally, it gives ∞/∞, 0/0 or log ∞ at the given point.
import { describe, expect, test } from 'vitest';
import { compile } from '../../src/index.ts';
import { meaning } from '../../src/check/evaluate.ts';
import { stabilise } from '../../src/compile/stable.ts';
import { parse, readContext } from '../../src/meaning/parse.ts';

const large = 1000;
const sigmoidOfOne = 1 / (1 + Math.exp(-1));

describe('shifted exponentials', () => {
  test.each<[string, number]>([
    ['q = exp(a)/(exp(a) + exp(b))', sigmoidOfOne],
    ['q = log(exp(a) + exp(b))', large + Math.log(1 + Math.exp(-1))],
    ['q = log(exp(-a) + exp(-b))', 1 - large + Math.log(1 + Math.exp(-1))],
    ['q = exp(b)/sum_k exp(z_k)', Math.exp(-1) / (1 + Math.exp(-1))],
    ['q = -log(exp(b)/sum_k exp(z_k))', 1 + Math.log(1 + Math.exp(-1))],
    ['q = sum_j w_j exp(z_j)/sum_k exp(z_k)', (2 + 3 * Math.exp(-1)) / (1 + Math.exp(-1))],
  ])('%s', (formula, expected) => {
    const values = { a: [large], b: [large - 1], z: [large, large - 1], w: [2, 3] };
    const sizes = Object.fromEntries(['z', 'w'].filter((n) => formula.includes(`${n}_`)).map((n) => [n, [2]]));
    const plan = compile(formula, { sizes, dtype: 'float64' });
    for (const [name, value] of Object.entries(values)) plan.inputs[name]?.set(value);
    plan.run();
    expect(plan.outputs['q']?.[0]).toBeCloseTo(expected, 10);
    plan.dispose();
  });

  test('the value is kept where nothing overflows', () => {
    const context = readContext(['p_j = exp(z_j)/sum_k exp(z_k)']);
    const written = parse('-log(p_1) + exp(z_2)/(exp(z_1) + exp(z_2))', { context });
    const shifted = stabilise(written, context.definitions);
    expect(shifted).not.toEqual(written);
    const set = context.shapes.get('z')?.[0] ?? '';
    const values = new Map([['z', { shape: [2], data: Float64Array.of(0.3, -1.2) }]]);
    const environment = { context, values, sizes: new Map([[set, 2]]), indices: new Map<string, number>(), seed: 1 };
    expect(meaning(shifted, environment)).toBeCloseTo(meaning(written, environment), 12);
  });
});
