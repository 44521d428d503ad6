// Derivatives through a quantity that is defined as 1/(1 + e^(−a)): s(1 − s), as with σ, and gradients that do not
// overflow.
// Not here: σ as a function (`derive.test.ts` of the rules).
// Invariant: the truth is σ computed by itself; the texts say what a person would write.
import { describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { evaluate } from '../../src/derive/evaluate.ts';

const slope = (given: readonly string[], question = 'ds/da'): string => derive(question, { given }).result.text;

describe('the logistic function by its own letters', () => {
  test.each([
    ['ds/da', ['s = 1/(1 + e^(-a))'], 's*(1 - s)'],
    ['ds/da', ['s = exp(a)/(1 + exp(a))'], 's*(1 - s)'],
    ['ds/da', ['s = exp(a)/(exp(a) + 1)'], 's*(1 - s)'],
    ['ds/da', ['s = 1/(1 + exp(a))'], '-s*(1 - s)'],
    ['ds_i/da_j', ['s_i = 1/(1 + e^(-a_i))'], 'delta_{i,j}*s_i*(1 - s_i)'],
  ])('%s with %j', (question, given, wanted) => {
    const got = evaluate(slope(given, question), {
      given,
      values: { a: question.includes('_') ? [0.3, -2] : 0.3, ...(question.includes('_') ? { i: 1, j: 1 } : {}) },
    });
    const right = evaluate(wanted, {
      given,
      values: { a: question.includes('_') ? [0.3, -2] : 0.3, ...(question.includes('_') ? { i: 1, j: 1 } : {}) },
    });
    expect(got.value).toBeCloseTo(right.value as number, 12);
    expect(slope(given, question)).not.toMatch(/exp|e\^/);
  });

  test.each([40, 300, -300, -800])('the gradient of the loss is s − t at a = %d', (a) => {
    const given = ['s = 1/(1 + e^(-a))', 'L = -t log s - (1 - t) log(1 - s)'];
    const text = slope(given, 'dL/da');
    const s = 1 / (1 + Math.exp(-a));
    expect(evaluate(text, { given, values: { a, t: 0.25 } }).value).toBeCloseTo(s - 0.25, 12);
  });
});
