// Reductions: Σ fixed by an equality becomes a choice, Σ of products is ordered as cheap contractions, the rest one
// stage each.
// Not here: how a contraction is run (`schedule`, `codegen`).
// Invariant: a reduction is stored once for all letters it depends on; its value does not depend on who asked for it
// first.
import {
  asAffine,
  variablesOf,
  freeIndex,
  indexKey,
  mul,
  type Condition,
  type Index,
  type Reduce,
  type Term,
} from '../term/term.ts';
import { freeIndices, key, open } from '../term/walk.ts';
import { planSum } from './lower-contractions.ts';
import { decideRange, type Extent } from './lower-ranges.ts';
import { lowerTest, placeOf } from './lower-places.ts';
import { freshLetter, temporary, type Bound, type Lowering, type Scope } from './lowering.ts';
import type { Axis, MapStage, Place, Test, Value } from './loops.ts';
import { addPlaces, axisPlace, both, fixedPlace, number, select } from './values.ts';

/** The value of Σ, Π, max or min. */
export function lowerReduce(l: Lowering, t: Reduce, scope: Scope): Value {
  const letter = freshLetter(t.letter, { has: (x) => scope.has(x) || freeIndices(t).includes(x) });
  const body = open(t.body, freeIndex(letter));
  const where = t.where === null ? null : open({ kind: 'bracket', condition: t.where }, freeIndex(letter));
  const extent = decideRange(l, t.range, scope);
  if (t.op === 'sum') {
    const chosen = fixedByEquality(l, letter, body, where, extent, scope);
    if (chosen !== null) return chosen;
    if (where === null && extent.whole && !l.planned.has(t)) {
      const plan = planSum(l, t, scope);
      if (key(plan) !== key(t)) return l.value(plan, scope);
    }
  }
  return temporary(l, t, scope, t.op, (name, axes, inner) => {
    l.stages.push(reduceStage(l, t, name, axes, inner));
  });
}

/** The stage of a reduction; directly nested reductions of the same kind become one stage with several loops. */
function reduceStage(l: Lowering, t: Reduce, target: string, axes: readonly Axis[], inner: Scope): MapStage {
  const scope = new Map(inner);
  const loops: Axis[] = [];
  const tests: Test[] = [];
  let body: Term = t;
  while (body.kind === 'reduce' && body.op === t.op) {
    const node: Reduce = body;
    const extent = decideRange(l, node.range, scope);
    if (body !== t && node.op === 'sum' && node.where !== null) break;
    const letter = freshLetter(node.letter, { has: (x) => scope.has(x) });
    const place = extent.start === 0 ? axisPlace(letter) : axisPlace(letter, 1, extent.start);
    scope.set(letter, { place, set: node.range.set, size: extent.start === 0 ? extent.size : extent.full });
    loops.push(
      extent.size === extent.full
        ? { name: letter, size: extent.size, set: node.range.set }
        : { name: letter, size: extent.size },
    );
    tests.push(...extent.tests(place));
    if (node.where !== null) {
      const c = open({ kind: 'bracket', condition: node.where }, freeIndex(letter));
      if (c.kind === 'bracket') tests.push(lowerTest(l, c.condition, scope));
    }
    body = open(node.body, freeIndex(letter));
    // A total over rows stays two stages: the inner one can run with whatever makes its row.
    if (loops.length === 4 || (axes.length === 0 && node.op === 'sum')) break;
  }
  const neutral = { sum: 0, prod: 1, max: -Infinity, min: Infinity }[t.op];
  const value = l.value(body, scope);
  return {
    kind: 'map',
    target,
    axes,
    reduce: { op: t.op, axes: loops },
    body: tests.length === 0 ? value : select(both(...tests), value, number(neutral)),
  };
}

/**
 * Σ_m [m = P] f(m) is f(P) where P lies in the range, else 0; the equality may stand as δ, as a bracket or as the
 * restriction of the sum.
 */
function fixedByEquality(
  l: Lowering,
  letter: string,
  body: Term,
  where: Term | null,
  extent: Extent,
  scope: Scope,
): Value | null {
  const factors = [...(where === null ? [] : [where]), ...(body.kind === 'mul' ? body.factors : [body])];
  for (const [n, f] of factors.entries()) {
    const place = equated(l, f, letter, scope);
    if (place === null) continue;
    const rest = factors.filter((_, k) => k !== n);
    const inner = new Map(scope).set(letter, { place, set: extent.set, size: extent.full } satisfies Bound);
    const tests = [...inside(place, extent, scope), ...extent.tests(place)];
    const value = l.value(mul(...rest), inner);
    return tests.length === 0 ? value : select(both(...tests), value, number(0));
  }
  return null;
}
/** The tests that a place lies within the extent; none where it surely does. */
function inside(place: Place, extent: Extent, scope: Scope): Test[] {
  const only = place.terms.length === 1 && place.by.length === 0 ? place.terms[0] : undefined;
  if (
    only !== undefined &&
    only.times === 1 &&
    place.plus === 0 &&
    extent.start === 0 &&
    scope.get(only.axis)?.size === extent.size
  )
    return [];
  return [
    { kind: 'places', op: '>=', left: place, right: fixedPlace(extent.start) },
    { kind: 'places', op: '<', left: place, right: extent.end },
  ];
}

/** The place P (not depending on the letter) when the factor says letter = P. */
function equated(l: Lowering, f: Term, letter: string, scope: Scope): Place | null {
  if (f.kind === 'delta') return solve(l, f.left, f.right, letter, scope);
  if (f.kind !== 'bracket') return null;
  const c: Condition = f.condition;
  if (c.kind === 'position' && c.op === '=') return solve(l, c.left, c.right, letter, scope);
  if (c.kind !== 'compare' || c.op !== '=') return null;
  for (const [a, b] of [
    [c.left, c.right],
    [c.right, c.left],
  ] as const) {
    if (a.kind !== 'position' || indexKey(a.index) !== letter || freeIndices(b).includes(letter)) continue;
    const v = l.value(b, scope);
    if (v.kind === 'place') return addPlaces(v.place, fixedPlace(-1));
    if (v.kind === 'number' && Number.isInteger(v.value)) return fixedPlace(v.value - 1);
  }
  return null;
}
function solve(l: Lowering, left: Index, right: Index, letter: string, scope: Scope): Place | null {
  for (const [a, b] of [
    [left, right],
    [right, left],
  ] as const) {
    const x = asAffine(a);
    const mine = x.terms.find((t) => t.variable.kind === 'free' && t.variable.name === letter);
    if (mine === undefined || Math.abs(mine.times) !== 1 || mentions(b, letter)) continue;
    // letter·(±1) + rest = b, so letter = ±(b − rest)
    const rest: Index = { kind: 'affine', terms: x.terms.filter((t) => t !== mine), plus: x.plus };
    const difference = addPlaces(placeOf(l, b, scope), placeOf(l, rest, scope), -1);
    const place = addPlaces(fixedPlace(-1), difference, mine.times);
    return place;
  }
  return null;
}
const mentions = (i: Index, letter: string): boolean =>
  variablesOf(i).some((v) => v.kind === 'free' && v.name === letter);
