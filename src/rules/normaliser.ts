// The door through which the parts of the normal form call each other: the clauses themselves are in the `normal…` files.
// Not here: any clause.
// Invariant: `of` is a pure function of the term and the context; the budget only decides how far products are expanded.
import type { Context } from '../term/context.ts';
import type { Num, Term } from '../term/term.ts';
import type { Polynomial } from './polynomial.ts';

export interface Normaliser {
  readonly context: Context;
  /** Whether a term is known to have a value for all inputs. */
  readonly hasValue: (t: Term) => boolean;
  readonly memo: Map<Term, Polynomial>;
  budget: number;
  /** The normal form of a term. */
  readonly of: (t: Term) => Polynomial;
  /** A product, expanded while the budget lasts. */
  readonly times: (ps: readonly Polynomial[]) => Polynomial;
  /** What only shows once factors stand together: deltas pick indices, sin² → 1 − cos², numbers multiply out. */
  readonly settle: (p: Polynomial) => Polynomial;
  /** A power with a number as exponent. */
  readonly power: (p: Polynomial, e: Num) => Polynomial;
  /** The power of a sum with its common factors taken out. */
  readonly contentPower: (p: Polynomial, e: Num) => Polynomial;
}
