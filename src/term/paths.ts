// The sub-terms of a term by path.
// Not here: the order of children (`walk.ts`).
// Invariant: a path is a list of child positions; what stands beside it stays.
import type { Term } from './term.ts';
import { children, withChildren } from './walk.ts';

/** The sub-term at a path, with its depth. */
export function subtermAt(t: Term, path: readonly number[]): { term: Term; depth: number } {
  let depth = 0;
  for (const p of path) {
    const c = children(t)[p];
    if (c === undefined) throw new Error('bug: path leads nowhere');
    depth += c.binders;
    t = c.term;
  }
  return { term: t, depth };
}

/** The term with the sub-term at a path replaced. */
export function replaceAt(t: Term, path: readonly number[], by: Term): Term {
  const [first, ...rest] = path;
  if (first === undefined) return by;
  return withChildren(
    t,
    children(t).map((c, n) => (n === first ? replaceAt(c.term, rest, by) : c.term)),
  );
}
