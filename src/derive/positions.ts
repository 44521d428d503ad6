// Given whole numbers that stand as indices: which set each runs over, and which must be positions wherever they stand.
// Not here: the values themselves (`evaluate.ts`, `compile/targets/`).
// Invariant: a tensor whose set no formula tells is not listed.
import { dataLetter, letterSets } from '../check/letters.ts';
import type { Context } from '../term/context.ts';
import { must } from '../term/must.ts';
import { unguardedPositions } from '../term/positions.ts';
import type { SetId, Term } from '../term/term.ts';

/** The tensors whose entries have to be positions under every condition of the terms, with the set of each. */
export function positionSets(bodies: readonly Term[], context: Context): Map<string, SetId> {
  const sets = letterSets(bodies, context);
  const names = new Set(bodies.flatMap((b) => [...unguardedPositions(b)]));
  return new Map(
    [...names].flatMap((name): [string, SetId][] => {
      const letter = dataLetter(name);
      return (sets.get(letter) ?? '') === '' ? [] : [[name, must(sets.get(letter))]];
    }),
  );
}
