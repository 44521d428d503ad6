// Inverse and determinant by elimination with row exchanges, over dual numbers.
// Not here: which matrix (`evaluate.ts`).
// Invariant: pivots are chosen by their real parts, so a perturbation never changes the course of the elimination.
import { add, divide, mul, negate, real, subtract, type Value } from './dual.ts';

/** Brings row `k`'s largest pivot to the diagonal; false when the column is zero. */
function exchange(a: Value[][], k: number): 'kept' | 'exchanged' | 'singular' {
  let best = k;
  for (let r = k + 1; r < a.length; r++) {
    if (Math.abs(real(a[r]?.[k] ?? 0)) > Math.abs(real(a[best]?.[k] ?? 0))) best = r;
  }
  if (real(a[best]?.[k] ?? 0) === 0) return 'singular';
  if (best === k) return 'kept';
  [a[k], a[best]] = [a[best] as Value[], a[k] as Value[]];
  return 'exchanged';
}

/** det of a square matrix given by rows; 0×0 has determinant 1. A column that is exactly zero at the real part falls back to expansion, which keeps derivatives right. */
export function determinantOf(rows: readonly (readonly Value[])[]): Value {
  const a = rows.map((r) => [...r]);
  let det: Value = 1;
  for (let k = 0; k < a.length; k++) {
    const did = exchange(a, k);
    if (did === 'singular') return mul(det, expand(a.slice(k).map((r) => r.slice(k))));
    if (did === 'exchanged') det = negate(det);
    const pivot = a[k]?.[k] as Value;
    det = mul(det, pivot);
    for (let r = k + 1; r < a.length; r++) eliminate(a[r] as Value[], a[k] as Value[], divide(a[r]?.[k] as Value, pivot), k);
  }
  return det;
}

function eliminate(row: Value[], by: readonly Value[], factor: Value, from: number): void {
  for (let c = from; c < row.length; c++) row[c] = subtract(row[c] as Value, mul(factor, by[c] as Value));
}

/** Expansion along the first column (for a matrix that is singular at the real part). */
function expand(a: readonly (readonly Value[])[]): Value {
  if (a.length === 0) return 1;
  let sum: Value = 0;
  a.forEach((row, r) => {
    if (row[0] === 0) return;
    const minor = a.filter((_, n) => n !== r).map((other) => other.slice(1));
    const part = mul(row[0] as Value, expand(minor));
    sum = add(sum, r % 2 === 0 ? part : negate(part));
  });
  return sum;
}

/** The inverse by Gauss–Jordan elimination; NaN throughout for a singular matrix. */
export function inverseOf(rows: readonly (readonly Value[])[]): Value[][] {
  const n = rows.length;
  const a = rows.map((r, i) => [...r, ...rows.map((_, j): Value => (i === j ? 1 : 0))]);
  for (let k = 0; k < n; k++) {
    if (exchange(a, k) === 'singular') return rows.map((r) => r.map(() => NaN));
    const pivotRow = a[k] as Value[];
    const pivot = pivotRow[k] as Value;
    for (let c = k; c < 2 * n; c++) pivotRow[c] = divide(pivotRow[c] as Value, pivot);
    for (let r = 0; r < n; r++) if (r !== k) eliminate(a[r] as Value[], pivotRow, a[r]?.[k] as Value, k);
  }
  return a.map((r) => r.slice(n));
}
