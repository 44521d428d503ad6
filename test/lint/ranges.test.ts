// Sums that count from 0: what stands under the Σ, and how many summands there are.
// Not here: ranges of givens and questions (`test/meaning`).
// Invariant: a true line is no slip, and the same line with another constant is never called true.
import { describe, expect, test } from 'vitest';
import { check, lint } from '../../src/index.ts';

const verdict = (line: string): string => {
  const [claim] = lint(`A line.\n\n$$${line}$$\n`);
  return claim?.verdict ?? 'not read';
};

describe.each([
  ['\\sum_{k=0}^{n} 2^k', '2^{n+1} - 1', '2^{n} - 1'],
  ['\\sum_{k=0}^{n} k', '\\frac{n(n+1)}{2}', '\\frac{n(n-1)}{2}'],
  ['\\sum_{k=0}^{n-1} k', '\\frac{n(n-1)}{2}', '\\frac{n(n+1)}{2}'],
  ['\\sum_{k=1}^{n} k', '\\frac{n(n+1)}{2}', '\\frac{n(n-1)}{2}'],
  ['\\sum_{k=0}^{3} k^2', '14', '30'],
  ['\\prod_{k=0}^{2} (k + 1)', '6', '24'],
  ['\\sum_{k=0}^{4} \\mathbf{1}\\{k = 0\\}', '1', '0'],
])('%s', (left, right, wrong) => {
  test(`is ${right}`, () => expect(verdict(`${left} = ${right}`)).toBe('holds'));
  test(`is not ${wrong}`, () => expect(verdict(`${left} = ${wrong}`)).not.toBe('holds'));
});

describe('entries counted from 0', () => {
  test('are as many as are written out', () => {
    expect(verdict('\\sum_{k=0}^{3} x_k = x_0 + x_1 + x_2 + x_3')).not.toBe('slip');
    expect(verdict('\\frac{\\partial}{\\partial x_0} \\sum_{k=0}^{3} x_k^2 = 2 x_0')).not.toBe('slip');
  });
  test('a polynomial has a constant term', () => {
    expect(verdict('\\frac{\\partial}{\\partial a_0} \\sum_{k=0}^{n} a_k x^k = 1')).toBe('holds');
    expect(verdict('\\frac{\\partial}{\\partial a_0} \\sum_{k=0}^{n} a_k x^k = x')).not.toBe('holds');
  });
});

test('a sum without an end is no claim that fails', () => {
  expect(verdict('\\sum_{k=0}^{\\infty} x^k = \\frac{1}{1-x}')).toBe('unclear');
  expect(verdict('\\sum_{k=1}^{\\infty} 2^{-k} = 1')).toBe('unclear');
});

describe('an entry 0 beside a sum from 1', () => {
  const model = 'z = \\theta_0 + \\sum_{j=1}^{n} \\theta_j x_j';
  const claims: [string, string][] = [
    ['\\frac{\\partial z}{\\partial \\theta_0} = 1', '\\frac{\\partial z}{\\partial \\theta_0} = x_1'],
    ['\\frac{\\partial z}{\\partial \\theta_j} = x_j', '\\frac{\\partial z}{\\partial \\theta_j} = \\theta_j'],
    ['\\frac{\\partial z}{\\partial x_j} = \\theta_j', '\\frac{\\partial z}{\\partial x_j} = \\theta_0'],
  ];
  test.each(claims)('stands apart in a document and in a given: %s', (right, wrong) => {
    const verdicts = lint(`The model is\n\n$$${model}$$\n\n$$${right}$$\n\n$$${wrong}$$\n`).map((c) => c.verdict);
    expect(verdicts[1]).toBe('holds');
    expect(verdicts[2]).not.toBe('holds');
    expect(check(right, { given: [model] }).verdict).toBe('holds');
    expect(check(wrong, { given: [model] }).verdict).toBe('slip');
  });
  test('is an entry where some sum runs over it', () => {
    const text = `Let $x_0 = 1$.\n\n$$z = \\sum_{j=0}^{n} \\theta_j x_j$$\n\n$$\\frac{\\partial z}{\\partial \\theta_0} = x_0$$\n`;
    expect(lint(text).at(-1)?.verdict).toBe('holds');
  });
});
