// What one derivation is: inputs, definitions, claims, in the forms in which people write them.
// Not here: the derivations (`derivations.ts`), the way they are written down.
// Invariant: every claim's chain is true from link to link (a test asks the oracle).
import type { Maths } from './maths.ts';
import type { Definition, Input } from './oracle.ts';

/** A quantity and what a text calls it. */
export interface Quantity extends Input {
  readonly says: string;
}

export interface Defined extends Definition {
  readonly says: string;
  /** The same in vectors and matrices. */
  readonly whole?: Maths;
}

/** `head = chain[0] = chain[1] …`; the last is the result. */
export interface Asserted {
  readonly says: string;
  readonly head: Maths;
  readonly chain: readonly Maths[];
  /** Other ways to write the last member. */
  readonly forms?: readonly Maths[];
}

export interface Derivation {
  readonly name: string;
  /** The document of the library that it comes from. */
  readonly from: string;
  readonly form: 'index' | 'whole';
  readonly inputs: readonly Quantity[];
  readonly defined: readonly Defined[];
  readonly claims: readonly Asserted[];
  /** Quantities of which the text must say that their last axis sums to 1. */
  readonly shares?: readonly string[];
  readonly positive?: readonly string[];
}
