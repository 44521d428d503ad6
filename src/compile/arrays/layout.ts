// The order of axes of temporaries: that of the inputs, so that arrays meet without being transposed.
// Not here: the order inside one stage (`../targets/arrays.ts`).
// Invariant: only temporaries change, and every entry that is read stays the same entry.
import { must } from '../../term/must.ts';
import type { SetId } from '../../term/term.ts';
import type { LoopProgram, Place, Stage, Tensor, Value } from '../loops.ts';
import { load, mapTest, mapValue } from '../values.ts';

/** The program with the axes of its temporaries in one order for all. */
export function layOut(p: LoopProgram): LoopProgram {
  const rank = orderOfSets([...p.tensors.values()]);
  const fixed = new Set(p.stages.flatMap((s) => (s.kind === 'map' ? [] : [s.of, s.target])));
  const orders = new Map<string, readonly number[]>();
  for (const t of p.tensors.values()) {
    if (t.role !== 'temporary' || fixed.has(t.name)) continue;
    const order = t.sets.map((_, n) => n).sort((a, b) => rankOf(t, a) - rankOf(t, b) || a - b);
    if (order.some((n, k) => n !== k)) orders.set(t.name, order);
  }
  function rankOf(t: Tensor, n: number): number {
    return rank.get(must(t.sets[n])) ?? Infinity;
  }
  if (orders.size === 0) return p;
  return {
    ...p,
    tensors: new Map([...p.tensors].map(([n, t]) => [n, permuted(t, orders)])),
    stages: p.stages.map((s) => reordered(s, orders)),
  };
}
type Orders = ReadonlyMap<string, readonly number[]>;
const pick = <T>(all: readonly T[], order: readonly number[]): T[] => order.map((n) => must(all[n]));

function permuted(t: Tensor, orders: Orders): Tensor {
  const order = orders.get(t.name);
  return order === undefined ? t : { ...t, dims: pick(t.dims, order), sets: pick(t.sets, order) };
}
function reordered(s: Stage, orders: Orders): Stage {
  if (s.kind !== 'map') return s;
  const place = (p: Place): Place => ({ ...p, by: p.by.map((t) => ({ ...t, load: value(t.load) as typeof t.load })) });
  const value = (v: Value): Value => {
    if (v.kind !== 'load') return mapValue(v, value, place);
    const order = orders.get(v.tensor);
    const at = v.at.map(place);
    return load(v.tensor, order === undefined ? at : pick(at, order));
  };
  const order = orders.get(s.target);
  const moved =
    order === undefined
      ? s
      : { ...s, axes: pick(s.axes, order), ...(s.at === undefined ? {} : { at: pick(s.at, order) }) };
  return { ...moved, body: value(s.body), ...(s.when === undefined ? {} : { when: mapTest(s.when, value, place) }) };
}

/** Sets in an order that agrees with the axes of as many tensors as possible, inputs first. */
function orderOfSets(tensors: readonly Tensor[]): Map<SetId, number> {
  const after = new Map<SetId, Set<SetId>>();
  const leads = (a: SetId, b: SetId): boolean => a === b || [...(after.get(a) ?? [])].some((x) => leads(x, b));
  const inputsFirst = [...tensors].sort((a, b) => Number(a.role === 'temporary') - Number(b.role === 'temporary'));
  for (const t of inputsFirst)
    t.sets.forEach((b, n) => {
      if (!after.has(b)) after.set(b, new Set());
      const a = t.sets[n - 1];
      if (a !== undefined && !leads(b, a)) must(after.get(a)).add(b);
    });
  const rank = new Map<SetId, number>();
  const depth = (s: SetId): void => {
    if (rank.has(s)) return;
    for (const x of after.get(s) ?? []) depth(x);
    rank.set(s, -rank.size - 1);
  };
  [...after.keys()].reverse().forEach(depth);
  return rank;
}
