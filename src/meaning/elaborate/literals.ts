// Vectors and matrices written out entry by entry.
// Not here: dots between the entries (`dots.ts`), which term holds the entries (`Env.written`).
// Invariant: the entries are numbers; a row of a matrix has as many as every other.
import { lastOf, must } from '../../term/must.ts';
import type { Surface } from '../../language/surface.ts';
import type { Env } from '../env.ts';
import { dottedVector, isDots } from './dots.ts';
import { transpose, type Value } from '../value.ts';

/** `[a, b, c]`; `x_1, …, x_n` and `1 & \cdots & 1` follow a pattern. */
export function readVector(e: Env, s: Surface, items: readonly Surface[]): Value {
  if (items.length === 0) return e.fail(s, 'empty', 'there are no entries here', 'write at least one');
  if (items.some(isDots)) return dottedVector(e, s, items);
  return items.length === 1 ? e.value(lastOf(items)) : e.written([items.map((item) => e.term(item))]);
}

export function readMatrix(e: Env, s: Surface & { kind: 'matrix' }): Value {
  const [first] = s.rows;
  if (first === undefined) return readVector(e, s, []);
  if (s.rows.some((row) => row.length !== first.length))
    return e.fail(s, 'rank-mismatch', 'the rows of this matrix differ in length');
  if (first.length === 1)
    return readVector(
      e,
      s,
      s.rows.map((row) => must(row[0])),
    );
  if (s.rows.length === 1) return transpose(readVector(e, s, first));
  const dots = s.rows.flat().find(isDots);
  if (dots !== undefined)
    return e.fail(dots, 'bad-ellipsis', 'a matrix with dots is not understood', 'define it by its entries');
  return e.written(s.rows.map((row) => row.map((cell) => e.term(cell))));
}
