// Given whole numbers that stand as indices: which set each runs over, and what they may be beside positions of it.
// Not here: the values themselves (`evaluate.ts`, `compile/targets/`).
// Invariant: a tensor whose set no formula tells is not listed.
import { dataLetter, letterSets } from '../check/letters.ts';
import type { Context } from '../term/context.ts';
import { positionExceptions } from '../term/positions.ts';
import type { SetId, Term } from '../term/term.ts';

/** What the entries of a tensor that stand as indices may be: positions of a set, and the numbers in `except`. */
export interface Positions {
  readonly set: SetId;
  readonly except: readonly number[];
}

/** The tensors of the terms whose entries stand as indices. */
export function positionsIn(bodies: readonly Term[], context: Context): Map<string, Positions> {
  const sets = letterSets(bodies, context);
  return new Map(
    [...positionExceptions(bodies)].flatMap(([name, except]): [string, Positions][] => {
      const set = sets.get(dataLetter(name)) ?? '';
      return set === '' ? [] : [[name, { set, except: [...except] }]];
    }),
  );
}
