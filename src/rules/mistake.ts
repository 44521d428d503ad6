// What a mistake is: something false that people really write, with why it is wrong and what is right.
// Not here: the mistakes themselves (`mistakes-derivations.ts`, `mistakes-gradients.ts`, `mistakes-backward.ts`,
// `mistakes-layers.ts`, `mistakes-programs.ts`).
// Invariant: a mistake is plain data; its formulas are plain notation, `wrong` has a counterexample under `givens` and
// `right` holds.

/** `derivation`: in formulas on paper; the others in programs. */
export type MistakeGroup =
  | 'derivation'
  | 'jacobian'
  | 'vjp'
  | 'loss'
  | 'activation'
  | 'layer'
  | 'norm'
  | 'attention'
  | 'convolution'
  | 'numerics'
  | 'axis'
  | 'gradient-check';

/** A mistake that people make, with what is right and why. */
export interface Mistake {
  /** Lower-case with hyphens; stable. */
  readonly id: string;
  readonly group: MistakeGroup;
  readonly name: string;
  /** What people write. */
  readonly write: string;
  readonly why: string;
  readonly right: string;
  /** A smallest case in which it shows, in words and numbers. */
  readonly counterexample: string;
  /** The same as equations, for a check by machine; absent where the mistake is none of formulas. */
  readonly shown?: { readonly givens: readonly string[]; readonly wrong: string; readonly right: string };
  /**
   * The gradient that a program with this mistake returns, index i, in terms of logits z, p = softmax(z), labels y and
   * upstream g;
   * `jacobian`: the entry i, j of the matrix it returns. Absent where the mistake is no formula of these.
   */
  readonly returns?: { readonly kind: 'gradient' | 'jacobian'; readonly formula: string };
  /** Where it was met: addresses of public texts and programs, or the kind of text. */
  readonly seen: readonly string[];
}

/** A mistake written as one row. */
export type MistakeRow = readonly [
  group: MistakeGroup,
  id: string,
  name: string,
  write: string,
  why: string,
  right: string,
  counterexample: string,
  seen: string,
];

export const fromRow = ([group, id, name, write, why, right, counterexample, seen]: MistakeRow): Mistake => ({
  id,
  group,
  name,
  write,
  why,
  right,
  counterexample,
  seen: [seen],
});
