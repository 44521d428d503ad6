// Lines that hold, with one small mistake put into each: how many of them lint notices.
// Not here: the mistakes (`mutants.ts`).
// Invariant: a mutant that lint proves is no mistake; every other one that is no slip counts as missed.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgedDocument } from '../../src/lint/lint.ts';
import { must } from '../../src/term/must.ts';
import { randomFrom } from '../lint/simulator/random.ts';
import { mutations } from './mutants.ts';

const folder = (...parts: string[]): [string, string][] => {
  const path = join(import.meta.dirname, '..', '..', ...parts);
  const wanted = /\.(?:md|tex)$/;
  return readdirSync(path)
    .filter((name) => wanted.test(name))
    .map((name): [string, string] => [name, readFileSync(join(path, name), 'utf8')]);
};
/** MUTANTS names further folders, for measuring. */
const documents = [
  ...folder('library'),
  ...folder('test', 'lint', 'documents'),
  ...(process.env.MUTANTS ?? '')
    .split(':')
    .filter((x) => x !== '')
    .flatMap((path) => folder(path)),
];

interface Mutant {
  readonly document: string;
  readonly kind: string;
  readonly offset: number;
  readonly text: string;
  readonly formula: string;
}

/** One mutant a line that holds, of a kind drawn at random. */
function mutantsOf([document, text]: [string, string], seed: number): Mutant[] {
  const random = randomFrom(seed);
  return judgedDocument(text, {}).rows.flatMap(({ judgement: j }): Mutant[] => {
    const side = j.statement.sides[j.side];
    if (j.verdict !== 'holds' || side === undefined || j.statement.code) return [];
    const formula = side.text.text.trimEnd();
    const start = must(side.text.origins[0]);
    // Text that is written otherwise in the file (a macro) is left alone.
    if (text.slice(start, start + formula.length) !== formula) return [];
    const made = random.shuffled(mutations).flatMap(({ kind, of }) => {
      const all = of(formula).filter((f) => f.trim() !== '' && f !== formula);
      return all.length === 0 ? [] : [{ kind, formula: random.pick(all) }];
    })[0];
    if (made === undefined) return [];
    const changed = text.slice(0, start) + made.formula + text.slice(start + formula.length);
    return [{ document, kind: made.kind, offset: side.offset, text: changed, formula: made.formula }];
  });
}

type Fate = 'noticed' | 'equal' | 'missed';
function fateOf(m: Mutant): Fate {
  const row = judgedDocument(m.text, {}).rows.find(
    ({ judgement: j }) => Math.abs((j.statement.sides[j.side]?.offset ?? -9) - m.offset) <= 1,
  )?.judgement;
  if (row?.verdict === 'slip') return 'noticed';
  return row?.verdict === 'holds' && row.certainty === 'proved' ? 'equal' : 'missed';
}

test('small mistakes are noticed', { timeout: 3_600_000 }, () => {
  const mutants = documents.flatMap((d, n) => mutantsOf(d, 100 + n));
  const fates = mutants.map((m) => ({ ...m, fate: fateOf(m) }));
  const of = (fate: Fate, kind?: string): number =>
    fates.filter((f) => f.fate === fate && (kind ?? f.kind) === f.kind).length;
  for (const { kind } of mutations)
    console.log(`${kind}: ${of('noticed', kind)} noticed, ${of('missed', kind)} missed, ${of('equal', kind)} equal`);
  if (process.env.MUTANTS !== undefined)
    for (const f of fates) if (f.fate !== 'noticed') console.log(f.fate, f.document, f.kind, f.formula);
  console.log(`${of('noticed')} of ${of('noticed') + of('missed')} noticed`);
  expect(new Set(mutants.map((m) => m.kind)).size).toBeGreaterThanOrEqual(8);
  expect(of('noticed') / (of('noticed') + of('missed'))).toBeGreaterThanOrEqual(0.75);
});
