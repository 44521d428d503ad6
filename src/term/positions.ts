// Which given whole numbers have to be positions wherever a term is computed.
// Not here: whether given values are (`derive/evaluate.ts`, `compile/targets/`).
// Invariant: a tensor is left out only where every use of its entries as an index stands beside a condition on them.
import { variablesOf, type Condition, type Index, type Term } from './term.ts';
import { mapNode } from './walk.ts';

const dataIn = (i: Index): string[] => variablesOf(i).flatMap((v) => (v.kind === 'data' ? [v.name] : []));

/** The tensors that a condition speaks of as `1{t_n ≠ −100}` does: it compares their entries with a number. */
function guarded(c: Condition): string[] {
  switch (c.kind) {
    case 'position':
      return variablesOf(c.left).length === 0 || variablesOf(c.right).length === 0
        ? [...dataIn(c.left), ...dataIn(c.right)]
        : [];
    case 'and':
      return c.all.flatMap(guarded);
    default:
      return [];
  }
}
const guardOf = (t: Term): string[] => (t.kind === 'bracket' ? guarded(t.condition) : []);

/** The tensors whose entries stand as indices under no condition on them. */
export function unguardedPositions(t: Term): Set<string> {
  const found = new Set<string>();
  visit(t, new Set(), found);
  return found;
}

function visit(t: Term, held: ReadonlySet<string>, found: Set<string>): void {
  const more = (names: readonly string[]): ReadonlySet<string> =>
    names.length === 0 ? held : new Set([...held, ...names]);
  if (t.kind === 'mul') {
    const within = more(t.factors.flatMap(guardOf));
    for (const f of t.factors) visit(f, within, found);
    return;
  }
  if (t.kind === 'if') {
    visit({ kind: 'bracket', condition: t.condition }, held, found);
    visit(t.then, more(guarded(t.condition)), found);
    visit(t.else, held, found);
    return;
  }
  const own = more(t.kind === 'reduce' && t.where !== null ? guarded(t.where) : guardOf(t));
  mapNode(
    t,
    (x) => {
      visit(x, own, found);
      return x;
    },
    (i) => {
      for (const name of dataIn(i)) if (!own.has(name)) found.add(name);
      return i;
    },
  );
}
