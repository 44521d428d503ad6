// The letters of a question do not matter, those of its formulas' summations included; as terms and as texts.
// Not here: problems from the literature with colliding letters (`problems.test.ts`).
// Invariant: an answer with other letters is the same term with its letters renamed.
import { describe, expect, test } from 'vitest';
import { evaluateTensor, type TensorValue } from '../../src/check/evaluate.ts';
import { derive } from '../../src/derive/derive.ts';
import { evaluate } from '../../src/derive/evaluate.ts';
import type { WhygradError } from '../../src/term/error.ts';
import { freeIndex, type Term } from '../../src/term/term.ts';
import { entryNames, key, sameTerm, substituteFree, visit } from '../../src/term/walk.ts';
import { seeded } from '../term/random-term.ts';
import { worstError } from './compare.ts';
import { keep, seedsOf, textsOf } from './faults.ts';
import { randomFormula, type Formula } from './random-formula.ts';
import { replayedSeed } from './replayed.ts';
import { deriveFormula } from './verify.ts';

const replayed = replayedSeed('letters');
const [first, count, group] = [30_001, 300, 100];

/** Letters that the formulas bind. */
function boundLetters(f: Formula): string[] {
  const letters = new Set<string>();
  for (const d of f.context.definitions.values()) {
    for (const p of d.params) letters.add(p.letter);
    visit(d.body, (t) => {
      if (t.kind === 'reduce') letters.add(t.letter);
    });
  }
  return [...letters];
}

function renamed(f: Formula, from: string, to: string): Formula {
  return {
    ...f,
    question: substituteFree(f.question, new Map([[from, freeIndex(to)]])),
    letters: f.letters.map((l) => (l === from ? to : l)),
  };
}

describe('the question with each letter renamed to each letter that the formulas bind', () => {
  let questions = 0;
  test.each(Array.from({ length: count / group }, (_, n) => ({ from: first + n * group })))(
    'seeds from $from',
    ({ from }) => {
      const faults: string[] = [];
      for (const seed of seedsOf(from, group, replayed)) {
        const f = randomFormula(seed);
        if (f.letters.length === 0) continue;
        const answer = deriveFormula(f).term;
        for (const own of f.letters)
          for (const other of boundLetters(f).filter((l) => !f.letters.includes(l))) {
            questions++;
            const expected = substituteFree(answer, new Map([[own, freeIndex(other)]]));
            const found = deriveFormula(renamed(f, own, other)).term;
            if (!sameTerm(expected, found))
              faults.push(keep('letters', seed, `${own} → ${other}: ${key(found)} in place of ${key(expected)}`, f));
          }
      }
      expect(faults).toEqual([]);
    },
  );
  test.runIf(replayed === null)('there were many such questions', () => expect(questions).toBeGreaterThan(2 * count));
});

const sizes = new Map([
  ['n', 3],
  ['m', 2],
]);
const nested = ({ shape, data }: TensorValue, from = 0): unknown =>
  shape.length === 0
    ? data[from]
    : Array.from({ length: shape[0] as number }, (_, i) =>
        nested({ shape: shape.slice(1), data }, from + i * shape.slice(1).reduce((a, b) => a * b, 1)),
      );

function valuesOf(f: Formula): Map<string, TensorValue> {
  const random = seeded(f.seed);
  return new Map(
    [...f.context.shapes]
      .filter(([name]) => !f.context.definitions.has(name))
      .map(([name, sets]) => {
        const shape = sets.map((s) => sizes.get(s) as number);
        return [
          name,
          { shape, data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() * 2 - 0.7) },
        ];
      }),
  );
}

/** Texts tell index sets through entries alone: a parameter that stands at none has none, and an unknown function has no value. */
function tellsAll(f: Formula): boolean {
  return (
    f.context.assumptions.length === 0 &&
    [...f.context.definitions.values()].every((d) => {
      let plain = true;
      const met = new Set<number>();
      visit(d.body, (t: Term, depth) => {
        plain &&= t.kind !== 'apply' && t.kind !== 'size';
        if (t.kind === 'entry')
          for (const i of t.indices) if (i.kind === 'bound' && i.depth >= depth) met.add(i.depth - depth);
      });
      return plain && met.size === d.params.length;
    })
  );
}

/** The derivation of the texts, evaluated, against dual numbers on the terms. */
function faultOfTexts(f: Formula): string | null {
  const { given, question } = textsOf(f);
  const values = valuesOf(f);
  try {
    const { result } = derive(question, { given });
    const truth = evaluateTensor(
      f.question,
      result.axes.map((a) => a.index),
      { context: f.context, values, sizes, indices: new Map(), seed: 1 },
    );
    const used = [result.text, ...given, ...result.axes.map((a) => a.tensor)].join(' ');
    const named = (name: string): boolean => new RegExp(`(?<![A-Za-z])${name}(?![A-Za-z])`).test(used);
    const plain = Object.fromEntries([...values].filter(([name]) => named(name)).map(([name, v]) => [name, nested(v)]));
    const ours = evaluate(result.text, { given, values: plain, axes: result.axes });
    const error = worstError(ours.value, [...truth.data]);
    return error < 1e-8 || truth.data.some((x) => !Number.isFinite(x))
      ? null
      : `${question} = ${result.text} is off by ${error}`;
  } catch (e) {
    return isStrange(f) && (e as WhygradError).code === 'unknown-name' ? null : `${question}: ${(e as Error).message}`;
  }
}

/** Whether the variable stands in no formula: such a question is refused. */
function isStrange(f: Formula): boolean {
  const variables = new Set<string>();
  visit(f.question, (t) => {
    if (t.kind === 'partial') variables.add(t.by.name);
  });
  const { definitions } = f.context;
  const bodies = [...definitions.values()].flatMap((d) => [d.name, ...entryNames(d.body)]);
  return [...variables].some((name) => !bodies.includes(name));
}

describe('read, derived, printed, read again and evaluated', () => {
  test.each(Array.from({ length: 4 }, (_, n) => ({ from: 40_001 + n * 100 })))('seeds from $from', ({ from }) => {
    const faults: string[] = [];
    let asked = 0;
    for (const seed of seedsOf(from, 100, replayed)) {
      const f = randomFormula(seed);
      if (!tellsAll(f)) continue;
      const clash = boundLetters(f).find((l) => !f.letters.includes(l));
      const own = f.letters.at(-1);
      for (const asks of [f, ...(clash === undefined || own === undefined ? [] : [renamed(f, own, clash)])]) {
        asked++;
        const fault = faultOfTexts(asks);
        if (fault !== null) faults.push(keep('letters', seed, fault, asks));
      }
    }
    expect(faults).toEqual([]);
    if (replayed === null) expect(asked).toBeGreaterThan(60);
  });
});
