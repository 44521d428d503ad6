// All rules together, parsed once on demand.
// Not here: mistakes (`mistakes.ts`), schemas that need the context (`../check/replay.ts`).
// Invariant: names are unique.
import { parse } from '../meaning/parse.ts';
import type { Reduce, Term } from '../term/term.ts';
import { visit } from '../term/walk.ts';
import { algebra } from './algebra.ts';
import { calculus } from './calculus.ts';
import { functions } from './functions.ts';
import { matrix } from './matrix.ts';
import type { Rule } from './rule.ts';
import { stable } from './stable.ts';
import { sums } from './sums.ts';

export const book: readonly Rule[] = [...calculus, ...functions, ...matrix, ...sums, ...algebra, ...stable];

const byName = new Map(book.map((r) => [r.name, r]));
export const ruleNamed = (name: string): Rule | null => byName.get(name) ?? null;

/** A rule's two sides as terms. */
export interface Patterns {
  readonly from: Term;
  readonly to: Term;
}
const parsed = new Map<Rule, Patterns>();

/** The patterns of a rule, parsed at first use. */
export function patternsOf(rule: Rule): Patterns {
  let p = parsed.get(rule);
  if (p === undefined) {
    p = { from: parse(rule.from), to: parse(rule.to) };
    parsed.set(rule, p);
  }
  return p;
}

const sumsOf = (t: Term): Reduce[] => {
  const all: Reduce[] = [];
  visit(t, (x) => {
    if (x.kind === 'reduce') all.push(x);
  });
  return all;
};
/**
 * Whether every letter that the left side sums over is bound again on the right in the same way, so that a sum over a
 * part of its set may be matched.
 */
export function rebinds(rule: Rule): boolean {
  const { from, to } = patternsOf(rule);
  const again = new Set(sumsOf(to).map((x) => x.letter));
  return (
    [...sumsOf(from), ...sumsOf(to)].every((x) => x.where === null) && sumsOf(from).every((x) => again.has(x.letter))
  );
}
