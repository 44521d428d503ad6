// Whether every letter of a program runs over the set of each axis where it stands.
// Not here: how sets are inferred (`term/sets.ts`), sizes (they come with the options).
// Invariant: a program that passes sums no axis over the range of another one, whatever sizes are given.
import type { Index, IndexVariable, SetId, Term } from '../term/term.ts';
import { openAll, children } from '../term/walk.ts';
import { freeIndex } from '../term/term.ts';
import type { Program } from './program.ts';

/** What is known at a place: the sets of free letters by name and of binders, outermost first. */
interface Scope {
  readonly free: ReadonlyMap<string, SetId>;
  readonly bound: readonly SetId[];
}

/** Throws an `Error` that says "bug" where a letter of one set stands at an axis of another. */
export function mustAgree(program: Program): void {
  const axes = new Map<string, readonly SetId[]>([
    ...program.inputs.map((i) => [i.name, i.sets] as const),
    ...program.definitions.map((d) => [d.name, d.params.map((p) => p.set)] as const),
  ]);
  for (const d of program.definitions) {
    const letters = d.params.map((_, n) => `${d.name}'${n}`);
    const free = new Map(d.params.map((p, n) => [`${d.name}'${n}`, p.set]));
    visitScoped(openAll(d.body, letters.map(freeIndex)), { free, bound: [] }, (t, s) => atAxes(t, s, axes, d.name));
  }
  for (const o of program.outputs) {
    const free = new Map(o.letters.map((letter, n) => [letter, o.sets[n] ?? '']));
    visitScoped(o.body, { free, bound: [] }, (t, s) => atAxes(t, s, axes, o.name));
  }
}

function visitScoped(t: Term, scope: Scope, at: (t: Term, scope: Scope) => void): void {
  at(t, scope);
  const set = t.kind === 'reduce' ? t.range.set : t.kind === 'inverse' || t.kind === 'determinant' ? t.set : '';
  for (const c of children(t))
    visitScoped(
      c.term,
      c.binders === 0 ? scope : { ...scope, bound: [...scope.bound, ...Array<SetId>(c.binders).fill(set)] },
      at,
    );
}

function atAxes(t: Term, scope: Scope, axes: ReadonlyMap<string, readonly SetId[]>, where: string): void {
  if (t.kind !== 'entry') return;
  const sets = axes.get(t.name);
  t.indices.forEach((i, n) => {
    const [own, axis] = [setOf(i, scope), sets?.[n]];
    if (own !== null && axis !== undefined && own !== axis)
      throw new Error(
        `bug: in ${where} an index of '${own}' stands at axis ${n + 1} of ${t.name}, which runs over '${axis}'`,
      );
  });
}

/** The set of an index that is one letter; null for shifted ones, positions and letters that are inputs themselves. */
function setOf(i: Index, scope: Scope): SetId | null {
  if (i.kind === 'at' || i.kind === 'affine') return null;
  const v: IndexVariable = i;
  if (v.kind === 'end' || v.kind === 'data') return null;
  return (v.kind === 'free' ? scope.free.get(v.name) : scope.bound[scope.bound.length - 1 - v.depth]) ?? null;
}
