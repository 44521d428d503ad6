// Conditions, the indicators and cases that rest on them.
// Not here: which letters are positions (`Env.arePositions`).
// Invariant: a condition compares positions with positions and numbers with numbers; a last case with a condition of
// its
// own leaves the rest at 0.
import { must } from '../../term/must.ts';
import { bracket, type Comparison, type Condition, ifThen, zero } from '../../term/term.ts';
import { key } from '../../term/walk.ts';
import { type Relation, type Surface, unwrap } from '../../language/surface.ts';
import type { Env } from '../env.ts';
import { scalar, type Value, zip } from '../value.ts';

const comparisons: ReadonlyMap<Relation, Comparison> = new Map<Relation, Comparison>([
  ['=', '='],
  [':=', '='],
  ['!=', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

/** A condition of a case, an indicator or a restricted sum. */
export function readCondition(e: Env, part: Surface): Condition {
  const s = unwrap(part);
  if (s.kind === 'logic') return { kind: s.op, all: s.parts.map((p) => readCondition(e, p)) };
  if (s.kind === 'list') return { kind: 'and', all: s.items.map((p) => readCondition(e, p)) };
  if (s.kind !== 'relation')
    return e.fail(s, 'not-a-condition', 'a condition was expected here', 'write for example i = j or x > 0');
  const all = s.links.map((link, n): Condition => {
    const left = n === 0 ? s.first : must(s.links[n - 1]).value;
    const op = comparisons.get(link.op);
    if (op === undefined)
      return e.fail(s, 'not-a-condition', `a condition cannot use "${link.op}"`, 'write = != < <= > or >=');
    return e.arePositions(left, link.value)
      ? { kind: 'position', op, left: e.index(left), right: e.index(link.value) }
      : { kind: 'compare', op, left: e.term(left), right: e.term(link.value) };
  });
  return all.length === 1 ? must(all[0]) : { kind: 'and', all };
}

/** 1{x > 0} of a vector is the vector of its entries' indicators. */
export function readIndicator(e: Env, s: Surface & { kind: 'indicator' }): Value {
  const c = unwrap(s.condition);
  const link = c.kind === 'relation' && c.links.length === 1 ? c.links[0] : undefined;
  const op = link === undefined ? undefined : comparisons.get(link.op);
  if (c.kind === 'relation' && link !== undefined && op !== undefined && !e.arePositions(c.first, link.value)) {
    const [left, right] = [e.value(c.first), e.value(link.value)];
    return e.fitting(s, () =>
      zip(left, right, e, (x, y) => bracket({ kind: 'compare', op, left: x, right: y }), 'the comparison'),
    );
  }
  return scalar(bracket(readCondition(e, s.condition)));
}

const opposite: ReadonlyMap<Comparison, Comparison> = new Map([
  ['=', '!='],
  ['!=', '='],
  ['<', '>='],
  ['>=', '<'],
  ['>', '<='],
  ['<=', '>'],
]);
const isOpposite = (a: Condition, b: Condition): boolean =>
  (a.kind === 'position' || a.kind === 'compare') &&
  key(bracket({ ...a, op: must(opposite.get(a.op)) })) === key(bracket(b));

/** Cases from the last to the first. */
export function readCases(e: Env, s: Surface & { kind: 'cases' }): Value {
  const rows = s.rows.map((row) => ({
    value: e.value(row.value),
    condition: row.condition === null ? null : readCondition(e, row.condition),
  }));
  const last = rows.at(-1);
  if (last === undefined) return e.fail(s, 'empty', 'there are no cases here', 'write at least one');
  const [first] = rows;
  const covers = rows.length === 2 && first?.condition && last.condition && isOpposite(first.condition, last.condition);
  const rest = last.condition === null || covers ? last.value : chosen(e, s, last.condition, last.value, scalar(zero));
  return rows.slice(0, -1).reduceRight((below, row) => {
    if (row.condition === null)
      return e.fail(s, 'not-a-condition', 'only the last case may be without a condition', 'write its condition');
    return chosen(e, s, row.condition, row.value, below);
  }, rest);
}

const chosen = (e: Env, s: Surface, condition: Condition, then: Value, otherwise: Value): Value =>
  e.fitting(s, () => zip(then, otherwise, e, (x, y) => ifThen(condition, x, y), 'the cases'));
