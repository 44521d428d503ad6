// Names with one index that stand where a vector belongs: rows of a matrix, like the examples x_n.
// Not here: the other neighbours that tell ranks (`ranks.ts`).
// Invariant: only names whose rank nothing but their subscripts has told get one more axis.
import { nameOf } from './names.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { countIndices, isCapital, isEntryOfMatrix } from './survey.ts';
import type { World } from './world.ts';

/** What is known while ranks are inferred. */
interface Ranks {
  readonly world: World;
  readonly latex: boolean;
  rank(s: Surface): number | null;
  learn(name: string, rank: number): void;
}

/** An entry that is used like a vector: its name has one more axis. */
export function rowOf(s: Surface, r: Ranks): void {
  const named = nameOf(s, r.world, r.latex);
  if (named === null || named.indices.length === 0 || isEntryOfMatrix(named)) return;
  if (r.world.defined.has(named.name) || r.world.supplied.has(named.name) || r.world.told.has(named.name)) return;
  const count = countIndices(named.indices);
  if ((r.world.ranks.get(named.name) ?? count) === count) r.learn(named.name, count + 1);
}

/** The W of `W x_n`: a bare capital of which nothing is known before an entry of a small letter. */
export function matrixBeforeRow(matrix: Surface, row: Surface, r: Ranks): string | null {
  const m = nameOf(unwrap(matrix), r.world, r.latex);
  const x = nameOf(unwrap(row), r.world, r.latex);
  if (m === null || !isCapital(m.name) || m.indices.length > 0 || r.rank(matrix) !== null) return null;
  const isRow = x !== null && !isCapital(x.name) && countIndices(x.indices) === 1 && r.rank(row) === 0;
  return isRow ? m.name : null;
}

/** `z_n = W x_n + b` defines a row for every n. */
export function headRow(head: Surface, r: Ranks): void {
  const named = nameOf(unwrap(head), r.world, r.latex);
  if (named === null || named.indices.length === 0 || !r.world.defined.has(named.name)) return;
  const count = countIndices(named.indices);
  if (r.world.ranks.get(named.name) === count) r.learn(named.name, count + 1);
}

/** `‖z_n‖` is the norm of a row, whether z is given or defined (`z_n = W x_n + b`). */
export function normedRow(s: Surface, r: Ranks): void {
  rowOf(s, r);
  headRow(s, r);
}

/** `w·x_n` of a vector w is a number; `c_n·w` may be a multiple of w. */
export function dottedRow(left: Surface, right: Surface, r: Ranks): void {
  const w = nameOf(unwrap(left), r.world, r.latex);
  if (w !== null && w.indices.length === 0 && r.rank(left) === 1 && r.rank(right) === 0) rowOf(unwrap(right), r);
}

/** `t_n - x_n·w`: beside a number the product of an entry and a vector is one, too. */
export function dottedTerms(s: Surface & { kind: 'sum' }, r: Ranks): void {
  if (!s.terms.some((t) => isIndexed(t.value, r) && r.rank(t.value) === 0)) return;
  for (const { value } of s.terms) {
    const [left, right] = value.kind === 'product' ? value.factors : [];
    if (value.kind === 'product' && value.factors.length === 2 && left !== undefined && right?.op === '·')
      dottedRow(right.value, left.value, r);
  }
}

/** Whether a side is an entry by its indices (`h_n`). */
export const isIndexed = (s: Surface, r: Ranks): boolean =>
  (nameOf(unwrap(s), r.world, r.latex)?.indices.length ?? 0) > 0;

/** What defines a row is made of rows: `h_n = relu(z_n)`. */
export function bodyRow(s: Surface, r: Ranks): void {
  const u = unwrap(s);
  const inner = u.kind === 'apply' && u.args.length === 1 ? u.args[0] : undefined;
  if (inner !== undefined) bodyRow(inner, r);
  else if (u.kind === 'sum') for (const t of u.terms) bodyRow(t.value, r);
  else normedRow(u, r);
}

/** The summands of a sum; nothing of anything else. */
export const termsOf = (s: Surface): readonly Surface[] => {
  const u = unwrap(s);
  return u.kind === 'sum' ? u.terms.map((t) => unwrap(t.value)) : [];
};
