// Random numbers for tests: one seed, printed with what fails.
// Not here: tests.
// Invariant: the same seed gives the same numbers.
export const SEED = Number(process.env.SEED ?? 20240611);

export function generator(seed = SEED): {
  uniform(): number;
  normal(): number;
  integer(below: number): number;
  pick<T>(list: readonly T[]): T;
} {
  let state = BigInt(seed) * 0x9e3779b97f4a7c15n + 1n;
  // SplitMix64 (Steele, Lea and Flood 2014).
  const next = (): bigint => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  };
  const uniform = (): number => Number(next() >> 11n) * 2 ** -53;
  const integer = (below: number): number => Math.floor(uniform() * below);
  return {
    uniform,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    pick: (list) => list[integer(list.length)] as (typeof list)[number],
  };
}
