// Everything that terms speak of, directly and through definitions: inputs with their shapes, index sets, free letters.
// Not here: values for any of it (`sample.ts`).
// Invariant: every set that an evaluation will ask a size for is listed.
import type { Context } from '../term/context.ts';
import { variablesOf, type Condition, type Index, type SetId, type Term } from '../term/term.ts';
import { dataNames, freeIndices, visit, visitIndices } from '../term/walk.ts';
import { axesOf } from './environment.ts';
import { dataLetter, letterSets } from './letters.ts';

export interface Reach {
  /** The given terms and the bodies of all definitions that they lead to. */
  readonly bodies: readonly Term[];
  /** Tensors that need values, with the sets of their axes. */
  readonly inputs: ReadonlyMap<string, readonly SetId[]>;
  /** Every set with the least size that written positions ask for. */
  readonly sets: ReadonlyMap<SetId, number>;
  /** Free letters with their sets (`''` = not known). */
  readonly letters: ReadonlyMap<string, SetId>;
  /** Tensors whose entries are positions, with the sets of these. */
  readonly data: ReadonlyMap<string, SetId>;
}

/** Terms that stand in conditions, ranges excluded. */
export function conditionParts(c: Condition): { readonly terms: readonly Term[]; readonly indices: readonly Index[] } {
  switch (c.kind) {
    case 'compare':
      return { terms: [c.left, c.right], indices: [] };
    case 'position':
      return { terms: [], indices: [c.left, c.right] };
    case 'and':
    case 'or': {
      const all = c.all.map(conditionParts);
      return { terms: all.flatMap((p) => p.terms), indices: all.flatMap((p) => p.indices) };
    }
    case 'not':
      return conditionParts(c.of);
  }
}

/** What the terms reach in the context. */
export function reach(terms: readonly Term[], context: Context): Reach {
  const bodies: Term[] = [];
  const inputs = new Map<string, readonly SetId[]>();
  const seen = new Set<string>();
  const name = (n: string, arity: number | null): void => {
    if (seen.has(n)) return;
    seen.add(n);
    const definition = context.definitions.get(n);
    const dependsOn = context.depends.get(n);
    if (definition !== undefined) body(definition.body);
    else if (dependsOn !== undefined) dependsOn.forEach((d) => name(d, null));
    else inputs.set(n, axesOf(n, context) ?? Array.from({ length: arity ?? 0 }, () => ''));
  };
  const body = (t: Term): void => {
    bodies.push(t);
    visitIndices(t, (i) => {
      for (const v of variablesOf(i)) if (v.kind === 'data') name(v.name, v.indices.length);
    });
    visit(t, (x) => {
      if (x.kind === 'entry') name(x.name, x.indices.length);
      else if (x.kind === 'partial') {
        name(x.by.name, x.by.indices.length);
        x.held.forEach((h) => {
          if (context.definitions.has(h)) name(h, null);
        });
      }
    });
  };
  terms.forEach(body);
  const letters = new Map<string, SetId>();
  const sets = letterSets(bodies, context);
  for (const b of bodies) for (const l of freeIndices(b)) letters.set(l, sets.get(l) ?? '');
  const data = new Map(
    [...inputs.keys()].flatMap((n): [string, SetId][] =>
      bodies.some((b) => dataNames(b).has(n)) ? [[n, sets.get(dataLetter(n)) ?? '']] : [],
    ),
  );
  const all = allSets(bodies, inputs, seen, letters, context);
  for (const set of data.values()) all.set(set, all.get(set) ?? 1);
  return { bodies, inputs, sets: all, letters, data };
}

function allSets(
  bodies: readonly Term[],
  inputs: ReadonlyMap<string, readonly SetId[]>,
  seen: ReadonlySet<string>,
  letters: ReadonlyMap<string, SetId>,
  context: Context,
): Map<SetId, number> {
  const sets = new Map<SetId, number>();
  const atLeast = (set: SetId, n: number): void => {
    sets.set(set, Math.max(n, sets.get(set) ?? 1));
  };
  for (const shape of inputs.values()) for (const set of shape) atLeast(set, 1);
  for (const n of seen) for (const set of axesOf(n, context) ?? []) atLeast(set, 1);
  for (const set of letters.values()) atLeast(set, 1);
  for (const b of bodies) {
    visit(b, (t) => {
      if (t.kind === 'size' || t.kind === 'inverse' || t.kind === 'determinant') atLeast(t.set, 1);
      else if (t.kind === 'reduce') atLeast(t.range.set, 1);
      const e = t.kind === 'entry' ? t : t.kind === 'partial' ? t.by : null;
      const shape = e === null ? [] : (inputs.get(e.name) ?? axesOf(e.name, context) ?? []);
      e?.indices.forEach((i, n) => {
        if (i.kind === 'at') atLeast(shape[n] ?? '', i.position);
      });
    });
    visitIndices(b, (i) => {
      for (const v of variablesOf(i)) if (v.kind === 'end') atLeast(v.set, 1);
    });
  }
  return sets;
}
