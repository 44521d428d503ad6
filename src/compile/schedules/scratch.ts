// How much scratch memory a row needs; apart from the schedules, so that a plan needs none of their code.
// Not here: what is kept there (`blocks.ts`).
// Invariant: first the reduced arguments of one block, then one float64 a block of a row.
import type { FloatType } from '../math/chain.ts';

/** Elements of one block: it stays in the first cache between the passes over it. */
export const BLOCK = { f32: 1024, f64: 512 } as const;

/** Bytes of a block. */
const BLOCK_BYTES = 4096;
/**
 * From a reduced argument to its power of two; not a whole page, where stores and loads would be taken for each other.
 */
export const POWERS = BLOCK_BYTES + 128;
/** From the scratch memory of a row to its table. */
export const TABLE = 2 * POWERS;

/** Bytes of the scratch memory of a row of n elements. */
export const scratchBytes = (type: FloatType, n: number): number => TABLE + 8 * Math.max(1, Math.ceil(n / BLOCK[type]));
