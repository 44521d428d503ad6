// Where a rule may be used in a term, and what it makes of it there.
// Not here: choosing among the uses.
// Invariant: every condition of the rule is known to hold at a use.
import { patternsOf, rebinds } from '../../src/rules/book.ts';
import { conditionHolds } from '../../src/rules/conditions.ts';
import { emptySubstitution, instantiate, match, type Guard, type Substitution } from '../../src/rules/match.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Context } from '../../src/term/context.ts';
import { freeIndex, type Index, type Term } from '../../src/term/term.ts';
import { replaceAt } from '../../src/term/paths.ts';
import { children, freeIndices, key } from '../../src/term/walk.ts';

export interface Use {
  readonly path: readonly number[];
  readonly before: Term;
  readonly after: Term;
  readonly whole: Term;
  readonly substitution: Substitution;
}

/** The match of one node, with factors shared out as the conditions ask. */
export function matchRule(rule: Rule, t: Term, context: Context): Substitution | null {
  const where = rule.where ?? [];
  const { from, to } = patternsOf(rule);
  const guard: Guard = (name, value, soFar) => {
    const own = where.filter((c) => c.what === name);
    if (own.length === 0) return null;
    const tried = { ...soFar, terms: new Map([...soFar.terms, [name, { params: 0, body: value }]]) };
    return own.every((c) => conditionHolds(c, tried, context));
  };
  const found = match(from, t, guard, { ...emptySubstitution, restricted: rebinds(rule) });
  if (found === null || !where.every((c) => conditionHolds(c, found, context))) return null;
  // an index that only the right side names may be chosen freely
  const set = [...found.binders.values()][0]?.range.set;
  const chosen: [string, Index][] = freeIndices(to)
    .filter((l) => !freeIndices(from).includes(l))
    .map((l) => [l, freeIndex(set === 'm' ? 'l' : 'i')]);
  return { ...found, indices: new Map([...found.indices, ...chosen]) };
}

/** Every use of the rule in the term, outermost first. */
export function usesOf(rule: Rule, t: Term, context: Context): Use[] {
  const out: Use[] = [];
  const go = (x: Term, path: readonly number[]): void => {
    const substitution = matchRule(rule, x, context);
    if (substitution !== null) {
      const after = instantiate(patternsOf(rule).to, substitution);
      if (key(after) !== key(x)) out.push({ path, before: x, after, whole: replaceAt(t, path, after), substitution });
    }
    children(x).forEach((c, n) => go(c.term, [...path, n]));
  };
  go(t, []);
  return out;
}
