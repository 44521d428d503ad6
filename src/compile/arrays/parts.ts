// How the sizes of a split set are named: the part of this process, where it starts, the whole.
// Not here: which sets are split (`shard.ts`).
// Invariant: no set that a document names holds an @.
import type { SetId } from '../../term/term.ts';

/** The part of a set that one process holds. */
export const partOf = (set: SetId): SetId => `${set}@here`;
/** The place in the whole where the part starts; a size that is used as a number only. */
export const startOf = (set: SetId): SetId => `${set}@start`;
export const wholeOf = (set: SetId): SetId => set.replace(/@(here|start)$/, '');
export const isPart = (set: SetId): boolean => set.endsWith('@here');
export const isStart = (set: SetId): boolean => set.endsWith('@start');
