// Rows of the softmax family inside a nest: the row schedule computes maximum, exponentials and sum; one pass makes
// what is wanted of the probabilities.
// Not here: the row schedule itself (`../schedules/`), which nests these are (`../schedule-softmax.ts`).
// Invariant: the exponentials stand in the row that the pass writes, so that each element is touched twice at most.
import { lastOf, must } from '../../term/must.ts';
import type { Load, MapStage, Nest, SoftmaxRows, Tensor, Value } from '../loops.ts';
import type { Chain } from '../math/chain.ts';
import { isLogSum, isProbability } from '../schedule-softmax.ts';
import { plainLogits } from '../schedules/blocks.ts';
import { rowStatistics, type RowStatistics } from '../schedules/normalise.ts';
import type { Access } from '../schedules/sweep.ts';
import { readsOf, soleAxis, writtenAt } from '../stages.ts';
import { axesOf, load, axisPlace, number, mapValue, unary, valueKey } from '../values.ts';
import { f32, f32x4, f64, f64x2, i32, type F64, type Local, type V128 } from '../wasm.ts';
import type { NestContext } from './context.ts';
import { origin, type Regions } from './regions.ts';
import { VectorValues } from './values.ts';

/**
 * The tensor in whose row the exponentials are kept: the pass's own target where it is a whole row of floats that
 * nothing else holds.
 */
export function exponentialRow(
  nest: Nest,
  tensors: ReadonlyMap<string, Tensor>,
  replaced: (tensor: string) => boolean,
): string | null {
  const s = nest.softmax;
  if (s === undefined || s.pass === null) return null;
  const pass = nest.stages.find((x) => x.target === s.pass) as MapStage;
  const own = lastOf(pass.axes);
  const last = writtenAt(pass).at(-1);
  const whole = last !== undefined && soleAxis(last) === own.name && tensors.get(pass.target)?.dims.at(-1) === own.size;
  return whole && !replaced(pass.target) && readsOf(pass).every((r) => r.tensor !== pass.target)
    ? pass.target
    : s.exponentials;
}

/** What the other stages of the nest may use once the statistics are there. */
export interface SoftmaxCode {
  readonly pass: (s: MapStage) => void;
}

/** Emits the statistics of the row at hand; answers how its pass is emitted. */
export function emitStatistics(c: NestContext, regions: Regions, nest: Nest, s: SoftmaxRows): SoftmaxCode {
  const { f, module, style, layout } = c;
  const n = f.local('i32');
  const row = exponentialRow(nest, c.tensors, layout.isReplaced);
  if (s.logits.kind !== 'load') throw new Error('bug: logits without a row');
  const logits = plainLogits(rowPointer(c, regions, s.logits, s.axis.name));
  const kept = row === null ? null : rowPointer(c, regions, load(row, rowPlaces(nest, row, s)), s.axis.name);
  regions.do(n.set(i32.const(s.axis.size)));
  const later = row === null ? laterRow(c, regions, nest, s) : null;
  const statistics = rowStatistics({
    module,
    f,
    style,
    logits,
    exponentials: kept,
    ...(later === null ? {} : { later }),
    n,
    scratch:
      regions.part === null ? i32.const(layout.scratch) : i32.add(regions.part.scratch, i32.const(layout.scratch)),
  });
  regions.do(statistics.code);
  if (readsLogSum(nest, s)) regions.do(statistics.logarithm);
  announce(c, regions, nest, s, statistics);
  return { pass: (stage) => emitPass(c, regions, s, stage, statistics, row) };
}

/** A row as long as this one that a later stage of the nest writes, element by element. */
function laterRow(c: NestContext, regions: Regions, nest: Nest, s: SoftmaxRows): Local<'i32'> | null {
  const writes = (x: Nest['stages'][number]): x is MapStage => {
    const own =
      x.kind === 'map' && x.reduce === null && x.when === undefined && !nest.locals.has(x.target)
        ? x.axes.slice(nest.axes.length)
        : [];
    const last = writtenAt(x as MapStage).at(-1);
    return own.length === 1 && own[0]?.size === s.axis.size && last !== undefined && soleAxis(last) === own[0]?.name;
  };
  const stage = nest.stages.find(writes);
  return stage === undefined
    ? null
    : rowPointer(c, regions, load(stage.target, rowPlaces(nest, stage.target, s)), s.axis.name);
}

/** Whether anything but the quotients wants the sum. */
function readsLogSum(nest: Nest, s: SoftmaxRows): boolean {
  let found = false;
  const look = (x: Value): Value => {
    found ||= isLogSum(x, s.sum);
    return mapValue(x, look, (p) => p);
  };
  for (const stage of nest.stages) if (stage.kind === 'map') look(stage.body);
  return found;
}

/** Makes the maximum and log Σ known under the keys by which other stages ask for them. */
function announce(c: NestContext, regions: Regions, nest: Nest, s: SoftmaxRows, statistics: RowStatistics): void {
  const values = new VectorValues(regions, c.layout, c.tensors, { axis: null, live: () => 1 }, false);
  const turn = nest.axes.map((a) => axisPlace(a.name));
  const splat = (x: F64): V128 =>
    regions.top.chain.let(c.style.type === 'f32' ? f32x4.splat(f32.demote_f64(x)) : f64x2.splat(x));
  const greatest = load(s.maximum, turn);
  const logSum = unary('log', load(s.sum, turn));
  const axes = new Set(nest.axes.map((a) => a.name));
  const max = splat(statistics.max);
  regions.know(values.key(greatest, axes, origin), max);
  if (!nest.locals.has(s.maximum)) values.store(greatest, max, origin);
  if (readsLogSum(nest, s)) regions.know(values.key(logSum, axes, origin), splat(statistics.logSum));
}

/** The loads of a value that walk the row, each once. */
function rowLoads(v: Value, axis: string): Load[] {
  const found = new Map<string, Load>();
  const go = (x: Value): Value => {
    if (x.kind === 'load') {
      if (axesOf(x).has(axis)) found.set(valueKey(x), x);
      return x;
    }
    return mapValue(x, go, (p) => p);
  };
  go(v);
  return [...found.values()];
}

/** A fresh pointer to the first element of a row. */
function rowPointer(c: NestContext, regions: Regions, l: Load, axis: string): Local<'i32'> {
  const local = c.f.local('i32');
  const values = new VectorValues(regions, c.layout, c.tensors, { axis: null, live: () => 1 }, false);
  regions.at(axis, 0, () => {
    const { pointer, offset } = values.address(l, origin, regions.top);
    regions.do(local.set(i32.add(pointer, i32.const(offset))));
  });
  return local;
}
function rowPlaces(nest: Nest, tensor: string, s: SoftmaxRows): Load['at'] {
  const stage = nest.stages.find((x) => x.target === tensor) as MapStage;
  const own = lastOf(stage.axes);
  return writtenAt(stage).map((p) => (soleAxis(p) === own.name ? axisPlace(s.axis.name) : p));
}

/** A value at the position of a sweep: loads along the row come from its streams. */
function evaluate(
  c: NestContext,
  regions: Regions,
  v: Value,
  axis: string,
  k: Chain,
  read: (l: Load) => V128,
  special: (v: Value) => V128 | null,
): V128 {
  const values = new VectorValues(
    regions,
    c.layout,
    c.tensors,
    { axis, live: () => k.format.lanes },
    false,
    (x) => special(x) ?? (x.kind === 'load' && axesOf(x).has(axis) ? read(x) : null),
  );
  let result: V128 | null = null;
  regions.beside(k, axis, () => {
    result = values.value(v, origin);
  });
  if (result === null) throw new Error('bug: a value without code');
  return result;
}

/** A body that is a constant times the probability, with the constant taken out: the pass multiplies anyhow. */
function scaledProbability(v: Value, s: SoftmaxRows): { factor: number; body: Value } {
  if (v.kind === 'binary' && v.op === 'div' && v.right.kind === 'number') {
    const inner = scaledProbability(v.left, s);
    if (isProbability(inner.body, s.exponentials, s.sum)) return { ...inner, factor: inner.factor / v.right.value };
  }
  if (v.kind === 'binary' && v.op === 'mul') {
    for (const [a, b] of [
      [v.left, v.right],
      [v.right, v.left],
    ] as const) {
      if (a.kind !== 'number') continue;
      const inner = scaledProbability(b, s);
      if (isProbability(inner.body, s.exponentials, s.sum)) return { ...inner, factor: inner.factor * a.value };
    }
  }
  return { factor: 1, body: v };
}

function emitPass(
  c: NestContext,
  regions: Regions,
  s: SoftmaxRows,
  stage: MapStage,
  statistics: RowStatistics,
  row: string | null,
): void {
  const axis = lastOf(stage.axes).name;
  const { factor, body } = scaledProbability(stage.body, s);
  const bare = (x: Value): Value => (isProbability(x, s.exponentials, s.sum) ? number(1) : mapValue(x, bare, (p) => p));
  const loads = rowLoads(bare(body), axis);
  const pointers = loads.map((l) => rowPointer(c, regions, l, axis));
  const inPlace = row === stage.target;
  const target = inPlace ? null : rowPointer(c, regions, load(stage.target, writtenAt(stage)), axis);
  const role = c.tensors.get(stage.target)?.role;
  const pass = statistics.eachProbability(
    f64.const(factor),
    target === null ? pointers : [...pointers, target],
    (k: Chain, at: Access, p: V128, e: Local<'i32'>) => {
      const value = evaluate(
        c,
        regions,
        body,
        axis,
        k,
        (l) => at.load(must(pointers[loads.findIndex((x) => valueKey(x) === valueKey(l))])),
        (x) => (isProbability(x, s.exponentials, s.sum) ? p : null),
      );
      at.store(target ?? e, role === 'output' || role === 'state' ? k.canonical(value) : value);
    },
  );
  regions.do(pass);
}
