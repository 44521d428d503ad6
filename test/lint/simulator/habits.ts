// The habits of simulated authors: each is a record with its options, of which an author has one.
// Not here: what the habits do (`spell.ts`, `letters.ts`, `write.ts`).
// Invariant: a habit changes how a thing is written, never what it says; switching one to its first option is the plain author.
import type { Random } from './random.ts';

/** A habit; the first option is the plainest. An option that stands twice is drawn twice as often. */
export interface Habit<Option extends string> {
  readonly what: string;
  readonly options: readonly Option[];
}

const habit = <const Option extends string>(what: string, ...options: Option[]): Habit<Option> => ({ what, options });

export const habits = {
  syntax: habit('the language of the text', 'markdown', 'markdown', 'latex', 'plain', 'unicode'),
  delimiters: habit('how a display is set off', 'dollars', 'dollars-on-lines', 'brackets', 'environment'),
  fractions: habit('how a quotient is written', 'frac', 'dfrac', 'slash'),
  exponential: habit('how exp is written', 'power', 'call', 'call-sized'),
  logarithm: habit('how log is written', 'log', 'ln'),
  parentheses: habit('which brackets stand around a sum', 'sized', 'plain', 'square', 'big'),
  product: habit('what stands between factors', 'nothing', 'dot', 'thin-space'),
  subscripts: habit('what stands between indices', 'run', 'comma'),
  limits: habit('what a sum says of its range', 'index', 'range', 'limits-command'),
  delta: habit('how the Kronecker delta is written', 'delta', 'indicator', 'bold-indicator', 'cases'),
  derivative: habit('how ∂ is written', 'fraction', 'slash', 'operator'),
  gradient: habit('how the derivative by a vector or matrix is written', 'fraction', 'nabla', 'fraction'),
  transpose: habit('how a transpose is written', 'T', 'top', 'prime'),
  bold: habit('how vectors and matrices look', 'italic', 'bold'),
  convention: habit('whether vectors are columns or rows', 'columns', 'columns', 'rows'),
  letters: habit('which letters quantities have', 'first', 'any', 'any'),
  indices: habit('which letters indices have', 'ijk', 'klm', 'abc', 'rst', 'mixed'),
  examples: habit('where the number of an example stands', 'subscript', 'superscript', 'last'),
  layers: habit('how the weights of layers are told apart', 'letters', 'bracket', 'parenthesis', 'subscript'),
  definitions: habit(
    'where the definitions stand',
    'before',
    'before',
    'shuffled',
    'after',
    'inline',
    'together',
    'just-before',
  ),
  chain: habit(
    'how a chain of equations is set',
    'line',
    'aligned',
    'aligned-left',
    'displays',
    'steps-dropped',
    'form-only',
  ),
  punctuation: habit('what ends a display', 'none', 'stop', 'comma', 'tag'),
  prose: habit('what is said between formulas', 'short', 'headings', 'talkative', 'german', 'chinese', 'list', 'none'),
  declared: habit('whether ranks and sizes are told', 'no', 'words', 'space', 'space-after'),
  assumption: habit('how a sum of 1 is told', 'display', 'inline', 'one-hot', 'words'),
  aside: habit('a remark on something else', 'none', 'none', 'rule', 'other-letters', 'same-letters', 'code'),
  values: habit('a note with values', 'none', 'none', 'special-case', 'example', 'sizes'),
  second: habit('a second section', 'none', 'none', 'redefines', 'renames', 'repeats'),
} as const;

export type HabitName = keyof typeof habits;
export type Author = { readonly [H in HabitName]: (typeof habits)[H]['options'][number] };

/** An author with habits drawn at random: some authors have a few odd ones, some many. */
export function authorOf(random: Random): Author {
  const odd = random.pick([0.3, 0.6, 1]);
  const drawn = Object.entries(habits).map(([name, { options }]) => [
    name,
    random.chance(odd) ? random.pick<string>(options) : options[0],
  ]);
  return Object.fromEntries(drawn) as Author;
}
