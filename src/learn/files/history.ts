// The history of a run as comma-separated values: one line an epoch.
// Not here: plotting it.
// Invariant: no times and no machine's names; numbers in the shortest form that reads back equal.
import type { Epoch } from '../loop.ts';

const columns = ['epoch', 'loss', 'accuracy', 'validation_loss', 'validation_accuracy', 'rate'] as const;

/** The text of history.csv; an empty cell where a measure does not apply. */
export function historyCsv(history: readonly Epoch[]): string {
  const cell = (v: number | null): string => (v === null ? '' : String(v));
  const rows = history.map((e) =>
    [e.epoch, e.loss, e.accuracy, e.validationLoss, e.validationAccuracy, e.rate].map(cell).join(','),
  );
  return [columns.join(','), ...rows, ''].join('\n');
}
