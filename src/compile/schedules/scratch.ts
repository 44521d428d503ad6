// How much scratch memory a row needs; apart from the schedules, so that a plan needs none of their code.
// Not here: what is kept there (`normalise.ts`).
// Invariant: one float64 a block of a row.
import type { FloatType } from '../math/chain.ts';

/** Elements of one block: it stays in the first cache between the pass for its maximum and the pass for its exponentials. */
export const BLOCK = { f32: 2048, f64: 1024 } as const;

/** Bytes of the scratch table of a row of n elements. */
export const scratchBytes = (type: FloatType, n: number): number => 8 * Math.max(1, Math.ceil(n / BLOCK[type]));
