// Definitions for one example with the example's index written out, and layers told by the name of a quantity.
// Not here: what the resulting formulas mean (`elaborator.ts`).
// Invariant: the definition itself is not changed; a copy carries the index.
import { must } from '../../term/must.ts';
import { isReservedFunction } from '../../term/functions.ts';
import { visitSurface, type Surface } from '../../language/surface.ts';
import type { Source } from '../registry.ts';
import { mapSurface } from '../../language/rewrite.ts';
import { scripted } from '../../language/scripted.ts';
import { resolveScripts } from '../usage.ts';
import type { Elaboration } from './elaboration.ts';

/** The letter of the example that a lifted definition speaks of. */
export const exampleLetter = "n''";

/** The definition for one example with its index written out. */
export function liftedSource(e: Elaboration, source: Source): Source {
  const { usage, ranks, registry } = e.model;
  const functions = new Set<string>();
  visitSurface(source.body, (s) => {
    if (s.kind === 'apply' && s.head.kind === 'name') functions.add(s.head.name);
  });
  const carries = (s: Surface): boolean => {
    const sc = scripted(s);
    if (sc === null || sc.subs.length > 0 || functions.has(sc.name)) return false;
    const id = resolveScripts(sc, usage).id;
    if (usage.sizes.has(id) || isReservedFunction(id)) return false;
    if (registry.isListed(id)) return ranks.rankOf(id) > 0;
    const isData = /^(?:x|X|y|t|u|h|a)(?:_vec)?$/.test(id);
    return e.reading.lift === 'both' || (e.reading.lift === 'data') === isData;
  };
  const letter: Surface = {
    kind: 'prime',
    base: { kind: 'name', name: 'n', bold: false, run: false, start: 0, end: 0 },
    count: 2,
    start: 0,
    end: 0,
  };
  const body = mapSurface(source.body, (s) =>
    carries(s) ? { kind: 'subscript', base: s, parts: [letter], start: s.start, end: s.end } : s,
  );
  return { ...source, letters: [exampleLetter], body };
}

/** The id without its layer. */
export const stemOfId = (id: string): string => id.replace(/\^\{[A-Za-z]+(?:[+-]\d+)?\}$/, '');

/** The layer that an id is written for: `a^{l-1}`. */
export function layerOfId(id: string): { letter: string; plus: number } | null {
  const found = /\^\{([A-Za-z]+)([+-]\d+)?\}$/.exec(id);
  return found === null ? null : { letter: must(found[1]), plus: Number(found[2] ?? 0) };
}
