// What a derivation was made of, for as long as the record lives: its report need not read the givens and formulas
// again.
// Not here: what a report prints.
// Invariant: a record that came from elsewhere (JSON) is simply not known; nothing but the beauty of a report depends
// on its being known.
import type { Context } from '../term/context.ts';
import type { Term } from '../term/term.ts';
import type { Axis, Derivation } from './derivation.ts';

export interface Memory {
  readonly context: Context;
  /** Terms by their plain notation in the record. */
  readonly terms: ReadonlyMap<string, Term>;
  /** The MathML of matrix forms by their text. */
  readonly matrices: ReadonlyMap<string, string>;
  /** The answers one by one; `by` is what each is differentiated by. */
  readonly answers: readonly MadeAnswer[];
}
export interface MadeAnswer {
  /** What was asked, in LaTeX. */
  readonly asked: string;
  readonly term: Term;
  readonly axes: readonly Axis[];
  readonly by: string | null;
}

const memories = new WeakMap<Derivation, Memory>();

/** Keeps what a derivation was made of; the derivation itself is returned. */
export function remember(derivation: Derivation, memory: Memory): Derivation {
  memories.set(derivation, memory);
  return derivation;
}

/** What a derivation was made of, where it was made here. */
export const remembered = (derivation: Derivation): Memory | undefined => memories.get(derivation);
