// A row beside a column in a sum: nothing is proved of it.
// Not here: products of rows and columns (`value.test.ts`).
// Invariant: rows among themselves and columns among themselves are read as ever.
import { expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';

const verdict = (claim: string): string | undefined =>
  lint(`Let $y, t \\in \\mathbb{R}^n$ and $a = y - t$. Then\n\n$$${claim}$$`).at(-1)?.verdict;

test.each(['a = y^T - t', 'a = y - t^\\top', '\\|a\\|^2 = (y^T - t)^T (y - t)'])('%s is not proved', (claim) => {
  expect(verdict(claim)).not.toBe('holds');
});
test.each(['a^T a = (y^T - t^T)(y - t)', '\\|a\\|^2 = (y - t)^T (y - t)', 'y^T a = y^T y - y^T t'])(
  '%s holds',
  (claim) => {
    expect(verdict(claim)).toBe('holds');
  },
);
