// Everything that a derivation prints reads back, for every question of the library and every problem.
// Not here: how a text is read back (`read-back.ts`).
// Invariant: a fault names the question and the text; the list of those that fail may only shrink.
import { describe, expect, test } from 'vitest';
import { problemQuestions } from './problem-questions.ts';
import { libraryQuestions } from './questions.ts';
import { readBackFaults } from './read-back.ts';

/** What does not read back yet, and why. */
const failing: ReadonlyMap<string, string> = new Map([
  ['mc-099: df/dX_{k,n}', 'nothing gives the size of an identity matrix by itself'],
  ['mean-squared-error: dE/dw_j', 'its f is open, so nothing can be evaluated'],
  ['mean-squared-error: dE/db', 'its f is open, so nothing can be evaluated'],
  ['batch-norm: vjp y', 'the upstream g is no given'],
  ['linear-layer: vjp y', 'the upstream g is no given'],
]);

describe.each([...libraryQuestions, ...problemQuestions])('$name: $question', (asked) => {
  const faults = (): string[] => readBackFaults(asked);
  if (failing.has(`${asked.name}: ${asked.question}`))
    test('does not read back yet', () => expect(faults()).not.toEqual([]));
  else test('reads back', () => expect(faults()).toEqual([]));
});
