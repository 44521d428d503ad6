// The letters of `\sum_{i \neq j} x_i x_j`: both, where nothing outside of the sum says what j is.
// Not here: `i < j`, which always binds both (`language/surface.ts`).
// Invariant: a letter that stands outside, or is bound around, or is asked for is left alone; `j ≠ i` binds j; what is
// taken is told.
import type { Reading } from '../../term/context.ts';
import { boundLetters, contains, mapParts, parts, type Surface, unwrap } from '../../language/surface.ts';

type Reduce = Surface & { kind: 'reduce' };

/** The surface with both letters bound where they are a pair. */
export function pairsBound(
  whole: Surface,
  text: string,
  isAsked: (letter: string) => boolean,
  told: Reading[],
): Surface {
  const walk = (s: Surface, around: ReadonlySet<string>): Surface => {
    if (s.kind !== 'reduce') return mapParts(s, (p) => walk(p, around));
    const other = secondOfPair(s);
    const pair =
      other !== null && !around.has(other) && !isAsked(other) && !standsOutside(whole, s, other) ? other : null;
    if (pair !== null)
      told.push({
        text: text.slice(s.binding.start, s.binding.end),
        as: `the sum over ${s.binding.letters[0]} and ${pair}`,
        because: `${pair} stands nowhere outside of it`,
      });
    const letters = pair === null ? s.binding.letters : [...s.binding.letters, pair];
    const bound = { ...s, binding: { ...s.binding, letters } };
    const inside = new Set([...around, ...boundLetters(bound)]);
    return mapParts(bound, (p) => walk(p, inside));
  };
  return walk(whole, new Set());
}

/** The j of `i ≠ j` under a sign whose summand speaks of j. */
function secondOfPair(s: Reduce): string | null {
  const w = s.binding.where === null ? null : unwrap(s.binding.where);
  const [letter, more] = s.binding.letters;
  if (s.binding.from !== null || s.binding.to !== null) return null;
  if (letter === undefined || more !== undefined || w?.kind !== 'relation' || w.links.length !== 1) return null;
  const link = w.links[0];
  const [first, second] = [unwrap(w.first), link === undefined ? null : unwrap(link.value)];
  if (link?.op !== '!=' || first.kind !== 'name' || second?.kind !== 'name') return null;
  const isPair = first.name === letter && /^[a-z]$/.test(second.name) && letter < second.name;
  return isPair && contains(s.body, (x) => x.kind === 'name' && x.name === second.name) ? second.name : null;
}

/** Whether a letter stands outside of this one sum, where no other binds it. */
function standsOutside(whole: Surface, sum: Reduce, letter: string): boolean {
  const stands = (s: Surface): boolean => {
    if (s.kind === 'reduce' && s.start === sum.start && s.end === sum.end) return false;
    if (s.kind === 'reduce' && boundLetters(s).includes(letter)) return false;
    return (s.kind === 'name' && s.name === letter) || parts(s).some(stands);
  };
  return stands(whole);
}
