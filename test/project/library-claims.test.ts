// Every equality in a document of the library is true.
// Not here: whether its questions can be answered (library.test.ts).
// Invariant: a claim that is not understood counts as wrong.
import { expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { filesBelow, read } from './sources.ts';

test.each(filesBelow('library', ['.md']))('%s', (file) => {
  const claims = lint(read(file), { file });
  expect(
    claims
      .filter((c) => c.verdict === 'slip' || c.verdict === 'unclear')
      .map((c) => `${c.line}: ${c.verdict}: ${c.message}`),
  ).toEqual([]);
  expect(claims.length).toBeGreaterThan(0);
});
