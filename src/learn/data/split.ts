// Which rows are for what: test, validation, training; and standardisation from the training rows alone.
// Not here: the order of rows within an epoch (the trainer draws it, a stream for each epoch).
// Invariant: parts are disjoint and together all rows; with classes, each part has each class in proportion.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import { random, type Purpose } from '../random.ts';
import { takeRows, type Dataset } from './dataset.ts';

/** A data set in two parts, `share` of the rows (rounded up) in the second; classes keep their proportions. Throws `bad-option`, `bad-seed`. */
export function split(data: Dataset, share: number, seed: number, purpose: Purpose = 'split'): [Dataset, Dataset] {
  if (!(share >= 0 && share < 1))
    throw new WhygradError('bad-option', `the share of rows to hold out is ${String(share)}; it must lie in [0, 1)`, {
      hint: 'a usual value is 0.2',
    });
  const order = random(seed, purpose).permutation(data.rows);
  const held = chooseHeld(data, order, share);
  const [kept, out] = [order.filter((n) => !held.has(n)), order.filter((n) => held.has(n))];
  return [takeRows(data, kept), takeRows(data, out)];
}

function chooseHeld(data: Dataset, order: Int32Array, share: number): Set<number> {
  const total = Math.min(data.rows, Math.ceil(data.rows * share));
  const labels = data.labels;
  if (labels === null) return new Set(order.subarray(0, total));
  const byClass: number[][] = data.classes.map(() => []);
  for (const n of order) must(byClass[must(labels[n])]).push(n);
  const quotas = apportion(
    byClass.map((rows) => rows.length * share),
    total,
  );
  const held = new Set<number>();
  byClass.forEach((rows, c) => {
    for (const n of rows.slice(0, quotas[c])) held.add(n);
  });
  return held;
}

/** Whole numbers near the given ones with the given total: the largest remainders are rounded up. */
function apportion(wanted: readonly number[], total: number): number[] {
  const floors = wanted.map(Math.floor);
  let left = total - floors.reduce((a, b) => a + b, 0);
  const byRemainder = wanted
    .map((w, c) => ({ c, rest: w - Math.floor(w) }))
    .sort((a, b) => b.rest - a.rest || a.c - b.c);
  for (const { c } of byRemainder)
    if (left > 0) {
      floors[c] = must(floors[c]) + 1;
      left--;
    }
  return floors;
}

/** What to subtract from and divide by, a number for each column; a column that does not vary is divided by 1. */
export interface Scaling {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

/** Mean and standard deviation of each column of rows × columns numbers (scikit-learn's StandardScaler: the population's). */
export function measureScaling(features: Float32Array, columns: number): Scaling {
  const rows = columns === 0 ? 0 : features.length / columns;
  const mean: number[] = [];
  const scale: number[] = [];
  for (let i = 0; i < columns; i++) {
    let sum = 0;
    for (let n = 0; n < rows; n++) sum += must(features[n * columns + i]);
    const m = rows === 0 ? 0 : sum / rows;
    let squares = 0;
    for (let n = 0; n < rows; n++) squares += (must(features[n * columns + i]) - m) ** 2;
    const deviation = rows === 0 ? 0 : Math.sqrt(squares / rows);
    mean.push(m);
    scale.push(deviation > 1e-12 * Math.max(1, Math.abs(m)) ? deviation : 1);
  }
  return { mean, scale };
}

/** (x − mean) / scale, column by column, in a new array. */
export function standardise(features: Float32Array, { mean, scale }: Scaling): Float32Array {
  const columns = mean.length;
  return features.map((v, at) => (v - must(mean[at % columns])) / must(scale[at % columns]));
}
