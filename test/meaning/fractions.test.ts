// What stands below a fraction bar divides as a whole, and pairs of letters in subscripts are indices.
// Not here: quotients with a slash (`read.test.ts`).
// Invariant: a bracket never slips out of a denominator.
import { expect, test } from 'vitest';
import { parse } from '../../src/meaning/parse.ts';
import { print } from '../../src/term/print.ts';
import { sameTerm } from '../../src/term/walk.ts';

test.each([
  ['\\frac{x}{c (1 + x)}', 'x/(c*(1 + x))'],
  ['\\frac{1}{c (1 + x)}', '1/(c*(1 + x))'],
  ['\\frac{x}{c^2 \\left(1 + x\\right)}', 'x/(c^2*(1 + x))'],
  ['\\frac{x}{\\tau^2 (1 + x)^2}', 'x/(tau^2*(1 + x)^2)'],
  ['\\dfrac{x_k}{c_1 (a + b) d}', 'x_k/(c_1*(a + b)*d)'],
  ['\\frac{1}{N (a + b)(a - b)}', '1/(N*(a + b)*(a - b))'],
  ['{x \\over c (1 + x)}', 'x/(c*(1 + x))'],
  ['\\frac{a (1 + x)}{b (1 - x)}', 'a*(1 + x)/(b*(1 - x))'],
])('%s', (latex, plain) => {
  const t = parse(latex, { spelling: 'latex' });
  expect(sameTerm(t, parse(plain)), print(t)).toBe(true);
});

test.each([
  ['\\sum_{l,n} C_{ln} X_{ln}', 'sum_{l,n} C_{l,n}*X_{l,n}'],
  ['\\sum_l \\delta_{ln} x_l', 'sum_l delta_{l,n}*x_l'],
  ['\\sum_{t,r} A_{tr} x_r y_t', 'sum_{t,r} A_{t,r}*x_r*y_t'],
  ['\\sum_{i,f} A_{if} x_i y_f', 'sum_{i,f} A_{i,f}*x_i*y_f'],
])('%s', (latex, plain) => {
  const t = parse(latex);
  expect(sameTerm(t, parse(plain)), print(t)).toBe(true);
});

test('where its letters count nothing, a short word in a subscript is a label', () => {
  expect(print(parse('\\frac{1}{2} x_{tr}'))).toBe('x^{(tr)}/2');
});
