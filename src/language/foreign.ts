// Words of other scripts and signs of East Asian width inside of formulas.
// Not here: Greek and mathematical letters (`term/symbols.ts`).
// Invariant: a word of another script is one name; a strict reader refuses it.
import { WhygradError } from '../term/error.ts';

const stops: ReadonlyMap<string, string> = new Map([
  ['。', '.'],
  ['、', ','],
]);
const signs = /^[-+*/^_=<>(){}[\],;:|!.]$/;

/** The sign that a wide character is; null for anything else. */
export function narrowSign(c: string): string | null {
  const narrow = stops.get(c) ?? c.normalize('NFKC');
  return narrow !== c && signs.test(narrow) ? narrow : null;
}

const notLatinOrGreek = '[^\\x00-\\u024f\\u0300-\\u03ff\\u1d00-\\u1fff\\u2000-\\u2bff\\ufb00-\\ufb06]';
const word = new RegExp(`(?=${notLatinOrGreek})\\p{L}(?:(?=${notLatinOrGreek})[\\p{L}\\p{M}])*`, 'uy');

/** The word of another script that begins at a place; null where none does. */
export function foreignWordAt(text: string, at: number): string | null {
  word.lastIndex = at;
  return word.exec(text)?.[0] ?? null;
}

/** What is said of a character that is no sign, letter or operator. */
export function unknownCharacter(text: string, c: string, start: number): WhygradError {
  return new WhygradError('unexpected-character', `the character "${c}" has no meaning in a formula`, {
    text,
    span: { start, end: start + c.length },
    hint: 'remove it, or write it with letters',
  });
}
