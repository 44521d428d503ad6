// Norms with a subscript, against the sums that they stand for.
// Not here: norms in typed questions (`test/meaning/read.test.ts`).
// Invariant: a norm that is not calculated makes no slip.
import { describe, expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';

const last = (formula: string): string =>
  lint(`Let $x$ be a vector and $A$ a matrix, $p$ a number.\n\n$$${formula}$$\n`).at(-1)?.verdict ?? 'none';

const norms: readonly (readonly [norm: string, sum: string])[] = [
  ['\\|x\\|_2', '\\sqrt{\\sum_i x_i^2}'],
  ['\\lVert x \\rVert_2^2', '\\sum_i x_i^2'],
  ['\\|x\\|^2_2', '\\sum_i x_i^2'],
  ['\\|x\\|_{2}', '\\sqrt{x^\\top x}'],
  ['||x||_1', '\\sum_i |x_i|'],
  ['\\left\\|x\\right\\|_\\infty', '\\max_i |x_i|'],
  ['\\|A\\|_F', '\\sqrt{\\sum_{i,j} A_{ij}^2}'],
  ['\\|A\\|_F^2', '\\operatorname{tr}(A^\\top A)'],
  ['\\Vert A \\Vert_{F}^{2}', '\\sum_i \\sum_j A_{ij}^2'],
];

describe('norms', () => {
  test.each(norms)('3 %s is three times %s', (norm, sum) => {
    expect(last(`3 ${norm} = ${norm} + 2 ${sum}`)).toBe('holds');
  });
  test.each(norms)('%s is not twice %s', (norm, sum) => {
    expect(last(`3 ${norm} = ${norm} + 3 ${sum}`)).not.toBe('holds');
  });
  test.each(['\\|A\\|_2', '\\|A\\|_*', '\\|x\\|_{\\Sigma^{-1}}', '\\|x\\|_0'])('%s is not calculated', (norm) => {
    expect(['unclear', 'assumption']).toContain(last(`3 ${norm} = ${norm} + ${norm}`));
  });
});
