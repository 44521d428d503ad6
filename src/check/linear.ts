// Inverse and determinant by elimination with row exchanges, over dual numbers of any ring.
// Not here: which matrix (`compile.ts`).
// Invariant: pivots are chosen by their real parts, so a perturbation never changes the course of the elimination.
import { must } from '../term/must.ts';
import type { Duals, Value } from './dual.ts';

type Rows<S> = readonly (readonly Value<S>[])[];

/** Brings row `k`'s largest pivot to the diagonal. */
function exchange<S>(a: Value<S>[][], k: number, d: Duals<S>): 'kept' | 'exchanged' | 'singular' {
  const size = (r: number): number => d.ring.magnitude(d.real(must(a[r]?.[k])));
  let best = k;
  for (let r = k + 1; r < a.length; r++) if (size(r) > size(best)) best = r;
  if (size(best) === 0) return 'singular';
  if (best === k) return 'kept';
  [a[k], a[best]] = [must(a[best]), must(a[k])];
  return 'exchanged';
}

/**
 * det of a square matrix given by rows; 0×0 has determinant 1. Where a column is exactly zero the rest is expanded,
 * which keeps derivatives right.
 */
export function determinantOf<S>(rows: Rows<S>, d: Duals<S>): Value<S> {
  const a = rows.map((r) => [...r]);
  let det: Value<S> = d.one;
  for (let k = 0; k < a.length; k++) {
    const did = exchange(a, k, d);
    if (did === 'singular')
      return d.mul(
        det,
        expand(
          a.slice(k).map((r) => r.slice(k)),
          d,
        ),
      );
    if (did === 'exchanged') det = d.negate(det);
    const pivot = must(a[k]?.[k]);
    det = d.mul(det, pivot);
    for (let r = k + 1; r < a.length; r++) eliminate(must(a[r]), must(a[k]), d.divide(must(a[r]?.[k]), pivot), k, d);
  }
  return det;
}

function eliminate<S>(row: Value<S>[], by: readonly Value<S>[], factor: Value<S>, from: number, d: Duals<S>): void {
  const minus = d.negate(factor);
  for (let c = from; c < row.length; c++) row[c] = d.add(must(row[c]), d.mul(minus, must(by[c])));
}

/** Expansion along the first column (for a matrix that is singular at the real part). */
function expand<S>(a: Rows<S>, d: Duals<S>): Value<S> {
  if (a.length === 0) return d.one;
  let sum: Value<S> = d.zero;
  a.forEach((row, r) => {
    const minor = a.filter((_, n) => n !== r).map((other) => other.slice(1));
    const part = d.mul(must(row[0]), expand(minor, d));
    sum = d.add(sum, r % 2 === 0 ? part : d.negate(part));
  });
  return sum;
}

/** The inverse by Gauss–Jordan elimination; for a singular matrix every entry is 1/0. */
export function inverseOf<S>(rows: Rows<S>, d: Duals<S>): Value<S>[][] {
  const n = rows.length;
  const a = rows.map((r, i) => [...r, ...rows.map((_, j): Value<S> => (i === j ? d.one : d.zero))]);
  for (let k = 0; k < n; k++) {
    if (exchange(a, k, d) === 'singular') return rows.map((r) => r.map(() => d.divide(d.one, d.zero)));
    const pivotRow = must(a[k]);
    const pivot = must(pivotRow[k]);
    for (let c = k; c < 2 * n; c++) pivotRow[c] = d.divide(must(pivotRow[c]), pivot);
    for (let r = 0; r < n; r++) if (r !== k) eliminate(must(a[r]), pivotRow, must(a[r]?.[k]), k, d);
  }
  return a.map((r) => r.slice(n));
}
