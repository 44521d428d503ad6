// A program of outputs and gradients in two halves: what computes the outputs, and what computes the gradients from
// what is kept.
// Not here: how a language calls the halves (`../targets/`).
// Invariant: every stage is in a half; what is kept is what the second half reads, and nothing else.
import { must } from '../../term/must.ts';
import type { ArrayProgram, ArrayStage, Tensor } from '../loops.ts';
import { readNames } from '../stages.ts';

export interface Halves {
  readonly forward: ArrayProgram;
  readonly backward: ArrayProgram;
  /** What the backward half reads of inputs, outputs and temporaries, in that order. */
  readonly saved: readonly Tensor[];
  /** Saved temporaries: they are results of the forward half beside its outputs. */
  readonly kept: readonly Tensor[];
  /** Inputs that must be there beside the saved ones to run the forward half again; none where nothing is kept. */
  readonly again: readonly Tensor[];
}

/**
 * The halves of a program whose outputs are `outputs` and, after them, gradients; `upstream` are inputs of the second.
 */
export function inHalves(p: ArrayProgram, outputs: readonly string[], upstream: ReadonlySet<string>): Halves {
  const first = neededBy(p.stages, [...outputs, ...exchangedEarly(p, upstream)]);
  const second = new Set(p.stages.map((s) => s.target).filter((name) => !first.has(name)));
  computeAgain(p, first, second, outputs);
  const own = (half: ReadonlySet<string>): ArrayStage[] => p.stages.filter((s) => half.has(s.target));
  const read = new Set(own(second).flatMap((s) => [...readNames(s)]));
  const saved = [...p.tensors.values()].filter((t) => read.has(t.name) && !second.has(t.name) && !upstream.has(t.name));
  const kept = saved.filter((t) => t.role === 'temporary');
  const roots = new Set(kept.length === 0 ? [] : own(first).flatMap((s) => [...readNames(s)]));
  const isInput = (t: Tensor): boolean => t.role === 'input' || t.role === 'state';
  const rank = (t: Tensor): number => (isInput(t) ? 0 : t.role === 'output' ? 1 : 2);
  return {
    forward: half(p, own(first), new Map(kept.map((t) => [t.name, 'output'])), upstream),
    backward: half(p, own(second), new Map(saved.map((t) => [t.name, 'input'])), new Set()),
    saved: [...saved].sort((a, b) => rank(a) - rank(b)),
    kept,
    again: [...p.tensors.values()].filter((t) => isInput(t) && roots.has(t.name) && !read.has(t.name)),
  };
}

/**
 * What the processes exchange for the second half without knowing what comes from above: it travels with what the first
 * half exchanges. Only arrays that are smaller than the largest input are worth keeping for that.
 */
function exchangedEarly(p: ArrayProgram, upstream: ReadonlySet<string>): string[] {
  const late = new Set(upstream);
  for (const s of p.stages) if ([...readNames(s)].some((x) => late.has(x))) late.add(s.target);
  const tensors = [...p.tensors.values()];
  const largest = Math.max(...tensors.filter((t) => t.role === 'input' && !late.has(t.name)).map((t) => t.dims.length));
  return p.stages.flatMap((s) =>
    s.kind === 'all-reduce' && !late.has(s.target) && must(p.tensors.get(s.target)).dims.length < largest
      ? [s.target]
      : [],
  );
}

function half(
  p: ArrayProgram,
  stages: readonly ArrayStage[],
  roles: ReadonlyMap<string, Tensor['role']>,
  without: ReadonlySet<string>,
): ArrayProgram {
  const used = new Set(stages.flatMap((s) => [s.target, ...readNames(s)]));
  const tensors = [...p.tensors].filter(([name]) => used.has(name) && !without.has(name));
  return { ...p, stages, tensors: new Map(tensors.map(([n, t]) => [n, { ...t, role: roles.get(n) ?? t.role }])) };
}

/** The targets of the stages that the named tensors need. */
function neededBy(stages: readonly ArrayStage[], names: readonly string[]): Set<string> {
  const by = new Map(stages.map((s) => [s.target, s]));
  const found = new Set<string>();
  const go = (name: string): void => {
    const s = by.get(name);
    if (s === undefined || found.has(name)) return;
    found.add(name);
    readNames(s).forEach(go);
  };
  names.forEach(go);
  return found;
}

/**
 * Arrays that are computed entry by entry from inputs, outputs and smaller arrays are computed again by the second
 * half:
 * to keep them would take their memory from the first to the second.
 */
function computeAgain(
  p: ArrayProgram,
  first: ReadonlySet<string>,
  second: Set<string>,
  outputs: readonly string[],
): void {
  const by = new Map(p.stages.map((s) => [s.target, s]));
  const rank = (name: string): number => must(p.tensors.get(name)).dims.length;
  const isThere = (name: string): boolean => outputs.includes(name) || !first.has(name);
  const cheap = (name: string, limit: number): boolean => {
    const s = by.get(name);
    if (isThere(name) || rank(name) < limit) return true;
    return s?.kind === 'map' && s.reduce === null && [...readNames(s)].every((x) => cheap(x, limit));
  };
  const again = (name: string): void => {
    const s = by.get(name);
    if (s?.kind !== 'map' || s.reduce !== null || isThere(name) || !cheap(name, rank(name))) return;
    second.add(name);
    readNames(s).forEach(again);
  };
  for (const s of p.stages) if (second.has(s.target) && !first.has(s.target)) readNames(s).forEach(again);
}
