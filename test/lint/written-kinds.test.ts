// Ways of writing that decide what a line claims: conditions behind it, ℓ as an index, layers as superscripts, squares.
// Not here: the reading of single notations (test/language).
// Invariant: what holds, and what does not, is known from mathematics.
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/derive/evaluate.ts';
import { lint } from '../../src/lint/lint.ts';

const verdicts = (text: string): string[] =>
  lint(text)
    .map((c) => c.verdict)
    .filter((v) => v === 'holds' || v === 'slip' || v === 'unclear');
const softmax = 'Let $p_a = e^{z_a}/\\sum_c e^{z_c}$. Then\n\n';
const offDiagonal = '$$\\frac{\\partial p_a}{\\partial z_b} = -p_a p_b';

describe('a condition behind the display, in the same sentence', () => {
  test.each([
    `${softmax}${offDiagonal},$$\n\nwhere $b \\neq a$.`,
    `${softmax}${offDiagonal}$$ for all $a \\neq b$.`,
    `${softmax}${offDiagonal}$$ if $a \\ne b$, and so on.`,
    `${softmax}For every other class $a \\neq b$, ${offDiagonal}.$$`,
    `${softmax}For every other class $$a \\neq b$$ ${offDiagonal}.$$`,
  ])('%s', (text) => {
    expect(verdicts(text)).toEqual(['holds']);
  });
  test.each([
    `${softmax}${offDiagonal}.$$\n\nWhere $b \\neq a$, more is to be said.`,
    `${softmax}${offDiagonal}.$$\n\nFor $b \\neq a$ we are done.`,
    `${softmax}${offDiagonal}$$ where $p_a$ is a probability and $b \\neq a$ is not said of it.`,
  ])('another sentence says nothing of it: %s', (text) => {
    expect(verdicts(text)).toEqual(['slip']);
  });
});

describe('ℓ is a letter', () => {
  test.each(['\\sum_{\\ell=1}^{n} x_\\ell', '\\sum_\\ell x_\\ell', 'Σ_ℓ x_ℓ'])('%s', (text) => {
    expect(evaluate(text, { values: { x: [1, 2, 4] } }).value).toBe(7);
  });
  test('as an index beside others', () => {
    const layer =
      '$$h_i = \\sum_{\\ell=1}^n W_{i\\ell} x_\\ell + b_i$$ so $$\\frac{\\partial h_i}{\\partial x_k} = W_{';
    expect(verdicts(`${layer}ik}$$`)).toEqual(['holds']);
    expect(verdicts(`${layer}ki}$$`)).not.toContain('holds');
  });
});

describe('what a derivative is taken by is no power', () => {
  const layer = 'The output is $v_i^L = \\tanh(q_i^L)$.\n\n$$\\frac{\\partial v_i^L}{\\partial q_i^L} = 1 - ';
  test('a layer', () => {
    expect(verdicts(`${layer}(v_i^L)^2$$`)).toEqual(['holds']);
    expect(verdicts(`${layer}v_i^L$$`)).toEqual(['slip']);
  });
  test('the scale by which the likelihood is differentiated, whose square is solved for', () => {
    const energy = '$$E(s) = \\log s + \\frac{r^2}{2 s^2}$$\n\n$$\\frac{\\partial E}{\\partial s} = \\frac{1}{s} - ';
    const solved = '$$\n\nThe best width satisfies\n\n$$s^2 = r^2$$\n';
    expect(verdicts(`${energy}\\frac{r^2}{s^3}${solved}`)).toEqual(['holds']);
    expect(verdicts(`${energy}\\frac{r^2}{s^2}${solved}`)).toEqual(['slip']);
  });
});

test('a function that is defined by its logarithm has the derivative of its own', () => {
  const text = (claim: string): string => `Let $\\log F(x) = x^2$. Then $F'(x) = ${claim}$.`;
  expect(verdicts(text('2 x F(x)'))).toEqual(['holds']);
  expect(verdicts(text('2 x'))).not.toContain('holds');
});
