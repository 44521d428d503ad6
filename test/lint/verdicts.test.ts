// What lint says of whole documents, and of each of them with one line made wrong.
// Not here: the command line (`command.test.ts`).
// Invariant: the documents in `documents/` were written for these tests in the notations of public texts; every line in them is true save those listed here.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';

const folder = join(import.meta.dirname, 'documents');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const slips = (text: string): [number, string | null][] =>
  lint(text)
    .filter((c) => c.verdict === 'slip')
    .map((c) => [c.line, c.mistake]);

/** Lines that are false, with their mistakes. */
const wrong: Readonly<Record<string, [number, string][]>> = { 'notes.md': [[5, 'one-term-of-sum']] };

describe('documents', () => {
  test.each(readdirSync(folder))('%s: no true line is called a slip, and few are left open', (name) => {
    const claims = lint(read(name));
    expect(claims.filter((c) => c.verdict === 'slip').map((c) => [c.line, c.mistake])).toEqual(wrong[name] ?? []);
    expect(claims.filter((c) => c.verdict === 'unclear').length).toBeLessThanOrEqual(2);
    expect(claims.filter((c) => c.verdict === 'holds').length).toBeGreaterThan(0);
  });
});

/** A document, what is replaced by what, the mistake that has to be named, and whether the fix has to be what stood there. */
const mutations: readonly [string, string, string, string | null][] = [
  [
    'linear-regression.md',
    '\\frac{1}{m} \\sum_{i=1}^{m} \\left( \\hat{y}^{(i)} - y^{(i)} \\right) x_j',
    '\\frac{2}{m} \\sum_{i=1}^{m} \\left( \\hat{y}^{(i)} - y^{(i)} \\right) x_j',
    'lost-constant-factor',
  ],
  ['sigmoid.md', '&= -(1+e^{-x})^{-2} \\cdot (-e^{-x})', '&= -(1+e^{-x})^{-2} \\cdot e^{-x}', 'sign'],
  ['cross-entropy.tex', '&= - p_i p_j', '&= - p_i p_i', 'index-swap'],
  [
    'batch-norm.md',
    '\\frac{\\partial L}{\\partial \\beta} = \\sum_{i=1}^N \\frac',
    '\\frac{\\partial L}{\\partial \\beta} = \\frac',
    'lost-sum',
  ],
  ['two-layers.md', '= A_1^T \\frac', '= A_1 \\frac', 'transpose'],
  ['softmax.txt', '= S_i * (delta_ij - S_j)', '= S_i * (1 - S_j)', 'diagonal-only'],
  ['matrix-calculus.md', '= X^T X \\theta - X^T y =', '= X^T X \\theta + X^T y =', 'sign'],
  ['attention.md', '\\sum_l P_{il}\\, \\frac', '\\sum_l \\frac', 'lost-factor'],
  ['numbers.md', '= 0.245', '= 0.254', 'arithmetic'],
  ['layer-norm.md', '\\frac{x_i - \\mu}{n s}.', '\\frac{x_i - \\mu}{n}.', null],
];

describe('one line made wrong', () => {
  test.each(mutations)('%s: %s → %s', (name, from, to, mistake) => {
    const text = read(name);
    const changed = text.replace(from, () => to);
    expect(changed).not.toBe(text);
    const found = slips(changed);
    expect(found.length).toBeGreaterThan(0);
    if (mistake !== null) expect(found.map(([, m]) => m)).toContain(mistake);
  });
});

describe('limits', () => {
  test('a spent budget leaves every claim unclear, with its reason', () => {
    const claims = lint(read('sigmoid.md'), { budget: 0 }).filter((c) => c.verdict !== 'definition');
    expect(claims.length).toBeGreaterThan(5);
    for (const c of claims) expect([c.verdict, c.message.includes('budget')]).toEqual(['unclear', true]);
  });

  test.each([
    [
      'sums in sums',
      `$$s = ${[...'abcdfghijklm'].map((l) => `\\sum_${l}`).join(' ')} e^{${[...'abcdfghijklm'].map((l) => `x_${l}`).join('+')}}$$ so $$\\frac{\\partial s}{\\partial x_n} = 3$$`,
    ],
    ['a long range', '$$\\sum_{i=1}^{1000000000} i = 500000000500000000$$'],
    ['long ranges in long ranges', '$$\\sum_{i=1}^{1000} \\sum_{j=1}^{1000} \\sum_{k=1}^{1000} (i + j) k = 1$$'],
    ['a far entry', '$$\\sum_i x_i = x_{99999999} + 1$$'],
  ])('%s: unclear', (_name, text) => {
    expect(
      lint(text)
        .filter((c) => c.verdict !== 'definition')
        .map((c) => c.verdict),
    ).toEqual(['unclear']);
  });

  test('definitions that double one another', () => {
    const text = Array.from(
      { length: 40 },
      (_, k) => `$$f_{${k + 1}}(x) = f_{${k}}(x) f_{${k}}(x) + \\sin(f_{${k}}(x))$$`,
    ).join('\n\n');
    expect(lint(`${text}\n\n$$\\frac{d f_{40}(x)}{dx} = 1$$`).filter((c) => c.verdict === 'slip')).toEqual([]);
  });
});
