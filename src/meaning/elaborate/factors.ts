// Sums, products, quotients and powers.
// Not here: sums with dots (`dots.ts`), what a product of values is (`../value.ts`).
// Invariant: factors are taken from left to right, division binds like multiplication; numbers stay outside of the sums
// that matrix products bring.
import { must } from '../../term/must.ts';
import { divide, isNumber, mul, pow, rational, reciprocal, type Term } from '../../term/term.ts';
import { freeIndices } from '../../term/walk.ts';
import { type ProductOp, type Surface, unwrap, unwrapTransposes } from '../../language/surface.ts';
import type { Env } from '../env.ts';
import {
  Unreadable,
  dotProduct,
  elementwise,
  inverseOf,
  onesVector,
  product,
  rankOf,
  refreshed,
  scalar,
  settled,
  sum,
  termOf,
  transpose,
  type Value,
  zip,
} from '../value.ts';
import { readDottedSum } from './dots.ts';
import { squaredNorm } from './norms.ts';

type Node<K extends Surface['kind']> = Surface & { kind: K };
export interface Factor {
  readonly op: ProductOp;
  readonly value: Surface;
}

export function readSum(e: Env, s: Node<'sum'>): Value {
  const dotted = readDottedSum(e, s);
  if (dotted !== null) return dotted;
  const counts = s.terms.some((t) => t.value.kind === 'number');
  const values = s.terms.map((t) => ({
    sign: t.sign,
    value: (counts ? e.placeNumber(t.value) : null) ?? e.value(t.value),
  }));
  if (e.strict) refuseHalfIndexed(e, s, values);
  else refuseRowsBesideColumns(values);
  return e.fitting(s, () => sum(values, e));
}

/** `y^T − t`: whether the author forgot a sign or writes rows and columns alike, nobody can tell. */
function refuseRowsBesideColumns(values: readonly { readonly value: Value }[]): void {
  const vectors = values.filter((v) => rankOf(v.value) === 1);
  if (vectors.some((v) => v.value.row) && vectors.some((v) => !v.value.row))
    throw new Unreadable('a row and a column are added');
}

/** `x_i + y` with a vector y: one term is an entry, the other all of them. */
function refuseHalfIndexed(e: Env, s: Node<'sum'>, values: readonly { readonly value: Value }[]): void {
  if (values.every((v) => rankOf(v.value) === 0)) return;
  const taken = values.flatMap((v) => v.value.axes);
  const at = values.findIndex((v) => isEntry(v.value.factors, taken) && rankOf(v.value) === 0);
  if (at < 0) return;
  e.fail(
    must(s.terms[at]).value,
    'rank-mismatch',
    'this is one entry for each index, and what it is added to is a whole tensor',
    'write both with indices (x_i + y_i), or both without',
  );
}
const isEntry = (factors: readonly Term[], taken: readonly string[]): boolean =>
  factors.some((t) => t.kind === 'entry' && freeIndices(t).some((l) => !taken.includes(l)));

/** The value of factors side by side. */
export function readFactors(e: Env, s: Surface, items: readonly Factor[]): Value {
  const numbers: Term[] = [];
  let left: Value | null = null;
  const values = items.map(({ value }) => e.value(value));
  if (e.strict) refuseNumbersAt(e, items, values);
  items.forEach(({ op, value }, n) => {
    const next = items[n + 1]?.op === 'juxtaposed' ? values[n + 1] : undefined;
    const right = onesHere(e, value, op, left, next) ? onesVector(e) : must(values[n]);
    const place = { ...s, end: value.end } as Surface;
    if (op === '/' && n > 0 && right.row && (e.strict || unwrapTransposes(value) !== value)) refuseRow(e, value);
    if (rankOf(right) === 0) {
      multiplyNumber(numbers, termOf(right, e), n > 0 && op === '/');
      return;
    }
    if (left === null && op === '/') left = elementwise(right, e, reciprocal);
    else left = left === null ? right : e.fitting(place, () => combine(e, place, op, left as Value, right));
    if (rankOf(left) === 0) {
      numbers.push(termOf(left, e));
      left = null;
    }
  });
  if (left === null) return scalar(mul(...numbers));
  return numbers.length === 0 ? left : { ...settled(left, e), factors: [...numbers, termOf(left, e)] };
}

/** In every program that has it, `@` takes no numbers. */
function refuseNumbersAt(e: Env, items: readonly Factor[], values: readonly Value[]): void {
  items.forEach(({ op }, n) => {
    const at = n > 0 && op === '@' ? [n - 1, n].find((k) => rankOf(must(values[k])) === 0) : undefined;
    if (at !== undefined)
      e.fail(
        must(items[at]).value,
        'rank-mismatch',
        '@ multiplies vectors and matrices, and this side of it is read as a number',
        'write a capital for a matrix (X @ w), or the sum with its indices',
      );
  });
}

export const readFraction = (e: Env, s: Node<'fraction'>): Value =>
  readFactors(e, s, [
    { op: 'juxtaposed', value: s.num },
    { op: '/', value: grouped(s.den) },
  ]);
/** As one factor, whatever it turns out to be made of. */
const grouped = (s: Surface): Surface => (s.kind === 'group' ? s : { ...s, kind: 'group', value: s, bracket: '{' });

/** `x^T A x / x^T x` divides by x^T alone. */
const refuseRow = (e: Env, s: Surface): never =>
  e.fail(s, 'rank-mismatch', 'a transposed vector divides nothing', 'put the denominator in brackets: a/(x^T x)');

const isBareE = (e: Env, s: Surface): boolean => s.kind === 'name' && s.name === 'e' && !e.isGiven('e');
/** `e` or 1 where only a vector fits is the vector of ones. */
export const mayBeOnes = (e: Env, s: Surface): boolean =>
  e.strict && (isBareE(e, s) || (s.kind === 'number' && s.num === 1n && s.den === 1n));

/** `e a^T`, `1 a^T` and `A e`, `A 1`. */
function onesHere(e: Env, s: Surface, op: ProductOp, left: Value | null, next: Value | undefined): boolean {
  if (!mayBeOnes(e, s)) return false;
  if (left === null && next !== undefined && rankOf(next) === 1 && next.row) return true;
  return left !== null && op === 'juxtaposed' && (rankOf(left) === 2 || left.row);
}

/** One more number of a product; two numerals make a fraction. */
function multiplyNumber(numbers: Term[], t: Term, below: boolean): void {
  const last = numbers.at(-1);
  if (below && last?.kind === 'num' && t.kind === 'num' && t.num !== 0n) {
    numbers[numbers.length - 1] = rational(last.num * t.den, last.den * t.num);
    return;
  }
  if (below && last !== undefined && numbers.length === 1 && isNumber(last, 1)) {
    numbers[0] = reciprocal(t);
    return;
  }
  numbers.push(below ? reciprocal(t) : t);
}

function combine(e: Env, s: Surface, op: ProductOp, left: Value, right: Value): Value {
  switch (op) {
    case '/':
      if (!e.strict && rankOf(right) === 2 && right.whole !== null)
        return e.fail(s, 'rank-mismatch', 'a matrix stands in the denominator', 'write its inverse, or its entries');
      return zip(left, right, e, divide, 'the quotient');
    case '⊙':
      return zip(left, right, e, (x, y) => mul(x, y), 'the elementwise product');
    case '·':
      return dotProduct(left, right, e);
    case '*':
      return rankOf(left) === 1 && rankOf(right) === 1 && left.row === right.row
        ? zip(left, right, e, (x, y) => mul(x, y), 'the product')
        : starred(e, s, left, right);
    case '×':
    case '@':
    case 'juxtaposed':
      return product(left, right, e);
  }
}

const byEntries = 'the text is written as a program, where * and ** work entry by entry';

/** `A * B` of matrices: entry by entry in a program, the matrix product in loose writing; elsewhere it is asked for. */
function starred(e: Env, s: Surface, left: Value, right: Value): Value {
  if (e.programming) {
    e.tell(s, 'entry by entry, as A ⊙ B', byEntries);
    return zip(left, right, e, (x, y) => mul(x, y), 'the product entry by entry');
  }
  if (!e.strict) return product(left, right, e);
  return e.fail(
    s,
    'ambiguous-product',
    'this * may be the matrix product or the product entry by entry',
    'write A B for the matrix product, A ⊙ B (or A .* B) entry by entry',
  );
}

// --- powers --------------------------------------------------------------------------------------------------------

/** A value to a power: ‖x‖² is a sum of squares, matrices multiply, numbers and vectors are raised entry by entry. */
export function raised(e: Env, s: Surface, written: Surface, base: Value, exponent: Surface): Value {
  const squares = squaredNorm(written, base, exponent);
  if (squares !== null) return scalar(squares);
  const power = unwrap(exponent);
  if (rankOf(base) === 2 && s.kind === 'power' && s.starred === true) {
    e.tell(s, 'entry by entry, as A ⊙ A', byEntries);
    return elementwise(base, e, (t) => pow(t, e.term(exponent)));
  }
  if (rankOf(base) === 2) {
    const matrix = matrixPower(e, s, base, power);
    if (matrix !== null) return matrix;
  }
  const by = e.value(exponent);
  if (rankOf(by) > 0 && rankOf(base) > 0)
    return e.fail(
      s,
      'rank-mismatch',
      'a vector as the exponent of a vector has no meaning',
      'write the entries with subscripts',
    );
  if (rankOf(by) > 0) return elementwise(by, e, (t) => pow(termOf(base, e), t));
  return elementwise(base, e, (t) => pow(t, termOf(by, e)));
}

/** The power of a matrix; null where entries are meant: the square of what is no named matrix, in loose writing. */
function matrixPower(e: Env, s: Surface, base: Value, power: Surface): Value | null {
  const negative = power.kind === 'sum' && power.terms.length === 1 && power.terms[0]?.sign === -1;
  const n = negative ? unwrap(must((power as Node<'sum'>).terms[0]?.value)) : power;
  if (n.kind === 'name' && n.name === 'T' && negative) return e.fitting(s, () => transpose(inverseOf(base, e)));
  if (!e.strict && !negative && base.whole === null) return null;
  if (n.kind !== 'number' || n.den !== 1n || n.num < 1n || n.num > 16n)
    return e.fail(
      s,
      'rank-mismatch',
      'a matrix can only be raised to a whole power',
      'write −1 for the inverse, T for the transpose',
    );
  const one = negative ? e.fitting(s, () => inverseOf(base, e)) : base;
  e.copying(s, termOf(one, e), Number(n.num));
  let result = one;
  for (let k = 1n; k < n.num; k += 1n) result = e.fitting(s, () => product(result, refreshed(one, e), e));
  return result;
}
