// Definitions that lead back to themselves: `b = a + x; a = b x`.
// Not here: a definition whose own right side mentions it (`equations.ts`).
// Invariant: what passes can be unfolded without end in no direction.
import type { Definition } from '../../term/context.ts';
import { WhygradError, type Span } from '../../term/error.ts';
import { must } from '../../term/must.ts';
import { entryNames } from '../../term/walk.ts';

interface Place {
  readonly text: string;
  readonly surface: Span;
}

/** Refuses definitions that need each other, with all of them in the message. */
export function refuseCycles(definitions: ReadonlyMap<string, Definition>, places: ReadonlyMap<string, Place>): void {
  const done = new Set<string>();
  const path: string[] = [];
  const walk = (name: string): void => {
    if (done.has(name)) return;
    const at = path.indexOf(name);
    if (at >= 0) refuse(path.slice(at), places);
    path.push(name);
    for (const next of entryNames(must(definitions.get(name)).body)) if (definitions.has(next)) walk(next);
    path.pop();
    done.add(name);
  };
  for (const name of definitions.keys()) walk(name);
}

function refuse(names: readonly string[], places: ReadonlyMap<string, Place>): never {
  const written = names.map((n) => {
    const { text, surface } = must(places.get(n));
    return text.slice(surface.start, surface.end).trim();
  });
  const first = must(places.get(must(names[0])));
  throw new WhygradError(
    'cyclic-definition',
    names.length === 1
      ? `the definition of ${names[0]} leads back to itself`
      : `${names.join(' and ')} are defined by each other: ${written.join('; ')}`,
    { text: first.text, span: first.surface, hint: 'define one of them by other quantities' },
  );
}
