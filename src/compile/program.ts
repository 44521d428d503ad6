// What is compiled: tensors that are given, tensors that are defined, tensors that are wanted.
// Not here: how a document or a question becomes a program (rooms above), and what a program becomes (`lower`).
// Invariant: a program is closed: no ∂, no unknown function, every index set named, definitions in dependency order.
import type { Definition } from '../term/context.ts';
import type { SetId, Term } from '../term/term.ts';

/**
 * A tensor that is given. `index`: an Int32Array of positions, stored from 0; in formulas its entries count from 1, as
 * all positions do.
 */
export interface ProgramInput {
  readonly name: string;
  readonly sets: readonly SetId[];
  readonly dtype?: 'index';
  /**
   * Every entry has to be a position of this set, or one of the numbers in `except`: where one is not, a run is an
   * error.
   */
  readonly of?: SetId;
  /** As in formulas, where positions count from 1. */
  readonly except?: readonly number[];
  /** Every output is linear in it: 0·log 0 beside it stays what it is, so that derivatives by it hold at 0, too. */
  readonly linear?: true;
}

/** A tensor that is wanted; `body` is written with the free indices `letters`. */
export interface ProgramOutput {
  readonly name: string;
  readonly letters: readonly string[];
  readonly sets: readonly SetId[];
  readonly body: Term;
  /** What it is in LaTeX (`\frac{\partial L}{\partial z_i}`), where the name is none of a tensor. */
  readonly latex?: string;
}

/**
 * A closed computation over named tensors.
 * - A free index that is no output letter is a position that is given: an input of that name with dtype `index` and no
 * axes.
 * - `Σ_m [m = r_n] X_mi` with an index input r is compiled to a gather (row r_n of X; nothing, so 0, where r_n lies
 * outside).
 * - `state: { w: 'w_next' }` writes the output `w_next` onto the input `w` at the end of each run, so that a step runs
 * in place.
 */
export interface Program {
  readonly inputs: readonly ProgramInput[];
  readonly definitions: readonly Definition[];
  readonly outputs: readonly ProgramOutput[];
  readonly state?: Readonly<Record<string, string>>;
  /** `{ name: 'x', from: 'X', rows: 'r' }`: x_n… = X_{r_n}…, rows of a resident tensor chosen by an index input. */
  readonly gathers?: readonly { readonly name: string; readonly from: string; readonly rows: string }[];
}

/** How a program is compiled: the size of every index set, the width of numbers, and what the caller allows. */
export interface CompileOptions {
  readonly sizes: ReadonlyMap<SetId, number> | Readonly<Record<SetId, number>>;
  readonly dtype?: 'f32' | 'f64';
  /** Fused multiply-add where the engine has it: faster, and not the same bytes on every machine. */
  readonly fast?: boolean;
}
