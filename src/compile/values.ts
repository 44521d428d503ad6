// Values and places of the loop IR: constructors that fold constants, keys, substitution, going through.
// Not here: terms (room `term`), stages as a whole (`lower*`, `schedule*`).
// Invariant: no constructor changes a result by more than the rounding of constants.
import { must } from '../term/must.ts';
import type { Comparison } from '../term/term.ts';
import type { Axis, BinaryOp, Load, Place, Test, UnaryOp, Value } from './loops.ts';

export const number = (value: number): Value => ({ kind: 'number', value });
export const load = (tensor: string, at: readonly Place[]): Load => ({ kind: 'load', tensor, at });
export const axisPlace = (axis: string, times = 1, plus = 0): Place => ({ terms: [{ axis, times }], plus, by: [] });
export const fixedPlace = (plus: number): Place => ({ terms: [], plus, by: [] });
export const isNumber = (v: Value, value: number): boolean => v.kind === 'number' && v.value === value;

/** left + factor · right */
export function addPlaces(left: Place, right: Place, factor = 1): Place {
  const merged = new Map<string, number>();
  for (const t of left.terms) merged.set(t.axis, t.times);
  for (const t of right.terms) merged.set(t.axis, (merged.get(t.axis) ?? 0) + factor * t.times);
  const terms = [...merged]
    .filter(([, times]) => times !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([axis, times]) => ({ axis, times }));
  const by = new Map<string, { load: Load; times: number }>();
  for (const t of left.by) by.set(valueKey(t.load), t);
  for (const t of right.by) {
    const k = valueKey(t.load);
    by.set(k, { load: t.load, times: (by.get(k)?.times ?? 0) + factor * t.times });
  }
  return { terms, plus: left.plus + factor * right.plus, by: [...by.values()].filter((t) => t.times !== 0) };
}

const fold: { [K in BinaryOp]: (a: number, b: number) => number } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  max: Math.max,
  min: Math.min,
  pow: (a, b) => a ** b,
};

/**
 * A binary operation; constants are folded, and x+0, x−0, x·1, x/1, −1·x are simplified (0·x is kept: x may be NaN).
 */
export function binary(op: BinaryOp, left: Value, right: Value): Value {
  if (left.kind === 'number' && right.kind === 'number' && op !== 'pow')
    return number(fold[op](left.value, right.value));
  if (op === 'add') {
    if (isNumber(left, 0)) return right;
    if (isNumber(right, 0)) return left;
    if (right.kind === 'unary' && right.op === 'neg') return binary('sub', left, right.of);
    if (left.kind === 'unary' && left.op === 'neg') return binary('sub', right, left.of);
  }
  if (op === 'sub') {
    if (isNumber(right, 0)) return left;
    if (isNumber(left, 0)) return negate(right);
    if (right.kind === 'unary' && right.op === 'neg') return binary('add', left, right.of);
  }
  if (op === 'mul') {
    if (isNumber(left, 1)) return right;
    if (isNumber(right, 1)) return left;
    if (isNumber(left, -1)) return negate(right);
    if (isNumber(right, -1)) return negate(left);
    // A sign stands outside a product, where it can meet another one or move to a factor that is computed less often.
    if (left.kind === 'unary' && left.op === 'neg') return negate(binary('mul', left.of, right));
    if (right.kind === 'unary' && right.op === 'neg') return negate(binary('mul', left, right.of));
  }
  if (op === 'div' && isNumber(right, 1)) return left;
  return { kind: 'binary', op, left, right };
}
export const plus = (a: Value, b: Value): Value => binary('add', a, b);
export const minus = (a: Value, b: Value): Value => binary('sub', a, b);
export const times = (a: Value, b: Value): Value => binary('mul', a, b);
export const over = (a: Value, b: Value): Value => binary('div', a, b);

export function unary(op: UnaryOp, of: Value): Value {
  if (op === 'neg') return negate(of);
  return { kind: 'unary', op, of };
}
function negate(v: Value): Value {
  if (v.kind === 'number') return number(-v.value);
  if (v.kind === 'unary' && v.op === 'neg') return v.of;
  if (v.kind === 'binary' && v.op === 'sub') return binary('sub', v.right, v.left);
  if (v.kind === 'binary' && (v.op === 'mul' || v.op === 'div') && v.left.kind === 'number')
    return binary(v.op, number(-v.left.value), v.right);
  return { kind: 'unary', op: 'neg', of: v };
}

export function placeValue(place: Place): Value {
  return place.terms.length === 0 && place.by.length === 0 ? number(place.plus) : { kind: 'place', place };
}

const holds: { [K in Comparison]: (a: number, b: number) => boolean } = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** A choice; a test between two numbers is decided now. */
export function select(when: Test, then: Value, otherwise: Value): Value {
  const known = decide(when);
  if (known !== null) return known ? then : otherwise;
  if (valueKey(then) === valueKey(otherwise)) return then;
  return { kind: 'select', when, then, else: otherwise };
}
/** Whether a test is true for every point, false for every point, or null where it depends on the point. */
export function decide(test: Test): boolean | null {
  switch (test.kind) {
    case 'compare':
      return test.left.kind === 'number' && test.right.kind === 'number'
        ? holds[test.op](test.left.value, test.right.value)
        : null;
    case 'places': {
      const d = addPlaces(test.left, test.right, -1);
      return d.terms.length === 0 && d.by.length === 0 ? holds[test.op](d.plus, 0) : null;
    }
    case 'not': {
      const k = decide(test.of);
      return k === null ? null : !k;
    }
    case 'and':
    case 'or': {
      const stop = test.kind === 'or';
      const all = test.all.map(decide);
      return all.includes(stop) ? stop : all.includes(null) ? null : !stop;
    }
  }
}

export function both(...all: readonly Test[]): Test {
  return all.length === 1 ? must(all[0]) : { kind: 'and', all };
}

const keys = new WeakMap<object, string>();
const tail = (places: readonly Place[]): string => places.map(placeKey).join(',');
export function placeKey(p: Place): string {
  const parts = [
    ...p.terms.map((t) => (t.times === 1 ? t.axis : `${t.times}${t.axis}`)),
    ...p.by.map((t) => `${t.times}${valueKey(t.load)}`),
  ];
  if (p.plus !== 0 || parts.length === 0) parts.push(`${p.plus}`);
  return parts.join('+');
}
export function testKey(t: Test): string {
  switch (t.kind) {
    case 'compare':
      return `(${valueKey(t.left)}${t.op}${valueKey(t.right)})`;
    case 'places':
      return `(@${placeKey(t.left)}${t.op}${placeKey(t.right)})`;
    case 'and':
    case 'or':
      return `${t.kind}(${t.all.map(testKey).join(';')})`;
    case 'not':
      return `!${testKey(t.of)}`;
  }
}
/** A string that is equal for two values exactly when they are written the same. */
export function valueKey(v: Value): string {
  let k = keys.get(v);
  if (k === undefined) {
    k = makeKey(v);
    keys.set(v, k);
  }
  return k;
}
function makeKey(v: Value): string {
  switch (v.kind) {
    case 'number':
      return Object.is(v.value, -0) ? '-0' : `${v.value}`;
    case 'size':
      return `$${v.set}`;
    case 'load':
      return `${v.tensor}[${tail(v.at)}]`;
    case 'place':
      return `@${placeKey(v.place)}`;
    case 'unary':
      return `${v.op}(${valueKey(v.of)})`;
    case 'binary':
      return `${v.op}(${valueKey(v.left)},${valueKey(v.right)})`;
    case 'select':
      return `select(${testKey(v.when)},${valueKey(v.then)},${valueKey(v.else)})`;
  }
}

/** The same value with every child value and place mapped. */
export function mapValue(v: Value, value: (v: Value) => Value, place: (p: Place) => Place): Value {
  switch (v.kind) {
    case 'number':
    case 'size':
      return v;
    case 'load':
      return v.at.length === 0 ? v : load(v.tensor, v.at.map(place));
    case 'place':
      return placeValue(place(v.place));
    case 'unary':
      return unary(v.op, value(v.of));
    case 'binary':
      return binary(v.op, value(v.left), value(v.right));
    case 'select':
      return select(mapTest(v.when, value, place), value(v.then), value(v.else));
  }
}
export function mapTest(t: Test, value: (v: Value) => Value, place: (p: Place) => Place): Test {
  switch (t.kind) {
    case 'compare':
      return { ...t, left: value(t.left), right: value(t.right) };
    case 'places':
      return { ...t, left: place(t.left), right: place(t.right) };
    case 'and':
    case 'or':
      return { ...t, all: t.all.map((x) => mapTest(x, value, place)) };
    case 'not':
      return { ...t, of: mapTest(t.of, value, place) };
  }
}

/** Axes replaced by places, everywhere. */
export function substituteAxes(v: Value, by: ReadonlyMap<string, Place>): Value {
  if (by.size === 0) return v;
  const place = (p: Place): Place => substitutePlace(p, by);
  const go = (x: Value): Value => mapValue(x, go, place);
  return go(v);
}
export function substitutePlace(p: Place, by: ReadonlyMap<string, Place>): Place {
  let out: Place = { terms: [], plus: p.plus, by: [] };
  for (const t of p.terms) out = addPlaces(out, by.get(t.axis) ?? axisPlace(t.axis), t.times);
  for (const t of p.by) {
    const inner = load(
      t.load.tensor,
      t.load.at.map((x) => substitutePlace(x, by)),
    );
    out = addPlaces(out, { terms: [], plus: 0, by: [{ load: inner, times: t.times }] });
  }
  return out;
}

/** Loads replaced: `f` returns the new value or null to keep the load. */
export function replaceLoads(v: Value, f: (l: Load) => Value | null): Value {
  const go = (x: Value): Value => (x.kind === 'load' ? (f(x) ?? x) : mapValue(x, go, (p) => p));
  return go(v);
}

/** The values and places directly inside a value; the sides of its test are among them. */
function eachPart(v: Value, value: (v: Value) => void, place: (p: Place) => void): void {
  const test = (t: Test): void => {
    if (t.kind === 'compare') {
      value(t.left);
      value(t.right);
    } else if (t.kind === 'places') {
      place(t.left);
      place(t.right);
    } else if (t.kind === 'not') test(t.of);
    else t.all.forEach(test);
  };
  switch (v.kind) {
    case 'number':
    case 'size':
      return;
    case 'load':
      v.at.forEach(place);
      return;
    case 'place':
      place(v.place);
      return;
    case 'unary':
      value(v.of);
      return;
    case 'binary':
      value(v.left);
      value(v.right);
      return;
    case 'select':
      test(v.when);
      value(v.then);
      value(v.else);
  }
}

/** Calls `f` on the value and everything below it, the index entries inside places included. */
export function visitValue(v: Value, f: (v: Value) => void): void {
  f(v);
  eachPart(
    v,
    (x) => visitValue(x, f),
    (p) => {
      for (const t of p.by) visitValue(t.load, f);
    },
  );
}

/** Every load, those inside places included. */
export function loadsOf(v: Value): Load[] {
  const loads: Load[] = [];
  visitValue(v, (x) => {
    if (x.kind === 'load') loads.push(x);
  });
  return loads;
}

/** The names of the axes that a value depends on, in order of first appearance. */
export function axesOf(v: Value): ReadonlySet<string> {
  let known = axisNames.get(v);
  if (known === undefined) {
    const names = new Set<string>();
    eachPart(
      v,
      (x) => {
        for (const n of axesOf(x)) names.add(n);
      },
      (p) => {
        for (const n of placeAxes(p)) if (!n.startsWith('$')) names.add(n);
      },
    );
    known = names;
    axisNames.set(v, known);
  }
  return known;
}
const axisNames = new WeakMap<Value, ReadonlySet<string>>();
export function placeAxes(p: Place): string[] {
  return [...p.terms.map((t) => t.axis), ...p.by.flatMap((t) => t.load.at.flatMap(placeAxes))];
}

/**
 * The value with its axes renamed in order of appearance, as a key, and the axes in that order: equal keys mean equal
 * functions of the axes.
 */
export function canonical(v: Value, axes: readonly Axis[]): { key: string; axes: Axis[] } {
  const order = [...axesOf(v)].map((name) => must(axes.find((a) => a.name === name)));
  const by = new Map(order.map((a, n) => [a.name, axisPlace(`#${n}`)]));
  return { key: `${order.map((a) => a.size).join('x')}:${valueKey(substituteAxes(v, by))}`, axes: order };
}
