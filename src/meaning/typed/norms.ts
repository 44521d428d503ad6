// Norms with a subscript, transposes, and the index that stands as a number.
// Not here: the nodes that they stand in (`elaborate.ts`).
// Invariant: a norm that is not the Euclidean or Frobenius one is never taken for it; a number that is named has no
// transpose.
import { must } from '../../term/must.ts';
import { call, freeIndex, position, pow, reciprocal } from '../../term/term.ts';
import type { Reader } from './reader.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import { extremeOf, normOf, rankOf, scalar, sumAll, termOf, transpose, type Value } from '../value.ts';
import { isGiven } from './world.ts';

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

const isTwo = (s: Surface | null): boolean => s?.kind === 'number' && s.num === 2n && s.den === 1n;
/** ‖x‖_1, ‖x‖_2, ‖X‖_F, ‖x‖_∞. */
export function readNorm(r: Reader, s: Surface & { kind: 'subscript' }, bars: Surface & { kind: 'bars' }): Value {
  const which = s.parts.length === 1 ? unwrap(must(s.parts[0])) : null;
  const v = r.value(bars.value);
  if (which?.kind === 'number' && which.num === 1n) return scalar(sumAll(v, r, (t) => call('abs', t)));
  if (rankOf(v) === 2 && (isTwo(which) || (which?.kind === 'name' && which.name === 'infinity')))
    return r.fail(
      s,
      'unexpected-part',
      'this norm of a matrix is not part of the language: it is its greatest singular value, or its greatest row sum',
      'write \\|X\\|_F for the root of the sum of squares, or max_{i,j} |X_ij| for the greatest entry',
    );
  if ((which?.kind === 'number' && which.num === 2n) || (which?.kind === 'name' && which.name === 'F'))
    return scalar(normOf(v, r));
  if (which?.kind === 'name' && which.name === 'infinity') return scalar(extremeOf(v, r, 'max', (t) => call('abs', t)));
  const p = which === null || rankOf(v) !== 1 ? null : r.value(which);
  if (p !== null && rankOf(p) === 0 && (which?.kind === 'number' || which?.kind === 'name')) {
    const order = termOf(p, r);
    const total = sumAll(v, r, (t) => pow(call('abs', t), order));
    return scalar(pow(total, reciprocal(order)));
  }
  return r.fail(s, 'unexpected-part', 'this norm is not known', 'the norms are 1, 2, F, \\infty and, of a vector, p');
}

/** The i of `log(1 + i)` under Σ_i is the number of its place, and that is told. */
export function placeNumber(r: Reader, s: Surface): Value | null {
  const letter = s.kind === 'name' && !isGiven(r.world, s.name) ? r.binding(s.name) : undefined;
  if (letter === undefined || letter.explicit) return null;
  r.readings.push({
    text: letter.letter,
    as: `the number of its place, pos(${letter.letter})`,
    because: 'it is an index and a number is added to it',
  });
  return scalar(position(freeIndex(letter.letter)));
}
