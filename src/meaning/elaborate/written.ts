// Vectors and matrices of a document that are written out: definitions of their own.
// Not here: their entries (`literals.ts`).
// Invariant: the axes of what is written out are as long as what is written.
import { must } from '../../term/must.ts';
import { at, entry, freeIndex, ifThen, type Term, zero } from '../../term/term.ts';
import { closeAll, freeIndices } from '../../term/walk.ts';
import { isFresh, tensor, type Value } from '../value.ts';
import type { Elaboration } from './elaboration.ts';

const atPosition = (axis: string, n: number, then: Term, otherwise: Term): Term =>
  ifThen({ kind: 'position', op: '=', left: freeIndex(axis), right: at(n) }, then, otherwise);

/** One row is a vector, several are a matrix. */
export function writtenOut(e: Elaboration, rows: readonly (readonly Term[])[]): Value {
  const column = e.axis();
  const [first] = rows;
  const along = (cells: readonly Term[]): Term =>
    cells.reduceRight((rest, t, n) => atPosition(column, n + 1, t, rest), zero as Term);
  const length = must(first).length;
  if (rows.length === 1) return asDefinition(e, along(must(first)), [column], [length]);
  const row = e.axis();
  const body = rows.reduceRight((below, cells, n) => atPosition(row, n + 1, along(cells), below), zero as Term);
  return asDefinition(e, body, [row, column], [rows.length, length]);
}

/** What is written out under a name of its own. */
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
