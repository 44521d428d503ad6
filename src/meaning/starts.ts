// Where sums over the entries of a quantity begin: θ_0 + Σ_{j=1}^n θ_j x_j keeps θ_0 apart, Σ_{k=0}^n a_k x^k does not.
// Not here: what a sum runs over (`elaborate/ranges.ts`).
// Invariant: only what is written counts; a sum without a start says nothing.
import { unwrap, visitSurface, type Surface } from '../language/surface.ts';
import { lettersIn, scripted } from '../language/scripted.ts';

/** Names whose entries some sum runs over from 0, and those with a sum from a later place. */
export interface Starts {
  readonly fromZero: ReadonlySet<string>;
  readonly later: ReadonlySet<string>;
}

export function startsOf(texts: readonly Surface[]): Starts {
  const fromZero = new Set<string>();
  const later = new Set<string>();
  for (const text of texts)
    visitSurface(text, (s) => {
      const start = s.kind === 'reduce' && s.binding.from !== null ? unwrap(s.binding.from) : null;
      if (s.kind !== 'reduce' || start?.kind !== 'number') return;
      for (const name of carriers(s.body, s.binding.letters)) (start.num === 0n ? fromZero : later).add(name);
    });
  return { fromZero, later };
}

/** Names that carry one of the letters as a subscript. */
function carriers(body: Surface, letters: readonly string[]): string[] {
  const names: string[] = [];
  visitSurface(body, (s) => {
    const sc = s.kind === 'subscript' ? scripted(s) : null;
    if (sc?.subs.flatMap(lettersIn).some((l) => letters.includes(l))) names.push(sc.name);
  });
  return names;
}

/** Whether entry 0 of a name is a quantity of its own, beside the entries that are counted from 1. */
export const standsApart = (name: string, starts: Starts): boolean =>
  starts.later.has(name) && !starts.fromZero.has(name);
