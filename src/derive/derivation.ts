// What a derivation is: the record that every verb, format and page shows.
// Not here: how it is found (`derive.ts`), how it is printed (`report.ts`).
// Invariant: plain JSON; every formula's text is plain notation that `parse` reads back with the givens as context.

import type { Line, Part } from '../term/print.ts';
import type { Origin } from './origins.ts';

/** One formula in two spellings; `parts` where they were asked for and the formula is printed from one term. */
export interface Formula {
  readonly text: string;
  readonly latex: string;
  readonly parts?: readonly Part[];
}

/** What the derivation takes as given. */
export interface Given extends Formula {
  readonly kind: 'definition' | 'assumption' | 'size' | 'domain';
}

/** Words, and the formulas that stand between them. */
export type Words = readonly (string | Formula)[];

/**
 * One use of one rule: `from` = `to`. `latex` spells `to`; `steps` are the smaller steps that it stands for.
 * `title` and `say` are words with Unicode signs in them; where `say` names whole formulas, `words` has these in both
 * spellings.
 */
export interface Step {
  readonly from: string;
  readonly to: string;
  readonly latex: string;
  readonly rule: string;
  readonly title: string;
  readonly say: string;
  readonly words?: Words;
  readonly check: 'proved' | 'tested';
  readonly steps?: readonly Step[];
  /** Both sides with their parts, where these were asked for. */
  readonly lines?: { readonly from: Line; readonly to: Line };
  /** Where the parts of the right side come from, in the left side; with `lines`. */
  readonly origins?: readonly Origin[];
}

/** Where a free index of the result gets its size: the tensor and its axis, from 0. */
export interface Axis {
  readonly index: string;
  readonly tensor: string;
  readonly axis: number;
}

/** The result in a form that people use; `when` is the case it holds in. */
export interface Form extends Formula {
  readonly form: 'index' | 'cases' | 'matrix' | 'expanded' | 'factored';
  readonly when?: string;
}

/** How a part of a text was read where its writing left a choice. */
export interface ReadAs {
  readonly text: string;
  readonly as: string;
  readonly because: string;
}

/** A question answered: what was given, every checked step, the result in its forms. Plain JSON. */
export interface Derivation {
  readonly question: Formula;
  /** What was read in one of several ways; empty where the writing left no choice. */
  readonly read: readonly ReadAs[];
  readonly givens: readonly Given[];
  readonly steps: readonly Step[];
  readonly result: Formula & { readonly axes: readonly Axis[]; readonly forms: readonly Form[] };
  readonly check: { readonly verdict: 'proved' | 'tested'; readonly points: number; readonly maxError: number };
  readonly milliseconds: number;
}
