// The order of the stages of a split program: what processes exchange is put together, and counted.
// Not here: what is exchanged (`shard.ts`).
// Invariant: every stage comes after what it reads; every process runs the same exchanges in the same order.
import { must } from '../../term/must.ts';
import type { ArrayProgram, ArrayStage, ProcessStage } from '../loops.ts';
import { readNames } from '../stages.ts';
import { isPart, wholeOf } from './parts.ts';

/** The program with exchanges as late as possible, so that those of one kind meet and become one. */
export function joinExchanges(p: ArrayProgram): ArrayProgram {
  const made = new Set(p.stages.map((s) => s.target));
  const done = new Set<string>();
  const isReady = (s: ArrayStage): boolean => [...readNames(s)].every((x) => !made.has(x) || done.has(x));
  const by = new Map(p.stages.map((s) => [s.target, s]));
  const dependsOn = (s: ArrayStage, name: string): boolean =>
    [...readNames(s)].some((x) => {
      const maker = done.has(x) ? undefined : by.get(x);
      return x === name || (maker !== undefined && dependsOn(maker, name));
    });
  const out: ArrayStage[] = [];
  let left = [...p.stages];
  const take = (all: readonly ArrayStage[]): void => {
    for (const s of all) {
      out.push(s);
      done.add(s.target);
    }
    left = left.filter((s) => !done.has(s.target));
  };
  while (left.length > 0) {
    const next = left.find((s) => !isExchange(s) && isReady(s));
    if (next !== undefined) take([next]);
    else {
      const ready = left.filter(isReady);
      const [first] = ready;
      if (first === undefined) throw new Error('bug: stages that wait for one another');
      // What the next stage waits for is exchanged; the rest may meet others of its kind later.
      const waiting = left.find((s) => !isExchange(s) && ready.some((e) => dependsOn(s, e.target)));
      const key = keyOf(ready.find((e) => waiting !== undefined && dependsOn(waiting, e.target)) ?? first);
      take(ready.filter((s) => keyOf(s) === key));
    }
  }
  return { ...p, stages: out };
}
const isExchange = (s: ArrayStage): s is ProcessStage => s.kind === 'all-reduce' || s.kind === 'gather';
const keyOf = (s: ArrayStage): string => (s.kind === 'all-reduce' ? `${s.kind} ${s.op} ${s.mesh}` : s.kind);

/** One call of the exchange: what kind, over which mesh axis, and how many numbers as a formula in the sizes. */
export interface Exchange {
  readonly kind: 'all-reduce' | 'gather';
  /** The reduction, or the name of what is gathered. */
  readonly what: string;
  readonly mesh: string;
  readonly numbers: string;
  readonly targets: readonly string[];
}

/** The exchanges of a program in order, neighbours of one kind as one. */
export function exchangesOf(p: ArrayProgram, nameOf: (set: string) => string): Exchange[] {
  const calls: (Omit<Exchange, 'numbers'> & { volumes: string[] })[] = [];
  let before = '';
  for (const s of p.stages) {
    const key = isExchange(s) ? keyOf(s) : '';
    if (isExchange(s)) {
      const t = must(p.tensors.get(s.target));
      const sizes = t.sets.map((set, n) =>
        set === '' || /^\d+$/.test(set)
          ? `${must(t.dims[n])}`
          : isPart(set)
            ? `${nameOf(wholeOf(set))}_here`
            : nameOf(set),
      );
      const volume = sizes.length === 0 ? '1' : sizes.join('·');
      const last = calls.at(-1);
      if (key === before && s.kind === 'all-reduce' && last !== undefined)
        calls[calls.length - 1] = { ...last, volumes: [...last.volumes, volume], targets: [...last.targets, s.target] };
      else {
        const what = s.kind === 'gather' ? s.of : s.op;
        calls.push({ kind: s.kind, what, mesh: s.mesh, volumes: [volume], targets: [s.target] });
      }
    }
    before = key;
  }
  return calls.map(({ volumes, ...c }) => ({ ...c, numbers: added(volumes) }));
}
/** `N + N + 1` as `2N + 1`. */
function added(volumes: readonly string[]): string {
  return [...new Set(volumes)]
    .map((v) => {
      const n = volumes.filter((x) => x === v).length;
      return n === 1 ? v : v === '1' ? `${n}` : `${n}${v}`;
    })
    .join(' + ');
}
