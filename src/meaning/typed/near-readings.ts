// Writing that another reading lies near: Euler's number beside a vector e, `w_ij` in LaTeX.
// Not here: stars of matrices (`meaning/elaborate/factors.ts`), slashes (`language/slashes.ts`), pairs of letters
// (`pairs.ts`).
// Invariant: what is taken is told; what stays open is a named error.
import type { Surface } from '../../language/surface.ts';
import { unwrap } from '../../language/surface.ts';
import type { Reader } from './reader.ts';
import { isGiven, type World } from './world.ts';

type Power = Surface & { kind: 'power' };

/** Whether this is the letter e, of which the text says nothing. */
export const isBareE = (r: { readonly world: World }, s: Surface): boolean =>
  s.kind === 'name' && s.name === 'e' && !isGiven(r.world, 'e');

/** What learns ranks while a text is read. */
interface Demanding {
  readonly world: World;
  readonly set: (name: string, rank: number) => unknown;
  readonly demand: (s: Surface, rank: number) => unknown;
}

/** `D x + e`: beside a vector, e is a vector and not the base of exp. */
export function demandSummand(ranks: Demanding, s: Surface, rank: number): void {
  if (rank === 1 && isBareE(ranks, s)) ranks.set('e', rank);
  else ranks.demand(s, rank);
}

/** `e^{-e_i}` beside entries e_i: a vector is not raised to what is no numeral, so this e is Euler's number. */
export function isEulers(r: Reader, s: Power): boolean {
  if (isBareE(r, s.base)) return true;
  const isRow = s.base.kind === 'name' && s.base.name === 'e' && (r.world.ranks.get('e') ?? 0) > 0;
  if (!isRow || unwrap(s.exponent).kind === 'number') return false;
  r.readings.push({ text: 'e^', as: 'the exponential', because: 'e is a vector elsewhere, which has no such power' });
  return true;
}

/** `w_ij` in LaTeX is w_i times j, as it is typeset. */
export function indexAsNumber(r: Reader, s: Surface, name: string): never {
  const script = r.latex ? /_([A-Za-z])$/.exec(r.text.slice(0, s.start)) : null;
  const hint =
    script === null
      ? `write pos(${name}) for the number of the position`
      : `write _{${script[1]}${name}}: in LaTeX a subscript without braces takes one letter`;
  return r.fail(s, 'index-as-number', `${name} is an index and stands where a number was expected`, hint);
}
