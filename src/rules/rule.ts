// What a rule is: an equation between two patterns, the conditions under which it is true, and how it is named and explained.
// Not here: the rules themselves (one file per topic) and how they are matched.
// Invariant: a rule is plain data; its patterns are written in the users' own plain notation.

/** `exact`: true wherever both sides are defined. `rounding`: exact over the reals, changes float results. `minor`: bookkeeping, folded away when printed. `mistake`: false, and people really write it. */
export type RuleKind = 'exact' | 'rounding' | 'minor' | 'mistake';

/** The closed list of conditions; an unknown answer is "no". */
export type RuleCondition =
  | { readonly is: 'constant'; readonly what: string; readonly by: string }
  | { readonly is: 'positive'; readonly what: string }
  | { readonly is: 'nonzero'; readonly what: string };

/**
 * In patterns, `f g h u v c n …` (entries without indices) stand for any term that does not use the pattern's bound letters, `f_k` for
 * a term that may use the bound letter k, free index letters for any index, and `x` as the second argument of `d(…, x)` for any entry.
 */
export interface Rule {
  readonly name: string;
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly where?: readonly RuleCondition[];
  /** One sentence for the reader. */
  readonly say: string;
  /** A question or formula in which the rule is used. */
  readonly example: string;
  readonly kind: RuleKind;
}

export const constantIn = (what: string, by = 'x'): RuleCondition => ({ is: 'constant', what, by });
export const positive = (what: string): RuleCondition => ({ is: 'positive', what });
export const nonzero = (what: string): RuleCondition => ({ is: 'nonzero', what });
