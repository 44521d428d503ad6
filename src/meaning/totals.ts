// Names that stand for a total where they carry no index.
// Not here: how the other scripts of a name are read (`usage.ts`).
// Invariant: a name is a total only where an equation says of what.
import { letterOf, scripted } from '../language/scripted.ts';
import { type Surface, unwrap, visitSurface } from '../language/surface.ts';
import type { Usage } from './usage.ts';

/** `L = Σ_t L_t`: the bare name is the total of the entries. */
export function noteTotal(usage: Usage, left: Surface, right: Surface): void {
  const sc = scripted(unwrap(left));
  if (sc === null || sc.subs.length > 0) return;
  visitSurface(right, (x) => {
    const inner = x.kind === 'subscript' ? scripted(x) : null;
    if (
      inner !== null &&
      inner.name === sc.name &&
      inner.bold === sc.bold &&
      inner.subs.some((p) => letterOf(p) !== null)
    )
      (usage.totals as Set<string>).add(sc.name);
  });
}
