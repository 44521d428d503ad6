// Tensor values while a formula is read: a term whose open axes are free letters, and products as loosely as people
// write them.
// Not here: names and functions (`elaborate/`).
// Invariant: the axes of a value are distinct letters that occur nowhere else.
import { must } from '../term/must.ts';
import {
  add,
  delta,
  determinant,
  divide,
  freeIndex,
  inverse,
  mul,
  negate,
  one,
  pow,
  reduce,
  type Index,
  type Term,
} from '../term/term.ts';
import { close, closeAll, substituteFree } from '../term/walk.ts';
import { work } from '../term/work.ts';

/** `row`: a vector that was transposed. `of` and `by`: a derivative of one whole tensor by another, for chain rules. */
export interface Value {
  readonly term: Term;
  readonly axes: readonly string[];
  readonly row: boolean;
  readonly of: string | null;
  readonly by: string | null;
  readonly ofAxes: number;
}

/** Why a reading is not well formed; `misfit`: ranks or shapes cannot fit. */
export class Unreadable extends Error {
  readonly misfit: boolean;
  constructor(message: string, misfit = false) {
    super(message);
    this.misfit = misfit;
  }
}

let counter = 0;
/** A letter that no author can type. */
export const freshLetter = (): string => `·${++counter}`;
export const isFresh = (letter: string): boolean => letter.startsWith('·');
export const restartLetters = (): void => {
  counter = 0;
};

export const scalar = (term: Term): Value => tensor(term, []);
export const tensor = (term: Term, axes: readonly string[], row = false): Value => {
  work(1);
  return { term, axes, row, of: null, by: null, ofAxes: 0 };
};
export const rank = (v: Value): number => v.axes.length;
export const describe = (v: Value): string =>
  rank(v) === 0
    ? 'a number'
    : rank(v) === 1
      ? 'a vector'
      : rank(v) === 2
        ? 'a matrix'
        : `a tensor with ${rank(v)} axes`;

/** The term with its axes renamed to indices. */
export const placed = (v: Value, at: readonly Index[]): Term =>
  substituteFree(v.term, new Map(v.axes.map((a, n): [string, Index] => [a, must(at[n])])));
const onto = (v: Value, axes: readonly string[]): Term => placed(v, axes.map(freeIndex));
export const mapped = (v: Value, f: (t: Term) => Term): Value => ({ ...tensor(f(v.term), v.axes, v.row) });

/** Entry by entry; a number meets every entry, a vector every row of a matrix. */
export function zip(a: Value, b: Value, f: (x: Term, y: Term) => Term, what: string): Value {
  if (rank(b) === 0) return tensor(f(a.term, b.term), a.axes, a.row);
  if (rank(a) === 0) return tensor(f(a.term, b.term), b.axes, b.row);
  if (rank(a) === rank(b)) return tensor(f(a.term, onto(b, a.axes)), a.axes, a.row && b.row);
  if (rank(a) === 2 && rank(b) === 1) return tensor(f(a.term, onto(b, a.axes.slice(1))), a.axes);
  if (rank(a) === 1 && rank(b) === 2) return tensor(f(onto(a, b.axes.slice(1)), b.term), b.axes);
  throw new Unreadable(`${what} of ${describe(a)} and ${describe(b)} is not defined`, true);
}

export function sum(values: readonly { readonly sign: 1 | -1; readonly value: Value }[]): Value {
  const [first, ...rest] = values.map((v) => (v.sign === 1 ? v.value : mapped(v.value, negate)));
  if (first === undefined) throw new Error('bug: an empty sum');
  return rest.reduce((a, b) => zip(a, b, (x, y) => add(x, y), 'the sum'), first);
}

export const elementwise = (a: Value, b: Value): Value => zip(a, b, (x, y) => mul(x, y), 'the entrywise product');
export const quotient = (a: Value, b: Value): Value => zip(a, b, (x, y) => divide(x, y), 'the quotient');

/** Sums the last `count` axes of a against the first `count` of b. */
export function contract(a: Value, b: Value, count = 1): Value {
  const meet = a.axes.slice(rank(a) - count);
  const rest = b.axes.slice(count);
  let term = mul(a.term, placed(b, [...meet, ...rest].map(freeIndex)));
  for (const m of [...meet].reverse()) term = reduce('sum', 'k', close(term, m));
  const axes = [...a.axes.slice(0, rank(a) - count), ...rest];
  return {
    ...tensor(term, axes, axes.length === 1 && (rank(a) === 1 || a.row) && rank(b) === 2),
    of: a.of,
    by: b.by,
    ofAxes: a.ofAxes,
  };
}

/** How two vectors side by side are read when nothing says it. */
export type VectorProduct = 'dot' | 'entrywise' | 'outer';

/** Two things side by side. */
export function product(a: Value, b: Value, vectors: VectorProduct): Value {
  if (rank(a) === 0 || rank(b) === 0) {
    const v = zip(a, b, (x, y) => mul(x, y), 'the product');
    const from = rank(a) === 0 ? b : a;
    return { ...v, row: from.row, of: from.of, by: from.by, ofAxes: from.ofAxes };
  }
  // ∂A/∂B · ∂B/∂C meets in all axes of B, in whichever order the layout puts them.
  if (a.by !== null && a.by === b.of && rank(a) - a.ofAxes === b.ofAxes) return contract(a, b, b.ofAxes);
  if (b.by !== null && b.by === a.of && rank(b) - b.ofAxes === a.ofAxes) return contract(b, a, a.ofAxes);
  if (rank(a) === 1 && rank(b) === 1) {
    if (a.row && !b.row) return contract(a, b);
    if (!a.row && b.row) return outer(a, b);
    return vectors === 'dot' ? contract(a, b) : vectors === 'outer' ? outer(a, b) : elementwise(a, b);
  }
  if (rank(a) === 1 && rank(b) === 2 && !a.row && b.of === null) {
    if (vectors === 'entrywise') return elementwise(a, b);
  }
  return contract(a, b);
}

export function outer(a: Value, b: Value): Value {
  return tensor(mul(a.term, b.term), [...a.axes, ...b.axes]);
}

export function transpose(v: Value): Value {
  if (rank(v) <= 1) return { ...v, row: rank(v) === 1 ? !v.row : false };
  return tensor(v.term, [...v.axes].reverse());
}

export function inverted(v: Value): Value {
  if (rank(v) !== 2) return mapped(v, (t) => pow(t, { kind: 'num', num: -1n, den: 1n }));
  const [row, column] = [freshLetter(), freshLetter()];
  return tensor(inverse(closeAll(v.term, v.axes), freeIndex(row), freeIndex(column)), [row, column]);
}

export function determinantOf(v: Value): Value {
  if (rank(v) !== 2) throw new Unreadable(`the determinant of ${describe(v)} is not defined`, true);
  return scalar(determinant(closeAll(v.term, v.axes)));
}

export function traceOf(v: Value): Value {
  if (rank(v) !== 2) return v;
  const [row, column] = v.axes as [string, string];
  return scalar(reduce('sum', 'i', close(substituteFree(v.term, new Map([[column, freeIndex(row)]])), row)));
}

export function diagonal(v: Value): Value {
  if (rank(v) === 1) {
    const column = freshLetter();
    return tensor(mul(delta(freeIndex(must(v.axes[0])), freeIndex(column)), v.term), [must(v.axes[0]), column]);
  }
  if (rank(v) !== 2) throw new Unreadable(`diag of ${describe(v)} is not defined`);
  const [row, column] = v.axes as [string, string];
  return tensor(substituteFree(v.term, new Map([[column, freeIndex(row)]])), [row]);
}

export function sumAll(v: Value, f: (t: Term) => Term = (t) => t): Value {
  let term = f(v.term);
  for (const axis of [...v.axes].reverse()) term = reduce('sum', 'k', close(term, axis));
  return scalar(term);
}

/** The sum along the last axis, kept as a column that meets every column of a matrix. */
export function rowSum(v: Value): Value {
  const last = v.axes.at(-1);
  if (last === undefined) return v;
  return rank(v) === 1
    ? sumAll(v)
    : tensor(reduce('sum', 'k', close(v.term, last)), [...v.axes.slice(0, -1), freshLetter()]);
}

export function identity(): Value {
  const [row, column] = [freshLetter(), freshLetter()];
  return tensor(delta(freeIndex(row), freeIndex(column)), [row, column]);
}
export const ones = (): Value => tensor(one, [freshLetter()]);

/** Some axes of a value taken at given indices; the first ones. */
export function entryOf(v: Value, at: readonly Index[], name: string): Value {
  if (at.length > rank(v))
    throw new Unreadable(
      `${name} is ${describe(v)} but carries ${at.length === 1 ? 'an index' : `${at.length} indices`}`,
      true,
    );
  const rest = v.axes.slice(at.length);
  return tensor(placed(v, [...at, ...rest.map(freeIndex)]), rest);
}
