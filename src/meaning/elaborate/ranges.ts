// What a Σ runs over: its letters bound, places counted from 0, and in a document from where to where.
// Not here: which letters it binds (`sums.ts`).
// Invariant: every summand that is written is in the range, and none besides.
import { withoutOne } from '../../language/scripted.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import {
  addIndices,
  affine,
  asAffine,
  at,
  bracket,
  type Condition,
  endIndex,
  type Index,
  one,
  type Range,
  reduce,
  type ReduceOp,
  subtract,
  type Term,
  wholeSet,
} from '../../term/term.ts';
import { close, mapNode, visit } from '../../term/walk.ts';
import { Unreadable } from '../value.ts';
import type { Elaboration } from './elaboration.ts';

type Reduction = Extract<Surface, { kind: 'reduce' }>;

export function rangeOf(e: Elaboration, s: Reduction, entries: boolean): Range {
  const { from, to, where } = s.binding;
  const isMember = where?.kind === 'relation' && where.links[0]?.op === '∈';
  const set = isMember ? where.links[0]?.value : undefined;
  if (set?.kind === 'name') return wholeSet(set.name);
  if ([from, to].some((x) => x !== null && isHuge(x)))
    throw new Unreadable('the range of the sum is too long to try out');
  const end = to === null ? null : unwrap(to);
  if (end?.kind === 'name' && end.name === 'infinity') throw new Unreadable('a sum without an end is not calculated');
  if (startsAtZero(s)) return rangeFromZero(e, end, entries);
  const start = from === null ? null : unwrap(from);
  const first = start?.kind === 'number' ? Number(start.num) : null;
  if (end?.kind === 'name' && (first === null || first <= 1) && !e.scope.bound.has(end.name)) return wholeSet(end.name);
  if (from === null && to === null) return wholeSet();
  const low = from === null ? at(1) : endAware(e, from);
  return { set: sizeName(end) ?? '', from: low, to: to === null ? null : endAware(e, to) };
}

/** Σ_{k=0}: the places of a range are counted from 1, so that k is one less than its place and the end one more. */
export const startsAtZero = (s: Reduction): boolean => {
  const start = s.binding.from === null ? null : unwrap(s.binding.from);
  return start?.kind === 'number' && start.num === 0n;
};

/** `entries`: some quantity carries the letter, and has as many entries as there are summands. */
function rangeFromZero(e: Elaboration, end: Surface | null, entries: boolean): Range {
  if (end === null) return wholeSet();
  const below = withoutOne(end);
  if (below !== end && below.kind === 'name') return wholeSet(below.name);
  if (end.kind === 'name' && !e.scope.bound.has(end.name) && entries) return wholeSet();
  return { set: '', from: at(1), to: addIndices(endAware(e, end), at(1)) };
}

/** The letters of one Σ bound, the first outside; its condition holds for the last. */
export const bindLetters = (
  op: ReduceOp,
  letters: readonly string[],
  body: Term,
  range: Range,
  where: Condition | null,
): Term =>
  letters.reduceRight((term, letter, n) => {
    const condition = n === letters.length - 1 && where !== null ? closedCondition(where, letter) : null;
    return reduce(op, letter, close(term, letter), range, condition);
  }, body);

/** The condition under the binder of `letter`. */
const closedCondition = (c: Condition, letter: string): Condition =>
  (close(bracket(c), letter) as Term & { kind: 'bracket' }).condition;

/** Whether a quantity carries the letter as an index. */
export function carriesEntries(t: Term, letter: string): boolean {
  let found = false;
  visit(t, (x) => {
    found ||= x.kind === 'entry' && x.indices.some((i) => mentions(i, letter));
  });
  return found;
}
const mentions = (i: Index, letter: string): boolean =>
  asAffine(i).terms.some((t) => t.variable.kind === 'free' && t.variable.name === letter);

/** A summand of Σ_{k=0}: where k is a number, it is one less than its place. */
export function countedFromZero(t: Term, letter: string): Term {
  if (t.kind === 'bracket') return { ...t, condition: conditionFromZero(t.condition, letter) };
  const inner = mapNode(t, (x) => countedFromZero(x, letter));
  if (inner.kind === 'reduce' && inner.where !== null)
    return { ...inner, where: conditionFromZero(inner.where, letter) };
  if (inner.kind === 'if') return { ...inner, condition: conditionFromZero(inner.condition, letter) };
  return inner.kind === 'position' && mentions(inner.index, letter) ? subtract(inner, one) : inner;
}

/** `k = 0` speaks of the first place. */
export function conditionFromZero(c: Condition, letter: string): Condition {
  if (c.kind === 'not') return { ...c, of: conditionFromZero(c.of, letter) };
  if (c.kind === 'compare')
    return { ...c, left: countedFromZero(c.left, letter), right: countedFromZero(c.right, letter) };
  if (c.kind !== 'position') return { ...c, all: c.all.map((x) => conditionFromZero(x, letter)) };
  const isNumber = (i: Index): boolean => asAffine(i).terms.length === 0;
  const placed = (i: Index, other: Index): Index => (isNumber(i) && mentions(other, letter) ? addIndices(i, at(1)) : i);
  return { ...c, left: placed(c.left, c.right), right: placed(c.right, c.left) };
}

/** A written number of summands that no computer adds up in passing. */
const isHuge = (s: Surface): boolean => {
  const u = unwrap(s);
  return u.kind === 'number'
    ? Math.abs(Number(u.num)) > 2000
    : u.kind === 'sum'
      ? u.terms.some((t) => isHuge(t.value))
      : u.kind === 'product'
        ? u.factors.some((f) => isHuge(f.value))
        : u.kind === 'power';
};

const sizeName = (s: Surface | null): string | null =>
  s === null ? null : s.kind === 'name' ? s.name : s.kind === 'sum' ? sizeName(s.terms[0]?.value ?? null) : null;

export function endAware(e: Elaboration, s: Surface): Index {
  const u = unwrap(s);
  if (
    u.kind === 'name' &&
    !e.scope.bound.has(u.name) &&
    (e.model.usage.sizes.has(u.name) || /^[A-Z]$|^[nmd]$/.test(u.name))
  )
    return endIndex(u.name);
  if (u.kind === 'sum') {
    return u.terms.reduce<Index>((sum2, t) => {
      const i = asAffine(
        unwrap(t.value).kind === 'number' ? at(Number((unwrap(t.value) as { num: bigint }).num)) : endAware(e, t.value),
      );
      const a = asAffine(sum2);
      return affine(
        [...a.terms, ...i.terms.map((x) => ({ variable: x.variable, times: x.times * t.sign }))],
        a.plus + t.sign * i.plus,
      );
    }, at(0));
  }
  return e.index(s);
}
