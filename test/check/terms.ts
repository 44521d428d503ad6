// Constructors for tests, with a sum over n that binds a free letter by name.
// Not here: random terms (`test/term/random-term.ts`).
// Invariant: everything else is the constructor of `src/term/term.ts`.
import { reduce, wholeSet, type Term } from '../../src/term/term.ts';
import { close } from '../../src/term/walk.ts';

export * from '../../src/term/term.ts';

/** Σ over a set (n unless said) of a body in which the letter is free. */
export const sum = (letter: string, body: Term, set = 'n'): Term =>
  reduce('sum', letter, close(body, letter), wholeSet(set));
