// Given whole numbers that stand as indices: which numbers beside positions each tensor may hold.
// Not here: the sets of the positions and the values (`derive/positions.ts`, `compile/`).
// Invariant: a number is excepted only where every use of the entries as an index stands beside a condition against it.
import { variablesOf, type Condition, type Index, type Term } from './term.ts';
import { mapNode } from './walk.ts';

type Exceptions = ReadonlyMap<string, ReadonlySet<number>>;
const none: Exceptions = new Map();
const dataIn = (i: Index): string[] => variablesOf(i).flatMap((v) => (v.kind === 'data' ? [v.name] : []));

function both(a: Exceptions, b: Exceptions): Exceptions {
  if (b.size === 0) return a;
  const out = new Map(a);
  for (const [name, numbers] of b) out.set(name, new Set([...(out.get(name) ?? []), ...numbers]));
  return out;
}

/** The −100 of `1{t_n ≠ −100}`, by tensor. */
function excepted(c: Condition): Exceptions {
  if (c.kind === 'and') return c.all.map(excepted).reduce(both, none);
  if (c.kind === 'not' && c.of.kind === 'position' && c.of.op === '=') return excepted({ ...c.of, op: '!=' });
  if (c.kind !== 'position' || c.op !== '!=') return none;
  const [data, number] = c.left.kind === 'at' ? [c.right, c.left] : [c.left, c.right];
  return data.kind === 'data' && number.kind === 'at' ? new Map([[data.name, new Set([number.position])]]) : none;
}
const exceptedBy = (t: Term): Exceptions => (t.kind === 'bracket' ? excepted(t.condition) : none);

/** The tensors whose entries stand as indices, each with the numbers that are no positions and may stand there. */
export function positionExceptions(terms: readonly Term[]): Map<string, ReadonlySet<number>> {
  const found = new Map<string, ReadonlySet<number>>();
  const use = (name: string, numbers: ReadonlySet<number>): void => {
    const before = found.get(name);
    found.set(name, before === undefined ? numbers : new Set([...before].filter((n) => numbers.has(n))));
  };
  for (const t of terms) visit(t, none, use);
  return found;
}

function visit(t: Term, held: Exceptions, use: (name: string, numbers: ReadonlySet<number>) => void): void {
  if (t.kind === 'mul') {
    const within = t.factors.map(exceptedBy).reduce(both, held);
    for (const f of t.factors) visit(f, within, use);
    return;
  }
  if (t.kind === 'if') {
    visit({ kind: 'bracket', condition: t.condition }, held, use);
    visit(t.then, both(held, excepted(t.condition)), use);
    visit(t.else, held, use);
    return;
  }
  const own = both(held, t.kind === 'reduce' && t.where !== null ? excepted(t.where) : exceptedBy(t));
  mapNode(
    t,
    (x) => {
      visit(x, own, use);
      return x;
    },
    (i) => {
      for (const name of dataIn(i)) use(name, own.get(name) ?? new Set());
      return i;
    },
  );
}
