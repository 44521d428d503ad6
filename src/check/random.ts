// A seeded generator of random numbers for sampling.
// Not here: hashes for unknown functions (`unknown.ts`).
// Invariant: the same seed gives the same numbers on every machine.
import { must } from '../term/must.ts';

/** Numbers in [0, 1). */
export type Random = () => number;

/** A counter-based generator (mulberry32). */
export function seeded(seed: number): Random {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x6d2b79f5) >>> 0;
    let t = Math.imul(counter ^ (counter >>> 15), counter | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const integerBetween = (random: Random, least: number, most: number): number =>
  least + Math.floor(random() * (most - least + 1));

/** The list in a random order. */
export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const out = [...list];
  for (let n = out.length - 1; n > 0; n--) {
    const m = integerBetween(random, 0, n);
    [out[n], out[m]] = [must(out[m]), must(out[n])];
  }
  return out;
}
