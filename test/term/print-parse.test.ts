// What is printed reads back as the same formula, in every spelling.
// Not here: how single texts look (`print.test.ts`).
import { expect, test } from 'vitest';
import { testEqual } from '../../src/check/equal.ts';
import { parse } from '../../src/term/parse.ts';
import { print, type Spelling } from '../../src/term/print.ts';
import { provesEqual } from '../../src/rules/normal.ts';
import { entry, freeIndex, partial } from '../../src/term/term.ts';
import { sameTerm } from '../../src/term/walk.ts';
import { randomTerm, randomTermContext, seeded } from './random-term.ts';

const free = [{ letter: 'i', set: 'n' }, { letter: 'r', set: 'm' }];

test.each<Spelling>(['plain', 'unicode', 'latex'])('random terms in %s', (spelling) => {
  const seed = 20240701;
  const random = seeded(seed);
  let same = 0;
  for (let n = 0; n < 1500; n++) {
    const t = randomTerm(random, { depth: 4, partials: true, matrices: true, shifts: true, smooth: n % 2 === 0, free });
    const text = print(t, { spelling, context: randomTermContext });
    const back = parse(text, { spelling, context: randomTermContext });
    if (sameTerm(t, back)) { same += 1; continue; }
    // Signs, fractions and conditions may come back in another shape.
    const again = print(back, { spelling, context: randomTermContext });
    const equal = again === text || provesEqual(t, back, randomTermContext) || testEqual(t, back, randomTermContext).verdict !== 'different';
    expect(equal, `seed ${seed}, term ${n}: ${text} came back as ${again}`).toBe(true);
  }
  expect(same).toBeGreaterThan(1000);
});

test('what is held fixed is read back', () => {
  const t = partial(entry('v'), entry('x', freeIndex('i')), ['mu']);
  const back = parse(print(t));
  expect(sameTerm(back, t), print(back)).toBe(true);
});
