// Operands of contractions that lie the wrong way in memory: copied once into rows of the lanes' axis where that pays.
// Not here: the choice of the lanes' axis (`strategy.ts`).
// Invariant: a copy is made right before the nest that reads it, and nothing else reads it.
import type { Axis, Load, LoopProgram, MapStage, Nest, Tensor } from '../loops.ts';
import type { Schedule } from '../schedule.ts';
import { isContraction, loopsOf } from '../stages.ts';
import { axesOf, axisPlace, load, replaceLoads, valueKey } from '../values.ts';
import { layOut } from './layout.ts';
import { blocksOf, chooseStrategy, strideAlong, timesRead } from './strategy.ts';

/** How often an element must be read again to be worth copying. */
const WORTH = 8;

/** The schedule with such copies as nests of their own. */
export function packOperands(s: Schedule, dtype: 'f32' | 'f64'): Schedule {
  const layout = layOut(s, dtype);
  const tensors = new Map(s.program.tensors);
  const nests: Nest[] = [];
  for (const nest of s.nests) {
    const block = blocksOf(nest).blocks[0];
    const first = nest.stages[0];
    if (block === undefined || first?.kind !== 'map' || !isContraction(first)) { nests.push(nest); continue; }
    const { lanes } = chooseStrategy(block, layout, dtype === 'f32' ? 4 : 2);
    if (lanes?.along !== 'block') { nests.push(nest); continue; }
    const packed = new Map<string, Load>();
    const element = dtype === 'f32' ? 4 : 8;
    const body = replaceLoads(first.body, (r) => {
      const stride = strideAlong(r, lanes.axis, layout);
      if (stride === 0 || stride === element || r.at.some((p) => p.by.length > 0) || timesRead(r, first) < WORTH) return null;
      const known = packed.get(valueKey(r)) ?? pack(r, first, lanes.axis, tensors, nests);
      packed.set(valueKey(r), known);
      return known;
    });
    nests.push({ ...nest, stages: [{ ...first, body }, ...nest.stages.slice(1)] });
  }
  return { program: { ...s.program, tensors } satisfies LoopProgram, nests };
}

/** A copy of what the load walks over, with the lanes' axis last; its nest is added, and the load that reads it returned. */
function pack(r: Load, reader: MapStage, last: string, tensors: Map<string, Tensor>, nests: Nest[]): Load {
  const used = axesOf(r);
  const walked = loopsOf(reader).filter((a) => used.has(a.name));
  const axes: Axis[] = [...walked.filter((a) => a.name !== last), ...walked.filter((a) => a.name === last)];
  let n = 1;
  while (tensors.has(`packed${n}`)) n += 1;
  const name = `packed${n}`;
  tensors.set(name, { name, dims: axes.map((a) => a.size), sets: axes.map((a) => a.set ?? ''), role: 'temporary', dtype: 'float' });
  nests.push({ axes, stages: [{ kind: 'map', target: name, axes, reduce: null, body: r }], locals: new Set() });
  return load(name, axes.map((a) => axisPlace(a.name)));
}
