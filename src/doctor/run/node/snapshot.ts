// A module's data as it was after loading, to start every scenario from the same state.
// Not here: names that a scenario sets by itself (`scenario.ts`).
// Invariant: containers are changed in place, so that whatever refers to them sees the old contents again.
import type { Holder } from './paths.ts';

/** Data beyond this many entries is left alone: copying it would take longer than the scenario. */
const LIMIT = 100_000;

/** A function that puts everything back. Names that cannot be read yet are left out. */
export function snapshot(reach: Holder, names: readonly string[]): () => void {
  const back: (() => void)[] = [];
  const seen = new Set<unknown>();
  for (const name of names) {
    const value = reach[name];
    back.push(() => {
      if (reach[name] !== value) reach[name] = value;
    });
    collect(value, seen, back, 0);
  }
  return () => {
    for (const each of back) each();
  };
}

function collect(value: unknown, seen: Set<unknown>, back: (() => void)[], depth: number): void {
  if (typeof value !== 'object' || value === null || seen.has(value) || depth > 4 || seen.size > 2000) return;
  seen.add(value);
  if (ArrayBuffer.isView(value)) {
    const numbers = value as Float64Array;
    if (numbers.length === undefined || numbers.length > LIMIT) return;
    const kept = numbers.slice();
    back.push(() => numbers.set(kept));
  } else if (Array.isArray(value)) {
    if (value.length > LIMIT) return;
    const kept = [...(value as unknown[])];
    back.push(() => value.splice(0, value.length, ...kept));
    if (kept.length <= 1000) for (const each of kept) collect(each, seen, back, depth + 1);
  } else if (value instanceof Map) {
    const kept = [...value];
    back.push(() => {
      value.clear();
      for (const [k, v] of kept) value.set(k, v);
    });
  } else {
    const holder = value as Holder;
    const kept = Object.entries(holder);
    if (kept.length > 1000) return;
    back.push(() => putBack(holder, kept));
    for (const [, each] of kept) collect(each, seen, back, depth + 1);
  }
}

function putBack(holder: Holder, kept: readonly (readonly [string, unknown])[]): void {
  const names = new Set(kept.map(([name]) => name));
  for (const name of Object.keys(holder)) if (!names.has(name)) delete holder[name];
  for (const [name, value] of kept) if (holder[name] !== value) holder[name] = value;
}
