// Results as text: the confusion matrix, and the line that shows progress.
// Not here: colours and cursor movement, which the terminal's owner adds.
// Invariant: columns line up.
import { must } from '../../term/must.ts';
import { perClass } from '../metrics.ts';
import { short } from './braille.ts';

/** The confusion matrix with precision and recall; rows are true classes, columns predicted ones. */
export function confusionText(confusion: readonly (readonly number[])[], classes: readonly string[]): string {
  const rates = perClass(confusion);
  const names = classes.map((name) => (name.length > 14 ? `${name.slice(0, 13)}…` : name));
  const first = Math.max(9, ...names.map((n) => n.length));
  const width = Math.max(
    6,
    ...confusion.flat().map((n) => String(n).length + 1),
    ...(classes.length <= 6 ? names.map((n) => n.length + 2) : []),
  );
  const heads = classes.length <= 6 ? names : names.map((n) => n.slice(0, width - 1));
  const head = `${'true'.padEnd(first)} │${heads.map((n) => n.padStart(width)).join('')} │ recall`;
  const rows = confusion.map(
    (row, c) =>
      `${must(names[c]).padEnd(first)} │${row.map((n) => String(n).padStart(width)).join('')} │ ${must(rates[c]).recall.toFixed(3)}`,
  );
  const precision = `${'precision'.padEnd(first)} │${rates.map((r) => r.precision.toFixed(2).padStart(width)).join('')} │`;
  return [
    head,
    '─'.repeat(first + 1) + '┼' + '─'.repeat(width * classes.length + 1) + '┼───────',
    ...rows,
    precision,
  ].join('\n');
}

/** What a progress line says. */
export interface ProgressFacts {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly accuracy: number | null;
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  readonly rate: number;
  readonly secondsLeft: number | null;
}

/** One line without an end of line: epoch, loss, accuracy, rate, time left. */
export function progressText(p: ProgressFacts): string {
  const parts = [`epoch ${String(p.epoch).padStart(String(p.epochs).length)}/${p.epochs}`, `loss ${p.loss.toFixed(4)}`];
  if (p.accuracy !== null) parts.push(`accuracy ${p.accuracy.toFixed(3)}`);
  if (p.validationLoss !== null) parts.push(`validation loss ${p.validationLoss.toFixed(4)}`);
  if (p.validationAccuracy !== null) parts.push(`accuracy ${p.validationAccuracy.toFixed(3)}`);
  parts.push(`rate ${short(p.rate)}`);
  if (p.secondsLeft !== null) parts.push(`${timeText(p.secondsLeft)} left`);
  return parts.join('  ');
}

function timeText(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
