// What is said of a claim that somebody asks about.
// Not here: how it is judged (`check.ts`, `check-in.ts`).
// Invariant: types only.
import type { Reading } from '../term/context.ts';

/** A point where the two sides of a claim differ. Indices count from 1. */
export interface ClaimCounterexample {
  readonly sizes: Readonly<Record<string, number>>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly left: number;
  readonly right: number;
}

/** What became of a claim. */
export interface CheckedClaim {
  readonly formula: string;
  readonly verdict: 'holds' | 'slip' | 'unclear';
  /** `proved`: equal normal forms; `tested`: equal at every point tried; null for anything but `holds`. */
  readonly certainty: 'proved' | 'tested' | null;
  readonly message: string;
  readonly counterexample: ClaimCounterexample | null;
  /** At how many points both sides were compared, and their largest relative difference there. */
  readonly points: number;
  readonly maxError: number;
  /** Choices that the writing left, and how they were taken; absent where there was none. */
  readonly read?: readonly Reading[];
}
