// Where the parts of a document's formulas stand in its files.
// Not here: which file an offset belongs to (`document/extract.ts`).
// Invariant: a part of a side stands where its first character was typed.
import type { Surface } from '../language/surface.ts';
import type { Item, Side } from '../document/statements.ts';

/** Where a part of a side stands in the file. */
export function placesOf(items: readonly Item[]): (text: Surface, part: Surface) => number | null {
  const sides = new Map<Surface, Side>();
  for (const i of items) if (i.kind === 'statement') for (const s of i.sides) if (s.surface) sides.set(s.surface, s);
  return (text, part) => {
    const side = sides.get(text);
    return side === undefined ? null : (side.text.origins[part.start] ?? side.offset);
  };
}
