// Vectors and matrices written out entry by entry.
// Not here: sums with dots (`sums.ts`), except that a list with dots borrows their general term.
// Invariant: a literal is a definition of its own, whose index sets are named by their size.
import { type Surface, unwrap } from '../../language/surface.ts';
import { must } from '../../term/must.ts';
import { at, entry, freeIndex, ifThen, type Term, zero } from '../../term/term.ts';
import { closeAll, freeIndices } from '../../term/walk.ts';
import { isFresh, onesVector, rankOf, tensor, termOf, Unreadable, type Value } from '../value.ts';
import type { Elaboration } from './elaboration.ts';
import { generalTerm } from './sums.ts';

const atPosition = (axis: string, n: number, then: Term, otherwise: Term): Term =>
  ifThen({ kind: 'position', op: '=', left: freeIndex(axis), right: at(n) }, then, otherwise);

/** `[a, b, c]` as a vector; with dots the general entry. */
export function listValue(e: Elaboration, items: readonly Surface[]): Value {
  if (items.some((i) => unwrap(i).kind === 'ellipsis')) return dottedList(e, items);
  const values = items.map((i) => e.value(i));
  if (values.some((v) => rankOf(v) > 0)) throw new Unreadable('a list of vectors is not understood');
  if (values.length === 1) return must(values[0]);
  const axis = e.axis();
  return asDefinition(
    e,
    values.reduceRight<Term>((rest, v, n) => atPosition(axis, n + 1, termOf(v, e), rest), zero),
    [axis],
    [values.length],
  );
}

/** The literal under a name of its own: its axes are as long as what is written. */
function asDefinition(e: Elaboration, body: Term, axes: readonly string[], sizes: readonly number[]): Value {
  const letters = freeIndices(body).filter((l) => !axes.includes(l) && !isFresh(l));
  const name = `[${e.definitions.size + 1}]`;
  const params = [
    ...letters.map((letter) => ({ letter, set: '' })),
    ...axes.map((_, n) => ({ letter: `i${n + 1}`, set: `${sizes[n]}` })),
  ];
  e.definitions.set(name, { name, params, body: closeAll(body, [...letters, ...axes]) });
  e.ranks.set(name, params.length);
  return tensor(entry(name, ...[...letters, ...axes].map(freeIndex)), axes);
}

function dottedList(e: Elaboration, items: readonly Surface[]): Value {
  const written = items.filter((i) => unwrap(i).kind !== 'ellipsis');
  if (written.every((w) => isOne(w))) return onesVector(e);
  const general = generalTerm(e, written);
  const axis = e.axis();
  return tensor(general(freeIndex(axis)), [axis]);
}
const isOne = (s: Surface): boolean => {
  const u = unwrap(s);
  return u.kind === 'number' && u.num === 1n && u.den === 1n;
};

export function matrixValue(e: Elaboration, rows: readonly (readonly Surface[])[]): Value {
  if (rows.length === 1) return { ...listValue(e, must(rows[0])), row: true };
  if (rows.every((r) => r.length === 1))
    return listValue(
      e,
      rows.map((r) => must(r[0])),
    );
  if (rows.some((r) => r.some((x) => unwrap(x).kind === 'ellipsis')))
    throw new Unreadable('a matrix with dots is not understood');
  const [row, column] = [e.axis(), e.axis()];
  const body = rows.reduceRight<Term>(
    (below, r, n) =>
      atPosition(
        row,
        n + 1,
        r.reduceRight<Term>((rest, x, k) => atPosition(column, k + 1, e.term(x), rest), zero),
        below,
      ),
    zero,
  );
  return asDefinition(e, body, [row, column], [rows.length, Math.max(...rows.map((r) => r.length))]);
}

/** Why a node of such a kind has no value. */
export const noValue = {
  conditional: 'a condition stands where a value is needed',
  relation: 'a condition stands where a value is needed',
  logic: 'a condition stands where a value is needed',
  ellipsis: 'the dots leave open what is meant',
  hole: 'a part of this could not be read',
} as const;
