// Words of plain text that hold more than one name: `x^TAx`, `xsin(x)`, `cos3t`, `xlnx`.
// Not here: letters alone, which are a name or a product by what is known of them (`meaning/typed/runs.ts`).
// Invariant: a word that is known, a function or a word of the field is never parted; what was parted at a function is
// told.
import type { Reading } from '../term/context.ts';
import { isFunction } from '../term/functions.ts';
import { type Surface, visitSurface } from './surface.ts';
import { isWord } from './words.ts';

/** Functions whose names are typed together with what stands before and after them. */
const typedFunctions: readonly string[] = 'arcsin arccos arctan sinh cosh tanh sqrt exp log sin cos tan ln'.split(' ');

interface TypedWord {
  readonly text: string;
  readonly at: number;
  readonly word: string;
  readonly known: (name: string) => boolean;
  /** Whether it is the exponent of a name. */
  readonly raised: boolean;
}

/** How many letters of the word are a name of their own; 0 where the word is one. */
export function gluedLetters({ text, at, word, known, raised }: TypedWord): number {
  const whole = /^\w*/.exec(text.slice(at, at + 80))?.[0] ?? word;
  if ([word, whole].some((w) => known(w) || isFunction(w)) || isWord(word)) return 0;
  if (raised && /^T[A-Za-z]/.test(word) && !known('T')) return 1;
  return besideFunction(word, text[at + word.length] ?? '');
}

/** `xsin(` and `xsinx` begin with x; `sinx` begins with sin. A function that ends the word needs something to take. */
function besideFunction(word: string, next: string): number {
  const found =
    /^([A-Za-z]{0,2}?)(arcsin|arccos|arctan|sinh|cosh|tanh|sqrt|exp|log|sin|cos|tan|ln)([A-Za-z]{0,2})$/.exec(word);
  if (found === null) return 0;
  const [, before = '', fn = '', after = ''] = found;
  if (before === 'd' || (after === '' && !/[({\d\\^]|[^\x00-\x7f]/.test(next))) return 0;
  // `tcost` may end in the word cost: it is asked for.
  if (before !== '' && isWord(word.slice(before.length))) return 0;
  return before.length > 0 ? before.length : after.length > 0 ? fn.length : 0;
}

/** `cos3t` is cos(3t); the digit of `log2(x)` belongs to the name. */
export function takesDigits(word: string, rest: string, known: (name: string) => boolean): boolean {
  const digits = /^\d*/.exec(rest)?.[0] ?? '';
  const whole = word + digits;
  return typedFunctions.includes(word) && !isFunction(whole) && !known(whole);
}

/** The words of a text that were parted at a function. */
export function gluedReadings(text: string, surface: Surface): Reading[] {
  const starts = new Set<number>();
  visitSurface(surface, (x) => {
    if (x.kind === 'name' || x.kind === 'number') starts.add(x.start);
  });
  return [...text.matchAll(/(?<![A-Za-z_\d])(?!d[A-Za-z])[A-Za-z][A-Za-z\d]+/g)].flatMap((m): Reading[] => {
    const inside = [...m[0]].map((_, n) => n).filter((n) => n === 0 || starts.has(m.index + n));
    const all = inside.map((from, n) => m[0].slice(from, inside[n + 1]));
    // The T of `x^Tlog(x)` is a sign of its own.
    if (text[m.index - 1] === '^' && all[0] === 'T') all.shift();
    const fn = all.findIndex((p) => typedFunctions.includes(p));
    if (all.length < 2 || fn === -1) return [];
    const taken = all.slice(fn + 1).join(' ');
    const as = [...all.slice(0, fn), taken === '' ? all[fn] : `${all[fn]}(${taken})`].join(' ');
    return [{ text: m[0], as, because: `${all[fn]} is a function` }];
  });
}

// The `ln` of `C_{ln}`: two letters alone in a subscript are indices where no one writes that word as a label,
// or where both count elsewhere.
/** Whether a typed word is two indices side by side. */
export function isIndexPair(word: string, text: string, at: number): boolean {
  if (word.length !== 2 || text[at + 2] !== '}' || !/_\{$/.test(text.slice(Math.max(0, at - 2), at))) return false;
  return !labelWords.has(word) || [...word].every((l) => new RegExp(`_(?:${l}|\\{${l}[,}=])`).test(text));
}
const labelWords: ReadonlySet<string> = new Set(['tr']);

/** `cost` where t is known: the word, or cos t. */
export const isWordOrCall = (word: string, isKnown: (letter: string) => boolean): boolean => {
  const rest = typedFunctions
    .filter((f) => word.startsWith(f) && word.length > f.length)
    .map((f) => word.slice(f.length));
  return rest.some((letters) => letters.length <= 2 && [...letters].every(isKnown));
};
