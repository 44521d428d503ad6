// Which letter each bound index gets: the author's, or the next free one.
// Not here: the printing of indices (`node.ts`).
// Invariant: a letter is never free and bound in one formula, and never bound twice around one place.
import { asAffine, type Term } from '../term.ts';
import { visit, visitIndices } from '../walk.ts';
import type { Context } from '../context.ts';

/** What the names of a formula and its context leave for bound letters. */
export interface Taken {
  readonly letters: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  /** Free letters that stand at an axis of a tensor somewhere, so that a reader knows them for indices. */
  readonly indexLetters: ReadonlySet<string>;
}

/** Letters that mean something in the formula (free indices, sizes, scalars), and all names of tensors. */
export function taken(term: Term, context?: Context): Taken {
  const letters = new Set<string>(context?.fixed);
  const names = new Set<string>(context?.definitions.keys());
  for (const [name, shape] of context?.shapes ?? []) {
    names.add(name);
    if (shape.length === 0) letters.add(name);
    for (const set of shape) letters.add(set);
  }
  const indexLetters = new Set<string>();
  visit(term, (t) => {
    if (t.kind === 'size') letters.add(t.set);
    const e = t.kind === 'entry' ? t : t.kind === 'partial' ? t.by : null;
    if (e === null) return;
    names.add(e.name);
    for (const i of e.indices) for (const { variable } of asAffine(i).terms) if (variable.kind === 'free') indexLetters.add(variable.name);
    if (e.indices.length === 0) letters.add(e.name);
  });
  visitIndices(term, (index) => {
    for (const { variable } of asAffine(index).terms) {
      if (variable.kind === 'free') letters.add(variable.name);
      else if (variable.kind === 'end') letters.add(variable.set);
    }
  });
  return { letters, names, indexLetters };
}

const alphabet = [...'ijklmnpqrstuvwabcfgh'];

/** The wanted letter, or the next one that is neither taken nor in scope. */
export function chooseLetter(wanted: string, letters: ReadonlySet<string>, scope: ReadonlySet<string>): string {
  const usable = (letter: string): boolean => !letters.has(letter) && !scope.has(letter);
  if (wanted !== '' && usable(wanted)) return wanted;
  const start = alphabet.indexOf(wanted) + 1;
  for (let primes = ''; ; primes += "'") {
    for (let n = 0; n < alphabet.length; n++) {
      const letter = (alphabet[(start + n) % alphabet.length] as string) + primes;
      if (usable(letter)) return letter;
    }
  }
}
