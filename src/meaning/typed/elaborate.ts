// The meaning of every surface node: names, sums, products, powers, binders, cases, written-out vectors.
// Not here: calls (`calls.ts`), derivatives (`derivatives.ts`), matrices' algebra (`../value.ts`), sets of indices (`term/sets.ts`).
// Invariant: what comes out is well formed: every bound index is bound, ranks fit, no name is used against its rank.
import { grouped, sumOf } from './operands.ts';
import { realExponent } from './imaginary.ts';
import { must } from '../../term/must.ts';
import { functionNamed } from '../../term/functions.ts';
import {
  add,
  at,
  bracket,
  call,
  type Condition,
  constant,
  delta,
  divide,
  endIndex,
  entry,
  freeIndex,
  ifThen,
  type Index,
  isNumber,
  mul,
  negate,
  position,
  pow,
  rational,
  reciprocal,
  reduce,
  size,
  type Term,
  zero,
} from '../../term/term.ts';
import { close, key } from '../../term/walk.ts';
import { factorsOf, isBracketIndex } from './application.ts';
import { readCall } from './calls.ts';
import { readDerivative, readEntryDerivative, readGradientValue } from './derivatives.ts';
import { readDottedVector, readEllipsis } from './ellipsis.ts';
import { readCondition, readIndex, readIndices, sizeCall } from './indices.ts';
import { nameOf, type Named } from './names.ts';
import { placeNumber, readNorm, transposed, transposedValue } from './norms.ts';
import type { Meanings, Reader } from './reader.ts';
import { neighbourRange } from './shifts.ts';
import {
  boundLetters,
  type ProductOp,
  type Surface,
  type SurfaceKind,
  unwrap,
  visitSurface,
} from '../../language/surface.ts';
import { lettersIn } from './survey.ts';
import {
  dotProduct,
  elementwise,
  entryOf,
  identity,
  inverseOf,
  determinantOf,
  product,
  normOf,
  onesVector,
  rankOf,
  refreshed,
  scalar,
  settled,
  sumAll,
  tensor,
  termOf,
  transpose,
  type Value,
  zip,
} from '../value.ts';
import { isGiven } from './world.ts';

type Node<K extends SurfaceKind> = Surface & { kind: K };
type Table = { readonly [K in SurfaceKind]: (r: Reader, s: Node<K>) => Value };

/** The value of a node; throws a WhygradError at the part that has no meaning. */
export function readValue(r: Reader, s: Surface): Value {
  const factors = factorsOf(s, r.world, r.latex);
  if (factors.length > 1)
    return readFactors(
      r,
      s,
      factors.map((value) => ({ op: 'juxtaposed', value })),
    );
  if (isBracketIndex(s, r.world, r.latex))
    return readNamed(r, s, { name: (s.head as Node<'name'>).name, indices: s.args, bold: false, span: s });
  const named =
    s.kind === 'name' || s.kind === 'subscript' || s.kind === 'power' || s.kind === 'prime'
      ? nameOf(s, r.world, r.latex)
      : null;
  if (named !== null) return readNamed(r, s, named);
  return (table[s.kind] as (r: Reader, s: Surface) => Value)(r, s);
}

export const meanings: Meanings = { value: readValue };

const notHere =
  (what: string) =>
  (r: Reader, s: Surface): Value =>
    r.fail(s, 'unexpected-part', `${what} cannot stand here`, 'one number, vector or matrix was expected');

const table: Table = {
  number: (_r, s) => scalar(rational(s.num, s.den)),
  name: (r, s) => r.fail(s, 'bug', 'a name without a reading'),
  ones: (r) => onesVector(r),
  text: notHere('a remark'),
  subscript: readSubscript,
  power: readPower,
  transpose: (r, s) => (mayBeOnes(r, s.base) ? transpose(onesVector(r)) : transposed(r, s, s.base)),
  prime: (r, s) =>
    r.fail(s, 'unexpected-prime', 'a prime stands after something that is no function', 'write the derivative as d/dx'),
  sum: readSumNode,
  product: (r, s) => readFactors(r, s, s.factors),
  fraction: readFraction,
  group: (r, s) =>
    s.bracket === '[' && unwrap(s).kind === 'relation' ? scalar(bracket(readCondition(r, s))) : r.value(s.value),
  apply: readCall,
  reduce: readReduce,
  derivative: readDerivative,
  entryDerivative: readEntryDerivative,
  gradient: readGradientValue,
  relation: notHere('an equation'),
  list: readList,
  logic: notHere('a condition'),
  indicator: readIndicator,
  cases: readCases,
  matrix: readMatrix,
  bars: readBars,
  conditional: notHere('"given"'),
  hole: notHere('what could not be read'),
  ellipsis: (r, s) => r.fail(s, 'bad-ellipsis', 'no pattern explains these dots', 'write the sum with an index'),
};

const isBareE = (r: Reader, s: Surface): boolean => s.kind === 'name' && s.name === 'e' && !isGiven(r.world, 'e');
/** `e` or 1 where only a vector fits is the vector of ones. */
const mayBeOnes = (r: Reader, s: Surface): boolean =>
  isBareE(r, s) || (s.kind === 'number' && s.num === 1n && s.den === 1n);

function readNamed(r: Reader, s: Surface, written: Named): Value {
  const head = isGiven(r.world, written.name) ? undefined : r.world.functions.get(written.name);
  // σ_k after a definition of σ(z)_j.
  const named = head === undefined || written.indices.length === 0 ? written : { ...written, name: head.key };
  const { name } = named;
  if (named.indices.length === 0) {
    const plain = readBareName(r, s, named);
    if (plain !== null) return plain;
  }
  const rank = r.world.ranks.get(name) ?? null;
  const kronecker = rank === null && (name === 'delta' || name === 'D' || name === 'I');
  const indices = readIndices(r, named.indices, kronecker ? 2 : rank);
  if (kronecker && indices.length === 2) return scalar(delta(must(indices[0]), must(indices[1])));
  const actual = rank ?? indices.length;
  if (indices.length > actual)
    r.fail(
      s,
      'rank-mismatch',
      `${name} has ${actual} ${actual === 1 ? 'index' : 'indices'} elsewhere but ${indices.length} here`,
      'give every use of a name the same number of indices',
    );
  const axes = Array.from({ length: actual - indices.length }, () => r.axis());
  const term = entry(name, ...indices, ...axes.map(freeIndex));
  return axes.length === 0 ? scalar(term) : tensor(term, axes);
}

/** A name without indices: a constant, a size, an index used as a number. */
function readBareName(r: Reader, s: Surface, named: Named): Value | null {
  const { name } = named;
  const binding = r.binding(name);
  if (binding !== undefined && !(isGiven(r.world, name) && !binding.explicit && !r.world.indexLetters.has(name))) {
    if (binding.explicit) return scalar(position(freeIndex(name)));
    return r.fail(
      s,
      'index-as-number',
      `${name} is an index and stands where a number was expected`,
      `write pos(${name}) for the number of the position`,
    );
  }
  if (isGiven(r.world, name)) return null;
  if (r.world.sizes.has(name)) return scalar(size(name));
  if (name === 'pi') return scalar(constant('pi'));
  if (name === 'e') return scalar(constant('e'));
  if (name === 'I') return identity(r);
  if (name === 'infinity') return r.fail(s, 'unexpected-part', 'infinity is no number', '');
  const head = r.world.functions.get(name);
  if (head !== undefined && head.key !== name) return readNamed(r, s, { ...named, name: head.key });
  if (functionNamed(name) !== undefined && name !== 'sigma' && name !== 'logistic')
    return r.fail(s, 'missing-operand', `the function ${name} has no argument here`, `write ${name}(…)`);
  if (r.world.indexLetters.has(name) && /^[a-z]$/.test(name) && !r.world.seen.has(name))
    return r.fail(
      s,
      'index-as-number',
      `${name} is an index and stands where a number was expected`,
      `write pos(${name}) for the number of the position`,
    );
  return null;
}

function readSubscript(r: Reader, s: Node<'subscript'>): Value {
  if (s.base.kind === 'bars' && s.base.double) return readNorm(r, s, s.base);
  const base = r.value(s.base);
  const indices = readIndices(r, s.parts, rankOf(base));
  return r.fitting(s, () => entryOf(base, indices, r));
}

// --- sums and products -------------------------------------------------------------------------------------------

function readSumNode(r: Reader, s: Node<'sum'>): Value {
  const written = readEllipsis(r, s);
  if (written !== null) return written;
  const counts = s.terms.some((t) => t.value.kind === 'number');
  const values = s.terms.map((t) => ({
    sign: t.sign,
    value: (counts ? placeNumber(r, t.value) : null) ?? r.value(t.value),
  }));
  const only = values[0];
  if (values.length === 1 && only !== undefined && only.sign === -1) return elementwise(only.value, r, negate);
  return sumOf(r, s, values);
}

/** Factors from left to right; division binds like multiplication. Numbers are kept apart, so that they stay outside of the sums of matrix products. */
export function readFactors(
  r: Reader,
  s: Surface,
  factors: readonly { readonly op: ProductOp; readonly value: Surface }[],
): Value {
  const items = factors.flatMap((f) =>
    factorsOf(f.value, r.world, r.latex).map((value, n) => ({ op: n === 0 ? f.op : ('juxtaposed' as const), value })),
  );
  const numbers: Term[] = [];
  let left: Value | null = null;
  const values = items.map(({ value }) => r.value(value));
  items.forEach(({ op, value }, n) => {
    const right = onesHere(r, value, op, left, items[n + 1]?.op === 'juxtaposed' ? values[n + 1] : undefined)
      ? onesVector(r)
      : must(values[n]);
    const place = { ...s, end: value.end } as Surface;
    if (op === '/' && n > 0 && right.row) refuseRow(r, value);
    if (rankOf(right) === 0) {
      multiplyNumber(numbers, termOf(right, r), n > 0 && op === '/');
      return;
    }
    if (left === null && op === '/') left = elementwise(right, r, reciprocal);
    else left = left === null ? right : r.fitting(place, () => combine(r, op, left as Value, right));
    if (rankOf(left) === 0) {
      numbers.push(termOf(left, r));
      left = null;
    }
  });
  if (left === null) return scalar(mul(...numbers));
  return numbers.length === 0 ? left : { ...settled(left, r), factors: [...numbers, termOf(left, r)] };
}

/** `x^T A x / x^T x` divides by x^T alone. */
const refuseRow = (r: Reader, s: Surface): never =>
  r.fail(s, 'rank-mismatch', 'a transposed vector divides nothing', 'put the denominator in brackets: a/(x^T x)');

/** `e a^T`, `1 a^T` and `A e`, `A 1`. */
function onesHere(r: Reader, s: Surface, op: ProductOp, left: Value | null, next: Value | undefined): boolean {
  if (!mayBeOnes(r, s)) return false;
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

function combine(r: Reader, op: ProductOp, left: Value, right: Value): Value {
  switch (op) {
    case '/':
      return zip(left, right, r, divide, 'the quotient');
    case '⊙':
      return zip(left, right, r, mul, 'the elementwise product');
    case '·':
      return dotProduct(left, right, r);
    case '*':
      return rankOf(left) === 1 && rankOf(right) === 1 && left.row === right.row
        ? zip(left, right, r, mul, 'the product')
        : product(left, right, r);
    case '×':
    case '@':
    case 'juxtaposed':
      return product(left, right, r);
  }
}

function readFraction(r: Reader, s: Node<'fraction'>): Value {
  return readFactors(r, s, [
    { op: 'juxtaposed', value: s.num },
    { op: '/', value: grouped(s.den) },
  ]);
}

// --- powers --------------------------------------------------------------------------------------------------------

function readPower(r: Reader, s: Node<'power'>): Value {
  const e = unwrap(s.exponent);
  if (e.kind === 'name' && e.name === 'T') {
    const base =
      mayBeOnes(r, s.base) && !(isGiven(r.world, 'T') && s.base.kind === 'number') ? onesVector(r) : r.value(s.base);
    // T transposes unless it is a quantity of the text and the base is a number.
    if (rankOf(base) > 0 || !(isGiven(r.world, 'T') || r.world.sizes.has('T')))
      return transposedValue(r, s, s.base, base);
    return elementwise(base, r, (t) => pow(t, r.term(s.exponent)));
  }
  if (isBareE(r, s.base)) return elementwise(r.value(realExponent(r, s.exponent)), r, (t) => call('exp', t));
  if (e.kind === 'text')
    return r.fail(s, 'unexpected-part', `the superscript "${e.text}" has no meaning here`, 'give the quantity a name');
  const base = r.value(s.base);
  if (rankOf(base) === 2) return matrixPower(r, s, base, e);
  const norm =
    s.base.kind === 'bars' || (s.base.kind === 'subscript' && s.base.base.kind === 'bars')
      ? base.factors[0]
      : undefined;
  // ‖x‖² is the sum of squares itself.
  if (norm?.kind === 'call' && norm.fn === 'sqrt' && e.kind === 'number' && e.num === 2n && e.den === 1n)
    return scalar(must(norm.args[0]));
  const exponent = r.value(s.exponent);
  if (rankOf(exponent) > 0 && rankOf(base) > 0)
    r.fail(
      s,
      'rank-mismatch',
      'a vector as the exponent of a vector has no meaning',
      'write the entries with subscripts',
    );
  if (rankOf(exponent) > 0) return elementwise(exponent, r, (t) => pow(termOf(base, r), t));
  return elementwise(base, r, (t) => pow(t, termOf(exponent, r)));
}

function matrixPower(r: Reader, s: Surface, base: Value, e: Surface): Value {
  const negative = e.kind === 'sum' && e.terms.length === 1 && e.terms[0]?.sign === -1;
  const n = negative ? unwrap(must((e as Node<'sum'>).terms[0]?.value)) : e;
  if (n.kind === 'name' && n.name === 'T' && negative) return r.fitting(s, () => transpose(inverseOf(base, r)));
  if (n.kind !== 'number' || n.den !== 1n || n.num < 1n || n.num > 16n)
    return r.fail(
      s,
      'rank-mismatch',
      'a matrix can only be raised to a whole power',
      'write −1 for the inverse, T for the transpose',
    );
  const one = negative ? r.fitting(s, () => inverseOf(base, r)) : base;
  r.copying(s, termOf(one, r), Number(n.num));
  let power = one;
  for (let k = 1n; k < n.num; k += 1n) power = r.fitting(s, () => product(power, refreshed(one, r), r));
  return power;
}

function readBars(r: Reader, s: Node<'bars'>): Value {
  const v = r.value(s.value);
  if (s.double) return scalar(normOf(v, r));
  if (rankOf(v) === 2) return scalar(r.fitting(s, () => determinantOf(v, r)));
  return rankOf(v) === 0 ? elementwise(v, r, (t) => call('abs', t)) : scalar(normOf(v, r));
}

// --- binders --------------------------------------------------------------------------------------------------------

function readReduce(r: Reader, s: Node<'reduce'>): Value {
  const bare =
    s.binding.letters.length === 0 || s.binding.letters.every((l) => /^[A-Z]$/.test(l) && !mentions(s.body, l));
  const letters = bare ? lettersOfBareSum(r, s) : [...s.binding.letters];
  if (letters.length === 0) return sumOfVector(r, s);
  for (const extra of lettersOfOrder(r, s, letters)) letters.push(extra);
  const named = bare ? s.binding.letters[0] : undefined;
  const range = named === undefined ? limitsOf(r, s) : { from: null, to: null, set: named };
  const explicit = range.from !== null || range.to !== null || (s.binding.from !== null && range.set !== '');
  return r.within(letters, explicit, () => {
    const body = r.value(s.body);
    const where = s.binding.where === null ? null : readCondition(r, s.binding.where);
    return elementwise(body, r, (t) => bind(s, letters, range, where, t));
  });
}

const mentions = (s: Surface, letter: string): boolean => {
  let found = false;
  visitSurface(s, (x) => {
    if (x.kind === 'subscript') found ||= x.parts.some((p) => lettersIn(p).includes(letter));
  });
  return found;
};

interface WrittenRange {
  readonly from: Index | null;
  readonly to: Index | null;
  readonly set: string;
}

function bind(
  s: Node<'reduce'>,
  letters: readonly string[],
  range: WrittenRange,
  where: Condition | null,
  term: Term,
): Term {
  let body = term;
  [...letters].reverse().forEach((letter, n) => {
    const condition = n === 0 && where !== null ? where : null;
    const carrier = condition === null ? null : bracket(condition);
    const closedWhere = carrier === null ? null : (close(carrier, letter) as Term & { kind: 'bracket' }).condition;
    body = reduce(s.op, letter, close(body, letter), { set: range.set, from: range.from, to: range.to }, closedWhere);
  });
  return body;
}

/** `\sum_{i<j}` binds both letters when neither is bound outside. */
function lettersOfOrder(r: Reader, s: Node<'reduce'>, letters: readonly string[]): string[] {
  return boundLetters(s).filter(
    (l) => !letters.includes(l) && !r.isBound(l) && !r.outside.has(l) && !isGiven(r.world, l) && !r.world.sizes.has(l),
  );
}

function limitsOf(r: Reader, s: Node<'reduce'>): WrittenRange {
  const { from, to } = s.binding;
  const named = r.found.sizeOfSum.get(s) ?? '';
  if (from === null && to === null) return { from: null, to: null, ...neighbourRange(r, s), set: named };
  const start = from === null ? null : unwrap(from);
  const end = to === null ? null : unwrap(to);
  const startsAtOne = start === null || (start.kind === 'number' && start.num === 1n && start.den === 1n);
  const startsAtZero = start?.kind === 'number' && start.num === 0n;
  if (end === null) return { from: start === null || startsAtOne ? null : readIndex(r, start), to: null, set: named };
  if (end.kind === 'name' && (startsAtOne || startsAtZero) && isSizeName(r, end.name)) {
    // Counting from 0 to m is one more than m: the set keeps no name.
    return { from: null, to: null, set: startsAtOne ? end.name : '' };
  }
  if (startsAtZero) return zeroBased(r, s, end);
  const counted = startsAtOne ? sizeCall(r, end) : null;
  if (counted !== null) return { from: null, to: null, set: counted };
  return { from: startsAtOne ? at(1) : readIndex(r, start as Surface), to: limitIndex(r, end), set: '' };
}

function zeroBased(r: Reader, s: Node<'reduce'>, end: Surface): WrittenRange {
  if (end.kind === 'sum' && end.terms.length === 2) {
    const [a, b] = end.terms;
    const last = unwrap((b as { value: Surface }).value);
    const name = unwrap((a as { value: Surface }).value);
    if (b?.sign === -1 && last.kind === 'number' && last.num === 1n && name.kind === 'name' && isSizeName(r, name.name))
      return { from: null, to: null, set: name.name };
  }
  return r.fail(s, 'counted-from-zero', 'indices are counted from 1', 'let the sum begin at 1');
}

const isSizeName = (r: Reader, name: string): boolean =>
  !r.isBound(name) &&
  (r.world.sizes.has(name) ||
    (!r.world.defined.has(name) &&
      (r.world.ranks.get(name) ?? 0) === 0 &&
      !(r.world.indexLetters.has(name) && /^[a-z]$/.test(name))) ||
    r.world.supplied.has(name));
function limitIndex(r: Reader, s: Surface): Index {
  if (s.kind === 'name' && isSizeName(r, s.name)) {
    r.world.sizes.add(s.name);
    return endIndex(s.name);
  }
  return readIndex(r, s);
}

/** A Σ without index binds the letters that occur in its body only. */
function lettersOfBareSum(r: Reader, s: Node<'reduce'>): string[] {
  const inBody = new Set<string>();
  visitSurface(s.body, (x) => {
    if (x.kind === 'reduce') {
      for (const l of x.binding.letters) inBody.delete(l);
    }
    if (x.kind === 'subscript') for (const p of x.parts) for (const l of lettersIn(p)) inBody.add(l);
  });
  visitSurface(s.body, (x) => {
    if (x.kind === 'reduce') for (const l of x.binding.letters) inBody.delete(l);
  });
  return [...inBody].filter((l) => !r.isBound(l) && !r.outside.has(l));
}

/** A Σ over nothing named sums the entries of a vector. */
function sumOfVector(r: Reader, s: Node<'reduce'>): Value {
  const v = r.value(s.body);
  if (rankOf(v) === 0)
    return r.fail(
      s,
      'index-balance',
      'this sum binds no index: every index of its summand is used outside as well',
      'write the index under the sum',
    );
  if (s.op !== 'sum') return r.fail(s, 'index-balance', 'this binds no index', 'write the index');
  return scalar(sumAll(v, r));
}

/** 1{x > 0} of a vector is the vector of its entries' indicators. */
function readIndicator(r: Reader, s: Node<'indicator'>): Value {
  const c = unwrap(s.condition);
  const link = c.kind === 'relation' && c.links.length === 1 ? c.links[0] : undefined;
  if (c.kind === 'relation' && link !== undefined && !isPositional(r, c)) {
    const op = link.op;
    if (op === '=' || op === '!=' || op === '<' || op === '<=' || op === '>' || op === '>=') {
      const [left, right] = [r.value(c.first), r.value(link.value)];
      return r.fitting(s, () =>
        zip(left, right, r, (x, y) => bracket({ kind: 'compare', op, left: x, right: y }), 'the comparison'),
      );
    }
  }
  return scalar(bracket(readCondition(r, s.condition)));
}
/** Whether a bare name takes part: only `readCondition` can tell an index from a number. */
const isPositional = (r: Reader, c: Node<'relation'>): boolean =>
  [c.first, ...c.links.map((l) => l.value)].every((x) => !isVectorLike(r, x));
function isVectorLike(r: Reader, s: Surface): boolean {
  let found = false;
  visitSurface(s, (x) => {
    if (x.kind === 'name') found ||= (r.world.ranks.get(x.name) ?? 0) > 0;
    return x.kind !== 'subscript' && !(x.kind === 'apply' && x.head.kind === 'name' && x.head.name === 'size');
  });
  return found;
}

// --- cases and written-out vectors ----------------------------------------------------------------------------------

const opposite: ReadonlyMap<string, string> = new Map([
  ['=', '!='],
  ['!=', '='],
  ['<', '>='],
  ['>=', '<'],
  ['>', '<='],
  ['<=', '>'],
]);
const conditionText = (c: Condition, turn: boolean): string =>
  key(
    bracket(
      turn && (c.kind === 'position' || c.kind === 'compare') ? { ...c, op: opposite.get(c.op) as typeof c.op } : c,
    ),
  );

function readCases(r: Reader, s: Node<'cases'>): Value {
  const rows = s.rows.map((row) => ({
    value: r.term(row.value),
    condition: row.condition === null ? null : readCondition(r, row.condition),
  }));
  const last = rows.at(-1);
  if (last === undefined) return r.fail(s, 'empty', 'there are no cases here', 'write at least one');
  let result: Term = last.value;
  // A last case that is not the opposite of the others leaves the rest at 0.
  if (
    last.condition !== null &&
    !(
      rows.length === 2 &&
      rows[0]?.condition &&
      conditionText(rows[0].condition, true) === conditionText(last.condition, false)
    )
  )
    result = ifThen(last.condition, last.value, zero);
  for (const row of rows.slice(0, -1).reverse()) {
    if (row.condition === null)
      return r.fail(s, 'not-a-condition', 'only the last case may be without a condition', 'write its condition');
    result = ifThen(row.condition, row.value, result);
  }
  return scalar(result);
}

function readList(r: Reader, s: Node<'list'>): Value {
  return vectorOf(r, s, s.items, false);
}

function readMatrix(r: Reader, s: Node<'matrix'>): Value {
  const first = s.rows[0] ?? [];
  if (s.rows.some((row) => row.length !== first.length))
    return r.fail(s, 'rank-mismatch', 'the rows of this matrix differ in length', '');
  if (s.rows.length === 1) return vectorOf(r, s, first, true);
  if (first.length === 1)
    return vectorOf(
      r,
      s,
      s.rows.map((row) => must(row[0])),
      false,
    );
  const [row, column] = [r.writtenAxis(s.rows.length), r.writtenAxis(first.length)];
  const terms = s.rows.flatMap((cells, i) =>
    cells.map((cell, j) => mul(delta(freeIndex(row), at(i + 1)), delta(freeIndex(column), at(j + 1)), r.term(cell))),
  );
  return tensor(add(...terms), [row, column]);
}

/** Entries written one by one; `x_1, …, x_n` and `1 & \cdots & 1` follow a pattern. */
function vectorOf(r: Reader, s: Surface, items: readonly Surface[], row: boolean): Value {
  if (items.some((i) => i.kind === 'ellipsis')) return { ...readDottedVector(r, s, items), row };
  const only = items[0];
  if (items.length === 1 && only !== undefined) return r.value(only);
  const axis = r.writtenAxis(items.length);
  return {
    ...tensor(add(...items.map((item, n) => mul(delta(freeIndex(axis), at(n + 1)), r.term(item)))), [axis]),
    row,
  };
}
