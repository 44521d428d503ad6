// The sizes that a program uses: as extents of axes, as numbers, as positions.
// Not here: how a target names them (`names.ts`).
// Invariant: every size that a target prints is among them.
import { startOf } from '../arrays/parts.ts';
import type { ArrayProgram, Place, Test, Value } from '../loops.ts';
import { loopsOf } from '../stages.ts';

/** The index sets whose sizes a program uses. */
export function sizesOf(p: ArrayProgram): string[] {
  const found = new Set<string>();
  const see = (set: string | undefined): void => {
    if (set !== undefined && set !== '' && !/^\d+$/.test(set)) found.add(set);
  };
  for (const t of p.tensors.values()) t.sets.forEach(see);
  for (const s of p.stages) {
    if (s.kind === 'gather') [s.set, startOf(s.set)].forEach(see);
    if (s.kind !== 'map') continue;
    for (const a of loopsOf(s)) see(a.set);
    collectSizes(s.body, see);
  }
  return [...found];
}
function collectSizes(v: Value, see: (set: string) => void): void {
  const place = (p: Place): void => {
    for (const t of p.terms) if (t.axis.startsWith('$')) see(t.axis.slice(1));
  };
  const test = (t: Test): void => {
    if (t.kind === 'compare') {
      go(t.left);
      go(t.right);
    } else if (t.kind === 'places') {
      place(t.left);
      place(t.right);
    } else if (t.kind === 'not') test(t.of);
    else t.all.forEach(test);
  };
  const go = (x: Value): void => {
    switch (x.kind) {
      case 'size':
        see(x.set);
        return;
      case 'load':
        x.at.forEach(place);
        return;
      case 'place':
        place(x.place);
        return;
      case 'unary':
        go(x.of);
        return;
      case 'binary':
        go(x.left);
        go(x.right);
        return;
      case 'select':
        test(x.when);
        go(x.then);
        go(x.else);
        return;
      case 'number':
    }
  };
  go(v);
}
