// How a block of stages is walked: which axis fills the vector lanes, in which order the loops stand, how large the
// register tile is.
// Not here: the code of the loops (`nest.ts`).
// Invariant: a choice changes speed and the order of additions, never what is computed; it depends on the program
// alone.
import { must } from '../../term/must.ts';
import type { Axis, Load, MapStage, Nest } from '../loops.ts';
import { costOf, loopsOf, readsOf, soleAxis, volume, writtenAt } from '../stages.ts';
import { axesOf, load, placeAxes, placeKey, valueKey, visitValue } from '../values.ts';
import type { Layout } from './layout.ts';

/** Stages that are walked by the same loops, inside the turn of the nest's outer axes. */
export interface Block {
  readonly axes: readonly Axis[];
  readonly stages: readonly MapStage[];
}

export interface Strategy {
  /** The axis in the lanes: one of the block, the innermost of a reduction, or none (single numbers). */
  readonly lanes: { readonly axis: string; readonly along: 'block' | 'reduction' } | null;
  /** Loops from the outside in; a step of the lanes' axis is a whole number of vectors. */
  readonly loops: readonly { readonly axis: Axis; readonly step: number }[];
  /** Vectors that a reduction over the lanes adds up side by side. */
  readonly chains: number;
}

/** A nest as its own loops and the blocks inside. A nest whose stages all have exactly its axes is one block. */
export function blocksOf(nest: Nest): { outer: readonly Axis[]; blocks: Block[] } {
  const stages = nest.stages.filter((s): s is MapStage => s.kind === 'map');
  if (stages.every((s) => s.axes.length === nest.axes.length) && !hasRowReduction(nest, stages))
    return { outer: [], blocks: [{ axes: nest.axes, stages }] };
  const blocks: { axes: readonly Axis[]; stages: MapStage[] }[] = [];
  for (const s of stages) {
    const axes = s.axes.slice(nest.axes.length);
    const last = blocks.at(-1);
    const same =
      last !== undefined &&
      last.axes.map((a) => a.size).join() === axes.map((a) => a.size).join() &&
      last.axes.every((a, n) => a.name === axes[n]?.name);
    // A stage that reads elements of the block at other points than its own has to wait until the block is done.
    if (
      same &&
      axes.length > 0 &&
      last.stages.every((m) => readsOf(s).every((r) => r.tensor !== m.target || standsAtPoint(r, m)))
    )
      last.stages.push(s);
    else blocks.push({ axes, stages: [s] });
  }
  return { outer: nest.axes, blocks };
}
/** Row reductions (a norm, a maximum) whose results meet no other axis run with the row in the lanes. */
const hasRowReduction = (nest: Nest, stages: readonly MapStage[]): boolean =>
  stages.filter((s) => s.reduce !== null).length > 1 && nest.axes.length > 0;
const standsAtPoint = (r: Load, m: MapStage): boolean =>
  r.at.every((p, n) => soleAxis(p) !== null && placeKey(p) === placeKey(writtenAt(m)[n] ?? p));

/** Bytes that a place moves by when the axis moves by one; null where an index entry depends on the axis. */
export function strideAlong(r: Load, axis: string, layout: Layout): number | null {
  const { within } = layout.of(r.tensor);
  let sum = 0;
  for (let n = 0; n < r.at.length; n++) {
    const p = must(r.at[n]);
    if (p.by.length > 0 && p.by.some((t) => t.load.at.some((x) => placeAxes(x).includes(axis)))) return null;
    for (const t of p.terms) if (t.axis === axis) sum += t.times * must(within[n]);
  }
  return sum;
}
export const storeOf = (s: MapStage): Load => load(s.target, writtenAt(s));

/** Adjacent axes that every access walks as one are joined into the inner one, which then runs over both. */
export function joinAxes(block: Block, layout: Layout): Block {
  if (block.stages.some((s) => s.reduce !== null || s.at !== undefined || usesPositions(s))) return block;
  const loads = block.stages.flatMap((s) => [...readsOf(s), storeOf(s)]);
  let axes = [...block.axes];
  for (let n = axes.length - 1; n > 0; n--) {
    const [a, b] = [must(axes[n - 1]), must(axes[n])];
    const joint = loads.every((r) => {
      const [x, y] = [strideAlong(r, a.name, layout), strideAlong(r, b.name, layout)];
      return x !== null && y !== null && x === y * b.size;
    });
    if (joint) axes = [...axes.slice(0, n - 1), { name: b.name, size: a.size * b.size }, ...axes.slice(n + 1)];
  }
  return { ...block, axes };
}
function usesPositions(s: MapStage): boolean {
  let found = false;
  visitValue(s.body, (v) => {
    found ||= v.kind === 'place' || v.kind === 'select' || (v.kind === 'load' && v.at.some((p) => p.by.length > 0));
  });
  return found;
}

/** The cheapest way found to walk a block. `lanes` is the number of elements in a vector. */
export function chooseStrategy(block: Block, layout: Layout, lanes: number, panel?: Nest['panel']): Strategy {
  if (panel !== undefined) return panelStrategy(block, panel);
  const element = 16 / lanes;
  const candidates: { lanes: Strategy['lanes']; cost: number }[] = [{ lanes: null, cost: scalarCost(block, lanes) }];
  for (const a of block.axes)
    candidates.push({ lanes: { axis: a.name, along: 'block' }, cost: blockCost(block, a, layout, lanes, element) });
  const reductions = block.stages.filter((s) => s.reduce !== null);
  const inner = reductions[0]?.reduce?.axes.at(-1);
  if (inner !== undefined && reductions.length === 1)
    candidates.push({
      lanes: { axis: inner.name, along: 'reduction' },
      cost: reductionCost(block, inner, layout, lanes, element),
    });
  const best = candidates.reduce((a, b) => (b.cost < a.cost ? b : a));
  return withLoops(block, best.lanes, layout, lanes);
}

/** A copy into panels: panel after panel, all its rows. */
function panelStrategy(block: Block, panel: NonNullable<Nest['panel']>): Strategy {
  const axis = must(block.axes.find((a) => a.name === panel.axis));
  return {
    lanes: { axis: panel.axis, along: 'block' },
    loops: [{ axis, step: panel.step }, ...block.axes.filter((a) => a !== axis).map((a) => ({ axis: a, step: 1 }))],
    chains: 1,
  };
}

/** Where the work of a block is counted: one turn of all loops of each stage, per element. */
function stageWork(s: MapStage, price: (r: Load) => number): number {
  const distinct = new Map(readsOf(s).map((r) => [valueKey(r), r]));
  return costOf(s.body) + 1 + [...distinct.values()].reduce((sum, r) => sum + price(r), 0);
}
const scalarCost = (block: Block, lanes: number): number =>
  block.stages.reduce((sum, s) => sum + volume(loopsOf(s)) * (stageWork(s, () => 1) + 1) * lanes, 0) / lanes;

/** How often each element of a load is read by the loops of the stage. */
export const timesRead = (r: Load, s: MapStage): number => {
  const own = axesOf(r);
  return volume(loopsOf(s).filter((a) => !own.has(a.name)));
};

function blockCost(block: Block, a: Axis, layout: Layout, lanes: number, element: number): number {
  const waste = (Math.ceil(a.size / lanes) * lanes) / Math.max(1, a.size);
  return block.stages.reduce((sum, s) => {
    // An operand that lies the wrong way and is read often will be copied first.
    const price = (r: Load): number => {
      const along = strideAlong(r, a.name, layout);
      return along === 0 || along === element ? 1 : Math.min(1.5 * lanes, 1 + (3 * lanes) / timesRead(r, s));
    };
    const stride = strideAlong(storeOf(s), a.name, layout);
    const points = (volume(s.axes) * waste) / lanes;
    const store = points * (stride === element || stride === 0 ? 1 : 1.5 * lanes);
    const loops = (volume(loopsOf(s)) * waste) / lanes;
    return sum + loops * stageWork(s, price) + store;
  }, 0);
}
function reductionCost(block: Block, a: Axis, layout: Layout, lanes: number, element: number): number {
  const waste = (Math.ceil(a.size / lanes) * lanes) / Math.max(1, a.size);
  return block.stages.reduce((sum, s) => {
    if (s.reduce === null) return sum + volume(loopsOf(s)) * stageWork(s, () => 1);
    const price = (r: Load): number => {
      const stride = strideAlong(r, a.name, layout);
      return stride === 0 || stride === element ? 1 : 1.5 * lanes;
    };
    return sum + ((volume(loopsOf(s)) * waste) / lanes) * stageWork(s, price) + volume(s.axes) * (3 + 2 * lanes);
  }, 0);
}

/**
 * Steps of the loops: register tiles for reductions with operands that are used again, a few vectors at a time for the
 * rest.
 */
function withLoops(block: Block, lanes: Strategy['lanes'], layout: Layout, width: number): Strategy {
  const reduction = block.stages.find((s) => s.reduce !== null);
  if (lanes === null) return { lanes, loops: block.axes.map((axis) => ({ axis, step: 1 })), chains: 1 };
  if (lanes.along === 'reduction') {
    const jam = block.axes.at(-1);
    const chains = must((reduction as MapStage).reduce?.axes.at(-1)?.size) >= 8 * width ? 4 : 1;
    const reused =
      jam !== undefined && readsOf(reduction as MapStage).some((r) => strideAlong(r, jam.name, layout) === 0);
    return {
      lanes,
      loops: block.axes.map((axis) => ({ axis, step: axis === jam && reused ? Math.min(4, axis.size) : 1 })),
      chains: reused ? 1 : chains,
    };
  }
  const own = must(block.axes.find((a) => a.name === lanes.axis));
  const vectors = Math.ceil(own.size / width);
  const others = block.axes.filter((a) => a !== own);
  if (reduction === undefined) {
    const heavy = block.stages.reduce((n, s) => n + costOf(s.body), 0) > 60;
    return {
      lanes,
      loops: [...others.map((axis) => ({ axis, step: 1 })), { axis: own, step: width * fit(vectors, heavy ? 2 : 4) }],
      chains: 1,
    };
  }
  const row = others
    .filter((a) => readsOf(reduction).some((r) => axesOf(r).has(own.name) && !axesOf(r).has(a.name)))
    .sort((a, b) => b.size - a.size)[0];
  const { rows, columns } = tile(row?.size ?? 1, vectors);
  const outer = others.filter((a) => a !== row).map((axis) => ({ axis, step: 1 }));
  return {
    lanes,
    loops: [...outer, { axis: own, step: columns * width }, ...(row === undefined ? [] : [{ axis: row, step: rows }])],
    chains: 1,
  };
}
const fit = (vectors: number, most: number): number => (vectors <= most ? Math.max(1, vectors) : most);

/**
 * Rows and vectors of the register tile with the least time by a model of a core: 4 vector operations, 2 loads a cycle,
 * sums of latency 3.
 */
function tile(rows: number, vectors: number): { rows: number; columns: number } {
  let best = { rows: 1, columns: 1, cost: Infinity };
  const step = (r: number, c: number): number => Math.max((r * c) / 2, (r + c) / 2, 3) + 0.75;
  const along = (n: number, t: number): readonly (readonly [number, number])[] => [
    [Math.floor(n / t), t],
    [n % t === 0 ? 0 : 1, n % t],
  ];
  for (let r = 1; r <= Math.min(8, rows); r++) {
    for (let c = 1; c <= Math.min(4, vectors); c++) {
      if (r * c > 8 || r * c + c > 12) continue;
      let cost = 0;
      for (const [many, rr] of along(rows, r))
        for (const [times, cc] of along(vectors, c)) cost += many * times * (rr === 0 || cc === 0 ? 0 : step(rr, cc));
      if (cost < best.cost - 1e-9) best = { rows: r, columns: c, cost };
    }
  }
  return best;
}
