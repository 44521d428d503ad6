// A data set: numbers in rows, with classes or regression targets, ready to be trained on.
// Not here: reading files (csv, npy, json), generating, splitting.
// Invariant: features are rows × columns and finite; labels lie in 0 … classes−1; exactly one of labels and targets is present.
import { WhygradError } from '../../term/error.ts';

/** Examples with their answers. All arrays are row-major. */
export interface Dataset {
  readonly name: string;
  readonly rows: number;
  /** Features a row. */
  readonly columns: number;
  /** rows × columns. */
  readonly features: Float32Array;
  readonly featureNames: readonly string[];
  /** The class of each row, or null for regression. */
  readonly labels: Int32Array | null;
  /** Names of the classes; empty for regression. */
  readonly classes: readonly string[];
  /** rows × outputs, or null for classification. */
  readonly targets: Float32Array | null;
  /** Targets a row; the number of classes for classification. */
  readonly outputs: number;
}

export const rowNames = (columns: number): string[] => Array.from({ length: columns }, (_, i) => `x${i + 1}`);

/** A classification data set from parts that are known to fit. */
export function classified(name: string, features: Float32Array, labels: Int32Array, classes: readonly string[], featureNames?: readonly string[]): Dataset {
  const rows = labels.length;
  const columns = rows === 0 ? 0 : features.length / rows;
  return { name, rows, columns, features, featureNames: featureNames ?? rowNames(columns), labels, classes, targets: null, outputs: classes.length };
}

/** Rows as people hold them: nested arrays, typed arrays per row. */
export type Rows = ArrayLike<ArrayLike<number>>;

/** What `fromArrays` takes: features and one of class labels (whole numbers or names), one-hot or probability rows, or real targets. */
export interface ArraysOfData {
  readonly x: Rows;
  readonly y: ArrayLike<number | string> | Rows;
  /** Names of the classes in order; the labels are then positions in this list or names of it. */
  readonly classes?: readonly string[];
  /** What `y` means; recognised when not given: names and whole numbers from 0 are classes. */
  readonly task?: 'classification' | 'regression';
  readonly name?: string;
}

/**
 * A data set from arrays: `x` is rows × columns; `y` holds a class or a number a row, or a row of targets (one-hot rows become labels).
 * Throws `data-shape`, `missing-value`, `label-out-of-range`.
 */
export function fromArrays(data: ArraysOfData): Dataset {
  const rows = data.x.length;
  const columns = rows === 0 ? 0 : (data.x[0] as ArrayLike<number>).length;
  if (data.y.length !== rows) throw new WhygradError('data-shape', `x has ${rows} rows and y has ${data.y.length}`, { hint: 'give one answer for each row' });
  const features = flatten(data.x, rows, columns, 'x');
  const base = { name: data.name ?? 'data', rows, columns, features, featureNames: rowNames(columns) };
  if (rows > 0 && typeof data.y[0] === 'object') {
    const outputs = (data.y[0] as ArrayLike<number>).length;
    return fromRows(base, flatten(data.y as Rows, rows, outputs, 'y'), outputs, data);
  }
  const answers = data.y as ArrayLike<number | string>;
  if ((data.task ?? guessTask(answers)) === 'classification') return { ...base, ...labelled(answers, data.classes), targets: null };
  const targets = flatten(Array.from(answers, (v) => [v as number]), rows, 1, 'y');
  return { ...base, labels: null, classes: [], targets, outputs: 1 };
}

type Base = Pick<Dataset, 'name' | 'rows' | 'columns' | 'features' | 'featureNames'>;

function fromRows(base: Base, y: Float32Array, outputs: number, data: ArraysOfData): Dataset {
  const task = data.task ?? (y.every((v) => v === 0 || v === 1) && outputs > 1 && everyRowIsOneHot(y, outputs) ? 'classification' : 'regression');
  if (task === 'regression') return { ...base, labels: null, classes: [], targets: y, outputs };
  const classes = data.classes ?? Array.from({ length: outputs }, (_, i) => String(i));
  if (!everyRowIsOneHot(y, outputs)) return { ...base, labels: null, classes, targets: y, outputs };
  const labels = Int32Array.from({ length: base.rows }, (_, n) => y.subarray(n * outputs, (n + 1) * outputs).indexOf(1));
  return { ...base, labels, classes, targets: null, outputs };
}

function everyRowIsOneHot(y: Float32Array, outputs: number): boolean {
  for (let n = 0; n < y.length; n += outputs) {
    let ones = 0;
    for (let o = 0; o < outputs; o++) { if (y[n + o] === 1) ones++; else if (y[n + o] !== 0) return false; }
    if (ones !== 1) return false;
  }
  return true;
}

function flatten(source: Rows, rows: number, columns: number, name: string): Float32Array {
  const flat = new Float32Array(rows * columns);
  for (let n = 0; n < rows; n++) {
    const row = source[n] as ArrayLike<number>;
    if (row.length !== columns) throw new WhygradError('data-shape', `row ${n + 1} of ${name} has ${row.length} numbers, the first has ${columns}`, { hint: 'make all rows equally long' });
    for (let i = 0; i < columns; i++) {
      const v = row[i];
      if (typeof v !== 'number' || !Number.isFinite(Math.fround(v))) throw new WhygradError('missing-value', `${name}, row ${n + 1}, column ${i + 1}: ${String(v)} is not a finite number`, { hint: 'fill or remove missing values first' });
      flat[n * columns + i] = v;
    }
  }
  return flat;
}

/** Whether answers look like classes: names, or few distinct whole numbers that are not negative. */
export function guessTask(answers: ArrayLike<number | string>): 'classification' | 'regression' {
  const distinct = new Set<number>();
  for (let n = 0; n < answers.length; n++) {
    const v = answers[n] as number | string;
    if (typeof v === 'string') return 'classification';
    if (!Number.isInteger(v) || v < 0) return Array.from(answers).some((a) => typeof a === 'string') ? 'classification' : 'regression';
    distinct.add(v);
  }
  return distinct.size <= Math.max(2, Math.min(100, answers.length / 2)) ? 'classification' : 'regression';
}

/** Where an answer came from, for errors. */
export type Place = (row: number) => { readonly said: string; readonly text?: string; readonly span?: { readonly start: number; readonly end: number } };

/** Labels and class names of a list of answers. Numbers 0 … n−1 keep their value; names are sorted. Throws `label-out-of-range`. */
export function labelled(answers: ArrayLike<number | string>, classes?: readonly string[], place: Place = (n) => ({ said: `row ${n + 1}` })): { labels: Int32Array; classes: readonly string[]; outputs: number } {
  const names = classes ?? classNames(answers);
  const slots = new Map(names.map((name, slot) => [name, slot]));
  const labels = new Int32Array(answers.length);
  for (let n = 0; n < answers.length; n++) {
    const v = answers[n] as number | string;
    const slot = slots.get(String(v)) ?? (classes !== undefined && typeof v === 'number' && Number.isInteger(v) && v >= 0 && v < classes.length ? v : undefined);
    if (slot === undefined) {
      const { said, ...at } = place(n);
      throw new WhygradError('label-out-of-range', `${said}: the label ${JSON.stringify(v)} is none of the ${names.length} classes`, { hint: `the classes are ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`, ...at });
    }
    labels[n] = slot;
  }
  return { labels, classes: names, outputs: names.length };
}

function classNames(answers: ArrayLike<number | string>): string[] {
  const distinct = [...new Set(Array.from(answers))];
  const numbers = distinct.filter((v) => typeof v === 'number');
  if (numbers.length < distinct.length) return distinct.map(String).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const largest = Math.max(0, ...numbers);
  const dense = numbers.every((v) => Number.isInteger(v) && v >= 0) && largest < 2 * distinct.length + 8;
  return dense ? Array.from({ length: largest + 1 }, (_, i) => String(i)) : numbers.sort((a, b) => a - b).map(String);
}

/** The rows of a data set in the given order (repeats allowed). */
export function takeRows(data: Dataset, rows: Int32Array): Dataset {
  const pick = (source: Float32Array, width: number): Float32Array => {
    const out = new Float32Array(rows.length * width);
    rows.forEach((n, at) => out.set(source.subarray(n * width, (n + 1) * width), at * width));
    return out;
  };
  return {
    ...data, rows: rows.length,
    features: pick(data.features, data.columns),
    labels: data.labels && Int32Array.from(rows, (n) => (data.labels as Int32Array)[n] as number),
    targets: data.targets && pick(data.targets, data.outputs),
  };
}
