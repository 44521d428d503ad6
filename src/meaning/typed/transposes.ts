// Transposes of what may be turned.
// Not here: transposes of values (`../value.ts`).
// Invariant: a number that is named has no transpose.
import type { Surface } from '../../language/surface.ts';
import { rankOf, transpose, type Value } from '../value.ts';
import type { Reader } from './reader.ts';

/** The transpose of what is no number: a product that comes to a number may be turned, a name may not. */
export function transposedValue(r: Reader, s: Surface, written: Surface, v: Value): Value {
  if (rankOf(v) === 0 && (written.kind === 'name' || written.kind === 'subscript'))
    return r.fail(
      s,
      'rank-mismatch',
      'a number has no transpose',
      'show that it is a vector (give its value, or an entry with an index), or leave the transpose out',
    );
  return r.fitting(s, () => transpose(v));
}
export const transposed = (r: Reader, s: Surface, base: Surface): Value => transposedValue(r, s, base, r.value(base));
