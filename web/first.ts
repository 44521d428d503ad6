// What the page knows before anything is computed: the entrance's derivation and the list of documents, made when it was built.
// Not here: making them (`build/prerender.tsx`).
// Invariant: the derivation is what the library gives for the question beside it; a test asks again.
import type { Derivation, DeriveOptions } from 'whygrad';
import known from './first.generated.json';

/** A document of the library: its title and the questions to begin with. */
export interface Known {
  readonly name: string;
  readonly title: string;
  readonly questions: readonly string[];
}

export interface First {
  readonly asked: { readonly question: string; readonly options: DeriveOptions };
  readonly derivation: Derivation;
  readonly documents: readonly Known[];
}

export const first = known as unknown as First;
