// Operands of contractions that lie badly in memory: copied once, where that pays.
// Not here: the choice of the lanes' axis and of the tile (`strategy.ts`).
// Invariant: a copy is made right before the nest that reads it, and nothing else reads it.
import type { Axis, Load, LoopProgram, MapStage, Nest, Tensor } from '../loops.ts';
import type { Schedule } from '../schedule.ts';
import { isContraction, loopsOf, soleAxis, volume } from '../stages.ts';
import { axesOf, axisPlace, load, replaceLoads, valueKey } from '../values.ts';
import { layOut, type Layout } from './layout.ts';
import { blocksOf, chooseStrategy, strideAlong, timesRead, type Strategy } from './strategy.ts';

/** How often an element must be read again to be worth copying. */
const WORTH = 8;
/** Operands up to this many elements stay in the first cache however they lie. */
const SMALL = 8192;

/** The schedule with such copies as nests of their own. */
export function packOperands(s: Schedule, dtype: 'f32' | 'f64'): Schedule {
  const layout = layOut(s, dtype);
  const packing: Packing = { layout, element: dtype === 'f32' ? 4 : 8, tensors: new Map(s.program.tensors), nests: [] };
  for (const nest of s.nests) packing.nests.push(packNest(packing, nest, dtype === 'f32' ? 4 : 2));
  return { program: { ...s.program, tensors: packing.tensors } satisfies LoopProgram, nests: packing.nests };
}
interface Packing {
  readonly layout: Layout;
  readonly element: number;
  readonly tensors: Map<string, Tensor>;
  readonly nests: Nest[];
}

function packNest(p: Packing, nest: Nest, width: number): Nest {
  const block = blocksOf(nest).blocks[0];
  const first = nest.stages[0];
  if (block === undefined || first?.kind !== 'map' || !isContraction(first)) return nest;
  const strategy = chooseStrategy(block, p.layout, width);
  if (strategy.lanes?.along !== 'block') return nest;
  const packed = new Map<string, Load | null>();
  const body = replaceLoads(first.body, (r) => {
    const key = valueKey(r);
    if (!packed.has(key)) packed.set(key, packOperand(p, r, first, strategy));
    return packed.get(key) ?? null;
  });
  return { ...nest, stages: [{ ...first, body }, ...nest.stages.slice(1)] };
}

/** The load of a copy, or null where the operand is read where it is. */
function packOperand(p: Packing, r: Load, reader: MapStage, { lanes, loops }: Strategy): Load | null {
  const axis = (lanes as NonNullable<typeof lanes>).axis;
  if (r.at.some((x) => x.by.length > 0)) return null;
  const along = strideAlong(r, axis, p.layout);
  const inner = reader.reduce?.axes.at(-1)?.name ?? '';
  const large = volume(walked(r, reader)) > SMALL;
  const step = loops.find((l) => l.axis.name === axis)?.step ?? 1;
  if (along === 0) {
    // Rows of this operand run through the sum: neighbours in the sum should be neighbours in memory.
    const wrong = strideAlong(r, inner, p.layout) !== p.element;
    return large && wrong && timesRead(r, reader) >= WORTH * step ? pack(p, r, reader, inner) : null;
  }
  const rows = loops.find((l) => l.axis.name !== axis && !axesOf(r).has(l.axis.name) && l.step > 1);
  if (
    large &&
    rows !== undefined &&
    timesRead(r, reader) >= WORTH * rows.step &&
    r.at.every((x) => soleAxis(x) !== null)
  )
    return pack(p, r, reader, axis, step);
  return along !== p.element && timesRead(r, reader) >= WORTH ? pack(p, r, reader, axis) : null;
}
const walked = (r: Load, reader: MapStage): Axis[] => {
  const used = axesOf(r);
  return loopsOf(reader).filter((a) => used.has(a.name));
};

/**
 * A copy of what the load walks over, with the given axis last (in panels of `panel` elements); its nest is added, and
 * the load that reads it returned.
 */
function pack(p: Packing, r: Load, reader: MapStage, last: string, panel?: number): Load {
  const all = walked(r, reader);
  const axes: Axis[] = [...all.filter((a) => a.name !== last), ...all.filter((a) => a.name === last)];
  let n = 1;
  while (p.tensors.has(`packed${n}`)) n += 1;
  const name = `packed${n}`;
  p.tensors.set(name, {
    name,
    dims: axes.map((a) => a.size),
    sets: axes.map((a) => a.set ?? ''),
    role: 'temporary',
    dtype: 'float',
    ...(panel === undefined ? {} : { panel }),
  });
  p.nests.push({
    axes,
    stages: [{ kind: 'map', target: name, axes, reduce: null, body: r }],
    locals: new Set(),
    ...(panel === undefined ? {} : { panel: { axis: last, step: panel } }),
  });
  return load(
    name,
    axes.map((a) => axisPlace(a.name)),
  );
}
