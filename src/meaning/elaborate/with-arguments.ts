// Quantities that are written with what they depend on: `Ω(β)` for Ω.
// Not here: functions (`calls.ts`).
// Invariant: only a number that is defined, and speaks of every argument, is one.
import { scripted } from '../../language/scripted.ts';
import { unwrap } from '../../language/surface.ts';
import type { Call } from './builtins.ts';
import { speaksOf } from './derivatives.ts';
import type { Elaboration } from './elaboration.ts';

/**
 * `Ω(β)` where Ω is defined as a quantity and speaks of β, `K(t, p(u))` where K was defined as that: the quantity,
 * with what it depends on.
 */
export function isWithArguments(e: Elaboration, id: string, s: Call): boolean {
  const source = e.model.registry.lookUp(id);
  if (source === null || source.formals !== null || s.bracket !== '(' || speaksOf(e, source.body, id)) return false;
  if (source.letters.length > 0 || e.model.ranks.rankOf(id) > 0) return false;
  return s.args.every((a) => {
    const u = unwrap(a);
    const sc = scripted(u.kind === 'apply' ? u.head : u);
    if (sc === null || sc.transposed) return false;
    const r = e.resolve(sc);
    return (
      r.powers.length === 0 &&
      r.id !== id &&
      (u.kind === 'apply' || e.model.ranks.rankOf(r.id) > 0) &&
      speaksOf(e, source.body, r.id)
    );
  });
}
