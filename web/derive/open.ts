// Which smaller steps are open, as the address says.
// Not here: showing them (`steps.tsx`).
// Invariant: the address alone decides.
import { change, field } from '../state.ts';

/** The numbers of the steps whose smaller steps are open. */
export const openSteps = (): ReadonlySet<string> =>
  new Set(
    field('open')
      .split(',')
      .filter((n) => n !== ''),
  );

export function toggle(id: string): void {
  const open = new Set(openSteps());
  if (!open.delete(id)) open.add(id);
  change({ open: [...open].join(',') }, 'replace');
}
