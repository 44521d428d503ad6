// What the formulas around a term say: definitions, assumptions, index sets, unknown functions.
// Not here: how a text is read into a context (`meaning/typed/` in this room for lines of formulas, `document/` for
// whole
// texts).
// Invariant: a context is a frozen value; every verb takes one and none changes it.
import type { Span } from './error.ts';
import type { Condition, SetId, Term } from './term.ts';

/** `name_{params} = body`; `body` is written under one binder per parameter, the last parameter innermost (depth 0). */
export interface Definition {
  readonly name: string;
  readonly params: readonly { readonly letter: string; readonly set: SetId }[];
  readonly body: Term;
  /** The names in the bracket of a head like `S(z)_i` or `f(x)`; absent where the head has none. */
  readonly args?: readonly string[];
  /** Which of `args` are index letters (the i of `softmax(y, i)`). */
  readonly indexArgs?: readonly boolean[];
}

/** An equation or condition that the text takes as given; free indices are universally quantified. */
export type Assumption =
  /**
   * `again`: it defines a name that has a definition already; where it stands, and the first definition as it was
   * written.
   */
  | { readonly kind: 'equation'; readonly left: Term; readonly right: Term; readonly again?: SecondDefinition }
  | { readonly kind: 'condition'; readonly condition: Condition }
  /**
   * `oneHot`: y_i y_j = δ_ij y_i and Σ_i y_i = 1 along the last axis; `symmetric`: A_ij = A_ji; `positive`: every entry
   * > 0; `orthogonal`: Q Qᵀ = I.
   */
  | {
      readonly kind: 'property';
      readonly of: string;
      readonly property: 'oneHot' | 'symmetric' | 'positive' | 'orthogonal';
    };

export interface SecondDefinition {
  readonly text: string;
  readonly span: Span;
  readonly first: string;
}

/** A level of a recursion that is not written out: what its value may depend on is known by name only. */
export interface OpenRecursion {
  /** The letter that the recursion runs over. */
  readonly letter: string;
  /** The level where writing out ended: `at + plus`. */
  readonly at: string;
  readonly plus: number;
  /** Names without a level that stand behind it, and names that have one. */
  readonly shared: ReadonlySet<string>;
  readonly levelled: ReadonlySet<string>;
}

/** How a part of a text was read where its writing left a choice. */
export interface Reading {
  readonly text: string;
  readonly as: string;
  readonly because: string;
}

/** Each reading once. */
export const distinctReadings = (readings: readonly Reading[]): Reading[] => [
  ...new Map(readings.map((r) => [`${r.text} ${r.as}`, r])).values(),
];

/** What is known around a formula: definitions, assumptions, the index sets of each tensor. */
export interface Context {
  /** In the order in which they were written; bodies may refer to each other in any order (no cycles). */
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly assumptions: readonly Assumption[];
  /** The index set of each axis of every tensor that is known, inputs and definitions; a scalar has []. */
  readonly shapes: ReadonlyMap<string, readonly SetId[]>;
  /**
   * Unknown quantities and what they depend on: `L` ↦ ['Y'] for a text that speaks of L(Y). Each is evaluated as a
   * random polynomial.
   */
  readonly depends: ReadonlyMap<string, readonly string[]>;
  /** Index letters that have one fixed value (the `c` of `h_c`). */
  readonly fixed: ReadonlySet<string>;
  /** Names at the end of recursions that were written out for a level with a letter (`a^(L-1)`). */
  readonly open?: ReadonlyMap<string, OpenRecursion>;
  /** Choices that were taken in reading the texts. */
  readonly readings?: readonly Reading[];
}

/** A context in which nothing is known. */
export const emptyContext: Context = {
  definitions: new Map(),
  assumptions: [],
  shapes: new Map(),
  depends: new Map(),
  fixed: new Set(),
};
