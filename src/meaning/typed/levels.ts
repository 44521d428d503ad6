// Levels of names: the t − 1 of `h_{t-1}`, the 3 of `a^{(3)}`, the L of `z^L_j`; and other levels put in their place.
// Not here: which names are given by a recursion (`recursions.ts`).
// Invariant: a level is a letter, a whole number, or a letter plus or minus a whole number.
import { must } from '../../term/must.ts';
import { mapParts, type Surface, unwrap } from '../../language/surface.ts';

/** `letter + plus`; the letter is null for a plain number. */
export interface Level {
  readonly letter: string | null;
  readonly plus: number;
}
export interface Levelled {
  readonly name: string;
  readonly place: 'below' | 'above';
  readonly level: Level;
  /** Whether the letter counts variants of the name (`W^{[l]}`), not its entries (`x^{(i)}`). */
  readonly label: boolean;
}
const layerLetters: ReadonlySet<string> = new Set(['l', 'L', 'ell']);
const countsLayers = (style: string, letter: string | null): boolean =>
  letter === null || style === 'square' || layerLetters.has(letter) || (style === 'paren' && /^[A-Z]$/.test(letter));

export const levelText = (l: Level): string =>
  l.letter === null ? `${l.plus}` : l.plus === 0 ? l.letter : `${l.letter}${l.plus < 0 ? '-' : '+'}${Math.abs(l.plus)}`;

/** The level that a script is, or null. */
export function levelOf(script: Surface): Level | null {
  const s = unwrap(script);
  if (s.kind === 'number') return s.den === 1n && s.num < 1_000_000n ? { letter: null, plus: Number(s.num) } : null;
  if (s.kind === 'name') return /^(?:[A-Za-z]|ell|tau)$/.test(s.name) ? { letter: s.name, plus: 0 } : null;
  if (s.kind !== 'sum') return null;
  let letter: string | null = null;
  let plus = 0;
  for (const t of s.terms) {
    const l = levelOf(t.value);
    if (l === null || (l.letter !== null && (letter !== null || t.sign === -1))) return null;
    letter ??= l.letter;
    plus += t.sign * l.plus;
  }
  return { letter, plus };
}

/** The single pieces of a subscript, lists and runs of letters taken apart. */
export function scriptPieces(scripts: readonly Surface[]): Surface[] {
  return scripts.flatMap((p) => {
    const s = unwrap(p);
    if (s.kind === 'list') return scriptPieces(s.items);
    if (s.kind === 'name' && s.run && /^[a-zA-Z]{2,3}$/.test(s.name))
      return [...s.name].map((name): Surface => ({ ...s, name, run: false }));
    return [s];
  });
}

/** The name and level of `h_{t-1,i}`, `a^{(l)}_j`, `(w^l)_{jk}`, or null. */
export function levelledName(s: Surface): Levelled | null {
  if (s.kind === 'subscript') {
    if (s.base.kind === 'power') return levelledName(s.base);
    if (s.base.kind !== 'name') return null;
    const level = levelOf(must(scriptPieces(s.parts)[0]));
    return level === null ? null : { name: s.base.name, place: 'below', level, label: false };
  }
  if (s.kind !== 'power') return null;
  const base = s.base.kind === 'subscript' ? s.base.base : s.base;
  const level = levelOf(s.exponent);
  if (base.kind !== 'name' || level === null || (s.exponent.kind === 'name' && s.exponent.name === 'T')) return null;
  return { name: base.name, place: 'above', level, label: countsLayers(s.style, level.letter) };
}

/** A level written at the place of `span`. */
export function levelSurface(level: Level, span: { readonly start: number; readonly end: number }): Surface {
  const at = { start: span.start, end: span.end };
  const number = (n: number): Surface => ({ kind: 'number', num: BigInt(n), den: 1n, digits: String(n), ...at });
  const minus = (n: number): Surface => ({ kind: 'sum', terms: [{ sign: -1, value: number(n) }], ...at });
  if (level.letter === null) return level.plus < 0 ? minus(-level.plus) : number(level.plus);
  const name: Surface = { kind: 'name', name: level.letter, bold: false, run: false, ...at };
  if (level.plus === 0) return name;
  return {
    kind: 'sum',
    terms: [
      { sign: 1, value: name },
      { sign: level.plus < 0 ? -1 : 1, value: number(Math.abs(level.plus)) },
    ],
    ...at,
  };
}

const added = (l: Level, to: Level): Level => ({ letter: to.letter, plus: to.plus + l.plus });

/** The formula with `letter` standing for `to`, in scripts and elsewhere. */
export function atLevel(s: Surface, letter: string, to: Level): Surface {
  const inner = (x: Surface): Surface => atLevel(x, letter, to);
  const script = (x: Surface): Surface => {
    const l = levelOf(x);
    return l !== null && l.letter === letter ? levelSurface(added(l, to), x) : inner(x);
  };
  switch (s.kind) {
    case 'name':
      return s.name === letter ? levelSurface(to, s) : s;
    case 'subscript':
      return { ...s, base: inner(s.base), parts: scriptPieces(s.parts).map(script) };
    case 'power': {
      const l = levelOf(s.exponent);
      return l !== null && l.letter === letter
        ? { ...s, base: inner(s.base), exponent: levelSurface(added(l, to), s.exponent), style: labelStyle(s.style) }
        : { ...s, base: inner(s.base), exponent: inner(s.exponent) };
    }
    case 'reduce':
      return s.binding.letters.includes(letter) ? s : mapParts(s, inner);
    default:
      return mapParts(s, inner);
  }
}
const labelStyle = (style: 'none' | 'paren' | 'square'): 'paren' | 'square' => (style === 'none' ? 'paren' : style);
