// Outputs that only copy a temporary: the stage that makes it writes the output itself.
// Not here: copies inside the program (`../schedule-inline.ts`).
// Invariant: no value changes; a name of the document is never taken from its quantity.
import { must } from '../../term/must.ts';
import type { Load, LoopProgram, MapStage, Stage, Tensor, Value } from '../loops.ts';
import { soleAxis } from '../stages.ts';
import { load, mapTest, mapValue } from '../values.ts';

/** The program without such copies. */
export function nameOutputs(p: LoopProgram): LoopProgram {
  let { stages, tensors } = p;
  for (const s of p.stages) {
    const from = s.kind === 'map' ? copied(s, tensors) : null;
    if (from === null || p.named?.has(from) === true || stages.every((r) => r.target !== from)) continue;
    stages = stages.filter((r) => r.target !== s.target).map((r) => renamed(r, from, s.target));
    tensors = new Map([...tensors].filter(([name]) => name !== from));
  }
  return { ...p, stages, tensors };
}

/** The temporary that an output copies entry by entry. */
function copied(s: MapStage, tensors: ReadonlyMap<string, Tensor>): string | null {
  const v = s.body;
  if (s.reduce !== null || v.kind !== 'load' || tensors.get(s.target)?.role !== 'output') return null;
  const straight = v.at.length === s.axes.length && v.at.every((p, n) => soleAxis(p) === must(s.axes[n]).name);
  return straight && tensors.get(v.tensor)?.role === 'temporary' ? v.tensor : null;
}

function renamed(s: Stage, from: string, to: string): Stage {
  const name = (x: string): string => (x === from ? to : x);
  if (s.kind !== 'map') return { ...s, target: name(s.target), of: name(s.of) };
  const value = (v: Value): Value => (v.kind === 'load' ? loaded(v) : mapValue(v, value, place));
  const place = (p: Load['at'][number]): Load['at'][number] => ({
    ...p,
    by: p.by.map((t) => ({ ...t, load: loaded(t.load) })),
  });
  const loaded = (l: Load): Load => load(name(l.tensor), l.at.map(place));
  return {
    ...s,
    target: name(s.target),
    body: value(s.body),
    ...(s.when === undefined ? {} : { when: mapTest(s.when, value, place) }),
  };
}
