// One meaning of a node for both readers: what `check` calls true of declared quantities, `lint` does too.
// Not here: ranks that are guessed (`test/meaning`).
// Invariant: every pair of sides is judged by both, and a wrong right side is called true by neither.
import { describe, expect, test } from 'vitest';
import { check, lint } from '../../src/index.ts';

const text = (left: string, right: string): string =>
  [
    'Let $x \\in \\mathbb{R}^n$, $y \\in \\mathbb{R}^n$ and $A \\in \\mathbb{R}^{n \\times n}$.',
    '',
    `$$${left} = ${right}$$`,
  ].join('\n');

const byLint = (left: string, right: string): string | undefined =>
  lint(text(left, right)).find((c) => c.formula.includes('='))?.verdict;
const byCheck = (left: string, right: string): string => check(`${left} = ${right}`).verdict;

describe.each([
  ['\\|x\\|_1', '\\sum_i |x_i|', '\\sum_i x_i'],
  ['\\|x\\|_2^2', 'x^T x', '2 x^T x'],
  ['\\|x\\|^2_2', 'x^T x', '2 x^T x'],
  ['\\nabla_x (x^T A x)', '(A + A^T) x', '2 A x'],
  ['\\nabla_x^2 (x^T A x)', 'A + A^T', '2 A'],
  ['\\|A\\|_F^2', '\\sum_{i,j} A_{ij}^2', '\\sum_{i} A_{ii}^2'],
  ['\\|x\\|_\\infty', '\\max_i |x_i|', '\\max_i x_i'],
  ['\\|x\\|_p', '\\left(\\sum_i |x_i|^p\\right)^{1/p}', '\\sum_i |x_i|^p'],
  ['\\operatorname{clip}(x^T y, 0, 1)', '\\min(\\max(x^T y, 0), 1)', '\\max(x^T y, 0)'],
  ['\\operatorname{tr}(A^T A)', '\\|A\\|_F^2', '\\operatorname{tr}(A A)'],
  ['(A A)^T', 'A^T A^T', 'A A^T'],
  [
    '1 \\cdot \\operatorname{var}(x)',
    '\\operatorname{mean}((x - \\operatorname{mean}(x))^2)',
    '\\operatorname{mean}(x^2)',
  ],
])('%s', (left, right, wrong) => {
  test(`is ${right} in a document and by itself`, () => {
    expect(byLint(left, right)).toBe('holds');
    expect(byCheck(left, right)).toBe('holds');
  });
  test(`is not ${wrong}`, () => {
    expect(byLint(left, wrong)).not.toBe('holds');
    expect(byCheck(left, wrong)).toBe('slip');
  });
});
