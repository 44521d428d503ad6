// Sums that are written out, e^{z_1} + e^{z_2} + e^{z_3}, gathered into Σ before anything is differentiated.
// Not here: sums with dots, which the reader turns into Σ itself.
// Invariant: a written-out sum over positions 1…m becomes a sum over a whole index set only where that set also has a
// letter, and the set then has size m.
import type { Context, Definition } from '../term/context.ts';
import { add, reduce, wholeSet, type Add, type Index, type SetId, type Term } from '../term/term.ts';
import { close, key, mapIndices, mapIndexVariables, mapNode, visit } from '../term/walk.ts';

/** What was gathered: the new context, and the written-out sums with their Σ. */
export interface Gathered {
  readonly context: Context;
  readonly replaced: readonly { readonly from: Term; readonly to: Term }[];
}

export function gatherSums(context: Context): Gathered {
  const sizes = new Map<SetId, number>();
  const found: { from: Term; to: Term }[] = [];
  const definitions = [...context.definitions.values()].map((d) => ({
    ...d,
    body: gatherIn(d.body, context, sizes, found),
  }));
  if (found.length === 0) return { context, replaced: [] };
  const renamed = (set: SetId): SetId => (sizes.has(set) ? String(sizes.get(set)) : set);
  const named = (t: Term): Term => renameSets(t, renamed);
  return {
    replaced: found.map((f) => ({ from: named(f.from), to: named(f.to) })),
    context: {
      ...context,
      definitions: new Map(
        definitions.map((d): [string, Definition] => [
          d.name,
          { ...d, params: d.params.map((p) => ({ ...p, set: renamed(p.set) })), body: named(d.body) },
        ]),
      ),
      shapes: new Map([...context.shapes].map(([name, sets]) => [name, sets.map(renamed)])),
      assumptions: context.assumptions.map((a) =>
        a.kind === 'equation' ? { ...a, left: named(a.left), right: named(a.right) } : a,
      ),
    },
  };
}

function renameSets(t: Term, to: (set: SetId) => SetId): Term {
  const n = mapNode(t, (x) => renameSets(x, to));
  if (n.kind === 'reduce') return { ...n, range: { ...n.range, set: to(n.range.set) } };
  return n.kind === 'size' || n.kind === 'inverse' || n.kind === 'determinant' ? { ...n, set: to(n.set) } : n;
}

function gatherIn(t: Term, context: Context, sizes: Map<SetId, number>, found: { from: Term; to: Term }[]): Term {
  const n = mapNode(t, (x) => gatherIn(x, context, sizes, found));
  if (n.kind !== 'add') return n;
  const to = gathered(n, context, sizes);
  if (to === null) return n;
  found.push({ from: n, to });
  return to;
}

/** The Σ that the summands 1…m of a sum make, with what is left over. */
function gathered(t: Add, context: Context, sizes: Map<SetId, number>): Term | null {
  for (const first of t.terms) {
    const general = replaceLiteral(first, 1);
    if (general === null) continue;
    const rest = new Map(t.terms.filter((x) => x !== first).map((x) => [key(x), x]));
    const set = setOfLetter(general, context);
    if (set === null || !hasLetter(set, context)) continue;
    let m = 1;
    for (; ; m++) {
      const next = key(withLetter(general, { kind: 'at', position: m + 1 }));
      if (!rest.delete(next)) break;
    }
    if (m < 2 || (sizes.get(set) ?? m) !== m) continue;
    sizes.set(set, m);
    return add(reduce('sum', 'l', close(general, letter), wholeSet(set)), ...rest.values());
  }
  return null;
}

const letter = '?gathered';
const withLetter = (t: Term, to: Index): Term =>
  mapIndices(t, (i) => mapIndexVariables(i, (v) => (v.kind === 'free' && v.name === letter ? to : v)));

function replaceLiteral(t: Term, value: number): Term | null {
  let touched = false;
  const out = mapIndices(t, (i) => {
    if (i.kind !== 'at' || i.position !== value) return i;
    touched = true;
    return { kind: 'free', name: letter };
  });
  return touched ? out : null;
}

/** The index set of the axis where the letter stands. */
function setOfLetter(t: Term, context: Context): SetId | null {
  let set: SetId | null = null;
  visit(t, (x) => {
    if (x.kind === 'entry')
      x.indices.forEach((i, axis) => {
        if (i.kind === 'free' && i.name === letter) set ??= context.shapes.get(x.name)?.[axis] ?? null;
      });
  });
  return set;
}

/** Whether some formula of the context has a letter, and not only literals, over the set. */
function hasLetter(set: SetId, context: Context): boolean {
  return [...context.definitions.values()].some((d) => {
    if (d.params.some((p) => p.set === set)) return true;
    let found = false;
    visit(d.body, (x) => {
      if (x.kind === 'entry')
        x.indices.forEach((i, axis) => {
          found ||= i.kind !== 'at' && context.shapes.get(x.name)?.[axis] === set;
        });
    });
    return found;
  });
}
