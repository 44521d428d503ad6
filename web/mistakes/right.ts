// What a program with a mistake should have returned, by the kind of function that it is.
// Not here: the catalogue, which is the library's.
// Invariant: null where the catalogue does not say which function was meant.
import type { Mistake } from 'whygrad';

/** The right formula for what a mistake `returns`, in the same names. */
export function rightFor({ id, group, returns }: Pick<Mistake, 'id' | 'group' | 'returns'>): string | null {
  if (returns === undefined) return null;
  if (returns.kind === 'jacobian') return 'p_i*(delta_ij - p_j)';
  if (group === 'loss') return 'p_i - y_i';
  if (group !== 'vjp') return null;
  return id.startsWith('logsoftmax') ? 'g_i - p_i*sum_j g_j' : 'p_i*(g_i - sum_j g_j*p_j)';
}
