// What is printed reads back as the same formula, in every spelling.
// Not here: how single texts look (`print.test.ts`).
// Invariant: every failure names the seed of its term.
import { expect, test } from 'vitest';
import { parse } from '../../src/meaning/parse.ts';
import { print, type Spelling } from '../../src/term/print.ts';
import { entry, freeIndex, partial } from '../../src/term/term.ts';
import { sameTerm } from '../../src/term/walk.ts';
import { roundTrip } from './round-trip.ts';

test.each<Spelling>(['plain', 'unicode', 'latex'])('random terms in %s', (spelling) => {
  const results = Array.from({ length: 1500 }, (_, n) => roundTrip(20240701 + n, spelling));
  expect(results.filter((r) => r !== 'same' && r !== 'equal')).toEqual([]);
  expect(results.filter((r) => r === 'same').length).toBeGreaterThan(1000);
});

test('what is held fixed is read back', () => {
  const t = partial(entry('v'), entry('x', freeIndex('i')), ['mu']);
  const back = parse(print(t));
  expect(sameTerm(back, t), print(back)).toBe(true);
});
