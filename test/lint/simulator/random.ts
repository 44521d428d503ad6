// Chance that a seed fixes.
// Not here: what is drawn.
// Invariant: the same seed gives the same draws, on any machine.

export interface Random {
  /** From 0 up to, but not including, 1. */
  number(): number;
  pick<T>(from: readonly T[]): T;
  chance(p: number): boolean;
  shuffled<T>(items: readonly T[]): T[];
}

/** A generator of 32 bits (Weyl sequence with a mixing step). */
export function randomFrom(seed: number): Random {
  let state = (seed * 0x9e3779b9) >>> 0;
  const number = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = <T>(from: readonly T[]): T => from[Math.floor(number() * from.length)] as T;
  const shuffled = <T>(items: readonly T[]): T[] => {
    const all = [...items];
    for (let n = all.length - 1; n > 0; n--) {
      const k = Math.floor(number() * (n + 1));
      [all[n], all[k]] = [all[k] as T, all[n] as T];
    }
    return all;
  };
  return { number, pick, chance: (p) => number() < p, shuffled };
}
