// Names outside of formulas: the keys of values, and where a name stands in a text.
// Not here: which name stands at the bottom of scripts inside a formula (`names.ts`).
// Invariant: never throws; what is no name stays as it is.
import { WhygradError, type Span } from '../../term/error.ts';
import { readSurface } from '../../language/parse.ts';
import { nameOf } from './names.ts';
import { type Surface, unwrap, visitSurface } from '../../language/surface.ts';
import { recogniseSpelling } from '../../language/tokens.ts';
import { emptyWorld, type World } from './world.ts';

function surfaceOf(text: string, latex: boolean): Surface | null {
  try {
    return readSurface(text, { spelling: latex ? 'latex' : 'plain', known: () => false });
  } catch (error) {
    if (error instanceof WhygradError) return null;
    throw error;
  }
}

const partText = (s: Surface): string | null =>
  s.kind === 'name' ? s.name : s.kind === 'number' && s.den === 1n ? String(s.num) : null;

/**
 * The name that a key means in any spelling: `ε` and `\epsilon` are `epsilon`, `ŷ` and `\hat{y}` are `y_hat`, `λ_1` is
 * `lambda_1`.
 */
export function nameOfKey(key: string): string {
  const latex = recogniseSpelling(key) === 'latex';
  const surface = surfaceOf(key, latex);
  const named = surface === null ? null : nameOf(unwrap(surface), emptyWorld(), latex);
  if (named === null) return key;
  const below = named.indices.map((s) => partText(unwrap(s)));
  return below.includes(null) ? key : [named.name, ...below].join('_');
}

/** Whether two names differ only in whether a subscript was read as a label: `d_k` and `d^(k)`. */
export const sameButLabel = (a: string, b: string): boolean => unlabelled(a) === unlabelled(b);
const unlabelled = (name: string): string => name.replace(/\^\(([^()]*)\)/g, '_$1');

/** Where a name first stands in a text; null where it is not found. */
export function placeOfName(text: string, name: string, world: World): Span | null {
  const latex = recogniseSpelling(text) === 'latex';
  const surface = surfaceOf(text, latex);
  let place: Span | null = null;
  if (surface !== null)
    visitSurface(surface, (s) => {
      place ??= nameOf(s, world, latex)?.name === name ? { start: s.start, end: s.end } : null;
      return place === null;
    });
  return place;
}
