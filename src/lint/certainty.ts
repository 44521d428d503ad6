// How certain a claim is that holds: tested at points, or proved.
// Not here: the steps that prove (`proved.ts`), whether it holds (`compare.ts`).
// Invariant: work that is not granted proves nothing, and takes nothing back.
import { WhygradError } from '../term/error.ts';
import { nodeCount } from '../term/count.ts';
import { freeIndices } from '../term/walk.ts';
import { namePair } from './attempt.ts';
import type { Budget } from './budget.ts';
import type { Memory } from './memory.ts';
import type { Held } from './outcome.ts';
import { provedInSteps } from './proved.ts';

/** Longer claims are not worked out in proved steps. */
const mostProvable = 120;

/** What holds at every point tried is proved where working its derivatives out leads to one normal form. */
export function certaintyOf({ certainty, attempt }: Held, budget: Budget, known: Memory): Held['certainty'] {
  if (certainty === 'proved' || attempt.kind !== 'compared') return certainty;
  const { left, right, context } = attempt;
  if (nodeCount(left) + nodeCount(right) > mostProvable) return certainty;
  const prove = (): boolean => provedInSteps(left, right, freeIndices(left), context);
  try {
    const isProved = (): boolean => known.recall(`steps ${namePair(left, right, context)}`, prove);
    return budget.proving(
      () => (isProved() ? 'proved' : certainty),
      () => certainty,
    );
  } catch (error) {
    if (error instanceof WhygradError) return certainty;
    throw error;
  }
}
