// Operands of sums and fractions: an entry and a whole tensor are not added, and what stands below a bar is one factor.
// Not here: sums of vectors and matrices (`../value.ts`).
// Invariant: an operand at fault is pointed at.
import { must } from '../../term/must.ts';
import type { Term } from '../../term/term.ts';
import { freeIndices } from '../../term/walk.ts';
import type { Reader } from './reader.ts';
import type { Surface } from '../../language/surface.ts';
import { rankOf, sum, type Value } from '../value.ts';

/** The sum of what was read of the terms. */
export function sumOf(
  r: Reader,
  s: Surface & { kind: 'sum' },
  values: readonly { readonly sign: 1 | -1; readonly value: Value }[],
): Value {
  refuseHalfIndexed(r, s, values);
  return r.fitting(s, () => sum(values, r));
}

/** `x_i + y` with a vector y: one term is an entry, the other all of them. */
function refuseHalfIndexed(
  r: Reader,
  s: Surface & { kind: 'sum' },
  values: readonly { readonly value: Value }[],
): void {
  if (values.every((v) => rankOf(v.value) === 0)) return;
  const taken = values.flatMap((v) => v.value.axes);
  const at = values.findIndex((v) => isEntry(v.value.factors, taken) && rankOf(v.value) === 0);
  if (at < 0) return;
  r.fail(
    must(s.terms[at]).value,
    'rank-mismatch',
    'this is one entry for each index, and what it is added to is a whole tensor',
    'write both with indices (x_i + y_i), or both without',
  );
}
const isEntry = (factors: readonly Term[], taken: readonly string[]): boolean =>
  factors.some((t) => t.kind === 'entry' && freeIndices(t).some((l) => !taken.includes(l)));

/** As one factor, whatever it turns out to be made of. */
export const grouped = (s: Surface): Surface =>
  s.kind === 'group' ? s : { ...s, kind: 'group', value: s, bracket: '{' };
