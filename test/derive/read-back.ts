// What a derivation prints, read again: every formula in every spelling, with the givens as the derivation prints them.
// Not here: which questions are asked (`read-back.test.ts`).
// Invariant: the truth is the question itself, evaluated by dual numbers; no text that was printed takes part in it.
import { evaluateTensor, type TensorValue } from '../../src/check/evaluate.ts';
import type { Environment } from '../../src/check/environment.ts';
import { letterSets } from '../../src/check/letters.ts';
import { planSamples, samples } from '../../src/check/sample.ts';
import { derive, type DeriveOptions } from '../../src/derive/derive.ts';
import type { Derivation } from '../../src/derive/derivation.ts';
import { evaluate, type Nested } from '../../src/derive/evaluate.ts';
import { partsOf } from '../../src/derive/parts.ts';
import { remembered, type Memory } from '../../src/derive/remembered.ts';
import { must } from '../../src/term/must.ts';
import { parse, readQuestion } from '../../src/meaning/parse.ts';
import { print } from '../../src/term/print.ts';
import type { Term } from '../../src/term/term.ts';
import { inferSets } from '../../src/term/sets.ts';
import { sameTerm } from '../../src/term/walk.ts';
import { equal } from '../../src/check/equal.ts';

export interface Asked {
  readonly question: string;
  readonly options: DeriveOptions;
}

type Values = Record<string, Nested>;

function nest({ shape, data }: TensorValue, axis = 0, offset = 0): Nested {
  if (axis === shape.length) return must(data[offset]);
  const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return Array.from({ length: must(shape[axis]) }, (_, i) => nest({ shape, data }, axis + 1, offset + i * stride));
}

interface Point {
  readonly values: Values;
  readonly truth: Nested;
}

/** Inputs where the result is a number everywhere, and the derivative there. */
function pointFor(asked: Term, answer: Term, letters: readonly string[], memory: Memory): Point | null {
  const whole = inferSets(memory.context, [asked, answer]);
  const { context } = whole;
  const [question, result] = [must(whole.terms[0]), must(whole.terms[1])];
  const bodies = [...context.definitions.values()].map((x) => x.body);
  for (const s of samples(planSamples([question, result, ...bodies], context), { environments: 12, seed: 7 })) {
    const fixed = [...must(s.assignments[0])].filter(([l]) => !letters.includes(l));
    const known = letterSets([question, result], context);
    const lengths = letters.map((l) => [l, must(s.environment.sizes.get(must(known.get(l))))] as const);
    const sizes = new Map([...s.environment.sizes, ...lengths]);
    const env: Environment = { ...s.environment, sizes, context, indices: new Map(fixed) };
    const at = evaluateTensor(result, letters, env);
    const truth = evaluateTensor(question, letters, env);
    if (at.data.length === 0 || ![...at.data, ...truth.data].every(Number.isFinite)) continue;
    const inputs = [...env.values].filter(([name]) => !context.definitions.has(name));
    const values = Object.fromEntries([...inputs.map(([name, v]) => [name, nest(v)] as const), ...fixed]);
    return { values, truth: nest(truth) };
  }
  return null;
}

const flat = (x: Nested): number[] => [x].flat(9) as number[];
function differs(a: Nested, b: Nested): boolean {
  const [left, right] = [flat(a), flat(b)];
  const far = (x: number, y: number): boolean => !(Math.abs(x - y) <= 1e-6 * Math.max(1, Math.abs(x)));
  return left.length !== right.length || left.some((x, i) => far(x, must(right[i])));
}

interface Text {
  readonly what: string;
  readonly text: string;
  readonly latex: string;
}

/** The result, its forms for all cases, and the steps from the question on. */
function wholeTexts(d: Derivation): Text[] {
  const from = d.steps.findIndex((s) => s.from === d.question.text || s.title === 'write the question');
  return [
    { what: 'result', ...d.result },
    ...d.result.forms.filter((f) => f.when === undefined).map((f) => ({ what: `${f.form} form`, ...f })),
    ...d.steps.slice(Math.max(0, from)).map((s, n) => ({ what: `step ${n + 1}`, text: s.to, latex: s.latex })),
  ];
}

/** What is wrong with the texts of a derivation, one line a fault. */
export function readBackFaults({ question, options }: Asked): string[] {
  const d = derive(question, { ...options, detail: 'all' });
  const memory = must(remembered(d));
  const faults = [...byTerms(d, memory), ...byValues(d, memory)];
  return faults.map((f) => `${question} [${(options.given ?? [options.in]).join('; ')}] ${f}`);
}

/** Every formula of every step in every spelling, read in the derivation's context: the same term, or an equal one. */
function byTerms(d: Derivation, { terms, context }: Memory): string[] {
  const letters = d.result.axes.map((a) => a.index);
  const faults: string[] = [];
  for (const t of new Set(terms.values())) {
    for (const spelling of ['plain', 'latex', 'unicode'] as const) {
      const text = print(t, { spelling, context });
      try {
        const back = parse(text, { context, letters });
        if (!sameTerm(back, t) && equal(back, t, context).verdict === 'different')
          faults.push(`${spelling}: ${text} is read as ${print(back, { context })}`);
      } catch (error) {
        faults.push(`${spelling}: ${text}: ${(error as Error).message}`);
      }
    }
  }
  return faults;
}

function byValues(d: Derivation, memory: Memory): string[] {
  const [answer] = memory.answers;
  if (answer === undefined || memory.answers.length !== 1) return [];
  const [part] = partsOf(readQuestion(d.question.text, memory.context), memory.context);
  const axes = d.result.axes;
  const point = pointFor(must(part).term, answer.term, must(part).letters, memory);
  if (point === null) return ['no point'];
  const faults: string[] = [];
  const attempt = (what: string, text: string, given: readonly string[]): void => {
    try {
      const isMatrix = what.startsWith('matrix');
      const { value } = evaluate(text, { given, values: point.values, ...(isMatrix ? {} : { axes }) });
      if (differs(point.truth, value))
        faults.push(`${what}: ${text} is ${JSON.stringify(value)}, not ${JSON.stringify(point.truth)}`);
    } catch (error) {
      faults.push(`${what}: ${text}: ${(error as Error).message}`);
    }
  };
  for (const { what, text, latex } of wholeTexts(d)) {
    attempt(
      what,
      text,
      d.givens.map((g) => g.text),
    );
    attempt(
      `${what} in LaTeX`,
      latex,
      d.givens.map((g) => g.latex),
    );
  }
  return faults;
}
