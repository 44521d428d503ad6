// What a reduction runs over: constant ends become the extent of a loop, ends that depend on other letters become
// tests.
// Not here: the restriction `where` of a sum, which is always a test.
// Invariant: the loop of an extent visits every position that its tests let through.
import type { Range, SetId } from '../term/term.ts';
import type { Lowering, Scope } from './lowering.ts';
import type { Place, Test } from './loops.ts';
import { placeOf, sizePlace } from './lower-places.ts';
import { fixedPlace } from './values.ts';

/**
 * Positions start … start+size−1 (from 0) of a set of `full` elements; `tests` says the rest. `end` is the place after
 * the last one.
 */
export interface Extent {
  readonly set: SetId;
  readonly start: number;
  readonly size: number;
  readonly full: number;
  readonly whole: boolean;
  readonly end: Place;
  readonly tests: (place: Place) => Test[];
}

const isFirst = (p: Place): boolean => p.terms.length === 0 && p.by.length === 0 && p.plus === 0;

export function decideRange(l: Lowering, range: Range, scope: Scope): Extent {
  const [from, to] = [range.from, range.to].map((i) => (i === null ? null : placeOf(l, i, scope))) as [
    Place | null,
    Place | null,
  ];
  const isNumber = (p: Place | null): p is Place => p !== null && p.terms.length === 0 && p.by.length === 0;
  const named = range.set !== '' && !/^\d+$/.test(range.set);
  // With sizes as symbols a loop runs over a whole named set, and its ends are tests.
  const isFixed = (p: Place | null): p is Place => isNumber(p) && !(l.symbolic && named);
  const full = range.set === '' && isNumber(to) ? to.plus + 1 : l.sizeOf(range.set);
  const start = isFixed(from) ? from.plus : 0;
  const stop = isFixed(to) ? to.plus + 1 : full;
  const tests = (place: Place): Test[] => [
    ...(from === null || isFixed(from) || isFirst(from)
      ? []
      : [{ kind: 'places', op: '>=', left: place, right: from } as const]),
    ...(to === null || isFixed(to) ? [] : [{ kind: 'places', op: '<=', left: place, right: to } as const]),
  ];
  const whole = range.from === null && range.to === null;
  return {
    set: range.set,
    start,
    size: Math.max(0, stop - start),
    full: Math.max(full, stop),
    whole,
    tests,
    end: l.symbolic && named ? sizePlace(l, range.set) : fixedPlace(stop),
  };
}
