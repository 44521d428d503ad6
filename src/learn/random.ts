// Random numbers that are a function of (seed, purpose, round, position) and nothing else: Philox4x32-10 (Salmon et
// al., SC 2011).
// Not here: where the numbers are used; state, since a counter replaces it and resuming needs no saved generator.
// Invariant: the same arguments give the same bits on every machine, normal variates included.
import { must } from '../term/must.ts';
import { circlePoint, naturalLog } from './elementary.ts';
import { WhygradError } from '../term/error.ts';

const MULTIPLY_0 = 0xd2511f53;
const MULTIPLY_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit numbers. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const cross = aLow * bHigh + (middle & 0xffff);
  // Both sums are below 2^32.
  return (aHigh * bHigh + (middle >>> 16) + (cross >>> 16)) >>> 0;
}

/**
 * Ten rounds of Philox4x32 on the counter (a, b, c, d) with the key (k0, k1), written to four places of `out` from
 * `at`.
 */
function fillBlock(
  out: Uint32Array,
  at: number,
  a: number,
  b: number,
  c: number,
  d: number,
  k0: number,
  k1: number,
): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(MULTIPLY_0, a);
    const high1 = multiplyHigh(MULTIPLY_1, c);
    const low0 = Math.imul(MULTIPLY_0, a);
    a = (high1 ^ b ^ k0) >>> 0;
    b = Math.imul(MULTIPLY_1, c);
    c = (high0 ^ d ^ k1) >>> 0;
    d = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[at] = a;
  out[at + 1] = b;
  out[at + 2] = c;
  out[at + 3] = d;
}

/** Philox4x32-10: four 32-bit words out of a 128-bit counter and a 64-bit key. */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  const out = new Uint32Array(4);
  fillBlock(out, 0, counter[0] >>> 0, counter[1], counter[2] >>> 0, counter[3], key[0], key[1]);
  return Array.from(out) as [number, number, number, number];
}

/** What a stream of random numbers is for; two purposes never share a number. */
export type Purpose = 'data' | 'noise' | 'split' | 'validation' | 'order' | 'parameters' | 'check';
const purposes: { readonly [K in Purpose]: number } = {
  data: 1,
  noise: 2,
  split: 3,
  validation: 4,
  order: 5,
  parameters: 6,
  check: 7,
};

/** A sequence of random numbers. */
export interface Random {
  /** Uniform on [0, 1), 53 bits. */
  uniform(): number;
  /** Uniform on 0 … n−1, n < 2^32 (from one 32-bit word). */
  integer(n: number): number;
  /** Normal with mean 0 and standard deviation 1 (Box and Muller). */
  normal(): number;
  /** A random order of 0 … n−1 (Fisher and Yates). */
  permutation(n: number): Int32Array;
}

/** The seed, checked: an integer from 0 to 2^53 − 1. Throws `bad-seed`. */
export function checkedSeed(seed: number): number {
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new WhygradError('bad-seed', `a seed is a whole number from 0 to 2^53 − 1, not ${String(seed)}`, {
    hint: 'give an integer such as 1',
  });
}

const AHEAD = 64;

/** The stream of random numbers for one purpose and one round (an epoch, a tensor). Throws `bad-seed`. */
export function random(seed: number, purpose: Purpose, round = 0): Random {
  const low = checkedSeed(seed) >>> 0;
  const high = Math.floor(seed / 4294967296);
  const use = purposes[purpose];
  const words = new Uint32Array(AHEAD);
  let block = 0;
  let taken = AHEAD;
  const word = (): number => {
    if (taken === AHEAD) {
      for (let at = 0; at < AHEAD; at += 4) fillBlock(words, at, block++, 0, round, use, low, high);
      taken = 0;
    }
    return must(words[taken++]);
  };
  const uniform = (): number => ((word() >>> 5) * 67108864 + (word() >>> 6)) / 9007199254740992;
  const integer = (n: number): number => Math.floor((word() / 4294967296) * n);
  let spare: number | null = null;
  const normal = (): number => {
    if (spare !== null) {
      const kept = spare;
      spare = null;
      return kept;
    }
    const radius = Math.sqrt(-2 * naturalLog(1 - uniform()));
    const [cos, sin] = circlePoint(uniform());
    spare = radius * sin;
    return radius * cos;
  };
  const permutation = (n: number): Int32Array => {
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = n - 1; i > 0; i--) {
      const j = integer(i + 1);
      const moved = must(order[i]);
      order[i] = must(order[j]);
      order[j] = moved;
    }
    return order;
  };
  return { uniform, integer, normal, permutation };
}
