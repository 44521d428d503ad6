// Every way in which free indices of one set can coincide.
// Not here: index sets (`environment.ts`), values of tensors (`sample.ts`).
// Invariant: as long as there are few enough, every partition of the letters of a set occurs (i = j and i ≠ j).
import { must } from '../term/must.ts';
import type { SetId } from '../term/term.ts';
import { integerBetween, shuffled, type Random } from './random.ts';

/**
 * All partitions of `count` things into at most `blocks` blocks, as the block number of each (restricted growth
 * strings).
 */
export function partitions(count: number, blocks: number): number[][] {
  let all: number[][] = [[]];
  for (let n = 0; n < count; n++) {
    all = all.flatMap((p) => {
      const next = p.length === 0 ? 0 : Math.max(...p) + 1;
      return Array.from({ length: Math.min(next + 1, blocks) }, (_, b) => [...p, b]);
    });
  }
  return all;
}

const most = 48;
// More letters than this in one set have too many partitions to list.
const listed = 5;

/**
 * Positions for the letters, one assignment for each pattern of coincidence (a random choice of patterns where there
 * are very many).
 */
export function assignments(
  letters: ReadonlyMap<string, SetId>,
  size: (set: SetId) => number,
  random: Random,
): Map<string, number>[] {
  const bySet = new Map<SetId, string[]>();
  for (const [letter, set] of letters) bySet.set(set, [...(bySet.get(set) ?? []), letter]);
  let all: Map<string, number>[] = [new Map()];
  for (const [set, names] of bySet) {
    const n = size(set);
    const choices =
      names.length <= listed
        ? partitions(names.length, n)
        : Array.from({ length: most }, () => names.map(() => integerBetween(random, 0, n - 1)));
    all = all.flatMap((a) =>
      choices.map((blocks) => {
        const places = shuffled(
          random,
          Array.from({ length: n }, (_, i) => i + 1),
        );
        return new Map([...a, ...names.map((letter, k) => [letter, must(places[must(blocks[k])])] as const)]);
      }),
    );
    if (all.length > most) all = shuffled(random, all).slice(0, most);
  }
  return all;
}
