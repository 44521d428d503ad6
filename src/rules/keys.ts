// Keys by meaning: two terms with the same key are equal by normal form, whatever order their author wrote.
// Not here: deciding equality of two given terms (`normal.ts`).
// Invariant: keys are cached per term object; they depend on the term alone.
import { nameless } from './normal.ts';
import type { Term } from '../term/term.ts';
import { memo } from '../term/memo.ts';
import { key } from '../term/walk.ts';
import { uncounted, work } from '../term/work.ts';

const cache = memo<Term, string>();
/** The same by spelling: rewriting makes new objects of old terms all the time. Emptied when full. */
const bySpelling = new Map<string, string>();
const most = 20_000;

/** The key of the term's normal form. */
export function meaningKey(t: Term): string {
  work(1);
  return cache.get(t) ?? cache.set(t, isPlain(t) ? key(t) : spelled(t));
}

const isPlain = (t: Term): boolean =>
  t.kind === 'entry' || t.kind === 'num' || t.kind === 'size' || t.kind === 'constant';

function spelled(t: Term): string {
  const spelling = key(t);
  let k = bySpelling.get(spelling);
  if (k === undefined) {
    k = uncounted(() => key(nameless(t)));
    if (bySpelling.size >= most) bySpelling.clear();
    bySpelling.set(spelling, k);
  }
  return k;
}
