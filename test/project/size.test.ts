// How much of the package a bundled program keeps.
// Not here: which rooms a kernel must not pull in (package.test.ts).
// Invariant: measured on the built package, minified, before gzip.
import { describe, expect, test } from 'vitest';
import { bundledSize } from '../../scripts/size.mjs';

const KIB = 1024;

describe('a bundle with one kernel keeps that kernel alone', () => {
  test.each([
    ['softmax', 64],
    ['relu', 18],
    ['matmul', 20],
    ['softmax, crossEntropy', 144],
  ])('%s: at most %i KiB', async (names, most) => {
    expect((await bundledSize(names)).bytes).toBeLessThanOrEqual(most * KIB);
  });
  test('softmax brings no bytes of another kernel', async () => {
    const { files } = await bundledSize('softmax');
    expect(
      Object.entries(files)
        .filter(([path, { bytesInOutput }]) => path.includes('kernels/bytes/') && bytesInOutput > 0)
        .map(([path]) => path.replace(/^.*\//, '')),
    ).toEqual(['softmax.js']);
  });
});
