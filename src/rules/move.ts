// One step of a derivation as data: from one whole term to the next, with what is needed to check it again.
// Not here: finding moves; checking them (`check/replay.ts`).
// Invariant: the `to` of a move is the `from` of the next one.
import type { Term } from '../term/term.ts';
import type { Substitution } from './match.ts';

/** An equation that a move uses from left to right: an assumption of the text, or a lemma that definitions imply. */
export interface Fact {
  readonly kind: 'assumption' | 'lemma';
  readonly left: Term;
  readonly right: Term;
}

/** How a reader is shown a move: moves of one group that follow each other form one line of the outline. */
export type Group =
  | 'question'
  | 'definition'
  | 'rule'
  | 'pieces'
  | 'derivatives'
  | 'delta'
  | 'simplify'
  | 'name'
  | 'lemma'
  | 'assumption'
  | 'factor';

export interface Move {
  readonly rule: string;
  readonly title: string;
  readonly say: string;
  readonly group: Group;
  /** Folded away unless all detail is asked for. */
  readonly minor: boolean;
  readonly from: Term;
  readonly to: Term;
  /** Where in `from` the rule was used, what stood there and what it became; null for a move of the whole term. */
  readonly at: {
    readonly path: readonly number[];
    readonly before: Term;
    readonly after: Term;
    readonly substitution: Substitution | null;
  } | null;
  readonly facts: readonly Fact[];
  /** The derivation of a derivative that this move puts in. */
  readonly inner: readonly Move[];
}

export const wholeMove = (
  group: Group,
  rule: string,
  title: string,
  say: string,
  from: Term,
  to: Term,
  extra: Partial<Pick<Move, 'minor' | 'facts' | 'inner'>> = {},
): Move => ({ rule, title, say, group, minor: false, from, to, at: null, facts: [], inner: [], ...extra });
