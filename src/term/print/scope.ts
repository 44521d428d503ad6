// Which letter each bound index gets: the author's, or the next free one.
// Not here: the printing of indices (`node.ts`).
// Invariant: a letter is never free and bound in one formula, and never bound twice around one place.
import { must } from '../must.ts';
import { variablesOf, type Condition, type Index, type Term } from '../term.ts';
import { visit } from '../walk.ts';
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
  const index = (i: Index, atAxis: boolean): void => {
    if (i.kind === 'at') return;
    for (const variable of variablesOf(i)) {
      if (variable.kind === 'bound') continue;
      if (variable.kind === 'data') names.add(variable.name);
      else letters.add(variable.kind === 'free' ? variable.name : variable.set);
      if (atAxis && variable.kind === 'free') indexLetters.add(variable.name);
    }
  };
  visit(term, (t) => {
    if (t.kind === 'size') letters.add(t.set);
    const e = t.kind === 'entry' ? t : t.kind === 'partial' ? t.by : null;
    if (e === null) {
      for (const i of ownIndices(t)) index(i, t.kind === 'inverse');
      return;
    }
    names.add(e.name);
    if (e.indices.length === 0) letters.add(e.name);
    for (const i of e.indices) index(i, true);
  });
  return { letters, names, indexLetters };
}

/** The indices that a node has itself, those of its conditions and range included. */
function ownIndices(t: Term): readonly Index[] {
  switch (t.kind) {
    case 'position':
      return [t.index];
    case 'delta':
      return [t.left, t.right];
    case 'inverse':
      return [t.row, t.column];
    case 'bracket':
    case 'if':
      return conditionIndices(t.condition);
    case 'reduce':
      return [
        ...(t.where === null ? [] : conditionIndices(t.where)),
        ...[t.range.from, t.range.to].filter((i) => i !== null),
      ];
    default:
      return [];
  }
}
function conditionIndices(c: Condition): readonly Index[] {
  return c.kind === 'position'
    ? [c.left, c.right]
    : c.kind === 'not'
      ? conditionIndices(c.of)
      : c.kind === 'compare'
        ? []
        : c.all.flatMap(conditionIndices);
}

const alphabet = [...'ijklmnpqrstuvwabcfgh'];

/** The wanted letter, or the next one that is neither taken nor in scope. */
export function chooseLetter(wanted: string, letters: ReadonlySet<string>, scope: ReadonlySet<string>): string {
  const usable = (letter: string): boolean => !letters.has(letter) && !scope.has(letter);
  if (wanted !== '' && usable(wanted)) return wanted;
  const start = alphabet.indexOf(wanted) + 1;
  for (let primes = ''; ; primes += "'") {
    for (let n = 0; n < alphabet.length; n++) {
      const letter = must(alphabet[(start + n) % alphabet.length]) + primes;
      if (usable(letter)) return letter;
    }
  }
}
