// One node of a term as a value over axes: a total table over the node kinds.
// Not here: sums and other reductions (`lower-sums`); which values are stored and which are recomputed (`schedule`).
// Invariant: an entry's place counts from 0 while the term's index counts from 1; whole-number terms become places, so
// that they stay exact.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import {
  freeIndex,
  isNumber,
  numberValue,
  type Determinant,
  type Entry,
  type FunctionName,
  type Inverse,
  type Kind,
  type Pow,
  type SetId,
  type Term,
  type Index,
  variablesOf,
} from '../term/term.ts';
import { openAll } from '../term/walk.ts';
import type { Axis, Place, Test, Value } from './loops.ts';
import { lowerTest, placeOf, sizePlace } from './lower-places.ts';
import { lowerReduce } from './lower-sums.ts';
import { freshLetter, freshName, temporary, type Lowering, type Scope } from './lowering.ts';
import {
  addPlaces,
  axisPlace,
  binary,
  fixedPlace,
  load,
  number,
  over,
  placeValue,
  plus,
  select,
  times,
  unary,
} from './values.ts';

type Lower<K extends Kind> = (l: Lowering, t: Extract<Term, { kind: K }>, scope: Scope) => Value;

/**
 * The value of a term whose free indices are in scope. Throws `not-closed`, `unknown-function`, `unknown-tensor`,
 * `unknown-size`, `rank`.
 */
export function lowerValue(l: Lowering, t: Term, scope: Scope): Value {
  return (table[t.kind] as Lower<Kind>)(l, t, scope);
}

const table: { [K in Kind]: Lower<K> } = {
  num: (_l, t) => number(numberValue(t)),
  constant: (_l, t) => number(t.name === 'pi' ? Math.PI : Math.E),
  size: (l, t) => (l.symbolic && !/^\d+$/.test(t.set) ? { kind: 'size', set: t.set } : number(l.sizeOf(t.set))),
  position: (l, t, s) => placeValue(addPlaces(placeOf(l, t.index, s), fixedPlace(1))),
  entry: (l, t, s) => entryValue(l, t, s),
  delta: (l, t, s) =>
    select(
      { kind: 'places', op: '=', left: placeOf(l, t.left, s), right: placeOf(l, t.right, s) },
      number(1),
      number(0),
    ),
  bracket: (l, t, s) => select(lowerTest(l, t.condition, s), number(1), number(0)),
  if: (l, t, s) => select(lowerTest(l, t.condition, s), lowerValue(l, t.then, s), lowerValue(l, t.else, s)),
  add: (l, t, s) => t.terms.map((x) => lowerValue(l, x, s)).reduce(plus),
  mul: (l, t, s) => productValue(l, t.factors, s),
  pow: (l, t, s) => productValue(l, [t], s),
  call: (l, t, s) =>
    callValue(
      t.fn,
      t.args.map((a) => lowerValue(l, a, s)),
    ),
  apply: (_l, t) => {
    throw new WhygradError(
      'unknown-function',
      `'${t.fn}' is an unknown function: it can be derived but not computed.`,
      { hint: `Define ${t.fn}.` },
    );
  },
  reduce: (l, t, s) => lowerReduce(l, t, s),
  inverse: (l, t, s) => matrixValue(l, t, s),
  determinant: (l, t, s) => matrixValue(l, t, s),
  partial: () => {
    throw new WhygradError('not-closed', 'A derivative is left in the formula.', {
      hint: 'Derive it first; only closed forms can be compiled.',
    });
  },
};

function callValue(fn: FunctionName, args: readonly Value[]): Value {
  if (fn === 'max' || fn === 'min') return args.reduce((a, b) => binary(fn, a, b));
  return unary(fn, must(args[0]));
}

function entryValue(l: Lowering, t: Entry, scope: Scope): Value {
  l.define(t.name);
  const tensor = l.tensors.get(t.name);
  if (tensor === undefined) throw new Error('bug: definition without tensor');
  if (tensor.dims.length !== t.indices.length)
    throw new WhygradError(
      'rank',
      `'${t.name}' has ${tensor.dims.length} axes but is used with ${t.indices.length} indices.`,
    );
  const at = t.indices.map((i) => placeOf(l, i, scope));
  if (tensor.dtype === 'index') return placeValue({ terms: [], plus: 1, by: [{ load: load(t.name, at), times: 1 }] });
  return t.indices.reduce(
    (v, i, n) => withinSet(l, v, i, must(at[n]), must(tensor.dims[n]), tensor.sets[n]),
    load(t.name, at) as Value,
  );
}

/**
 * An entry at a given position. Beside a condition that leaves out some numbers which are no position it is 1 there:
 * of what stands beside a 0, only that it is a number matters.
 */
function withinSet(l: Lowering, v: Value, i: Index, at: Place, length: number, set: SetId | undefined): Value {
  const data = variablesOf(i).filter((x) => x.kind === 'data');
  if (data.length === 0) return v;
  if (i.kind !== 'data')
    throw new WhygradError('shifted-position', 'An index that is data and shifted cannot be compiled.', {
      hint: 'Give the shifted positions as whole numbers of their own.',
    });
  const of = l.tensors.get(i.name)?.of;
  if (of !== undefined && of.except.length === 0 && of.set === set) return v;
  const end = l.symbolic && set !== undefined && !/^\d*$/.test(set) ? sizePlace(l, set) : fixedPlace(length);
  const inside: Test = {
    kind: 'and',
    all: [
      { kind: 'places', op: '>=', left: at, right: fixedPlace(0) },
      { kind: 'places', op: '<', left: at, right: end },
    ],
  };
  return select(inside, v, number(1));
}

/** A product with its negative powers gathered in one denominator; 0·log x is 0, as everywhere in this field. */
function productValue(l: Lowering, factors: readonly Term[], scope: Scope): Value {
  const above: Value[] = [];
  const below: Value[] = [];
  const zeros: Value[] = [];
  const logs = factors.some((f) => isLogarithm(l, f));
  for (const f of factors) {
    if (f.kind === 'pow' && f.exponent.kind === 'num' && f.exponent.num < 0n) {
      below.push(powerValue(l, { ...f, exponent: { ...f.exponent, num: -f.exponent.num } }, scope));
      continue;
    }
    const v = f.kind === 'pow' ? powerValue(l, f, scope) : lowerValue(l, f, scope);
    if (logs && f.kind === 'entry' && !isLinear(l, f.name)) zeros.push(v);
    above.push(v);
  }
  const numerator = above.length === 0 ? number(1) : above.reduce(times);
  const value = below.length === 0 ? numerator : over(numerator, below.reduce(times));
  return zeros.reduce((v, z) => select({ kind: 'compare', op: '=', left: z, right: number(0) }, number(0), v), value);
}
const isLinear = (l: Lowering, name: string): boolean =>
  l.program.inputs.some((i) => i.name === name && i.linear === true);
function isLogarithm(l: Lowering, t: Term): boolean {
  if (t.kind === 'call') return t.fn === 'log';
  if (t.kind === 'add')
    return t.terms.some(
      (x) =>
        isLogarithm(l, x) || (x.kind === 'mul' && x.factors.length === 2 && x.factors.some((f) => isLogarithm(l, f))),
    );
  return false;
}

function powerValue(l: Lowering, t: Pow, scope: Scope): Value {
  const base = lowerValue(l, t.base, scope);
  if (t.base.kind === 'constant' && t.base.name === 'e') return unary('exp', lowerValue(l, t.exponent, scope));
  const e = t.exponent;
  if (e.kind === 'num' && e.num < 0n)
    return over(number(1), powerValue(l, { ...t, exponent: { ...e, num: -e.num } }, scope));
  if (e.kind === 'num' && e.den === 1n && e.num <= 64n) return repeated(base, Number(e.num));
  if (e.kind === 'num' && e.den === 2n && e.num <= 129n) {
    const whole = repeated(base, Number((e.num - 1n) / 2n));
    return times(whole, unary('sqrt', base));
  }
  if (isNumber(t.base, 0)) return number(0);
  return binary('pow', base, lowerValue(l, e, scope));
}
/** xⁿ by squaring, in a fixed order. */
function repeated(x: Value, n: number): Value {
  if (n === 0) return number(1);
  if (n === 1) return x;
  const half = repeated(x, n >> 1);
  const square = times(half, half);
  return n % 2 === 0 ? square : times(square, x);
}

/**
 * The inverse or the determinant of a matrix of terms: the matrix is filled first, then factorised once for all its
 * entries.
 */
function matrixValue(l: Lowering, t: Inverse | Determinant, scope: Scope): Value {
  const size = l.sizeOf(t.set);
  const whole: Term =
    t.kind === 'inverse' ? { ...t, row: { kind: 'at', position: 1 }, column: { kind: 'at', position: 1 } } : t;
  const used = { has: (x: string): boolean => scope.has(x) };
  const row = freshLetter(t.letters[0], used);
  const column = freshLetter(t.letters[1], { has: (x) => x === row || used.has(x) });
  const entries = openAll(t.body, [freeIndex(row), freeIndex(column)]);
  const result = temporary(l, whole, scope, t.kind === 'inverse' ? 'inverse' : 'determinant', (name, batch, inner) => {
    const of = filled(l, entries, batch, inner, [row, column], t.set, size);
    if (t.kind === 'inverse') {
      const made = l.tensors.get(name);
      if (made === undefined) throw new Error('bug: temporary without tensor');
      l.tensors.set(name, { ...made, dims: [...made.dims, size, size], sets: [...made.sets, t.set, t.set] });
    }
    l.stages.push({ kind: t.kind, target: name, of, batch, size, set: t.set });
  });
  return t.kind === 'determinant'
    ? result
    : load(result.tensor, [...result.at, placeOf(l, t.row, scope), placeOf(l, t.column, scope)]);
}
function filled(
  l: Lowering,
  entries: Term,
  batch: readonly Axis[],
  inner: Scope,
  letters: readonly string[],
  set: SetId,
  size: number,
): string {
  const scope = new Map(inner);
  for (const x of letters) scope.set(x, { place: axisPlace(x), set, size });
  const body = lowerValue(l, entries, scope);
  const axes = [...batch, ...letters.map((name) => ({ name, size, set }))];
  const name = freshName(l, 'matrix');
  l.tensors.set(name, {
    name,
    dims: axes.map((a) => a.size),
    sets: axes.map((a) => a.set ?? ''),
    role: 'temporary',
    dtype: 'float',
  });
  l.stages.push({ kind: 'map', target: name, axes, reduce: null, body });
  return name;
}
