// Printing a random term and reading it back, for the suite and the soak run.
// Not here: assertions.
// Invariant: a difference is reported with the seed that makes the term again.
import { testEqual } from '../../src/check/equal.ts';
import { parse } from '../../src/meaning/parse.ts';
import { print, type Spelling } from '../../src/term/print.ts';
import { provesEqual } from '../../src/rules/equality.ts';
import { sameTerm } from '../../src/term/walk.ts';
import { randomTerm, randomTermContext, seeded } from './random-term.ts';

const free = [
  { letter: 'i', set: 'n' },
  { letter: 'r', set: 'm' },
];

/** `same` term, `equal` in another shape (signs, fractions, conditions), or what went wrong. */
export function roundTrip(seed: number, spelling: Spelling): 'same' | 'equal' | string {
  const t = randomTerm(seeded(seed), {
    depth: 4,
    partials: true,
    matrices: true,
    shifts: true,
    smooth: seed % 2 === 0,
    free,
  });
  const text = print(t, { spelling, context: randomTermContext });
  const back = parse(text, { spelling, context: randomTermContext });
  if (sameTerm(t, back)) return 'same';
  const again = print(back, { spelling, context: randomTermContext });
  const equal =
    again === text ||
    provesEqual(t, back, randomTermContext) ||
    testEqual(t, back, randomTermContext).verdict !== 'different';
  return equal ? 'equal' : `seed ${seed}: ${text} came back as ${again}`;
}
