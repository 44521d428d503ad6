// A part of a term on its own: the binders around it give it letters.
// Not here: printing.
// Invariant: a letter given to a binder is no free index of the whole and no other binder's.
import { freeIndex, type Term } from '../term/term.ts';
import { children, freeIndices, key, openAll } from '../term/walk.ts';

/** The part at the path of a whole, or another term for that place, with letters for the binders around it. */
export function withLetters(part: Term, whole: Term, path: readonly number[]): Term {
  return openAll(part, lettersAt(whole, path).map(freeIndex));
}

/** The letters of the binders that a path enters, outermost first. */
function lettersAt(whole: Term, path: readonly number[]): string[] {
  const taken = new Set(freeIndices(whole));
  const letters: string[] = [];
  let t = whole;
  for (const n of path) {
    const child = children(t)[n];
    if (child === undefined) throw new Error('bug: path leads nowhere');
    for (let k = 0; k < child.binders; k++) {
      const wanted = t.kind === 'reduce' ? t.letter : 'i';
      const letter = [wanted, ...'jklmnpqrstuvwabcdefgh'].find((l) => !taken.has(l)) ?? `${wanted}'`;
      taken.add(letter);
      letters.push(letter);
    }
    t = child.term;
  }
  return letters;
}

/** Where a part stands in a whole; null when it does not. */
export function pathOf(part: Term, whole: Term): readonly number[] | null {
  if (key(part) === key(whole)) return [];
  for (const [n, c] of children(whole).entries()) {
    const rest = pathOf(part, c.term);
    if (rest !== null) return [n, ...rest];
  }
  return null;
}
