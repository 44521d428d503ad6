// What an arithmetic has to offer so that terms can be evaluated in it.
// Not here: the two arithmetics, floats (`floats.ts`) and pairs of residues (`residues.ts`), and the derivatives on top (`dual.ts`).
// Invariant: every operation is a ring operation or the elementary function of that name; what an arithmetic cannot say, it throws as `Outside`.
import type { Comparison, FunctionName, Num } from '../term/term.ts';

/** Thrown where a value leaves the arithmetic (an order among residues, a root that does not exist there). */
export class Outside extends Error {
  override readonly name = 'Outside';
}

export interface Ring<S> {
  readonly rational: (n: Num) => S;
  readonly integer: (n: number) => S;
  readonly constant: (name: 'pi' | 'e') => S;
  readonly add: (a: S, b: S) => S;
  readonly mul: (a: S, b: S) => S;
  readonly power: (base: S, exponent: Num) => S;
  /** base^exponent for any exponent. */
  readonly raise: (base: S, exponent: S) => S;
  readonly functions: { readonly [F in Unary]: (x: S) => S };
  readonly compare: (op: Comparison, a: S, b: S) => boolean;
  readonly isUndefined: (x: S) => boolean;
  /** Whether this is a number, and neither infinite nor undefined. */
  readonly isFinite: (x: S) => boolean;
  /** How good a pivot is; 0 for zero. */
  readonly magnitude: (x: S) => number;
  /** A coefficient of an unknown function from 32 random bits. */
  readonly coefficient: (bits: number) => S;
}

export type Unary = Exclude<FunctionName, 'max' | 'min'>;
