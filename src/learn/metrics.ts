// Measures of a prediction: accuracy, confusion matrix, per-class precision and recall, root mean square error.
// Not here: how predictions are computed.
// Invariant: a row of the confusion matrix is the true class, a column the predicted one.
import { must } from '../term/must.ts';

/** Which of `width` numbers from `at` is the largest; the first of equals. */
export function argmax(values: ArrayLike<number>, at: number, width: number): number {
  let best = 0;
  for (let o = 1; o < width; o++) if (must(values[at + o]) > must(values[at + best])) best = o;
  return best;
}

/** confusion[true][predicted] counts. */
export function confusionMatrix(labels: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let n = 0; n < labels.length; n++) {
    const row = must(counts[must(labels[n])]);
    row[must(predicted[n])] = must(row[must(predicted[n])]) + 1;
  }
  return counts;
}

/** The share of equal entries; NaN for none. */
export function accuracyOf(labels: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let right = 0;
  for (let n = 0; n < labels.length; n++) if (labels[n] === predicted[n]) right++;
  return right / labels.length;
}

/** Precision, recall and F1 of each class from a confusion matrix; 0 where nothing was predicted or present. */
export function perClass(
  confusion: readonly (readonly number[])[],
): { precision: number; recall: number; f1: number }[] {
  return confusion.map((row, c) => {
    const right = must(row[c]);
    const present = row.reduce((a, b) => a + b, 0);
    const predicted = confusion.reduce((sum, r) => sum + must(r[c]), 0);
    const precision = predicted === 0 ? 0 : right / predicted;
    const recall = present === 0 ? 0 : right / present;
    return { precision, recall, f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall) };
  });
}

/** √ of the mean of squared differences. */
export function rootMeanSquare(targets: ArrayLike<number>, predicted: ArrayLike<number>): number {
  let sum = 0;
  for (let n = 0; n < targets.length; n++) sum += (must(targets[n]) - must(predicted[n])) ** 2;
  return Math.sqrt(sum / targets.length);
}

/** The share of the targets' variance that the prediction explains (1 is perfect, 0 is the mean's). */
export function explainedVariance(targets: ArrayLike<number>, predicted: ArrayLike<number>, outputs = 1): number {
  let residual = 0;
  let total = 0;
  for (let o = 0; o < outputs; o++) {
    let mean = 0;
    const rows = targets.length / outputs;
    for (let n = o; n < targets.length; n += outputs) mean += must(targets[n]) / rows;
    for (let n = o; n < targets.length; n += outputs) {
      residual += (must(targets[n]) - must(predicted[n])) ** 2;
      total += (must(targets[n]) - mean) ** 2;
    }
  }
  return 1 - residual / total;
}
