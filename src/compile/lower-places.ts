// Indices as places and conditions as tests.
// Not here: the terms inside a condition (`lower-value.ts`).
// Invariant: places count from 0 while indices count from 1; whole numbers are compared as whole numbers.
import { WhygradError } from '../term/error.ts';
import { asAffine, type Condition, type Index, type IndexVariable, type SetId } from '../term/term.ts';
import type { Place, Test, Value } from './loops.ts';
import type { Lowering, Scope } from './lowering.ts';
import { addPlaces, axisPlace, fixedPlace, load } from './values.ts';

/** Σ times·variable + plus, counted from 0. A letter that no loop binds is an index input. */
export function placeOf(l: Lowering, index: Index, scope: Scope): Place {
  const a = asAffine(index);
  let place = fixedPlace(a.plus - 1);
  for (const { variable, times: n } of a.terms) {
    const one =
      variable.kind === 'end'
        ? sizePlace(l, variable.set)
        : variable.kind === 'free'
          ? addPlaces(letterPlace(l, variable.name, scope), fixedPlace(1))
          : variable.kind === 'data'
            ? addPlaces(dataPlace(l, variable, scope), fixedPlace(1))
            : null;
    if (one === null) throw new Error('bug: a bound index was not opened before lowering');
    place = addPlaces(place, one, n);
  }
  return place;
}
/** The size of a set as a place. */
export const sizePlace = (l: Lowering, set: SetId): Place =>
  l.symbolic ? axisPlace(`$${set}`) : fixedPlace(l.sizeOf(set));
function letterPlace(l: Lowering, name: string, scope: Scope): Place {
  const bound = scope.get(name);
  if (bound !== undefined) return bound.place;
  const tensor = l.tensors.get(name);
  if (tensor === undefined || tensor.dtype !== 'index' || tensor.dims.length !== 0) {
    throw new WhygradError('free-index', `The index '${name}' is free in the formula and has no given value.`, {
      hint: `Make it a letter of the output, or an input with dtype 'index' and no axes.`,
    });
  }
  return { terms: [], plus: 0, by: [{ load: load(name, []), times: 1 }] };
}

/** An entry of given positions, counted from 0. */
function dataPlace(l: Lowering, v: Extract<IndexVariable, { kind: 'data' }>, scope: Scope): Place {
  const tensor = l.tensors.get(v.name);
  if (tensor?.dtype !== 'index')
    throw new WhygradError('number-as-index', `${v.name} stands as an index and is not given as whole numbers.`, {
      hint: `Make it an input with dtype 'index'.`,
    });
  const of = load(
    v.name,
    v.indices.map((i) => placeOf(l, i, scope)),
  );
  return { terms: [], plus: 0, by: [{ load: of, times: 1 }] };
}

/** A negative number is no position: it stands for itself, as the −100 of labels that are none does. */
const comparedPlace = (l: Lowering, i: Index, scope: Scope): Place =>
  i.kind === 'at' && i.position < 0 ? fixedPlace(i.position) : placeOf(l, i, scope);

/** A condition; comparisons of whole numbers (positions, index entries) compare places. */
export function lowerTest(l: Lowering, c: Condition, scope: Scope): Test {
  switch (c.kind) {
    case 'position':
      return {
        kind: 'places',
        op: c.op,
        left: comparedPlace(l, c.left, scope),
        right: comparedPlace(l, c.right, scope),
      };
    case 'and':
    case 'or':
      return { kind: c.kind, all: c.all.map((x) => lowerTest(l, x, scope)) };
    case 'not':
      return { kind: 'not', of: lowerTest(l, c.of, scope) };
    case 'compare': {
      const left = l.value(c.left, scope);
      const right = l.value(c.right, scope);
      const [a, b] = [wholePlace(left), wholePlace(right)];
      if (a !== null && b !== null) return { kind: 'places', op: c.op, ...lowered(a, b) };
      return { kind: 'compare', op: c.op, left, right };
    }
  }
}
/** Two places less what both add. */
function lowered(left: Place, right: Place): { left: Place; right: Place } {
  const common = left.plus > 0 && right.plus > 0 ? Math.min(left.plus, right.plus) : 0;
  return { left: { ...left, plus: left.plus - common }, right: { ...right, plus: right.plus - common } };
}
function wholePlace(v: Value): Place | null {
  if (v.kind === 'place') return v.place;
  if (v.kind === 'number') return Number.isInteger(v.value) ? fixedPlace(v.value) : null;
  if (v.kind === 'binary' && (v.op === 'add' || v.op === 'sub')) {
    const [a, b] = [wholePlace(v.left), wholePlace(v.right)];
    return a !== null && b !== null ? addPlaces(a, b, v.op === 'add' ? 1 : -1) : null;
  }
  return null;
}
