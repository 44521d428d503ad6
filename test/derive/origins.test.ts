// Where parts come from: golden origins written by hand, and laws asked of every library document.
// Not here: how parts stand in a text (`parts.test.ts`).
// Invariant: the golden tables were written from the derivations on paper, not from the code's answers.
import { describe, expect, test } from 'vitest';
import { remembered } from '../../src/derive/remembered.ts';
import { derive } from '../../src/derive/derive.ts';
import type { Step } from '../../src/derive/derivation.ts';
import { awkwardNames, libraryQuestions, severalAtOnce } from './questions.ts';
import { closedForm, workshop } from '../../src/derive/closed.ts';
import { originsOf } from '../../src/derive/origins.ts';
import { lastOf } from '../../src/term/must.ts';
import { children } from '../../src/term/walk.ts';
import type { Term } from '../../src/term/term.ts';
import { problemQuestions } from './problem-questions.ts';
import { randomFormula } from './random-formula.ts';
import { faultsIn, faultsOf, saidOf } from './origin-laws.ts';

const soak = process.env['SOAK'] !== undefined;

/** Every node of a term with its path. */
function visitPaths(t: Term, f: (t: Term, path: string) => void, path = ''): void {
  f(t, path);
  for (const [n, c] of children(t).entries()) visitPaths(c.term, f, path === '' ? `${n}` : `${path}.${n}`);
}

const stepsOf = (question: string, document: string): readonly Step[] =>
  derive(question, { in: document, detail: 'outline', parts: true }).steps;

describe('∂L/∂z_i of softmax with cross-entropy, line by line', () => {
  const steps = stepsOf('dL/dz_i', 'softmax-cross-entropy');
  test.each([
    ['definition of L', ['y_j made L', 'p_j made L']],
    ['differentiate', ['y_j kept y_j', 'p_j made p_j', 'delta_ij made p_j', 'p_i made p_j', 'p_j copied p_j']],
    ['δ picks one term', ['y_i picked y_j + delta_ij', 'p_i kept p_i', 'y_j kept y_j']],
    ['assumption', ['y_i kept y_i', 'p_i kept p_i']],
    ['take out common factors', ['p_i kept p_i', 'y_i kept y_i']],
  ])('%s', (title, origins) => {
    const step = steps.find((s) => s.title === title);
    expect(step && saidOf(step)).toEqual(origins);
  });
});

describe('∂p_j/∂z_i of softmax by the quotient rule, line by line', () => {
  const steps = stepsOf('dp_j/dz_i', 'softmax');
  test.each([
    ['definition of p', ['z_j made p_j', 'z_k made p_j']],
    ['quotient rule', ['z_j copied z_j', 'z_k copied z_k', 'z_j copied z_j', 'z_k copied z_k', 'z_k copied z_k']],
    [
      'differentiate',
      [
        'z_j copied z_j',
        'delta_ij made z_j',
        'z_k kept z_k',
        'z_j kept z_j',
        'z_k copied z_k',
        'delta_ki made z_k',
        'z_k kept z_k',
      ],
    ],
    ['write p', ['delta_ij kept delta_ij', 'p_j made z_j + z_k', 'p_j made z_j + z_k', 'p_i made z_i + z_k']],
    ['take out common factors', ['p_j copied p_j + p_j', 'delta_ij kept delta_ij', 'p_i kept p_i']],
  ])('%s', (title, origins) => {
    const step = steps.find((s) => s.title === title);
    expect(step && saidOf(step)).toEqual(origins);
  });
});

/** Problems of textbooks and forums: every fourth one, all of them and random formulas in soak. */
const sample = problemQuestions.filter((_, n) => soak || n % 4 === 0);

describe('laws of origins', () => {
  for (const { name, question, options } of [...libraryQuestions, ...severalAtOnce, ...awkwardNames, ...sample])
    test(`${name}: ${question}`, () => {
      expect(faultsIn(derive(question, { ...options, detail: 'outline', parts: true }))).toEqual([]);
    });

  test('random formulas', () => {
    for (let seed = 1; seed <= (soak ? 300 : 20); seed++) {
      const { context, ...f } = randomFormula(seed);
      const moves = closedForm(f.question, f.letters, workshop(context)).moves;
      if (moves.length === 0) continue;
      const to = new Set(originsOf(moves, context).map((o) => o.to));
      visitPaths(lastOf(moves).to, (t, path) => {
        if (t.kind === 'entry' || t.kind === 'delta') expect([seed, path, to.has(path)]).toEqual([seed, path, true]);
      });
    }
  });

  test('a broken table is found: an origin that is no part, one that is not equal, an entry without any', () => {
    const d = derive('dL/dz_i', { in: 'softmax-cross-entropy', detail: 'outline', parts: true });
    const step = d.steps[2] as Step;
    const terms = remembered(d)?.terms ?? new Map();
    const faults = (s: Step): string[] => faultsOf(s, terms);
    const broken = (change: (o: NonNullable<Step['origins']>[number]) => unknown): Step =>
      ({ ...step, origins: step.origins?.map(change) }) as Step;
    expect(faults(step)).toEqual([]);
    expect(faults(broken((o) => ({ ...o, from: ['1.9'] }))).length).toBeGreaterThan(0);
    expect(faults(broken((o) => ({ ...o, how: 'kept' }))).length).toBeGreaterThan(0);
    expect(faults({ ...step, origins: [] } as Step).length).toBeGreaterThan(0);
  });
});

test('what cancels nothing and is written twice keeps its place', () => {
  const d = derive('dE/dw', { given: ['E = (a*w + b)^2 + (c*w + b)^2'], detail: 'outline', parts: true });
  expect(faultsIn(d)).toEqual([]);
  const [, second] = d.steps;
  expect(
    second &&
      saidOf(second)
        .filter((o) => o.startsWith('b'))
        .every((o) => / from|kept b|copied b/.test(o)),
  ).toBe(true);
});
