// Remarks on any function at all: "in general, if $t = h(s)$, then …", "for a map $a = g(v)$ between columns".
// Not here: cases and examples (`roles.ts`).
// Invariant: a formula with more in it than one call of a function is no such remark.
import { isReservedFunction } from '../term/functions.ts';
import { headName, type Surface, unwrap } from '../language/surface.ts';
import type { Item, Statement } from './statements.ts';

const opens =
  /\b(?:in general|generally|if|suppose|consider|for (?:a|an|any|every|some)(?: [a-z]+){0,3}|let us say|more generally)\s*[:,]?\s*(?:if\s+)?$/i;

/** The places of the statements that such remarks begin with. */
export function asidesIn(items: readonly Item[]): ReadonlySet<number> {
  const found = new Set<number>();
  items.forEach((item, n) => {
    const before = items[n - 1];
    if (item.kind === 'statement' && !item.display && before?.kind === 'prose' && isAnyMap(item))
      if (opens.test(before.text.text)) found.add(n);
  });
  return found;
}

/** `y = f(x)` of names alone, f being no function of the field. */
function isAnyMap({ sides, continues }: Statement): boolean {
  const [left, right] = sides.map((s) => s.surface);
  const u = right == null ? null : unwrap(right);
  if (sides.length !== 2 || continues || left == null || u?.kind !== 'apply') return false;
  const name = headName(u.head);
  return isName(left) && u.args.every(isName) && name !== null && !isReservedFunction(name);
}

const isName = (s: Surface): boolean => unwrap(s).kind === 'name';
