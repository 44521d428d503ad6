// Rules with one mistake in them are found out: a sign, a factor, an index, a constant, a Σ, a ∂, a function, a condition.
// Not here: how mutants are made and refuted (`mutants.ts`).
// Invariant: whatever survives stands in the list below with the reason why it is no mistake.
import { describe, expect, test } from 'vitest';
import { book } from '../../src/rules/book.ts';
import { key } from '../../src/term/walk.ts';
import { survivorsOf } from './mutants.ts';

const noMistake: Readonly<Record<string, readonly { readonly what: string; readonly why: string }[]>> = {
  constant: [{ what: 'sign of the whole (from)', why: '−0 = 0' }],
  'derivative-sign': [{ what: 'sign of the whole (from)', why: '−0 = 0' }],
  'derivative-determinant': [
    { what: 'index (to)', why: 'det Mᵀ = det M: the factor in front may be transposed' },
    { what: 'index (from)', why: 'det Mᵀ = det M' },
  ],
  'derivative-inverse': [
    { what: 'index (from)', why: 'a matrix with equal columns has no inverse, so nothing is said' },
  ],
};

let mutants = 0;
describe('mutants are killed', () => {
  test.each(book.map((rule) => ({ name: rule.name, rule })))('$name', ({ name, rule }) => {
    const { total, alive } = survivorsOf(rule);
    mutants += total;
    const unexpected = alive.filter((m) => !(noMistake[name] ?? []).some((x) => x.what === m.what));
    expect(unexpected.map((m) => `${m.what}: ${key(m.equation.from)} = ${key(m.equation.to)}`)).toEqual([]);
    expect(alive.length).toBe((noMistake[name] ?? []).length);
  });

  test('there are many of them, and every rule has some', () => {
    expect(mutants).toBeGreaterThan(900);
  });
});
