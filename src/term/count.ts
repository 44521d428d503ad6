// How long a term is.
// Not here: how long its text is (`print/`).
// Invariant: each node and each index counts one; a term is counted once.
import { memo } from './memo.ts';
import type { Term } from './term.ts';
import { children } from './walk.ts';

/** How many nodes the term has; indices count one each. This is the measure of length of a form. */
export const nodeCount = (t: Term): number => counts.get(t) ?? counts.set(t, countNodes(t));
const counts = memo<Term, number>();

function countNodes(t: Term): number {
  const own = t.kind === 'entry' ? t.indices.length : t.kind === 'delta' ? 2 : t.kind === 'position' ? 1 : 0;
  return 1 + own + children(t).reduce((n, c) => n + nodeCount(c.term), 0);
}
