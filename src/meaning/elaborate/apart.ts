// Letters that a definition leaves open, kept apart from the letters of its sums.
// Not here: whether a document is read so (`lint/readings.ts`).
// Invariant: a sum is restricted only where it runs over an axis that the open letter stands at, too.
import { boundIndex, freeIndex, type Index, type Term } from '../../term/term.ts';
import { mapNode, visit } from '../../term/walk.ts';
import type { Elaboration } from './elaboration.ts';

/** `−log σ(u_o·v) − Σ_k log σ(−u_k·v)`: read so, k never is o. */
export function keptApart(e: Elaboration, t: Term, open: readonly string[]): Term {
  const axesOf = (x: Term, is: (i: Index, depth: number) => boolean): Set<string> => {
    const found = new Set<string>();
    visit(x, (e, depth) => {
      if (e.kind === 'entry')
        e.indices.forEach((i, n) => {
          if (is(i, depth)) found.add(`${e.name},${n}`);
        });
    });
    return found;
  };
  const places = new Map(open.map((l) => [l, axesOf(t, (i) => i.kind === 'free' && i.name === l)]));
  const change = (x: Term): Term => {
    const y = mapNode(x, (c) => change(c));
    if (y.kind !== 'reduce' || y.where !== null) return y;
    const bound = axesOf(y.body, (i, depth) => i.kind === 'bound' && i.depth === depth);
    const letter = open.find((l) => [...(places.get(l) ?? [])].some((p) => bound.has(p)));
    if (letter === undefined) return y;
    e.choices.add('apart');
    e.openLetters.add(letter);
    return e.reading.apart
      ? { ...y, where: { kind: 'position', op: '!=', left: boundIndex(0), right: freeIndex(letter) } }
      : y;
  };
  return change(t);
}
