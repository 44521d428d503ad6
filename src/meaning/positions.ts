// Names whose entries stand as indices: the t of `p_{n,t_n}`, and of `1{j = t_n}` for an index j.
// Not here: the indices themselves (`elaborate/indices.ts`).
// Invariant: what stands once as an index holds positions everywhere in the text.
import { letterOf, scripted, scriptsToVisit } from '../language/scripted.ts';
import { type Surface, unwrap, visitSurface } from '../language/surface.ts';

/** The name of an entry `t_n`; null for anything else. */
function entryName(s: Surface): string | null {
  const u = unwrap(s);
  const sc = u.kind === 'subscript' ? scripted(u) : null;
  return sc === null || sc.sups.length > 0 || sc.name === 'e' ? null : sc.name;
}
/** Whether this is an entry of a tensor that holds positions. */
export const isPositionEntry = (s: Surface, positions: ReadonlySet<string>): boolean =>
  positions.has(entryName(s) ?? '');

/** The names in a text. */
export function positionsIn(all: readonly Surface[]): Set<string> {
  const found = new Set<string>();
  const note = (s: Surface): void => {
    const name = entryName(s);
    if (name !== null) found.add(name);
  };
  const look = (s: Surface): boolean | void => {
    if (s.kind === 'indicator') visitSurface(s.condition, (c) => noteEqual(c, note));
    const sc = scripted(s);
    if (sc === null) return;
    sc.subs.forEach(note);
    for (const x of scriptsToVisit(sc)) visitSurface(x, look);
    return false;
  };
  for (const s of all) visitSurface(s, look);
  return found;
}

function noteEqual(c: Surface, note: (s: Surface) => void): void {
  if (c.kind !== 'relation' || !c.links.every((l) => l.op === '=' || l.op === '!=')) return;
  const sides = [c.first, ...c.links.map((l) => l.value)];
  if (sides.some((x) => /^[a-z]'*$/.test(letterOf(unwrap(x)) ?? ''))) sides.forEach(note);
}
