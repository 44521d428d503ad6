// The cards of the gallery, made when the page was built.
// Not here: making them (`build/prerender.tsx`).
// Invariant: text is the library's; formulas are lines that it printed.
import type { Line } from 'whygrad';
import known from '../cards.generated.json';

/** A mistake as the gallery shows it. */
export interface Card {
  readonly id: string;
  readonly group: string;
  readonly name: string;
  readonly write: string;
  readonly why: string;
  readonly right: string;
  readonly counterexample: string;
  readonly seen: readonly string[];
  readonly lines?: { readonly wrong: Line; readonly right: Line };
  /** The claim that is false, and what is given to it: a document for Check. */
  readonly claim?: string;
  readonly given?: readonly string[];
  /** Whether a network can be trained with it in place of p − y. */
  readonly trains: boolean;
  /** Whether its numbers can be computed. */
  readonly counts: boolean;
}

export const cards = known as unknown as readonly Card[];

/** A card's false claim as a document for Check. */
export const failing = (c: Card): string | null =>
  c.claim === undefined ? null : [...(c.given ?? []).map((g) => `$${g}$`), `$$${c.claim}$$`].join('\n\n');
