// Questions about stages: what they read, how large they are, whether they are contractions; and renaming of their
// axes.
// Not here: any decision about how stages run.
// Invariant: nothing here changes what a stage computes.
import type { ArrayStage, Axis, Load, MapStage, Place, Stage, UnaryOp, Value } from './loops.ts';
import { axesOf, axisPlace, loadsOf, mapTest, substituteAxes, substitutePlace } from './values.ts';

export const volume = (axes: readonly Axis[]): number => axes.reduce((n, a) => n * a.size, 1);
/** All loops of a stage, outer first. */
export const loopsOf = (s: MapStage): readonly Axis[] => [...s.axes, ...(s.reduce?.axes ?? [])];

/** The loads of a stage; those of a written place included. */
export function readsOf(s: ArrayStage): readonly Load[] {
  let known = reads.get(s);
  if (known === undefined) {
    known = findReads(s);
    reads.set(s, known);
  }
  return known;
}
const reads = new WeakMap<ArrayStage, readonly Load[]>();
function findReads(s: ArrayStage): Load[] {
  if (s.kind !== 'map') return [{ kind: 'load', tensor: s.of, at: [] }];
  const places = (s.at ?? []).flatMap((p) => p.by.flatMap((t) => loadsOf(t.load)));
  const guard = s.when === undefined ? [] : loadsOf({ kind: 'select', when: s.when, then: s.body, else: s.body });
  return [...loadsOf(s.body), ...places, ...guard];
}
export const readNames = (s: ArrayStage): Set<string> => new Set(readsOf(s).map((r) => r.tensor));

/** A place that is exactly one axis. */
export function soleAxis(p: Place): string | null {
  const t = p.terms[0];
  return p.terms.length === 1 && t !== undefined && t.times === 1 && p.plus === 0 && p.by.length === 0 ? t.axis : null;
}

/** Where a stage writes. */
export const writtenAt = (s: MapStage): readonly Place[] => s.at ?? s.axes.map((a) => axisPlace(a.name));
/** The axes of a stage's tensor (by number) that are walked by the given loops. */
export function dimsAlong(s: MapStage, loops: ReadonlySet<string>): Set<number> {
  return new Set(
    writtenAt(s).flatMap((p, n) => {
      const axis = soleAxis(p);
      return axis !== null && loops.has(axis) ? [n] : [];
    }),
  );
}

/** The factors of a product. */
export function factorsOf(v: Value): Value[] {
  return v.kind === 'binary' && v.op === 'mul' ? [...factorsOf(v.left), ...factorsOf(v.right)] : [v];
}

/** Work of one operation, in units of an addition. */
const costs: { [K in UnaryOp]: number } = {
  neg: 1,
  abs: 1,
  sign: 3,
  relu: 1,
  sqrt: 6,
  exp: 20,
  log: 25,
  sin: 25,
  cos: 25,
  tan: 40,
  asin: 40,
  acos: 40,
  atan: 30,
  sinh: 30,
  cosh: 30,
  tanh: 25,
  sigmoid: 25,
  softplus: 45,
  erf: 30,
};
/** Work of a value at one point, its sub-values included. */
export function costOf(v: Value): number {
  let known = counted.get(v);
  if (known === undefined) {
    known = count(v);
    counted.set(v, known);
  }
  return known;
}
const counted = new WeakMap<Value, number>();
function count(v: Value): number {
  switch (v.kind) {
    case 'number':
    case 'size':
    case 'load':
    case 'place':
      return 0;
    case 'unary':
      return costs[v.op] + costOf(v.of);
    case 'binary':
      return (v.op === 'pow' ? 50 : v.op === 'div' ? 4 : 1) + costOf(v.left) + costOf(v.right);
    case 'select':
      return 2 + costOf(v.then) + costOf(v.else);
  }
}
export const isTranscendental = (v: Value): boolean =>
  (v.kind === 'unary' && costs[v.op] >= 20) || (v.kind === 'binary' && v.op === 'pow');

/** A sum of products in which operands are used again at other points: register tiles pay off. */
export function isContraction(s: Stage): boolean {
  if (s.kind !== 'map' || s.reduce === null || s.reduce.op !== 'sum' || s.axes.length === 0) return false;
  const factors = factorsOf(s.body).filter((f) => axesOf(f).size > 0);
  const loops = new Set(loopsOf(s).map((a) => a.name));
  return factors.length >= 2 && factors.every((f) => f.kind === 'load' && axesOf(f).size < loops.size);
}

/** The stage with axes renamed. */
export function renameAxes(s: MapStage, names: ReadonlyMap<string, string>): MapStage {
  const by = new Map([...names].map(([from, to]) => [from, axisPlace(to)]));
  const axis = (a: Axis): Axis => ({ ...a, name: names.get(a.name) ?? a.name });
  return {
    ...s,
    axes: s.axes.map(axis),
    ...(s.at === undefined ? {} : { at: s.at.map((p) => substitutePlace(p, by)) }),
    ...(s.when === undefined
      ? {}
      : {
          when: mapTest(
            s.when,
            (v) => substituteAxes(v, by),
            (p) => substitutePlace(p, by),
          ),
        }),
    reduce: s.reduce === null ? null : { op: s.reduce.op, axes: s.reduce.axes.map(axis) },
    body: substituteAxes(s.body, by),
  };
}

/** The smallest and the largest value of a place; null where an index entry takes part. */
export function placeBounds(p: Place, sizeOf: (axis: string) => number): { low: number; high: number } | null {
  if (p.by.length > 0) return null;
  let low = p.plus;
  let high = p.plus;
  for (const t of p.terms) {
    const reach = t.times * Math.max(0, sizeOf(t.axis) - 1);
    if (reach < 0) low += reach;
    else high += reach;
  }
  return { low, high };
}
