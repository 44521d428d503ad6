// Signs typed as two characters, and the signs that relate two sides.
// Not here: how authors decorate them (`relations.ts`).
// Invariant: every key is the text of an operator token.
import type { Relation } from './surface.ts';

export const relations: ReadonlyMap<string, Relation> = new Map<string, Relation>([
  ['=', '='],
  ['==', '='],
  ['!=', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
  [':=', ':='],
  ['≈', '≈'],
  ['∈', '∈'],
  ['∉', '∉'],
  ['→', '→'],
  ['←', '←'],
  ['⇒', '⇒'],
  ['⇔', '⇔'],
  ['∝', '∝'],
]);

/** What is typed, and the operator token that it is. */
export const doubleOperators: readonly (readonly [string, string])[] = [
  ['!=', '!='],
  ['==', '=='],
  ['<=', '<='],
  ['>=', '>='],
  [':=', ':='],
  ['=:', ':='],
  ['->', '→'],
  ['**', '^'],
  ['||', '‖'],
  ['&&', '&&'],
];
