// A data set: numbers in rows, with classes or regression targets, ready to be trained on.
// Not here: reading files (csv, npy, json), generating, splitting.
// Invariant: features are rows × columns and finite; labels lie in 0 … classes−1; at most one of labels and targets is present (none where a loss needs no answers).
import { must } from '../../term/must.ts';
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
  /** Targets a row; the number of classes for classification; 0 without answers. */
  readonly outputs: number;
  /** Further tensors with an entry for each row, by their names in a document. */
  readonly more?: ReadonlyMap<string, RowTensor>;
}

/** Numbers for each row: `shape` is that of one row ([] for one number a row). */
export interface RowTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export const rowNames = (columns: number): string[] => Array.from({ length: columns }, (_, i) => `x${i + 1}`);

/** A classification data set from parts that are known to fit. */
export function classified(
  name: string,
  features: Float32Array,
  labels: Int32Array,
  classes: readonly string[],
  featureNames?: readonly string[],
): Dataset {
  const rows = labels.length;
  const columns = rows === 0 ? 0 : features.length / rows;
  return {
    name,
    rows,
    columns,
    features,
    featureNames: featureNames ?? rowNames(columns),
    labels,
    classes,
    targets: null,
    outputs: classes.length,
  };
}

/** Rows as people hold them: nested arrays, typed arrays per row. */
export type Rows = ArrayLike<ArrayLike<number>>;

/** What `fromArrays` takes: features and one of class labels (whole numbers or names), one-hot or probability rows, or real targets. */
export interface ArraysOfData {
  readonly x: Rows;
  /** Left out where the loss needs no answers. */
  readonly y?: ArrayLike<number | string> | Rows;
  /** Further numbers for each row by their names in the document: a weight `{ s: [1, 2, …] }`, rows, rows of rows. */
  readonly more?: Readonly<Record<string, ArrayLike<unknown>>>;
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
  const columns = rows === 0 ? 0 : must(data.x[0]).length;
  const features = flatten(data.x, rows, columns, 'x');
  const more = Object.entries(data.more ?? {}).map(([name, values]) => [name, rowTensor(name, values, rows)] as const);
  const base: Base = {
    name: data.name ?? 'data',
    rows,
    columns,
    features,
    featureNames: rowNames(columns),
    ...(more.length === 0 ? {} : { more: new Map(more) }),
  };
  return { ...base, ...answersOf(data, rows) };
}

type Answers = Pick<Dataset, 'labels' | 'classes' | 'targets' | 'outputs'>;

function answersOf(data: ArraysOfData, rows: number): Answers {
  if (data.y === undefined) return { labels: null, classes: [], targets: null, outputs: 0 };
  if (data.y.length !== rows)
    throw new WhygradError('data-shape', `x has ${rows} rows and y has ${data.y.length}`, {
      hint: 'give one answer for each row',
    });
  if (rows > 0 && typeof data.y[0] === 'object') {
    const outputs = (data.y[0] as ArrayLike<number>).length;
    return fromRows(rows, flatten(data.y as Rows, rows, outputs, 'y'), outputs, data);
  }
  const answers = data.y as ArrayLike<number | string>;
  if ((data.task ?? guessTask(answers)) === 'classification')
    return { ...labelled(answers, data.classes), targets: null };
  return {
    labels: null,
    classes: [],
    targets: flatten(
      Array.from(answers, (v) => [v as number]),
      rows,
      1,
      'y',
    ),
    outputs: 1,
  };
}

/** Nested arrays as one array, with the shape of a row. Throws `data-shape`, `missing-value`. */
function rowTensor(name: string, values: ArrayLike<unknown>, rows: number): RowTensor {
  if (values.length !== rows)
    throw new WhygradError('data-shape', `${name} has ${values.length} rows and x has ${rows}`, {
      hint: 'give one entry for each row',
    });
  const shape: number[] = [];
  for (let v = values[0]; typeof v === 'object' && v !== null; v = (v as ArrayLike<unknown>)[0])
    shape.push((v as ArrayLike<unknown>).length);
  const data = new Float32Array(rows * shape.reduce((a, b) => a * b, 1));
  let at = 0;
  const fill = (v: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (typeof v !== 'number' || !Number.isFinite(Math.fround(v)))
        throw new WhygradError('missing-value', `${name}: ${String(v)} is not a finite number`, {
          hint: 'fill missing values first',
        });
      data[at++] = v;
    } else if (typeof v !== 'object' || v === null || (v as ArrayLike<unknown>).length !== shape[depth])
      throw new WhygradError('data-shape', `${name} is not a regular array`, { hint: 'make all rows alike' });
    else for (let i = 0; i < (shape[depth] as number); i++) fill((v as ArrayLike<unknown>)[i], depth + 1);
  };
  for (let n = 0; n < rows; n++) fill(values[n], 0);
  return { shape, data };
}

type Base = Pick<Dataset, 'name' | 'rows' | 'columns' | 'features' | 'featureNames' | 'more'>;

function fromRows(rows: number, y: Float32Array, outputs: number, data: ArraysOfData): Answers {
  const task =
    data.task ??
    (y.every((v) => v === 0 || v === 1) && outputs > 1 && everyRowIsOneHot(y, outputs)
      ? 'classification'
      : 'regression');
  if (task === 'regression') return { labels: null, classes: [], targets: y, outputs };
  const classes = data.classes ?? Array.from({ length: outputs }, (_, i) => String(i));
  if (!everyRowIsOneHot(y, outputs)) return { labels: null, classes, targets: y, outputs };
  const labels = Int32Array.from({ length: rows }, (_, n) => y.subarray(n * outputs, (n + 1) * outputs).indexOf(1));
  return { labels, classes, targets: null, outputs };
}

function everyRowIsOneHot(y: Float32Array, outputs: number): boolean {
  for (let n = 0; n < y.length; n += outputs) {
    let ones = 0;
    for (let o = 0; o < outputs; o++) {
      if (y[n + o] === 1) ones++;
      else if (y[n + o] !== 0) return false;
    }
    if (ones !== 1) return false;
  }
  return true;
}

function flatten(source: Rows, rows: number, columns: number, name: string): Float32Array {
  const flat = new Float32Array(rows * columns);
  for (let n = 0; n < rows; n++) {
    const row = must(source[n]);
    if (row.length !== columns)
      throw new WhygradError(
        'data-shape',
        `row ${n + 1} of ${name} has ${row.length} numbers, the first has ${columns}`,
        { hint: 'make all rows equally long' },
      );
    for (let i = 0; i < columns; i++) {
      const v = row[i];
      if (typeof v !== 'number' || !Number.isFinite(Math.fround(v)))
        throw new WhygradError(
          'missing-value',
          `${name}, row ${n + 1}, column ${i + 1}: ${String(v)} is not a finite number`,
          { hint: 'fill or remove missing values first' },
        );
      flat[n * columns + i] = v;
    }
  }
  return flat;
}

/** Whether answers look like classes: names, or few distinct whole numbers that are not negative. */
export function guessTask(answers: ArrayLike<number | string>): 'classification' | 'regression' {
  const distinct = new Set<number>();
  for (let n = 0; n < answers.length; n++) {
    const v = must(answers[n]);
    if (typeof v === 'string') return 'classification';
    if (!Number.isInteger(v) || v < 0)
      return Array.from(answers).some((a) => typeof a === 'string') ? 'classification' : 'regression';
    distinct.add(v);
  }
  return distinct.size <= Math.max(2, Math.min(100, answers.length / 2)) ? 'classification' : 'regression';
}

/** Where an answer came from, for errors. */
export type Place = (row: number) => {
  readonly said: string;
  readonly text?: string;
  readonly span?: { readonly start: number; readonly end: number };
};

/** More are rather names of the rows than classes. */
const MOST_CLASSES = 10_000;

/** Labels and class names of a list of answers. Numbers 0 … n−1 keep their value; names are sorted. Throws `label-out-of-range`. */
export function labelled(
  answers: ArrayLike<number | string>,
  classes?: readonly string[],
  place: Place = (n) => ({ said: `row ${n + 1}` }),
): { labels: Int32Array; classes: readonly string[]; outputs: number } {
  const names = classes ?? classNames(answers);
  if (names.length > MOST_CLASSES)
    throw new WhygradError('too-many-classes', `the answers have ${names.length} different values`, {
      hint: `at most ${MOST_CLASSES} classes are told apart; is it the right column? Numbers can be learned as such`,
    });
  const slots = new Map(names.map((name, slot) => [name, slot]));
  const labels = new Int32Array(answers.length);
  for (let n = 0; n < answers.length; n++) {
    const v = must(answers[n]);
    const slot =
      slots.get(String(v)) ??
      (classes !== undefined && typeof v === 'number' && Number.isInteger(v) && v >= 0 && v < classes.length
        ? v
        : undefined);
    if (slot === undefined) {
      const { said, ...at } = place(n);
      throw new WhygradError(
        'label-out-of-range',
        `${said}: the label ${JSON.stringify(v)} is none of the ${names.length} classes`,
        { hint: `the classes are ${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`, ...at },
      );
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
    ...data,
    rows: rows.length,
    features: pick(data.features, data.columns),
    labels: data.labels && Int32Array.from(rows, (n) => must((data.labels as Int32Array)[n])),
    targets: data.targets && pick(data.targets, data.outputs),
    ...(data.more === undefined
      ? {}
      : {
          more: new Map(
            Array.from(data.more, ([name, t]) => [
              name,
              {
                shape: t.shape,
                data: pick(
                  t.data,
                  t.shape.reduce((a, b) => a * b, 1),
                ),
              },
            ]),
          ),
        }),
  };
}
