// Rules with one mistake in them, made from the rules of the book.
// Not here: killing them (`mutants.test.ts`).
// Invariant: a mutant whose two sides are equal for all terms, which normal forms show, is not listed: there is nothing to notice.
import { patternsOf } from '../../src/rules/book.ts';
import { provesEqual } from '../../src/rules/equality.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Term } from '../../src/term/term.ts';
import { replaceAt } from '../../src/term/paths.ts';
import { children, freeIndices, key, mapNode } from '../../src/term/walk.ts';
import { instantiate } from '../../src/rules/match.ts';
import type { Environment } from '../../src/check/evaluate.ts';
import { seeded } from '../term/random-term.ts';
import { anatomy, instanceContext, instancesOf, type Equation, type Instance } from './instances.ts';
import { kinks } from './kinks.ts';
import { mutationsOf } from './mutations.ts';
import { judge, mostOneSided, pointFor, spokenValueAt } from './truth.ts';

/** `side`: the side that differs from the rule's, none for a dropped condition. */
export interface Mutant {
  readonly what: string;
  readonly equation: Equation;
  readonly side: 'from' | 'to' | null;
}

/** Patterns say nothing of index sets: all letters may stand for each other. */
const withoutSets = (t: Term): Term => {
  const node = mapNode(t, withoutSets);
  return node.kind === 'reduce'
    ? { ...node, range: { ...node.range, set: '' } }
    : node.kind === 'inverse' || node.kind === 'determinant'
      ? { ...node, set: '' }
      : node;
};

/** One metavariable written for another with as many indices. */
function renamed(t: Term, arities: ReadonlyMap<string, number>): { what: string; term: Term }[] {
  const out: { what: string; term: Term }[] = [];
  const go = (x: Term, path: readonly number[]): void => {
    if (x.kind === 'entry')
      for (const [name, n] of arities)
        if (name !== x.name && n === x.indices.length)
          out.push({ what: `${name} for ${x.name}`, term: replaceAt(t, path, { ...x, name }) });
    children(x).forEach((c, n) => go(c.term, [...path, n]));
  };
  go(t, []);
  return out;
}

export function mutantsOf(rule: Rule): Mutant[] {
  const patterns = patternsOf(rule);
  const [from, to] = [withoutSets(patterns.from), withoutSets(patterns.to)];
  const where = rule.where ?? [];
  const free = [...new Set([...freeIndices(from), ...freeIndices(to)])].map((letter) => ({ letter, set: '' }));
  const { metavariables } = anatomy([from, to]);
  const sides = (side: 'from' | 'to'): Mutant[] => {
    const t = side === 'from' ? from : to;
    return [...mutationsOf(t, free), ...renamed(t, metavariables)]
      .filter((m) => key(m.term) !== key(t) && !provesEqual(m.term, t))
      .map((m) => ({
        what: `${m.what} (${side})`,
        equation: { name: rule.name, from, to, where, [side]: m.term },
        side,
      }));
  };
  const dropped = where.map(
    (c): Mutant => ({
      what: `condition ${c.is} ${c.what}`,
      equation: { name: rule.name, from, to, where: where.filter((x) => x !== c) },
      side: null,
    }),
  );
  return [...sides('to'), ...sides('from'), ...dropped];
}

/** Instances of a rule with their points, made when they are asked for and kept for all mutants of the rule. */
interface Pool {
  readonly at: (n: number) => Sample | null;
  readonly tries: number;
}
interface Sample {
  readonly instance: Instance;
  readonly env: Environment;
  readonly values: Map<Term, number>;
}

function poolOf(e: Equation, tries: number): Pool {
  const make = instancesOf(e, { oneSet: true });
  const random = seeded(17);
  const made: (Sample | null)[] = [];
  const one = (n: number): Sample | null => {
    const instance = make(random);
    if (instance === null) return null;
    const env = pointFor(n);
    return kinks[e.name]?.(instance, env) === true ? null : { instance, env, values: new Map() };
  };
  return {
    tries,
    at: (n) => {
      while (made.length <= n) made.push(one(made.length));
      return made[n] as Sample | null;
    },
  };
}

function valueIn(s: Sample, pattern: Term): { term: Term; value: number } {
  const term = instantiate(pattern, s.instance.substitution);
  let value = s.values.get(pattern);
  if (value === undefined) s.values.set(pattern, (value = spokenValueAt(term, s.env)));
  return { term, value };
}

/** How many instances it took to refute the equation; null when none did. */
function refutedAfter(e: Equation, pool: Pool): number | null {
  let [used, oneSided] = [0, 0];
  for (let n = 0; n < pool.tries && used + oneSided < 1000; n++) {
    const s = pool.at(n);
    if (s === null) continue;
    const [left, right] = [valueIn(s, e.from), valueIn(s, e.to)];
    if (e.from.kind === 'partial' && Number.isNaN(left.value)) continue;
    const outcome = judge(left.value, right.value, left.term, right.term, instanceContext);
    if (outcome === 'different') return n;
    if (outcome === 'one-sided') oneSided++;
    else if (outcome === 'equal') used++;
    // many one-sided instances in a row decide, too
    if (oneSided > 20 && oneSided > 2 * mostOneSided * (used + oneSided)) return n;
  }
  return oneSided > mostOneSided * (used + oneSided) ? pool.tries : null;
}

/** Whether the patterns are such that the rule can be used: each name of a condition stands on the left. */
function isUsable(e: Equation): boolean {
  const { metavariables, variables } = anatomy([e.from]);
  return e.where.every((c) => metavariables.has(c.what) && (c.is !== 'constant' || variables.has(c.by)));
}

/** The mutants of a rule that nothing refutes. */
export function survivorsOf(rule: Rule, tries = 3000): { readonly total: number; readonly alive: readonly Mutant[] } {
  const all = mutantsOf(rule);
  const shared = poolOf(
    {
      name: rule.name,
      from: withoutSets(patternsOf(rule).from),
      to: withoutSets(patternsOf(rule).to),
      where: rule.where ?? [],
    },
    tries,
  );
  const alive = all.filter(
    (m) =>
      isUsable(m.equation) && refutedAfter(m.equation, m.side === null ? poolOf(m.equation, tries) : shared) === null,
  );
  return { total: all.length, alive };
}
