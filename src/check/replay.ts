// Why a move is believed: the recorded rule is used again from its record and compared, or both sides have one normal form, or they agree at many points.
// Not here: finding moves; this room never searches.
// Invariant: "proved" rests on `term/`, `rules/` and this file alone; what is only sampled says "tested".
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import {
  add,
  apply,
  delta,
  ifThen,
  isZero,
  mul,
  one,
  partial,
  sameIndex,
  type Entry,
  type Index,
  type Partial,
  type Term,
} from '../term/term.ts';
import { replaceAt } from '../term/paths.ts';
import { freeIndices, key, mapNode, openAll, sameTerm, shift, substituteFree, visitIndices } from '../term/walk.ts';
import { indexKey } from '../term/term.ts';
import { patternsOf, ruleNamed } from '../rules/book.ts';
import { conditionHolds, isOneHot, isSymmetric, reachedFrom } from '../rules/conditions.ts';
import { meaningKey } from '../rules/keys.ts';
import { instantiate, type Substitution } from '../rules/match.ts';
import { movedAround, perturbed } from '../rules/perturbed.ts';
import type { Fact, Move } from '../rules/move.ts';
import { eachFactorOnce } from '../rules/product-rule.ts';
import { provesEqual } from '../rules/equality.ts';
import type { RuleCondition } from '../rules/rule.ts';

export type Verdict = 'proved' | 'tested' | 'refuted' | 'unknown';
/** Compares two terms at sample points; used where no proof is found. */
export type Tester = (a: Term, b: Term, context: Context) => 'tested' | 'refuted' | 'unknown';

/** What the record of one move is worth. Never "proved" without a proof. `usable`: the definitions and assumptions that stay true while what is differentiated by around it moves. */
export function replay(m: Move, context: Context, test: Tester, usable: Context = context): Verdict {
  const nearby = m.at === null ? usable : perturbed(usable, movedAround(m.from, m.at.path));
  const inner = weakestInner(m, context, test, nearby);
  if (inner === 'refuted' || inner === 'unknown') return 'refuted';
  if (m.at !== null) {
    if (!sameTerm(replaceAt(m.from, m.at.path, m.at.after), m.to)) return 'refuted';
    // a derivative that was only tested at points says nothing of its neighbourhood
    if ((inner === 'proved' || nearby === context) && usesRule(m, context, nearby)) return 'proved';
    if (provesEqual(m.at.before, m.at.after, nearby)) return 'proved';
    return test(m.from, m.to, context);
  }
  if (m.facts.length > 0) return factsHold(m, nearby) ? 'proved' : test(m.from, m.to, context);
  if (provesEqual(m.from, m.to, nearby)) return 'proved';
  return test(m.from, m.to, context);
}

/** The moves inside a move, each by itself and one after the other. */
function weakestInner(m: Move, context: Context, test: Tester, usable: Context): Verdict {
  let weakest: Verdict = 'proved';
  for (const [i, x] of m.inner.entries()) {
    const before = m.inner[i - 1];
    if (before !== undefined && !sameTerm(before.to, x.from)) return 'refuted';
    const v = replay(x, context, test, usable);
    if (v === 'refuted' || v === 'unknown') return v;
    if (v === 'tested') weakest = v;
  }
  return weakest;
}

/** Whether a move and all moves inside it are proved. */
export function weakest(m: Move, context: Context, test: Tester): Verdict {
  const own = replay(m, context, test);
  if (own !== 'proved') return own;
  return m.inner.some((x) => weakest(x, context, test) !== 'proved') ? 'tested' : 'proved';
}

// --- rules and schemas -------------------------------------------------------------------------------------------------

function usesRule(m: Move, context: Context, nearby: Context): boolean {
  const { before, after, substitution } = m.at as NonNullable<Move['at']>;
  const rule = ruleNamed(m.rule);
  if (rule !== null && substitution !== null)
    return isInstance(rule.where ?? [], m.rule, before, after, substitution, context);
  if (before.kind !== 'partial') return false;
  const schema = schemas[m.rule];
  return schema !== undefined && schema(before, after, context, m, nearby);
}

function isInstance(
  where: readonly RuleCondition[],
  name: string,
  before: Term,
  after: Term,
  s: Substitution,
  context: Context,
): boolean {
  const rule = ruleNamed(name);
  if (rule === null) return false;
  const { from, to } = patternsOf(rule);
  const held = before.kind === 'partial' ? before.held : [];
  return (
    where.every((c) => conditionHolds(c, s, context, held)) &&
    meaningKey(dropHeld(instantiate(from, s))) === meaningKey(dropHeld(before)) &&
    meaningKey(dropHeld(instantiate(to, s))) === meaningKey(dropHeld(after)) &&
    sameHeld(after, held)
  );
}
/** Patterns do not say what is held fixed; every ∂ that a rule makes must hold the same. */
const dropHeld = (t: Term): Term => {
  const n = mapNode(t, dropHeld);
  return n.kind === 'partial' ? { ...n, held: [] } : n;
};
const sameHeld = (t: Term, held: readonly string[]): boolean => held.length === 0 || key(withHeld(t, held)) === key(t);
const withHeld = (t: Term, held: readonly string[]): Term => {
  const n = mapNode(t, (x) => withHeld(x, held));
  return n.kind === 'partial' && n.held.length === 0 ? { ...n, held } : n;
};

type Schema = (before: Partial, after: Term, context: Context, m: Move, nearby: Context) => boolean;
const same = (a: Term, b: Term): boolean => sameTerm(a, b) || meaningKey(a) === meaningKey(b);

/** The rules of ∂ that a pattern cannot say, each with its own clause. */
const schemas: Readonly<Record<string, Schema>> = {
  variable: (p, after) =>
    p.body.kind === 'entry' &&
    p.body.name === p.by.name &&
    p.body.indices.length === p.by.indices.length &&
    same(
      after,
      p.body.indices.length === 0 ? one : mul(...p.body.indices.map((i, n) => delta(i, must(p.by.indices[n])))),
    ),
  // under an ∂ by h, h itself may be unfolded as the whole body, but not inside a function: ∂ln h = ∂h/h moves with h
  definition: (p, after, context, _m, nearby) =>
    after.kind === 'partial' &&
    sameIndices(after.by, p.by) &&
    after.held.join() === p.held.join() &&
    same(unfoldOnce(p.body, after.body, followed(p, p.body.kind === 'entry' ? context : nearby)), after.body),
  cases: (p, after) =>
    p.body.kind === 'if' &&
    same(after, ifThen(p.body.condition, partial(p.body.then, p.by, p.held), partial(p.body.else, p.by, p.held))),
  'each-factor-once': (p, after) => {
    const expected = eachFactorOnce(p);
    return expected !== null && same(after, expected);
  },
  flat: (p, after) => p.body.kind === 'bracket' && isZero(after),
  'expand-log': (p, after, _context, _m, nearby) => rewritesBody(p, after, nearby),
  nest: (p, after, _context, _m, nearby) => rewritesBody(p, after, nearby),
  'unknown-function': (p, after) => {
    const f = p.body;
    return (
      f.kind === 'apply' &&
      same(
        after,
        add(
          ...f.args.map((a, i) =>
            mul(
              apply(
                f.fn,
                f.args,
                f.orders.map((o, j) => (i === j ? o + 1 : o)),
              ),
              partial(a, p.by, p.held),
            ),
          ),
        ),
      )
    );
  },
  'chain-through': (p, after, context) => {
    // Σ over all entries of a defined quantity through which alone the variable reaches the body
    let t: Term = after;
    let binders = 0;
    const sets: string[] = [];
    while (t.kind === 'reduce' && t.op === 'sum' && t.where === null && t.range.from === null) {
      sets.push(t.range.set);
      t = t.body;
      binders++;
    }
    const [left, right] = t.kind === 'mul' && t.factors.length === 2 ? t.factors : [];
    if (left?.kind !== 'partial' || right?.kind !== 'partial' || right.body.kind !== 'entry' || p.body.kind !== 'entry')
      return false;
    const v = right.body;
    return (
      v.name !== p.by.name &&
      v.indices.length === binders &&
      v.indices.every((i, n) => i.kind === 'bound' && i.depth === binders - 1 - n) &&
      sameIndices(left.by, v) &&
      same(left.body, shift(p.body, binders)) &&
      same(right.by, shift(p.by, binders)) &&
      left.held.join() === p.held.join() &&
      right.held.join() === p.held.join() &&
      (context.shapes.get(v.name) ?? []).every((set, n) => set === sets[n]) &&
      !reachedFrom(p.by.name, context, [...p.held, v.name]).has(p.body.name)
    );
  },
  'inner-derivative': (p, after, _context, m) => isLemmaInstance(p, after, m),
};

/** The definitions through which a ∂ goes: not that of its own variable, not those held fixed. */
const followed = (p: Partial, context: Context): Context => ({
  ...context,
  definitions: new Map([...context.definitions].filter(([n]) => n !== p.by.name && !p.held.includes(n))),
});
/** Whether the body under ∂ is rewritten to one that is equal in a neighbourhood. */
const rewritesBody = (p: Partial, after: Term, nearby: Context): boolean =>
  after.kind === 'partial' &&
  sameIndices(after.by, p.by) &&
  after.held.join() === p.held.join() &&
  provesEqual(p.body, after.body, followed(p, perturbed(nearby, [p.by.name])));

const sameIndices = (a: Entry, b: Entry): boolean =>
  a.name === b.name &&
  a.indices.length === b.indices.length &&
  a.indices.every((i, n) => sameIndex(i, must(b.indices[n])));

/** The body with the definitions that the result no longer names put in once. */
function unfoldOnce(body: Term, target: Term, context: Context): Term {
  const unfolded = (t: Term): Term => {
    const d = t.kind === 'entry' ? context.definitions.get(t.name) : undefined;
    return t.kind === 'entry' && d !== undefined && d.params.length === t.indices.length
      ? openAll(d.body, t.indices)
      : mapNode(t, unfolded);
  };
  return body.kind === 'entry' ? unfolded(body) : same(body, target) ? body : mapNode(body, unfolded);
}

/** Whether the move is the recorded lemma with its letters replaced. */
function isLemmaInstance(p: Partial, after: Term, m: Move): boolean {
  const first = m.inner[0]?.from;
  const last = m.inner.at(-1)?.to;
  if (first?.kind !== 'partial' || first.body.kind !== 'entry' || last === undefined || p.body.kind !== 'entry')
    return false;
  const pairs = [
    ...first.body.indices.map((i, n) => [i, (p.body as Entry).indices[n]] as const),
    ...first.by.indices.map((i, n) => [i, p.by.indices[n]] as const),
  ];
  const to = new Map<string, Index>();
  for (const [letter, index] of pairs) {
    if (letter.kind !== 'free' || index === undefined || to.has(letter.name)) return false;
    to.set(letter.name, index);
  }
  return (
    same(substituteFree(first, to), p) && first.held.join() === p.held.join() && same(substituteFree(last, to), after)
  );
}

// --- facts ---------------------------------------------------------------------------------------------------------------

function factsHold(m: Move, context: Context): boolean {
  if (!m.facts.every((f) => factHolds(f, context))) return false;
  const known = new Map(m.facts.map((f) => [meaningKey(f.left), f.right]));
  // a fact holds at every point, which is not enough under a ∂
  const replaced = (t: Term): Term => (t.kind === 'partial' ? t : (known.get(meaningKey(t)) ?? mapNode(t, replaced)));
  return provesEqual(replaced(m.from), m.to, context) || provesEqual(replaced(m.from), replaced(m.to), context);
}

function factHolds(f: Fact, context: Context): boolean {
  if (f.kind === 'lemma') return provesEqual(f.left, f.right, context);
  return context.assumptions.some((a) => {
    if (a.kind === 'equation') return isInstanceOfEquation(f, a.left, a.right);
    if (a.kind !== 'property') return false;
    if (a.property === 'symmetric') return isTransposed(f, context);
    return a.property === 'oneHot' && (isOneHotSum(f, context) || isOneHotPower(f, context));
  });
}

function isInstanceOfEquation(f: Fact, left: Term, right: Term): boolean {
  const letters = freeIndices(left);
  if (letters.length === 0) return same(f.left, left) && same(f.right, right);
  const seen = new Map<string, Index>();
  visitIndices(f.left, (i, d) => {
    if (i.kind !== 'bound') seen.set(indexKey(i), i);
    else if (i.depth >= d) {
      const o: Index = { kind: 'bound', depth: i.depth - d };
      seen.set(indexKey(o), o);
    }
  });
  let choices: Index[][] = [[]];
  for (const _ of letters) choices = choices.flatMap((c) => [...seen.values()].map((i) => [...c, i]));
  return choices.slice(0, 400).some((c) => {
    const by = new Map(letters.map((l, n) => [l, must(c[n])]));
    return same(substituteFree(left, by), f.left) && same(substituteFree(right, by), f.right);
  });
}
const isTransposed = (f: Fact, context: Context): boolean =>
  f.left.kind === 'entry' &&
  f.right.kind === 'entry' &&
  f.left.name === f.right.name &&
  isSymmetric(f.left.name, context) &&
  sameIndex(must(f.left.indices[0]), must(f.right.indices[1])) &&
  sameIndex(must(f.left.indices[1]), must(f.right.indices[0]));
const isOneHotPower = (f: Fact, context: Context): boolean =>
  f.left.kind === 'pow' &&
  f.left.base.kind === 'entry' &&
  isOneHot(f.left.base.name, context) &&
  f.left.exponent.kind === 'num' &&
  f.left.exponent.den === 1n &&
  f.left.exponent.num > 0n &&
  sameTerm(f.left.base, f.right);
const isOneHotSum = (f: Fact, context: Context): boolean =>
  f.left.kind === 'reduce' &&
  f.left.op === 'sum' &&
  f.left.where === null &&
  f.left.range.from === null &&
  f.left.body.kind === 'entry' &&
  isOneHot(f.left.body.name, context) &&
  f.left.body.indices.at(-1)?.kind === 'bound' &&
  key(f.right) === key(one);
