// The catalogue of mistakes: one list for lint and explanations.
// Not here: how a mistake is recognised.
// Invariant: ids are unique.
import type { Mistake } from './mistake.ts';
import { backwardMistakes } from './mistakes-backward.ts';
import { derivationMistakes } from './mistakes-derivations.ts';
import { gradientMistakes } from './mistakes-gradients.ts';
import { layerMistakes } from './mistakes-layers.ts';
import { programMistakes } from './mistakes-programs.ts';

export type { Mistake, MistakeGroup } from './mistake.ts';

/** Every mistake that is known by name. */
export const mistakes: readonly Mistake[] = [
  ...derivationMistakes,
  ...gradientMistakes,
  ...backwardMistakes,
  ...layerMistakes,
  ...programMistakes,
];

const byId = new Map(mistakes.map((m) => [m.id, m]));

/** The mistake with this id, if there is one. */
export const mistakeNamed = (id: string): Mistake | undefined => byId.get(id);
