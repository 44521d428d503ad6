// Values of sub-expressions while they are read: a term whose open axes are fresh free letters, and the algebra of
// matrices on them.
// Not here: names, functions, binders (`elaborate.ts`).
// Invariant: the open axes of a value are distinct fresh letters; `pending` are fresh letters still to be summed; no
// axis is ever lost or summed twice.
import { lastOf, must } from '../../term/must.ts';
import {
  add,
  delta,
  type Index,
  inverse,
  mul,
  negate,
  one,
  pow,
  reduce,
  type Term,
  wholeSet,
} from '../../term/term.ts';
import { close, closeAll, substituteFree } from '../../term/walk.ts';
import { limits } from '../../language/tokens.ts';

/**
 * `lying`: a vector that was transposed. `factors`: a product not yet put together; its sums over `pending` are still
 * open.
 */
export interface Value {
  readonly factors: readonly Term[];
  readonly pending: readonly string[];
  readonly axes: readonly string[];
  readonly lying: boolean;
}

/** Why an operation does not fit; the caller knows the place. */
export class RankFault extends Error {}
/** A product of more matrices than sums may be nested. */
export class ChainFault extends Error {}

/** Supplies fresh letters: for axes (never printed) and for the sums that matrix products bring (printed). */
export interface Letters {
  readonly axis: () => string;
  readonly printed: () => string;
  /** The set of an axis that was written out entry by entry ("3"), '' for the others. */
  readonly setOf: (axis: string) => string;
  /** Two axes are one. */
  readonly alike: (axis: string, other: string) => void;
}

export const scalar = (term: Term): Value => ({ factors: [term], pending: [], axes: [], lying: false });
export const tensor = (term: Term, axes: readonly string[]): Value => ({
  factors: [term],
  pending: [],
  axes,
  lying: false,
});
export const rankOf = (v: Value): number => v.axes.length;

/** The term of a value, its matrix products summed. */
export function termOf(v: Value, letters: Letters): Term {
  let body = mul(...v.factors);
  for (const letter of [...v.pending].reverse())
    body = reduce('sum', letters.printed(), close(body, letter), wholeSet(letters.setOf(letter)));
  return body;
}

export const settled = (v: Value, letters: Letters): Value =>
  v.pending.length === 0 && v.factors.length === 1 ? v : { ...v, factors: [termOf(v, letters)], pending: [] };

/** The term with other letters (or indices) for its axes. */
export function withAxes(term: Term, axes: readonly string[], to: readonly Index[]): Term {
  return substituteFree(term, new Map(axes.map((a, n): [string, Index] => [a, must(to[n])])));
}
const free = (name: string): Index => ({ kind: 'free', name });
const renamed = (v: Value, axes: readonly string[]): readonly Term[] =>
  v.factors.map((f) => withAxes(f, v.axes, axes.map(free)));

/** The same value with fresh letters for its axes and sums, so that it can stand twice in one product. */
export function refreshed(v: Value, letters: Letters): Value {
  const old = [...v.axes, ...v.pending];
  const fresh = old.map(() => letters.axis());
  fresh.forEach((axis, n) => {
    letters.alike(axis, must(old[n]));
  });
  const to = fresh.map(free);
  return {
    ...v,
    factors: v.factors.map((f) => withAxes(f, old, to)),
    axes: fresh.slice(0, v.axes.length),
    pending: fresh.slice(v.axes.length),
  };
}

/** Every entry mapped by the same function. */
export function elementwise(v: Value, letters: Letters, f: (t: Term) => Term): Value {
  return { ...v, factors: [f(termOf(v, letters))], pending: [] };
}

const describe = (v: Value): string =>
  rankOf(v) === 0
    ? 'a number'
    : rankOf(v) === 1
      ? v.lying
        ? 'a transposed vector'
        : 'a vector'
      : rankOf(v) === 2
        ? 'a matrix'
        : `a tensor with ${rankOf(v)} axes`;

/** Entry by entry on two values of the same rank, or with a number. */
export function zip(a: Value, b: Value, letters: Letters, f: (x: Term, y: Term) => Term, what: string): Value {
  if (rankOf(b) === 0) return { ...elementwise(a, letters, (t) => f(t, termOf(b, letters))) };
  if (rankOf(a) === 0) return { ...elementwise(b, letters, (t) => f(termOf(a, letters), t)) };
  if (rankOf(a) !== rankOf(b) || a.lying !== b.lying)
    throw new RankFault(`${what} of ${describe(a)} and ${describe(b)}`);
  a.axes.forEach((axis, n) => {
    letters.alike(axis, must(b.axes[n]));
  });
  const right = withAxes(termOf(b, letters), b.axes, a.axes.map(free));
  return elementwise(a, letters, (t) => f(t, right));
}

/** A sum; a number is added to every entry of a vector, but not of a matrix. */
export function sum(values: readonly { readonly sign: 1 | -1; readonly value: Value }[], letters: Letters): Value {
  const widest = values.reduce((m, t) => (rankOf(t.value) > rankOf(m.value) ? t : m)).value;
  if (rankOf(widest) >= 2 && values.some((t) => rankOf(t.value) !== rankOf(widest))) {
    throw new RankFault(
      `the sum of ${describe(widest)} and ${describe(must(values.find((t) => rankOf(t.value) !== rankOf(widest))).value)}`,
    );
  }
  const terms = values.map((t) => {
    const term = termOf(t.value, letters);
    if (rankOf(t.value) > 0 && t.value.lying !== widest.lying)
      throw new RankFault(`the sum of ${describe(widest)} and ${describe(t.value)}`);
    t.value.axes.forEach((axis, n) => {
      letters.alike(must(widest.axes[n]), axis);
    });
    const placed = rankOf(t.value) === 0 ? term : withAxes(term, t.value.axes, widest.axes.map(free));
    return t.sign === 1 ? placed : negate(placed);
  });
  return { factors: [add(...terms)], pending: [], axes: widest.axes, lying: widest.lying };
}

function joined(
  a: Value,
  b: Value,
  factors: readonly Term[],
  pending: readonly string[],
  axes: readonly string[],
  lying = false,
): Value {
  const open = [...a.pending, ...b.pending, ...pending];
  if (open.length > limits.depth) throw new ChainFault(`a product of matrices may have ${limits.depth} factors`);
  return { factors: [...a.factors, ...factors], pending: open, axes, lying };
}

/** Two things side by side: numbers multiply, rows meet columns. */
export function matrixProduct(a: Value, b: Value, letters: Letters): Value {
  const [ra, rb] = [rankOf(a), rankOf(b)];
  if (ra === 0 || rb === 0)
    return joined(a, b, b.factors, [], ra === 0 ? b.axes : a.axes, ra === 0 ? b.lying : a.lying);
  if (ra === 1 && !a.lying && rb === 1 && b.lying) return joined(a, b, b.factors, [], [...a.axes, ...b.axes]);
  const fits = (ra === 1 ? a.lying : true) && (rb === 1 ? !b.lying : true) && ra <= 2 && rb <= 2;
  if (!fits) throw new RankFault(`the product of ${describe(a)} and ${describe(b)}`);
  return contracted(a, b, letters);
}

/** The last axis of a meets the first of b. */
function contracted(a: Value, b: Value, letters: Letters): Value {
  const meet = lastOf(a.axes);
  letters.alike(meet, must(b.axes[0]));
  const [, ...rest] = b.axes;
  const factors = renamed(b, [meet, ...rest]);
  const axes = [...a.axes.slice(0, -1), ...rest];
  return joined(a, b, factors, [meet], axes, rankOf(a) === 1 && axes.length === 1);
}

/** `x · y`: two vectors meet in a number, whatever their orientation. */
export function dotProduct(a: Value, b: Value, letters: Letters): Value {
  if (rankOf(a) === 1 && rankOf(b) === 1 && (a.lying || !b.lying)) return contracted(a, b, letters);
  return matrixProduct(a, b, letters);
}

export function transpose(v: Value): Value {
  if (rankOf(v) > 2) throw new RankFault(`the transpose of ${describe(v)}`);
  return rankOf(v) === 1 ? { ...v, lying: !v.lying } : { ...v, axes: [...v.axes].reverse() };
}

function square(v: Value, what: string): [string, string] {
  const [row, column] = v.axes;
  if (row === undefined || column === undefined || v.axes.length !== 2)
    throw new RankFault(`${what} of ${describe(v)}`);
  return [row, column];
}

/** The body of a matrix under two binders, the row outside. */
export function matrixBody(v: Value, letters: Letters, what: string): Term {
  const [row, column] = square(v, what);
  return closeAll(termOf(v, letters), [row, column]);
}

export function inverseOf(v: Value, letters: Letters): Value {
  const body = matrixBody(v, letters, 'the inverse');
  const [row, column] = [letters.axis(), letters.axis()];
  return tensor(inverse(body, free(row), free(column), '', [letters.printed(), letters.printed()]), [row, column]);
}

export function traceOf(v: Value): Value {
  const [row, column] = square(v, 'the trace');
  return {
    factors: v.factors.map((f) => withAxes(f, [column], [free(row)])),
    pending: [...v.pending, row],
    axes: [],
    lying: false,
  };
}

/** diag of a vector is a matrix, of a matrix the vector of its diagonal. */
export function diagonal(v: Value, letters: Letters): Value {
  if (rankOf(v) === 1) {
    const column = letters.axis();
    return {
      ...v,
      factors: [delta(free(must(v.axes[0])), free(column)), ...v.factors],
      axes: [must(v.axes[0]), column],
      lying: false,
    };
  }
  const [row, column] = square(v, 'the diagonal');
  return { ...v, factors: v.factors.map((f) => withAxes(f, [column], [free(row)])), axes: [row], lying: false };
}

/** All entries summed. */
export function sumAll(v: Value, letters: Letters, f: (t: Term) => Term = (t) => t): Term {
  let body = f(termOf(v, letters));
  for (const axis of [...v.axes].reverse())
    body = reduce('sum', letters.printed(), close(body, axis), wholeSet(letters.setOf(axis)));
  return body;
}

/** Euclidean (Frobenius) norm. */
export const normOf = (v: Value, letters: Letters): Term => ({
  kind: 'call',
  fn: 'sqrt',
  args: [sumAll(v, letters, (t) => pow(t, { kind: 'num', num: 2n, den: 1n }))],
});

export function identity(letters: Letters): Value {
  const [row, column] = [letters.axis(), letters.axis()];
  return tensor(delta(free(row), free(column)), [row, column]);
}
export const onesVector = (letters: Letters): Value => ({
  factors: [one],
  pending: [],
  axes: [letters.axis()],
  lying: false,
});

/** One value for given indices. */
export function entryOf(v: Value, indices: readonly Index[], letters: Letters): Value {
  if (indices.length > rankOf(v)) throw new RankFault(`${indices.length} indices on ${describe(v)}`);
  const term = termOf(v, letters);
  const taken = v.axes.slice(0, indices.length);
  return { factors: [withAxes(term, taken, indices)], pending: [], axes: v.axes.slice(indices.length), lying: false };
}
