// How a tensor is walked row by row along one of its axes, and the copying of such rows.
// Not here: kernels and their memory.
// Invariant: a walk visits every element once; what does not fit the array is a named error before anything is read.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import type { Floats } from './plan.ts';

/** `{ rows, columns }`, or `{ shape, axis }` with axis −1 (the last) unless given; nothing: one row. */
export interface RowShape {
  readonly rows?: number;
  readonly columns?: number;
  readonly shape?: readonly number[];
  readonly axis?: number;
}

/** Row r = o·inner + i has its element c at (o·columns + c)·inner + i. */
export interface Walk {
  readonly columns: number;
  readonly inner: number;
}
export interface Rows extends Walk {
  readonly rows: number;
}

const isSize = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;

/** The rows of an array of the given length. Throws `shape`, `axis`, `length`. */
export function rowsOf(length: number, given: RowShape, name = 'x'): Rows {
  const rows = given.shape === undefined ? plainRows(length, given) : rowsAlong(given.shape, given.axis ?? -1);
  if (rows.rows * rows.columns !== length) {
    throw new WhygradError(
      'length',
      `${name} has ${length} elements where its shape says ${rows.rows} × ${rows.columns} = ${rows.rows * rows.columns}${length === 0 ? ' (a detached array has none)' : ''}.`,
      { hint: 'Pass rows and columns, or shape and axis, whose product is the length.' },
    );
  }
  return rows;
}

function plainRows(length: number, { rows, columns }: RowShape): Rows {
  if (rows === undefined && columns === undefined) return { rows: 1, columns: length, inner: 1 };
  const c = columns ?? (rows === 0 ? 0 : length / (rows as number));
  const r = rows ?? (c === 0 ? 0 : length / c);
  if (!isSize(r) || !isSize(c))
    throw new WhygradError(
      'shape',
      `rows ${String(rows)} and columns ${String(columns)} are no sizes of ${length} elements.`,
      { hint: 'Sizes are whole numbers from 0 on.' },
    );
  return { rows: r, columns: c, inner: 1 };
}

function rowsAlong(shape: readonly number[], axis: number): Rows {
  if (!Array.isArray(shape) || !shape.every(isSize))
    throw new WhygradError('shape', `The shape [${String(shape)}] is no list of sizes.`, {
      hint: 'Sizes are whole numbers from 0 on.',
    });
  if (!Number.isInteger(axis) || axis < -shape.length || axis >= shape.length)
    throw new WhygradError('axis', `There is no axis ${String(axis)} in a tensor of rank ${shape.length}.`, {
      hint: `Axes run from ${-shape.length} to ${shape.length - 1}.`,
    });
  const at = axis < 0 ? axis + shape.length : axis;
  const product = (part: readonly number[]): number => part.reduce((a, b) => a * b, 1);
  const inner = product(shape.slice(at + 1));
  return { rows: product(shape.slice(0, at)) * inner, columns: must(shape[at]), inner };
}

/** Below this length a loop is faster than `set`. */
const SHORT = 32;

/** Rows from..to−1 of an array to (`in`) or from (`out`) the start of a contiguous view. */
export function copyRows(
  view: Floats | Int32Array,
  array: Floats | Int32Array,
  { columns, inner }: Walk,
  from: number,
  to: number,
  way: 'in' | 'out',
): void {
  if (inner === 1) {
    const start = from * columns;
    const count = (to - from) * columns;
    if (count < SHORT) {
      if (way === 'in') for (let k = 0; k < count; k++) view[k] = must(array[start + k]);
      else for (let k = 0; k < count; k++) array[start + k] = must(view[k]);
    } else if (way === 'in') view.set(array.subarray(start, start + count));
    else array.set(view.subarray(0, count), start);
    return;
  }
  for (let r = from; r < to; r++) {
    const i = r % inner;
    const base = ((r - i) / inner) * columns * inner + i;
    const at = (r - from) * columns;
    if (way === 'in') for (let c = 0; c < columns; c++) view[at + c] = must(array[base + c * inner]);
    else for (let c = 0; c < columns; c++) array[base + c * inner] = must(view[at + c]);
  }
}
