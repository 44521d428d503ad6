// Printing and reading 100,000 random terms in each spelling.
// Not here: the short run of the suite (`test/term/print-parse.test.ts`).
// Invariant: seeds count up from a fixed one, so that a failure can be replayed.
import { expect, test } from 'vitest';
import { roundTrip } from '../term/round-trip.ts';

test.each(['plain', 'unicode', 'latex'] as const)('random terms in %s', { timeout: 3_600_000 }, (spelling) => {
  for (let n = 0; n < 100_000; n++) expect(['same', 'equal']).toContain(roundTrip(1_000_000 + n, spelling));
});
