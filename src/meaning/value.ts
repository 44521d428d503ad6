// Values of sub-formulas while they are read: a term whose open axes are fresh free letters, and the algebra of vectors
// and matrices on them.
// Not here: names, functions, binders (`elaborate/`).
// Invariant: the open axes of a value are distinct fresh letters; `pending` are fresh letters still to be summed; no
// axis is ever lost or summed twice.
import { lastOf, must } from '../term/must.ts';
import {
  add,
  delta,
  determinant,
  freeIndex,
  type Index,
  inverse,
  mul,
  negate,
  one,
  pow,
  rational,
  reduce,
  type Term,
  wholeSet,
} from '../term/term.ts';
import { close, closeAll, substituteFree } from '../term/walk.ts';
import { work } from '../term/work.ts';
import { limits } from '../language/tokens.ts';

export interface Value {
  /** A product not yet put together; its sums over `pending` are still open. */
  readonly factors: readonly Term[];
  readonly pending: readonly string[];
  readonly axes: readonly string[];
  /** A vector that was transposed. */
  readonly row: boolean;
  readonly whole: Whole | null;
}

/**
 * A whole quantity `of`, or its derivative `by` another, of which the first `ofAxes` axes are its own: for chain rules.
 */
export interface Whole {
  readonly of: string | null;
  readonly by: string | null;
  readonly ofAxes: number;
}

/** Why something written has no value; `misfit`: ranks or shapes cannot fit. The caller knows the place. */
export class Unreadable extends Error {
  readonly misfit: boolean;
  constructor(message: string, misfit = false) {
    super(message);
    this.misfit = misfit;
  }
}
/** An operation on values that do not fit. */
export class RankFault extends Unreadable {
  constructor(what: string) {
    super(`${what} does not exist`, true);
  }
}
/** A product of more matrices than sums may be nested. */
export class ChainFault extends Unreadable {}

/** A letter that no author can type. */
export const freshLetter = (n: number): string => `·${n}`;
export const isFresh = (letter: string): boolean => letter.startsWith('·');

/** How two vectors side by side are read when nothing says it. */
export type VectorProduct = 'dot' | 'entrywise' | 'outer';

/** What the algebra asks of the reader: fresh letters, and how loosely products and sums may be written. */
export interface Algebra {
  /** A fresh letter for an axis (never printed). */
  readonly axis: () => string;
  /** A letter for a sum that a matrix product brings (printed). */
  readonly printed: () => string;
  /** The set of an axis that was written out entry by entry ("3"), '' for the others. */
  readonly setOf: (axis: string) => string;
  /** Two axes are one. */
  readonly alike: (axis: string, other: string) => void;
  /** Shapes have to fit exactly; else a vector meets every row of a matrix, and vectors meet as the text has it. */
  readonly strict: boolean;
  /** How two vectors side by side are read in loose writing. */
  readonly vectorProduct: () => VectorProduct;
}

export const tensor = (term: Term, axes: readonly string[], row = false): Value => {
  work(1);
  return { factors: [term], pending: [], axes, row, whole: null };
};
export const scalar = (term: Term): Value => tensor(term, []);
export const rankOf = (v: Value): number => v.axes.length;

export function describe(v: Value): string {
  if (rankOf(v) === 1) return v.row ? 'a transposed vector' : 'a vector';
  return rankOf(v) === 0 ? 'a number' : rankOf(v) === 2 ? 'a matrix' : `a tensor with ${rankOf(v)} axes`;
}

/** The term of a value, its matrix products summed. */
export function termOf(v: Value, a: Algebra): Term {
  const [first, ...rest] = v.factors;
  let body = first !== undefined && rest.length === 0 ? first : mul(...v.factors);
  for (const letter of [...v.pending].reverse())
    body = reduce('sum', a.printed(), close(body, letter), wholeSet(a.setOf(letter)));
  return body;
}

export const settled = (v: Value, a: Algebra): Value =>
  v.pending.length === 0 && v.factors.length === 1 ? v : { ...v, factors: [termOf(v, a)], pending: [] };

/** The term with other letters (or indices) for its axes. */
export const withAxes = (term: Term, axes: readonly string[], to: readonly Index[]): Term =>
  substituteFree(term, new Map(axes.map((axis, n): [string, Index] => [axis, must(to[n])])));
/** The term of a value at given indices. */
export const placed = (v: Value, at: readonly Index[], a: Algebra): Term => withAxes(termOf(v, a), v.axes, at);
const onto = (v: Value, axes: readonly string[], a: Algebra): Term => placed(v, axes.map(freeIndex), a);

/** The same value with fresh letters for its axes and sums, so that it can stand twice in one product. */
export function refreshed(v: Value, a: Algebra): Value {
  const old = [...v.axes, ...v.pending];
  const fresh = old.map(() => a.axis());
  fresh.forEach((axis, n) => {
    a.alike(axis, must(old[n]));
  });
  return {
    ...v,
    factors: v.factors.map((f) => withAxes(f, old, fresh.map(freeIndex))),
    axes: fresh.slice(0, v.axes.length),
    pending: fresh.slice(v.axes.length),
  };
}

/** Every entry mapped by the same function. */
export const elementwise = (v: Value, a: Algebra, f: (t: Term) => Term): Value =>
  tensor(f(termOf(v, a)), v.axes, v.row);

const alikeAxes = (v: Value, axes: readonly string[], a: Algebra): void =>
  v.axes.forEach((axis, n) => {
    a.alike(must(axes[n]), axis);
  });

/** The axes of `wide` that a value meets entry by entry; null where it does not fit. */
function meets(v: Value, wide: Value, a: Algebra): readonly string[] | null {
  if (rankOf(v) === rankOf(wide)) return a.strict && v.row !== wide.row ? null : wide.axes;
  return !a.strict && rankOf(v) === 1 && rankOf(wide) === 2 ? wide.axes.slice(1) : null;
}

/** Entry by entry; a number meets every entry. */
export function zip(a: Value, b: Value, algebra: Algebra, f: (x: Term, y: Term) => Term, what: string): Value {
  if (rankOf(b) === 0) return elementwise(a, algebra, (t) => f(t, termOf(b, algebra)));
  if (rankOf(a) === 0) return elementwise(b, algebra, (t) => f(termOf(a, algebra), t));
  const [thin, wide] = rankOf(a) < rankOf(b) ? [a, b] : [b, a];
  const axes = meets(thin, wide, algebra);
  if (axes === null) throw new RankFault(`${what} of ${describe(a)} and ${describe(b)}`);
  alikeAxes(thin, axes, algebra);
  const own = termOf(wide, algebra);
  const other = onto(thin, axes, algebra);
  return tensor(wide === a ? f(own, other) : f(other, own), wide.axes, a.row && b.row);
}

interface Addend {
  readonly sign: 1 | -1;
  readonly value: Value;
}

/** A sum; a number is added to every entry of a vector, but to those of a matrix only where that is usual. */
export function sum(values: readonly Addend[], a: Algebra): Value {
  const only = values.length === 1 ? values[0] : undefined;
  if (only !== undefined) return only.sign === 1 ? only.value : elementwise(only.value, a, negate);
  const widest = values.reduce((m, t) => (rankOf(t.value) > rankOf(m.value) ? t : m)).value;
  const terms = values.map((t) => {
    const term = addend(t.value, widest, a);
    return t.sign === 1 ? term : negate(term);
  });
  const row = rankOf(widest) === 1 && values.every((t) => rankOf(t.value) === 0 || t.value.row);
  return tensor(add(...terms), widest.axes, row);
}

function addend(v: Value, widest: Value, a: Algebra): Term {
  const isCounted = rankOf(v) === 0 && (!a.strict || rankOf(widest) < 2);
  if (isCounted) return termOf(v, a);
  const axes = rankOf(v) === 0 ? null : meets(v, widest, a);
  if (axes === null) throw new RankFault(`the sum of ${describe(widest)} and ${describe(v)}`);
  alikeAxes(v, axes, a);
  return onto(v, axes, a);
}

function joined(a: Value, b: Value, open: Pick<Value, 'factors' | 'pending' | 'axes'> & Partial<Value>): Value {
  work(1);
  const pending = [...a.pending, ...b.pending, ...open.pending];
  if (pending.length > limits.depth) throw new ChainFault(`a product of matrices may have ${limits.depth} factors`);
  return { row: false, whole: null, ...open, factors: [...a.factors, ...open.factors], pending };
}

export const outer = (a: Value, b: Value): Value =>
  joined(a, b, { factors: b.factors, pending: [], axes: [...a.axes, ...b.axes] });

/** Sums the last `count` axes of a against the first `count` of b. */
export function contract(a: Value, b: Value, algebra: Algebra, count = 1): Value {
  const meet = a.axes.slice(rankOf(a) - count);
  meet.forEach((axis, n) => {
    algebra.alike(axis, must(b.axes[n]));
  });
  const rest = b.axes.slice(count);
  const to = [...meet, ...rest].map(freeIndex);
  const axes = [...a.axes.slice(0, rankOf(a) - count), ...rest];
  return joined(a, b, {
    factors: b.factors.map((f) => withAxes(f, b.axes, to)),
    pending: meet,
    axes,
    row: (rankOf(a) === 1 || a.row) && axes.length === 1,
    whole:
      a.whole === null && b.whole === null
        ? null
        : { of: a.whole?.of ?? null, by: b.whole?.by ?? null, ofAxes: a.whole?.ofAxes ?? 0 },
  });
}

/** ∂A/∂B · ∂B/∂C meets in all axes of B, in whichever order the layout puts them. */
function chained(a: Value, b: Value, algebra: Algebra): Value | null {
  const meets = (x: Value, y: Value): boolean =>
    x.whole !== null &&
    y.whole !== null &&
    x.whole.by !== null &&
    x.whole.by === y.whole.of &&
    rankOf(x) - x.whole.ofAxes === y.whole.ofAxes;
  if (meets(a, b)) return contract(a, b, algebra, b.whole?.ofAxes);
  return meets(b, a) ? contract(b, a, algebra, a.whole?.ofAxes) : null;
}

/** Two things side by side: numbers multiply, rows meet columns. */
export function product(a: Value, b: Value, algebra: Algebra, vectors: VectorProduct | null = null): Value {
  const [ra, rb] = [rankOf(a), rankOf(b)];
  if (ra === 0 || rb === 0) {
    const { axes, row, whole } = ra === 0 ? b : a;
    return joined(a, b, { factors: b.factors, pending: [], axes, row, whole });
  }
  const chain = chained(a, b, algebra);
  if (chain !== null) return chain;
  if (ra === 1 && !a.row && rb === 1 && b.row) return outer(a, b);
  const fits = (ra === 1 ? a.row : true) && (rb === 1 ? !b.row : true) && ra <= 2 && rb <= 2;
  if (fits) return contract(a, b, algebra);
  if (algebra.strict) throw new RankFault(`the product of ${describe(a)} and ${describe(b)}`);
  return looseProduct(a, b, algebra, vectors ?? algebra.vectorProduct());
}

/** What fits no rule of matrices and is written all the same. */
function looseProduct(a: Value, b: Value, algebra: Algebra, vectors: VectorProduct): Value {
  const [ra, rb] = [rankOf(a), rankOf(b)];
  const entrywise = (): Value => zip(a, b, algebra, (x, y) => mul(x, y), 'the entrywise product');
  if (ra === 1 && rb === 1)
    return vectors === 'dot' ? contract(a, b, algebra) : vectors === 'outer' ? outer(a, b) : entrywise();
  if (ra === 1 && rb === 2 && !a.row && b.whole?.of == null && vectors === 'entrywise') return entrywise();
  return contract(a, b, algebra);
}

/** `x · y`: two vectors meet in a number, whatever their orientation. */
export const dotProduct = (a: Value, b: Value, algebra: Algebra): Value =>
  rankOf(a) === 1 && rankOf(b) === 1 && (a.row || !b.row) ? contract(a, b, algebra) : product(a, b, algebra, 'dot');

export function transpose(v: Value): Value {
  if (rankOf(v) > 2) throw new RankFault(`the transpose of ${describe(v)}`);
  return rankOf(v) === 1 ? { ...v, row: !v.row } : { ...v, axes: [...v.axes].reverse(), whole: null };
}

function square(v: Value, what: string): [string, string] {
  const [row, column] = v.axes;
  if (row === undefined || column === undefined || v.axes.length !== 2)
    throw new RankFault(`${what} of ${describe(v)}`);
  return [row, column];
}

/** The body of a matrix under two binders, the row outside. */
function matrixBody(v: Value, a: Algebra, what: string): Term {
  const [row, column] = square(v, what);
  return closeAll(termOf(v, a), [row, column]);
}

export function inverseOf(v: Value, a: Algebra): Value {
  const body = matrixBody(v, a, 'the inverse');
  const [row, column] = [a.axis(), a.axis()];
  return tensor(inverse(body, freeIndex(row), freeIndex(column), '', [a.printed(), a.printed()]), [row, column]);
}

export function determinantOf(v: Value, a: Algebra): Term {
  const body = matrixBody(v, a, 'the determinant');
  return determinant(body, '', [a.printed(), a.printed()]);
}

/** The diagonal of a matrix. */
const onDiagonal = (v: Value, row: string, column: string): readonly Term[] =>
  v.factors.map((f) => withAxes(f, [column], [freeIndex(row)]));

export function traceOf(v: Value): Value {
  const [row, column] = square(v, 'the trace');
  return { factors: onDiagonal(v, row, column), pending: [...v.pending, row], axes: [], row: false, whole: null };
}

/** diag of a vector is a matrix, of a matrix the vector of its diagonal. */
export function diagonal(v: Value, a: Algebra): Value {
  if (rankOf(v) === 1) {
    const [row, column] = [must(v.axes[0]), a.axis()];
    const factors = [delta(freeIndex(row), freeIndex(column)), ...v.factors];
    return { factors, pending: v.pending, axes: [row, column], row: false, whole: null };
  }
  const [row, column] = square(v, 'the diagonal');
  return { factors: onDiagonal(v, row, column), pending: v.pending, axes: [row], row: false, whole: null };
}

/** All entries summed. */
export function sumAll(v: Value, a: Algebra, f: (t: Term) => Term = (t) => t): Term {
  let body = f(termOf(v, a));
  for (const axis of [...v.axes].reverse())
    body = reduce('sum', a.printed(), close(body, axis), wholeSet(a.setOf(axis)));
  return body;
}

/** The greatest or smallest of all entries. */
export function extremeOf(v: Value, a: Algebra, op: 'max' | 'min', f: (t: Term) => Term = (t) => t): Term {
  return [...v.axes].reverse().reduce((t, axis) => reduce(op, a.printed(), close(t, axis)), f(termOf(v, a)));
}

/** Sums along the last axis: a vector of the rows' sums, or where shapes are loose a column that meets every column. */
export function rowSum(v: Value, a: Algebra): Value {
  const last = lastOf(v.axes);
  const total = reduce('sum', a.printed(), close(termOf(v, a), last));
  const rows = v.axes.slice(0, -1);
  return tensor(total, !a.strict && rows.length > 0 ? [...rows, a.axis()] : rows);
}

/** Euclidean (Frobenius) norm. */
export const normOf = (v: Value, a: Algebra): Term => ({
  kind: 'call',
  fn: 'sqrt',
  args: [sumAll(v, a, (t) => pow(t, rational(2)))],
});

export function identity(a: Algebra): Value {
  const [row, column] = [a.axis(), a.axis()];
  return tensor(delta(freeIndex(row), freeIndex(column)), [row, column]);
}
export const onesVector = (a: Algebra): Value => tensor(one, [a.axis()]);

/** One value for given indices, those of the first axes. */
export function entryOf(v: Value, at: readonly Index[], a: Algebra, name = ''): Value {
  if (at.length > rankOf(v))
    throw name === ''
      ? new RankFault(`${at.length} indices on ${describe(v)}`)
      : new Unreadable(
          `${name} is ${describe(v)} but carries ${at.length === 1 ? 'an index' : `${at.length} indices`}`,
          true,
        );
  return tensor(withAxes(termOf(v, a), v.axes.slice(0, at.length), at), v.axes.slice(at.length));
}
