// What the function table says of one function.
// Not here: the rows (`functions.ts`, `known-functions.ts`, `vector-functions.ts`).
// Invariant: a reader needs nothing but its row to read a call of a function.
import type { FunctionName, Term } from './term.ts';

/** What an argument is: `whole` takes a vector or matrix. */
export type Takes = 'number' | 'vector' | 'matrix' | 'whole' | 'anything';
/** What a call is; `same`: what the argument is. */
export type Gives = 'number' | 'matrix' | 'same' | 'diagonal' | 'column';

/** The axes that a function of a vector runs over, while it is written as a term. */
export interface Along {
  readonly sum: (t: Term) => Term;
  /** How many entries there are; of a number there is none to count. */
  readonly count: () => Term;
}

/** Operations on whole matrices and vectors that the algebra of values knows. */
export type Operation = 'trace' | 'determinant' | 'inverse' | 'transpose' | 'diagonal' | 'row-sum' | 'dot' | 'inner';

/** Notations that look like calls. */
export type FormName = 'if' | 'position' | 'size' | 'derivative' | 'delta' | 'product' | 'vec';

export type Meaning =
  | { readonly kind: 'elementary'; readonly fn: FunctionName }
  /** Short for a term of its arguments, entry by entry. */
  | { readonly kind: 'short'; readonly term: (...args: readonly Term[]) => Term }
  /**
   * A term of the entries of its arguments and of sums over them, along the last axis or along all:
   * softmax is exp(x)/Σ exp(x) along the last one, the norm √(Σ x²) along all.
   */
  | {
      readonly kind: 'entries';
      readonly along: 'last' | 'all';
      readonly term: (entries: readonly Term[], along: Along) => Term;
    }
  | { readonly kind: 'operation'; readonly operation: Operation }
  | { readonly kind: 'form'; readonly form: FormName }
  /** A function of the field that has no meaning here; `hint` says how to write what is meant. */
  | { readonly kind: 'refused'; readonly hint: string };

export interface FunctionRow {
  /** Its spellings; the first is the plain one. */
  readonly names: readonly string[];
  readonly arity: number | 'many';
  readonly takes: Takes;
  readonly gives: Gives;
  /** Whether the bare name means the function in every text that says nothing else of it. */
  readonly reserved: boolean;
  /** Whether a text may give the name a meaning of its own. */
  readonly definable: boolean;
  /** The spellings that people write without a bracket (`tr A`). */
  readonly prefix: readonly string[];
  /** Whether its name is a plain word of English, too. */
  readonly english?: true;
  /** Whether, of an entry with one open index (`sum(x_i)`), it runs over that index. */
  readonly runs?: true;
  /** What a reader is told where the name has another meaning elsewhere. */
  readonly tells?: { readonly as: string; readonly because: string };
  readonly means: Meaning;
}
