// Derivations as chains of lines with one false line each, in the spelling of a person or an assistant.
// Not here: judging them (`chains.test.ts`).
// Invariant: the false line differs from the line before at a point, by the check's own evaluation; all others are those
// of a checked derivation.
import { equal } from '../../../src/check/equal.ts';
import { letterSets } from '../../../src/check/letters.ts';
import { derive } from '../../../src/derive/derive.ts';
import { remembered } from '../../../src/derive/remembered.ts';
import { checkStep, type CheckedStep, type Step } from '../../../src/lint/check-step.ts';
import { WhygradError } from '../../../src/term/error.ts';
import { must } from '../../../src/term/must.ts';
import { print, type Spelling } from '../../../src/term/print.ts';
import { freeIndices } from '../../../src/term/walk.ts';
import { problemQuestions } from '../../derive/problem-questions.ts';
import { libraryQuestions } from '../../derive/questions.ts';
import { mutationsOf } from '../../rules/mutations.ts';
import { randomFrom } from '../simulator/random.ts';

export interface Chain {
  readonly name: string;
  readonly given: readonly string[];
  readonly lines: readonly string[];
  /** Which line is false, and the line that should stand there. */
  readonly wrong: number;
  readonly right: string;
  readonly what: string;
}

const questions = [...libraryQuestions, ...problemQuestions];
const spellings: readonly Exclude<Spelling, 'mathml'>[] = ['plain', 'latex', 'unicode'];

/** One chain, or null where the draw gives none. */
export function chainFrom(seed: number): Chain | null {
  const random = randomFrom(seed).number;
  const pick = <T>(all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];
  const asked = must(pick(questions));
  const spelling = must(pick(spellings));
  const d = attempt(() => derive(asked.question, asked.options));
  const memory = d === null ? undefined : remembered(d);
  if (d === null || memory === undefined || memory.answers.length !== 1) return null;
  const from = d.steps.findIndex((s) => s.from === d.question.text);
  const texts = from < 0 ? [] : [d.question.text, ...d.steps.slice(from).map((s) => s.to)];
  const terms = texts.map((t) => memory.terms.get(t));
  if (texts.length < 3 || terms.some((t) => t === undefined)) return null;
  const wrong = 1 + Math.floor(random() * (texts.length - 1));
  const target = must(terms[wrong]);
  const sets = letterSets([target], memory.context);
  const free = [...freeIndices(target)].flatMap((letter) => {
    const set = sets.get(letter);
    return set === undefined ? [] : [{ letter, set }];
  });
  const mutation = pick(mutationsOf(target, free, []));
  if (mutation === undefined) return null;
  const verdict = attempt(() => equal(target, mutation.term, memory.context).verdict);
  if (verdict !== 'different') return null;
  const spell = (t: (typeof terms)[number]): string => print(must(t), { spelling, context: memory.context });
  const lines = terms.map((t, n) => spell(n === wrong ? mutation.term : t));
  const given = d.givens.filter((g) => g.kind !== 'domain').map((g) => (spelling === 'latex' ? g.latex : g.text));
  return {
    name: `${asked.name} ${asked.question} (${spelling})`,
    given,
    lines,
    wrong,
    right: spell(target),
    what: mutation.what,
  };
}

function attempt<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof WhygradError) return null;
    throw error;
  }
}

export interface Told {
  readonly chain: Chain;
  readonly verdicts: readonly (CheckedStep['verdict'] | 'refused')[];
  readonly because: readonly string[];
}

/** Every step of a chain, fed one by one with the lines so far. */
export function tell(chain: Chain): Told {
  const steps = chain.lines.slice(1).map((to, n): CheckedStep | WhygradError => {
    const from = must(chain.lines[n]);
    const all = n === 0 ? [] : [chain.lines.slice(0, n + 1).join(' = ')];
    const step: Step = { given: chain.given, from, to, all };
    try {
      return checkStep(step);
    } catch (error) {
      if (error instanceof WhygradError) return error;
      throw error;
    }
  });
  return {
    chain,
    verdicts: steps.map((s) => (s instanceof WhygradError ? 'refused' : s.verdict)),
    because: steps.map((s) => (s instanceof WhygradError ? `${s.code}: ${s.message}` : s.because)),
  };
}
