// Laws of reading, asked of simulated documents: the same derivation with one habit changed has the same verdicts.
// Not here: the laws on texts of people (`texts.test.ts`).
// Invariant: `simulated.json` lists the pairs that break a law; it may only shrink (`SHRINK=1` takes out what is mended).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { authorOf, habits, type Author, type HabitName } from '../lint/simulator/habits.ts';
import { randomFrom } from '../lint/simulator/random.ts';
import { simulate, type Simulated } from '../lint/simulator/simulator.ts';

interface Law {
  readonly name: string;
  /** The habits that change nothing for the claims. */
  readonly habits: readonly HabitName[];
  /** Which changes of a verdict break it: any, or only one that loses what held. */
  readonly breaks: (before: string, after: string) => boolean;
}

const differ = (before: string, after: string): boolean => before !== after;
const laws: readonly Law[] = [
  {
    name: 'monotone: a true declaration or repetition takes no line that holds away',
    habits: ['declared', 'second'],
    breaks: (b, a) => b === 'holds' && a !== 'holds',
  },
  {
    name: 'local: a line that says nothing of a claim changes nothing for it',
    habits: ['aside', 'values'],
    breaks: differ,
  },
  { name: 'invariant under other letters', habits: ['letters', 'indices'], breaks: differ },
  {
    name: 'invariant under other spellings',
    habits: [
      'fractions',
      'exponential',
      'parentheses',
      'product',
      'subscripts',
      'derivative',
      'gradient',
      'transpose',
      'bold',
      'layers',
      'syntax',
    ],
    breaks: differ,
  },
  { name: 'invariant under other displays', habits: ['chain', 'delimiters', 'punctuation'], breaks: differ },
  { name: 'invariant under the order of definitions', habits: ['definitions'], breaks: differ },
];

/** The verdict of every member of every claim; `unread` where lint has no row. */
function verdicts(d: Simulated): string[] {
  const rows = lint(d.text, { syntax: d.syntax });
  return d.members.map(
    (m) => rows.find((r) => r.line === m.line && Math.abs(r.column - m.column) <= 2)?.verdict ?? 'unread',
  );
}

/** Options of a habit that write as many members as its first does. */
const optionsOf = (habit: HabitName): readonly string[] => habits[habit].options.filter((o) => o !== 'form-only');

/** Pairs of documents that break a law, by the seed and the habit's option. */
function broken(law: Law, seed: number): string[] {
  const random = randomFrom(seed);
  const drawn = authorOf(random);
  const derivation = simulate(seed).derivation;
  return law.habits.flatMap((habit) => {
    const [first = ''] = optionsOf(habit);
    const author = { ...drawn, chain: drawn.chain === 'form-only' ? 'line' : drawn.chain } as Author;
    const told = (option: string): string[] =>
      verdicts(simulate(seed, { author: { ...author, [habit]: option } as Author, derivation }));
    const before = told(first);
    const option = random.pick(optionsOf(habit).filter((o) => o !== first));
    const after = told(option);
    return before.some((b, n) => law.breaks(b, after[n] ?? 'unread'))
      ? [`${seed} ${derivation}, ${habit}: ${first} → ${option}: ${changes(before, after)}`]
      : [];
  });
}

const changes = (before: readonly string[], after: readonly string[]): string =>
  before.flatMap((b, n) => (b === after[n] ? [] : [`${n} ${b} → ${after[n] ?? 'none'}`])).join(', ');

const file = join(import.meta.dirname, 'simulated.json');
const expected = JSON.parse(readFileSync(file, 'utf8')) as string[];
const seeds = Array.from({ length: 14 }, (_, n) => 5000 + n);

describe('laws', () => {
  const mended: string[] = [];
  test.each(laws)('$name', { timeout: 300_000 }, (law) => {
    const found = seeds.flatMap((seed) => broken(law, seed));
    const pairOf = (line: string): string => line.replace(/:[^:]*$/, '');
    const listed = new Set(expected.map(pairOf));
    if (process.env.RECORD !== undefined) console.log(JSON.stringify(found, null, 2));
    const own = expected.filter((e) => law.habits.some((h) => e.includes(`, ${h}: `)));
    mended.push(...own.filter((e) => !found.some((f) => pairOf(f) === pairOf(e))));
    expect(found.filter((f) => !listed.has(pairOf(f)))).toEqual([]);
  });

  test('the list of what breaks a law holds nothing else', () => {
    console.log(`${mended.length} of ${expected.length} listed pairs are mended`);
    const left = expected.filter((e) => !mended.includes(e));
    if (process.env.SHRINK !== undefined) writeFileSync(file, `${JSON.stringify(left, null, 2)}\n`);
    expect(new Set(expected).size).toBe(expected.length);
  });
});
