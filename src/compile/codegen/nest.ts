// The code of one nest: its outer loops, then block after block with vector lanes and register tiles.
// Not here: single values (`values.ts`), which axis goes where (`strategy.ts`).
// Invariant: a reduction adds its elements in an order that the program alone decides; nothing but the stages' targets
// is written.
import { lastOf, must } from '../../term/must.ts';
import type { MapStage, Nest } from '../loops.ts';
import type { Chain } from '../math/chain.ts';
import { factorsOf } from '../stages.ts';
import { axesOf } from '../values.ts';
import { formats } from '../math/chain.ts';
import { canonicalNaNs } from './canonical.ts';
import type { NestContext } from './context.ts';
import { f32, f32x4, f64, f64x2, i32, i8x16, if_, v128, type Code, type Local, type V128 } from '../wasm.ts';
import { Regions, type Part, type Point } from './regions.ts';
import { emitStatistics, type SoftmaxCode } from './softmax.ts';
import { blocksOf, chooseStrategy, joinAxes, storeOf, type Block, type Strategy } from './strategy.ts';
import { laneMask, VectorValues } from './values.ts';

/** How many parts the outermost loop of a nest can be cut into; 1 where it cannot. */
export function partsOf(c: Pick<NestContext, 'style' | 'layout'>, nest: Nest): number {
  const { outer, blocks } = blocksOf(nest);
  if (outer[0] !== undefined) return outer[0].size;
  const given = blocks[0];
  if (given === undefined || blocks.length > 1) return 1;
  const first = chooseStrategy(
    nest.panel === undefined ? joinAxes(given, c.layout) : given,
    c.layout,
    c.style.type === 'f32' ? 4 : 2,
    nest.panel,
  ).loops[0];
  return first === undefined ? 1 : Math.ceil(first.axis.size / first.step);
}

/** The body of a function that runs the nest once, or the given part of it. */
export function nestCode(c: NestContext, nest: Nest, part: Part | null = null): Code {
  const regions = new Regions(c.module, c.f, c.style, part, partsOf(c, nest) > 1);
  const { outer, blocks } = blocksOf(nest);
  const run = (n: number): void => {
    const axis = outer[n];
    if (axis === undefined)
      emitBlocks(
        c,
        regions,
        nest,
        blocks,
        nest.stages.every((s) => s.kind === 'map' && s.reduce === null && s.axes.length === 0),
      );
    else regions.over(axis, 1, () => run(n + 1));
  };
  run(0);
  return [regions.code, regions.watched().map(([tensor, sum]) => repair(c, tensor, sum))];
}

/** Where the sum of all that was written is NaN, every NaN of the tensor gets the one bit pattern. */
function repair(c: NestContext, tensor: string, sum: Local<'v128'>): Code {
  const { base, count } = c.layout.of(tensor);
  const { float } = formats[c.style.type];
  return if_(
    v128.any_true(float.ne(sum, sum)),
    canonicalNaNs(c.module, c.style.type).run(i32.const(base), i32.const(count)),
  );
}

function emitBlocks(c: NestContext, regions: Regions, nest: Nest, blocks: readonly Block[], alone: boolean): void {
  const s = nest.softmax;
  let softmax: SoftmaxCode | null = null;
  for (const block of blocks) {
    const plain: MapStage[] = [];
    const flush = (): void => {
      if (plain.length > 0) emitBlock(c, regions, nest, { axes: block.axes, stages: plain.splice(0) }, alone);
    };
    for (const stage of block.stages) {
      if (s === undefined) plain.push(stage);
      else if (stage.target === s.maximum) {
        flush();
        softmax = emitStatistics(c, regions, nest, s);
      } else if (stage.target === s.pass && stage.at === undefined) {
        flush();
        softmax?.pass(stage);
      } else if (stage.target !== s.exponentials && stage.target !== s.sum) plain.push(stage);
    }
    flush();
  }
}

function emitBlock(c: NestContext, regions: Regions, nest: Nest, given: Block, alone: boolean): void {
  const block = nest.panel === undefined ? joinAxes(given, c.layout) : given;
  const lanes = 16 / (c.style.type === 'f32' ? 4 : 8);
  const strategy = chooseStrategy(block, c.layout, lanes, nest.panel);
  const wide =
    alone && c.style.type === 'f32' && block.axes.length === 0 && block.stages.every((s) => s.reduce === null);
  const missing = given.axes.filter((a) => !block.axes.some((b) => b.name === a.name));
  const width = wide ? 1 : lanes;
  const inside = (n: number, sizes: ReadonlyMap<string, number>): void => {
    const next = strategy.loops[n];
    if (next !== undefined)
      regions.over(next.axis, next.step, (elements) => inside(n + 1, new Map(sizes).set(next.axis.name, elements)));
    else emitTile({ c, regions, nest, strategy, width, wide, sizes }, block);
  };
  const pinned = (n: number): void => {
    const axis = missing[n];
    if (axis === undefined) inside(0, new Map());
    else regions.at(axis.name, 0, () => pinned(n + 1));
  };
  pinned(0);
}

interface Tile {
  readonly c: NestContext;
  readonly regions: Regions;
  readonly nest: Nest;
  readonly strategy: Strategy;
  readonly width: number;
  readonly wide: boolean;
  /** Elements of this step along each axis of the block. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** All points of a step: every element of the tiled axes, every vector of the lanes' axis. */
function pointsOf(t: Tile): Point[] {
  let points: Point[] = [new Map()];
  for (const { axis } of t.strategy.loops) {
    const size = must(t.sizes.get(axis.name));
    const step = t.strategy.lanes?.along === 'block' && t.strategy.lanes.axis === axis.name ? t.width : 1;
    points = points.flatMap((p) =>
      Array.from({ length: Math.ceil(size / step) }, (_, n) => new Map(p).set(axis.name, n * step)),
    );
  }
  return points;
}

function emitTile(t: Tile, block: Block): void {
  const { regions, c } = t;
  const points = pointsOf(t);
  const lanesAxis = t.strategy.lanes?.along === 'block' ? t.strategy.lanes.axis : null;
  const live = (p: Point): number =>
    lanesAxis === null ? 1 : Math.min(t.width, must(t.sizes.get(lanesAxis)) - (p.get(lanesAxis) ?? 0));
  const values = new VectorValues(regions, c.layout, c.tensors, { axis: lanesAxis, live }, t.wide);
  for (const s of block.stages) {
    const results =
      s.reduce === null ? points.map((p) => values.value(s.body, p)) : emitReduction(t, s, points, values);
    const own = storeOf(s);
    const axes = axesOf(own);
    if (!isRegister(t, s)) values.storeAll(own, results, points, s.when);
    for (const [n, p] of points.entries()) regions.know(values.key(own, axes, p), must(results[n]));
  }
}
/** A local tensor of single numbers a turn needs no memory: those who read it stand at the same point. */
function isRegister(t: Tile, s: MapStage): boolean {
  if (!t.nest.locals.has(s.target) || t.nest.stages.some((r) => r !== s && r.target === s.target)) return false;
  const readers = t.nest.stages.filter((r): r is MapStage => r.kind === 'map' && r !== s);
  const point = s.axes.map((a) => a.name).join();
  return (
    s.axes.length === t.nest.axes.length &&
    readers.every(
      (r) =>
        r.axes
          .slice(0, s.axes.length)
          .map((a) => a.name)
          .join() === point,
    )
  );
}

/** The reduction at every point, as one vector each (all lanes equal when the lanes were reduced). */
function emitReduction(t: Tile, s: MapStage, points: readonly Point[], values: VectorValues): V128[] {
  if (s.reduce === null) throw new Error('bug: not a reduction');
  return t.strategy.lanes?.along === 'reduction' ? reduceLanes(t, s, points) : reduceAlong(t, s, points, values);
}

const neutral = { sum: 0, prod: 1, max: -Infinity, min: Infinity } as const;
const combine = (k: Chain, op: keyof typeof neutral, a: V128, b: V128): V128 =>
  op === 'sum' ? k.add(a, b) : op === 'prod' ? k.mul(a, b) : k.format.float[op](a, b);

/** One accumulator a point; the loops of the reduction run inside. */
function reduceAlong(t: Tile, s: MapStage, points: readonly Point[], values: VectorValues): V128[] {
  const { regions } = t;
  const { op, axes } = s.reduce as NonNullable<MapStage['reduce']>;
  const f = regions.f;
  const k = regions.top.chain;
  const sums = points.map(() => f.local('v128'));
  for (const sum of sums) k.do(sum.set(k.c(neutral[op])));
  const factors = factorsOf(s.body);
  // A longer body makes the engine spill: measured, one round of eight sums is twice as fast as four of them.
  const unroll = Math.max(1, Math.min(4, Math.floor(8 / points.length)));
  const run = (n: number, offsets: Point): void => {
    const axis = axes[n];
    if (axis === undefined) {
      for (const [i, p] of points.entries())
        accumulate(regions.top.chain, op, must(sums[i]), factors, new Map([...p, ...offsets]), s, values);
      return;
    }
    const step = n === axes.length - 1 ? Math.min(unroll, axis.size) : 1;
    regions.over(axis, step, (elements) => {
      for (let e = 0; e < elements; e++) run(n + 1, new Map(offsets).set(axis.name, e));
    });
  };
  run(0, new Map());
  return sums;
}
function accumulate(
  k: Chain,
  op: keyof typeof neutral,
  sum: Local<'v128'>,
  factors: readonly MapStage['body'][],
  at: Point,
  s: MapStage,
  values: VectorValues,
): void {
  if (op === 'sum' && factors.length === 2) {
    const [a, b] = factors.map((x) => values.value(x, at)) as [V128, V128];
    k.do(sum.set(k.madd(a, b, sum)));
    return;
  }
  const v = values.value(s.body, at);
  k.do(sum.set(combine(k, op, sum, v)));
}

/** Elements that one float32 accumulator adds up before it is added to a float64. */
const BLOCK = 1024;

/** The innermost reduced axis fills the lanes: several accumulators a point, combined in a fixed order. */
function reduceLanes(t: Tile, s: MapStage, points: readonly Point[]): V128[] {
  const { regions, c, width } = t;
  const { op, axes } = s.reduce as NonNullable<MapStage['reduce']>;
  const inner = lastOf(axes);
  const k0 = regions.top.chain;
  const chains = t.strategy.chains;
  const sums = points.map(() => regions.f.locals('v128', chains));
  const deep = op === 'sum' && c.style.type === 'f32' && inner.size > BLOCK;
  const totals = deep ? points.map(() => regions.f.local('v128')) : [];
  const start = (k: Chain): void => {
    for (const sum of sums.flat()) k.do(sum.set(k.c(neutral[op])));
  };
  start(k0);
  for (const total of totals) k0.do(total.set(f64x2.const(0, 0)));
  const factors = factorsOf(s.body);
  const vectors = (elements: number): void => {
    const live = (p: Point): number => Math.min(width, elements - (p.get(inner.name) ?? 0));
    const values = new VectorValues(regions, c.layout, c.tensors, { axis: inner.name, live }, false);
    for (let v = 0; v * width < elements; v++) {
      for (const [i, p] of points.entries()) {
        const at = new Map(p).set(inner.name, v * width);
        const sum = must(must(sums[i])[v % chains]);
        if (live(at) === width) {
          accumulate(regions.top.chain, op, sum, factors, at, s, values);
          continue;
        }
        const k = regions.top.chain;
        k.do(sum.set(combine(k, op, sum, k.where(laneMask(k, live(at)), values.value(s.body, at), k.c(neutral[op])))));
      }
    }
  };
  const lastAxis = (size: number): void =>
    regions.over(
      { name: inner.name, size },
      Math.max(width, Math.min(width * chains, Math.ceil(size / width) * width)),
      vectors,
    );
  const flush = (): void => {
    const k = regions.top.chain;
    for (const [i, total] of totals.entries())
      k.do(total.set(f64x2.add(total, toDoubles(k, treeOf(k, op, must(sums[i]))))));
    start(k);
  };
  const run = (n: number): void => {
    const axis = axes[n];
    if (axis === undefined) return;
    if (n < axes.length - 1) regions.over(axis, 1, () => run(n + 1));
    else if (deep)
      regions.over(
        inner,
        BLOCK,
        (elements) => {
          lastAxis(elements);
          flush();
        },
        false,
      );
    else lastAxis(inner.size);
  };
  run(0);
  const k = regions.top.chain;
  if (deep)
    return totals.map((total) =>
      k.let(f32x4.splat(f32.demote_f64(f64.add(f64x2.extract_lane(total, 0), f64x2.extract_lane(total, 1))))),
    );
  return sums.map((group) => acrossLanes(k, op, treeOf(k, op, group)));
}

function treeOf(k: Chain, op: keyof typeof neutral, group: readonly V128[]): V128 {
  if (group.length === 1) return must(group[0]);
  const half = Math.ceil(group.length / 2);
  return k.let(combine(k, op, treeOf(k, op, group.slice(0, half)), treeOf(k, op, group.slice(half))));
}
/** The sum of both halves as two doubles. */
function toDoubles(k: Chain, v: V128): V128 {
  const x = k.let(v);
  return f64x2.add(
    f64x2.promote_low_f32x4(x),
    f64x2.promote_low_f32x4(i8x16.shuffle(x, x, [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15])),
  );
}
/** All lanes combined, (0+2)+(1+3), and put into every lane. */
function acrossLanes(k: Chain, op: keyof typeof neutral, v: V128): V128 {
  const x = k.let(v);
  const swapped = k.let(combine(k, op, x, i8x16.shuffle(x, x, [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7])));
  if (k.format.type === 'f64') return swapped;
  return k.let(
    combine(k, op, swapped, i8x16.shuffle(swapped, swapped, [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11])),
  );
}
