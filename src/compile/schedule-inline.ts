// What is not worth storing: copies, and values that one stage alone reads once at each of its points.
// Not here: values that pay for being stored (`schedule-share`).
// Invariant: a stage is dropped only when nothing reads its tensor any more; inputs, outputs and states stay.
import { must } from '../term/must.ts';
import type { LoopProgram, MapStage, Place, Stage, Value } from './loops.ts';
import { loopsOf, readNames, readsOf, soleAxis, volume } from './stages.ts';
import { loadsOf, replaceLoads, substituteAxes, valueKey, visitValue } from './values.ts';

/** The program with such stages folded into their readers. */
export function inlineStages(p: LoopProgram): LoopProgram {
  let stages = [...p.stages];
  for (let n = 0; n < stages.length; n++) {
    const s = must(stages[n]);
    if (s.kind !== 'map' || s.reduce !== null || s.at !== undefined || p.tensors.get(s.target)?.role !== 'temporary')
      continue;
    const readers = stages.filter((r) => readNames(r).has(s.target));
    if (p.copies.some((c) => c.from === s.target) || readers.some((r) => r.kind !== 'map')) continue;
    if (
      !isCopy(s.body) &&
      !(readers.length === 1 && !isLogOfEntry(s.body) && readsOnceAtEachPoint(readers[0] as MapStage, s))
    )
      continue;
    const into = (r: Stage): Stage =>
      r.kind === 'map' && readNames(r).has(s.target)
        ? { ...r, body: replaceLoads(r.body, (x) => (x.tensor === s.target ? opened(s, x.at) : null)) }
        : r;
    if (readers.some((r) => isReadInPlace(r as MapStage, s.target))) continue;
    stages = stages.filter((r) => r !== s).map(into);
    n -= 1;
  }
  const needed = stages.filter(
    (s) =>
      p.tensors.get(s.target)?.role !== 'temporary' ||
      p.copies.some((c) => c.from === s.target) ||
      stages.some((r) => readNames(r).has(s.target)),
  );
  const kept = new Set([
    ...needed.map((s) => s.target),
    ...[...p.tensors.values()].filter((t) => t.role !== 'temporary').map((t) => t.name),
  ]);
  return { ...p, stages: needed, tensors: new Map([...p.tensors].filter(([name]) => kept.has(name))) };
}

/** The logarithm of a stored entry stays where that entry is made: a row schedule has it for nothing. */
const isLogOfEntry = (v: Value): boolean => v.kind === 'unary' && v.op === 'log' && v.of.kind === 'load';
const isCopy = (v: Value): boolean =>
  v.kind === 'number' || (v.kind === 'load' && v.at.every((x) => x.by.length === 0));
const opened = (s: MapStage, at: readonly Place[]): Value =>
  substituteAxes(s.body, new Map(s.axes.map((a, n) => [a.name, must(at[n])])));

function readsOnceAtEachPoint(reader: MapStage, s: MapStage): boolean {
  const loads = readsOf(reader).filter((r) => r.tensor === s.target);
  const first = must(loads[0]);
  const distinct = new Set(loads.map(valueKey));
  const places = first.at.map(soleAxis);
  return (
    distinct.size === 1 &&
    places.every((x) => x !== null) &&
    new Set(places).size === places.length &&
    volume(loopsOf(reader)) === volume(s.axes)
  );
}
/** Whether an index entry of a place comes from the tensor (which a value cannot replace). */
function isReadInPlace(r: MapStage, tensor: string): boolean {
  let found = (r.at ?? []).some((p) => p.by.some((t) => t.load.tensor === tensor));
  const look = (p: Place): void => {
    found ||= p.by.some((t) => loadsOf(t.load).some((x) => x.tensor === tensor));
  };
  visitValue(r.body, (v) => {
    if (v.kind === 'load') v.at.forEach(look);
    else if (v.kind === 'place') look(v.place);
  });
  return found;
}
