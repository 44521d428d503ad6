// Which stages run together: a stage joins the nest of what it reads when both walk the same outer axes.
// Not here: the order of loops inside a nest, vector lanes and register tiles (`codegen`).
// Invariant: a nest reads what it makes only at its own turn of the outer axes, so any order of turns gives the same
// result.
import { must } from '../term/must.ts';
import type { Axis, LoopProgram, MapStage, Nest, Stage } from './loops.ts';
import { isContraction, loopsOf, readNames, readsOf, renameAxes, soleAxis, writtenAt } from './stages.ts';

interface Growing {
  axes: readonly Axis[];
  stages: Stage[];
  readonly fixed: boolean;
}

/** The nests of a program, in an order in which they may be run. */
export function fuseStages(p: LoopProgram): Nest[] {
  const nests: Growing[] = [];
  const madeBy = new Map<string, number>();
  for (const stage of p.stages) {
    const home = stage.kind === 'map' ? join(stage, nests, madeBy) : null;
    if (home === null)
      nests.push({
        axes: stage.kind === 'map' ? stage.axes : [],
        stages: [stage],
        fixed: stage.kind !== 'map' || isContraction(stage),
      });
    madeBy.set(stage.target, home ?? nests.length - 1);
  }
  const left = nests.filter((n) => n.stages.length > 0);
  return left.map((n) => finish(n, left, p));
}

/** The nest that the stage can join, which then has it; the latest one that makes something it reads. */
function join(stage: MapStage, nests: Growing[], madeBy: Map<string, number>): number | null {
  gather(stage, nests, madeBy);
  const before = [...readNames(stage)].map((name) => madeBy.get(name) ?? -1);
  const at = Math.max(-1, ...before);
  const nest = nests[at];
  if (nest === undefined || nest.stages.some((s) => s.kind !== 'map') || isContraction(stage)) return null;
  const outer = sharedAxes(stage, nest);
  if (outer === null) return null;
  const names = new Map(outer.map(([mine, theirs]) => [mine.name, theirs.name]));
  const shared = outer.map(([, theirs]) => theirs);
  nest.axes = shared;
  nest.stages.push(avoidClash(stage, names));
  return at;
}

/**
 * Nests that the stage reads are put into the first of them where they walk the same outer axes and need nothing that
 * is made between: else the stage could
 * join the last one only, and what it reads of the others would have to be stored for it.
 */
function gather(stage: MapStage, nests: Growing[], madeBy: Map<string, number>): void {
  const read = [...new Set([...readNames(stage)].flatMap((name) => madeBy.get(name) ?? []))].sort((a, b) => a - b);
  const [first, ...others] = read;
  if (first === undefined || isContraction(stage)) return;
  const home = must(nests[first]);
  const there = meetings(stage, home);
  for (const n of others) {
    const nest = must(nests[n]);
    const here = meetings(stage, nest);
    if (
      there === null ||
      here === null ||
      home.fixed ||
      nest.fixed ||
      nest.axes.length !== home.axes.length ||
      nest.axes.length === 0
    )
      continue;
    if (
      nest.stages.some((s) =>
        [...readNames(s)].some((name) => (madeBy.get(name) ?? -1) >= first && madeBy.get(name) !== n),
      )
    )
      continue;
    const pairs = nest.axes.map(
      (a) =>
        [
          a,
          home.axes.find(
            (b) => b.size === a.size && here.get(a.name) !== null && there.get(b.name) === here.get(a.name),
          ),
        ] as const,
    );
    if (new Set(pairs.map(([, b]) => b)).size < pairs.length || pairs.some(([, b]) => b === undefined)) continue;
    const names = new Map(pairs.map(([a, b]) => [a.name, (b as Axis).name]));
    for (const s of nest.stages.splice(0)) {
      home.stages.push(avoidClash(s as MapStage, names));
      madeBy.set(s.target, first);
    }
  }
}

/**
 * Pairs (axis of the stage, outer axis of the nest) that the stage's reads of the nest's tensors agree on; null when
 * they do not fit.
 */
function sharedAxes(stage: MapStage, nest: Growing): [Axis, Axis][] | null {
  const met = meetings(stage, nest);
  if (met === null) return null;
  const mine = (axis: Axis): Axis | undefined =>
    stage.axes.find((a) => a.name === met.get(axis.name) && a.size === axis.size);
  const kept = nest.axes.filter((a) => mine(a) !== undefined);
  if (kept.length === 0 && nest.axes.length > 0) return null;
  if (new Set(kept.map((a) => met.get(a.name))).size < kept.length) return null;
  // A nest of single numbers takes single numbers and what walks the same row: its turn would otherwise be the whole
  // program.
  if (kept.length === 0 && (stage.axes.length > 0 || stage.reduce !== null) && !walksSameRow(stage, nest)) return null;
  // With tiles of the outer axes, only stages of exactly these axes can be computed in registers.
  if (nest.fixed && (kept.length < nest.axes.length || stage.axes.length !== kept.length || stage.reduce !== null))
    return null;
  return kept.map((theirs) => [mine(theirs) as Axis, theirs]);
}
/** Whether the stage has one loop, as long as the reductions of the nest. */
function walksSameRow(stage: MapStage, nest: Growing): boolean {
  const loops = loopsOf(stage);
  const rows = nest.stages.flatMap((s) => (s.kind === 'map' && s.reduce !== null ? s.reduce.axes : []));
  return loops.length === 1 && rows.length > 0 && rows.every((a) => a.size === loops[0]?.size);
}
/**
 * For each outer axis of the nest the one axis of the stage at which every read stands; null when the stage reads
 * nothing of the nest.
 */
function meetings(stage: MapStage, nest: Growing): Map<string, string | null> | null {
  let reads = 0;
  const met = new Map<string, string | null>();
  for (const r of readsOf(stage)) {
    const maker = nest.stages.find((s) => s.target === r.tensor);
    if (maker === undefined || maker.kind !== 'map') continue;
    reads += 1;
    for (const axis of nest.axes) {
      const n = writtenAt(maker).findIndex((p) => soleAxis(p) === axis.name);
      const here = n === -1 ? null : soleAxis(must(r.at[n]));
      met.set(axis.name, met.has(axis.name) && met.get(axis.name) !== here ? null : here);
    }
  }
  return reads === 0 ? null : met;
}

/** The stage with its outer axes named as in the nest, and its own axes not. */
function avoidClash(stage: MapStage, names: ReadonlyMap<string, string>): MapStage {
  const taken = new Set(names.values());
  const renamed = new Map(names);
  const own = [...stage.axes, ...(stage.reduce?.axes ?? [])].filter((a) => !names.has(a.name));
  for (const a of own) {
    let to = a.name;
    for (let n = 2; taken.has(to); n++) to = `${a.name}${n}`;
    taken.add(to);
    renamed.set(a.name, to);
  }
  return renameAxes(stage, renamed);
}

function finish(n: Growing, nests: readonly Growing[], p: LoopProgram): Nest {
  const locals = n.stages
    .map((s) => s.target)
    .filter(
      (name) =>
        p.tensors.get(name)?.role === 'temporary' &&
        !p.copies.some((c) => c.from === name) &&
        nests.every((m) => m === n || m.stages.every((s) => s.target !== name && !readNames(s).has(name))),
    );
  return {
    axes: n.axes,
    stages: n.stages.map((s) => (s.kind === 'map' ? outerFirst(s, n.axes) : s)),
    locals: new Set(n.stages.length > 1 ? locals : []),
  };
}
/** The nest's axes first among the stage's loops, which does not change where it writes. */
function outerFirst(s: MapStage, outer: readonly Axis[]): MapStage {
  const axes = [...outer, ...s.axes.filter((a) => !outer.some((o) => o.name === a.name))];
  return axes.every((a, n) => a.name === s.axes[n]?.name) ? s : { ...s, axes, at: writtenAt(s) };
}
