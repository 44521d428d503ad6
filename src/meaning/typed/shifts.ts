// Sums without a range over neighbours: in `Σ_i x_i x_{i+1}` the letter stops where x_{i+1} is the last entry.
// Not here: ranges that are written out (`elaborate.ts`).
// Invariant: a range is given only where one axis of one name carries the letter both plain and shifted.
import { affine, at, endIndex, type Index } from '../../term/term.ts';
import { levelOf, scriptPieces } from './levels.ts';
import type { Reader } from './reader.ts';
import { parts, type Surface } from '../../language/surface.ts';

/** The range that neighbours leave to a letter, or null where they do not tell. */
export function neighbourRange(r: Reader, sum: Surface & { kind: 'reduce' }): { from: Index; to: Index } | null {
  const letter = sum.binding.letters[0];
  if (
    sum.op === 'max' ||
    sum.op === 'min' ||
    sum.binding.letters.length !== 1 ||
    sum.binding.where !== null ||
    letter === undefined
  )
    return null;
  const shifts = new Map<string, { set: string; all: number[] }>();
  if (!collect(sum.body, letter, shifts)) return null;
  const told = [...shifts.values()].filter((s) => s.all.includes(0) && s.all.some((n) => n !== 0));
  const first = told[0];
  if (first === undefined) return null;
  const [low, high] = [Math.min(...told.flatMap((s) => s.all)), Math.max(...told.flatMap((s) => s.all))];
  const to = high > 0 ? affine([{ variable: { kind: 'end', set: first.set }, times: 1 }], -high) : null;
  const ends = `${1 - Math.min(low, 0)} … ${high > 0 ? `n − ${high}` : 'n'}`;
  r.readings.push({
    text: r.text.slice(sum.start, sum.end).trim(),
    as: `${letter} = ${ends}, where n is ${first.set}`,
    because: 'no range is written, and every entry has to exist',
  });
  return { from: at(1 - Math.min(low, 0)), to: to ?? endIndex(first.set) };
}

/** Notes every shift of a letter by name and axis; false where a condition on the letter rules what exists. */
function collect(s: Surface, letter: string, shifts: Map<string, { set: string; all: number[] }>): boolean {
  if (s.kind === 'indicator' || s.kind === 'cases') return !mentions(s, letter);
  if (s.kind === 'reduce' && s.binding.letters.includes(letter)) return true;
  if (s.kind === 'subscript' && s.base.kind === 'name') {
    const { name } = s.base;
    scriptPieces(s.parts).forEach((p, axis) => {
      const l = levelOf(p);
      if (l === null || l.letter !== letter) return;
      const set = `size(${name},${axis + 1})`;
      const known = shifts.get(set) ?? { set, all: [] };
      known.all.push(l.plus);
      shifts.set(set, known);
    });
    return true;
  }
  return parts(s).every((p) => collect(p, letter, shifts));
}
const mentions = (s: Surface, letter: string): boolean =>
  (s.kind === 'name' && s.name === letter) || parts(s).some((p) => mentions(p, letter));
