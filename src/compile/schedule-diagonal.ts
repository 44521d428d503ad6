// δ and one-hot labels without a comparison at every entry: the rest is computed everywhere, the diagonal is added
// afterwards.
// Not here: sums over a δ, which became choices when they were lowered.
// Invariant: only values that are affine in the bracket are split, so that both parts are what the formula says.
import type { Axis, LoopProgram, MapStage, Place, Stage, Test, Value } from './loops.ts';
import { soleAxis } from './stages.ts';
import {
  addPlaces,
  axisPlace,
  both,
  fixedPlace,
  load,
  minus,
  number,
  over,
  placeAxes,
  plus,
  substituteAxes,
  testKey,
  times,
  unary,
} from './values.ts';

/** Rows shorter than this are not worth a second stage. */
const SHORT = 8;

/** The program with such stages in two parts. */
export function splitDiagonals(p: LoopProgram): LoopProgram {
  return { ...p, stages: p.stages.flatMap((s) => (s.kind === 'map' ? split(s, p) : [s])) };
}

function split(s: MapStage, p: LoopProgram): Stage[] {
  if (s.reduce !== null || s.at !== undefined) return [s];
  const axis = s.axes.at(-1);
  if (axis === undefined || axis.size < SHORT) return [s];
  const test = equalities(s.body).find((t) => fixedBy(t, axis) !== null);
  const place = test === undefined ? null : fixedBy(test, axis);
  if (test === undefined || place === null) return [s];
  const parts = affine(s.body, testKey(test));
  if (parts === null || parts.slope === null) return [s];
  const rest = s.axes.slice(0, -1);
  const at = [...rest.map((a) => axisPlace(a.name)), place];
  const slope = substituteAxes(parts.slope, new Map([[axis.name, place]]));
  const when = inside(place, axis, rest, p.symbolic);
  const update: MapStage = {
    kind: 'map',
    target: s.target,
    axes: rest,
    at,
    reduce: null,
    body: plus(load(s.target, at), slope),
    ...(when === null ? {} : { when }),
  };
  return [...split({ ...s, body: parts.base }, p), update];
}

/** The tests place = place of choices between 1 and 0. */
function equalities(v: Value): Extract<Test, { kind: 'places' }>[] {
  switch (v.kind) {
    case 'select':
      return v.when.kind === 'places' && v.when.op === '=' && isOneZero(v) ? [v.when] : [];
    case 'unary':
      return equalities(v.of);
    case 'binary':
      return [...equalities(v.left), ...equalities(v.right)];
    default:
      return [];
  }
}
const isOneZero = (v: Extract<Value, { kind: 'select' }>): boolean =>
  v.then.kind === 'number' && v.then.value === 1 && v.else.kind === 'number' && v.else.value === 0;

/** The place that the test says the axis stands at; null where it says something else. */
function fixedBy(t: Extract<Test, { kind: 'places' }>, axis: Axis): Place | null {
  for (const [a, b] of [
    [t.left, t.right],
    [t.right, t.left],
  ] as const) {
    const shifted: Place = { ...a, plus: 0 };
    if (soleAxis(shifted) === axis.name && !placeAxes(b).includes(axis.name)) return addPlaces(b, fixedPlace(-a.plus));
  }
  return null;
}

/** base + slope·[test]; slope null where the value does not depend on the test; null where it is not affine in it. */
function affine(v: Value, test: string): { base: Value; slope: Value | null } | null {
  switch (v.kind) {
    case 'number':
    case 'size':
    case 'load':
    case 'place':
      return { base: v, slope: null };
    case 'select': {
      if (testKey(v.when) === test && isOneZero(v)) return { base: number(0), slope: number(1) };
      return mentions(v, test) ? null : { base: v, slope: null };
    }
    case 'unary': {
      if (v.op !== 'neg') return mentions(v, test) ? null : { base: v, slope: null };
      const of = affine(v.of, test);
      return of === null
        ? null
        : { base: unary('neg', of.base), slope: of.slope === null ? null : unary('neg', of.slope) };
    }
    case 'binary':
      return affineBinary(v, test);
  }
}
function affineBinary(
  v: Extract<Value, { kind: 'binary' }>,
  test: string,
): { base: Value; slope: Value | null } | null {
  const [a, b] = [affine(v.left, test), affine(v.right, test)];
  if (a === null || b === null) return null;
  if (a.slope === null && b.slope === null) return { base: v, slope: null };
  const none = (x: Value): boolean => x.kind === 'number' && x.value === 0;
  switch (v.op) {
    case 'add':
      return {
        base: plus(a.base, b.base),
        slope: a.slope === null ? b.slope : b.slope === null ? a.slope : plus(a.slope, b.slope),
      };
    case 'sub':
      return {
        base: minus(a.base, b.base),
        slope: b.slope === null ? a.slope : a.slope === null ? unary('neg', b.slope) : minus(a.slope, b.slope),
      };
    case 'mul': {
      if (a.slope !== null && b.slope !== null) return null;
      // 0·x is 0 here: the bracket that is 0 drops its factor.
      return a.slope !== null
        ? { base: none(a.base) ? a.base : times(a.base, b.base), slope: times(a.slope, b.base) }
        : { base: none(b.base) ? b.base : times(a.base, b.base), slope: times(a.base, b.slope as Value) };
    }
    case 'div':
      return a.slope === null || b.slope !== null
        ? null
        : { base: none(a.base) ? a.base : over(a.base, b.base), slope: over(a.slope, b.base) };
    default:
      return null;
  }
}
function mentions(v: Value, test: string): boolean {
  switch (v.kind) {
    case 'number':
    case 'size':
    case 'load':
    case 'place':
      return false;
    case 'unary':
      return mentions(v.of, test);
    case 'binary':
      return mentions(v.left, test) || mentions(v.right, test);
    case 'select':
      return testMentions(v.when, test) || mentions(v.then, test) || mentions(v.else, test);
  }
}
function testMentions(t: Test, test: string): boolean {
  if (testKey(t) === test) return true;
  switch (t.kind) {
    case 'compare':
      return mentions(t.left, test) || mentions(t.right, test);
    case 'places':
      return false;
    case 'not':
      return testMentions(t.of, test);
    case 'and':
    case 'or':
      return t.all.some((x) => testMentions(x, test));
  }
}

/** The test that a place lies on the axis; null where it always does. */
function inside(place: Place, axis: Axis, axes: readonly Axis[], symbolic: boolean): Test | null {
  const sole = soleAxis(place);
  const other = axes.find((a) => a.name === sole);
  if (other !== undefined && (symbolic ? other.size === axis.size : other.size <= axis.size)) return null;
  const end =
    symbolic && axis.set !== undefined && !/^\d*$/.test(axis.set) ? axisPlace(`$${axis.set}`) : fixedPlace(axis.size);
  return both(
    { kind: 'places', op: '>=', left: place, right: fixedPlace(0) },
    { kind: 'places', op: '<', left: place, right: end },
  );
}
