// Where every tensor stands in memory, and the distance between neighbours along each of its axes.
// Not here: the code that reads and writes (`nest.ts`), the views that a user gets (`../plan.ts`).
// Invariant: tensors do not overlap, except a state and the output that replaces it in place; every vector read, tails
// included, stays inside the memory.
import { lastOf, must } from '../../term/must.ts';
import type { Load, Nest, Stage, Tensor } from '../loops.ts';
import type { Schedule } from '../schedule.ts';
import { scratchBytes } from '../schedules/scratch.ts';
import { dimsAlong, loopsOf, placeBounds, readsOf, soleAxis, writtenAt } from '../stages.ts';
import { valueKey } from '../values.ts';

/**
 * A tensor in memory: byte address, bytes between neighbours per axis (0 where an axis is the turn of a nest), bytes of
 * an element, entries of the whole tensor, bytes in memory, and whether each thread has one of its own (`base` then
 * counts from the start of its scratch). `within`: the distances inside one step of the loops, which differ where a
 * tensor is stored in panels.
 */
export interface Placed {
  readonly base: number;
  readonly strides: readonly number[];
  readonly element: number;
  readonly count: number;
  readonly bytes: number;
  readonly isPrivate: boolean;
  readonly within: readonly number[];
}
export interface Layout {
  readonly of: (tensor: string) => Placed;
  /** First byte and byte behind the last one of everything that a run may touch, in rising order. */
  readonly extents: () => (readonly [from: number, to: number])[];
  /** Room for one matrix under elimination and its inverse, in float64. */
  readonly work: number;
  /** Room for the table of a row schedule; in a thread's own memory where the code is parallel. */
  readonly scratch: number;
  /** Bytes that each thread needs for itself. */
  readonly privateBytes: number;
  /** Whether an output is written over its state. */
  readonly isReplaced: (tensor: string) => boolean;
  /** Bytes that the memory must have. */
  readonly total: number;
  /** States that their output has not replaced in place, copied at the end of a run. */
  readonly copies: readonly { readonly from: string; readonly to: string }[];
}

/** Addresses below hold tables of constants. */
const FIRST = 4096;
/** A cache line; also room for a vector that is read beyond the last element. */
const LINE = 64;

/** `parallel`: rows that live for one turn stand in memory that each thread has for itself. */
export function layOut(s: Schedule, dtype: 'f32' | 'f64', parallel = false): Layout {
  const places = new Map<string, Placed>();
  const { program } = s;
  const merged = program.copies.filter((c) => isReplacedInPlace(s, c.from, c.to));
  const sameAs = new Map(merged.map((c) => [c.from, c.to]));
  const margin = overreach(s, dtype === 'f32' ? 4 : 8);
  let next = FIRST + Math.ceil(margin.below / LINE) * LINE;
  const outer = turnsOf(s.nests);
  let own = 0;
  const place = (t: Tensor): Placed => {
    const element = t.dtype === 'index' || dtype === 'f32' ? 4 : 8;
    const turn = outer.get(t.name);
    const strides: number[] = [];
    let step = element;
    for (let n = t.dims.length - 1; n >= 0; n--) {
      const dropped = turn?.has(n) ?? false;
      strides.unshift(dropped ? 0 : step);
      if (!dropped) step *= must(t.dims[n]);
    }
    let within: readonly number[] = strides;
    if (t.panel !== undefined) {
      // Rows of a panel follow each other; a step of the last axis goes to the next panel.
      const rows = t.dims.slice(0, -1).reduce((a, b) => a * b, 1);
      let row = element * t.panel;
      for (let n = t.dims.length - 2; n >= 0; n--) {
        strides[n] = row;
        row *= must(t.dims[n]);
      }
      within = [...strides.slice(0, -1), element];
      strides[t.dims.length - 1] = element * rows;
      step = element * rows * t.panel * Math.ceil(lastOf(t.dims) / t.panel);
    }
    const isPrivate = parallel && turn !== undefined;
    const base = isPrivate ? own : next;
    const room = (Math.ceil(Math.max(step, 1) / LINE) + 1) * LINE;
    if (isPrivate) own += room;
    else next += room;
    return {
      isPrivate,
      within,
      base,
      strides,
      element,
      count: t.dims.reduce((a, b) => a * b, 1),
      bytes: Math.max(step, element),
    };
  };
  for (const t of program.tensors.values()) if (!sameAs.has(t.name)) places.set(t.name, place(t));
  for (const [from, to] of sameAs) places.set(from, must(places.get(to)));
  const of = (tensor: string): Placed => {
    const p = places.get(tensor);
    if (p === undefined) throw new Error(`bug: no place for ${tensor}`);
    return p;
  };
  const work = next;
  next += 16 * Math.max(0, ...s.nests.flatMap((n) => n.stages).map((x) => (x.kind === 'map' ? 0 : x.size * x.size)));
  const table =
    Math.ceil(
      Math.max(0, ...s.nests.map((n) => (n.softmax === undefined ? 0 : scratchBytes(dtype, n.softmax.axis.size)))) /
        LINE,
    ) * LINE;
  const scratch = parallel ? own : next;
  if (parallel) own += table;
  else next += table;
  const extents = (): [number, number][] =>
    [
      ...[...places.values()].filter((p) => !p.isPrivate).map((p): [number, number] => [p.base, p.base + p.bytes]),
      [work, next] as [number, number],
    ].sort((a, b) => a[0] - b[0]);
  return {
    of,
    extents,
    work,
    scratch,
    privateBytes: own,
    isReplaced: (name) => sameAs.has(name),
    total: next + margin.above + LINE,
    copies: program.copies.filter((c) => !sameAs.has(c.from)),
  };
}

/** The axes of local tensors that are the turn of their nest. */
function turnsOf(nests: readonly Nest[]): Map<string, ReadonlySet<number>> {
  const found = new Map<string, ReadonlySet<number>>();
  for (const nest of nests) {
    const names = new Set(nest.axes.map((a) => a.name));
    for (const s of nest.stages) {
      if (s.kind === 'map' && nest.locals.has(s.target) && !found.has(s.target))
        found.set(s.target, dimsAlong(s, names));
    }
  }
  return found;
}

/**
 * Whether the output can be written over the state: every read of the state comes before, or stands at the very entry
 * that is written.
 */
function isReplacedInPlace(s: Schedule, from: string, to: string): boolean {
  const writer = s.nests.findLastIndex((n) => n.stages.some((x) => x.target === from));
  if (s.nests.some((n, k) => k > writer && n.stages.some((x) => readsOf(x).some((r) => r.tensor === to)))) return false;
  if (s.nests.some((n, k) => k > writer && n.stages.some((x) => readsOf(x).some((r) => r.tensor === from))))
    return false;
  const nest = must(s.nests[writer]);
  const target = must(nest.stages.find((x) => x.target === from));
  if (target.kind !== 'map' || s.nests.flatMap((n) => n.stages).filter((x) => x.target === from).length > 1)
    return false;
  const written = valueKey({ kind: 'load', tensor: to, at: writtenAt(target) });
  const before = nest.stages.slice(0, nest.stages.indexOf(target) + 1);
  const atPoint = (x: Stage): boolean =>
    readsOf(x).every(
      (r) =>
        r.tensor !== to ||
        (x.kind === 'map' &&
          x.axes.length === target.axes.length &&
          r.at.every((p) => soleAxis(p) !== null) &&
          valueKey(r) === written),
    );
  return (
    before.every(atPoint) &&
    nest.stages.every((x) => before.includes(x) || readsOf(x).every((r) => r.tensor !== to)) &&
    before.every((x) => x.kind === 'map' && x.axes.length === target.axes.length)
  );
}

/** How many bytes before the first and behind the last tensor a guarded read may reach (x_{i−1} under a condition). */
function overreach(s: Schedule, element: number): { below: number; above: number } {
  let [below, above] = [0, 0];
  for (const stage of s.nests.flatMap((n) => n.stages)) {
    if (stage.kind !== 'map') continue;
    const sizes = new Map(loopsOf(stage).map((a) => [a.name, a.size]));
    for (const r of readsOf(stage)) {
      const reach = reachOf(r, must(s.program.tensors.get(r.tensor)), (a) => sizes.get(a) ?? 1);
      below = Math.max(below, -reach.low * element);
      above = Math.max(above, reach.high * element);
    }
  }
  return { below, above };
}
/** The lowest and the highest element (from 0, relative to the first and to the last) that a load touches. */
function reachOf(r: Load, t: Tensor, sizeOf: (axis: string) => number): { low: number; high: number } {
  let [low, high, step] = [0, 0, 1];
  for (let n = t.dims.length - 1; n >= 0; n--) {
    const size = must(t.dims[n]);
    const at = r.at[n];
    const bounds = at === undefined ? null : placeBounds(at, sizeOf);
    if (bounds !== null) {
      low += Math.min(0, bounds.low) * step;
      high += Math.max(0, bounds.high - Math.max(0, size - 1)) * step;
    }
    step *= size;
  }
  return { low, high };
}
