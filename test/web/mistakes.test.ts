// The numbers of the gallery's cards.
// Not here: the catalogue's own tests (test/rules).
// Invariant: every card that offers numbers shows two that differ.
import { expect, test } from 'vitest';
import { mistakes } from '../../src/rules/mistakes.ts';
import { mistakeJob } from '../../web/work/mistake-jobs.ts';
import { rightFor } from '../../web/mistakes/right.ts';

const counted = mistakes.filter(
  (m) =>
    m.shown !== undefined || (m.returns !== undefined && rightFor(m) !== null && m.returns.formula !== rightFor(m)),
);

test('there are many', () => expect(counted.length).toBeGreaterThan(35));

test.each(counted.map((m) => [m.id] as const))('%s: what is written differs from what is right', (id) => {
  const { at, written, right } = mistakeJob({ id });
  expect(at.length > 0 || id === 'arithmetic').toBe(true);
  expect(written).not.toBe('');
  expect(written).not.toBe(right);
});
