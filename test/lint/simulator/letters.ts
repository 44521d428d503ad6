// Which letters an author takes for quantities, indices and sizes.
// Not here: how they are set (`spell.ts`).
// Invariant: two things of a document never have the same letter.
import type { Author } from './habits.ts';
import type { Derivation } from './derivation.ts';
import type { Index, SetName } from './maths.ts';
import type { Random } from './random.ts';

/** Letters as LaTeX; a whole vector or matrix has the same. */
const candidates: Readonly<Record<string, readonly string[]>> = {
  logits: ['z', 'o', 'a', 'x', 's', 'u'],
  probabilities: ['p', '\\hat{y}', 'a', 'S', 'q', 's', '\\pi'],
  labels: ['y', 't'],
  loss: ['L', 'E', 'J', '\\mathcal{L}', 'C', '\\ell'],
  features: ['x', 'u', 'X'],
  weights: ['w', '\\theta', '\\beta', 'v'],
  bias: ['b', 'c'],
  targets: ['y', 't'],
  score: ['z', 'a', 's', 'h'],
  prediction: ['p', '\\hat{y}', '\\mu', 'q'],
  maximum: ['f', 'l', 'm', 'F'],
  vector: ['x', 'z', 'u', 'a'],
  matrix: ['W', 'A', '\\Theta', 'M'],
  shift: ['b', 'c', 'd'],
  output: ['y', 'h', 'z', 'o', '\\hat{y}'],
  mean: ['\\mu', 'm', '\\bar{x}'],
  variance: ['v', '\\sigma^2', 'V'],
  normalised: ['\\hat{x}', 'y', '\\tilde{x}', 'g'],
  scale: ['r', 's', '\\rho'],
  other: ['b', 'y', 'v'],
  length: ['r', '\\alpha', 'm'],
  span: ['s', '\\beta', 'l'],
  cosine: ['\\rho', 'c', 'q', 'f'],
  square: ['A', 'B', 'M', 'Q'],
  form: ['f', 'q', 'g', 'E'],
  temperature: ['\\tau', 'T', 't'],
  gate: ['s', 'g', '\\sigma'],
  deviation: ['s', '\\sigma', '\\tau'],
  likelihood: ['l', '\\ell', 'F', '\\mathcal{L}'],
  first: ['V', 'U', 'A'],
  second: ['W', 'B', '\\Theta'],
  hidden: ['h', 'a', 'g'],
  design: ['X', '\\Phi', 'A'],
  penalty: ['\\lambda', '\\alpha', '\\eta'],
  aims: ['t', 'y', 'r'],
};

const sizes: Readonly<Record<SetName, readonly string[]>> = {
  N: ['N', 'm', 'n', 'B'],
  C: ['C', 'K', 'n', 'c'],
  D: ['D', 'd', 'n', 'p'],
  H: ['H', 'h', 'm', 'q'],
  V: ['n', 'd', 'm', 'N'],
};

const alphabets: Readonly<Record<Author['indices'], readonly string[]>> = {
  ijk: ['i', 'j', 'k', 'l', 'm', 'n', 'a', 'b', 'c', 'r', 's', 'u'],
  klm: ['k', 'l', 'm', 'n', 'r', 's', 'i', 'j', 'a', 'b', 'c', 'u'],
  abc: ['a', 'b', 'c', 'd', 'r', 's', 'i', 'j', 'k', 'l', 'm', 'n'],
  rst: ['r', 's', 't', 'u', 'i', 'j', 'k', 'l', 'm', 'n', 'a', 'b'],
  mixed: ['j', 'i', 'k', 'm', 'l', 'n', 'r', 'a', 'b', 's', 'c', 'u'],
};

export interface Letters {
  readonly quantity: ReadonlyMap<string, string>;
  readonly size: ReadonlyMap<SetName, string>;
  readonly index: ReadonlyMap<Index, string>;
}

/** The letter itself: `ŷ` and `y` are two, `σ²` and `σ` are one. */
const bare = (letter: string): string => letter.replace(/\^2$/, '');
/** A hat keeps its letter from being taken for an index, not from being taken for another quantity. */
const plain = (letter: string): string => letter.replace(/^\\(?:hat|bar|tilde)\{(.)\}$/, '$1');

/** Letters for everything in a derivation. */
export function lettersOf(d: Derivation, author: Author, random: Random): Letters {
  const taken = new Set<string>(['e', 'd']);
  const take = (from: readonly string[], spare: readonly string[]): string => {
    const order = [...(author.letters === 'first' ? from : random.shuffled(from)), ...spare];
    const letter = order.find((l) => !taken.has(bare(l)));
    if (letter === undefined) throw new Error(`bug: no letter is left of ${from.join(' ')}`);
    taken.add(bare(letter));
    return letter;
  };
  const quantity = new Map(
    [...d.inputs, ...d.defined].map((q) => [q.name, take(candidates[q.name] ?? [], 'fghpqrtuvxyz'.split(''))]),
  );
  for (const letter of [...taken]) taken.add(plain(letter));
  const sets: readonly SetName[] = ['N', 'C', 'D', 'H', 'V'];
  const size = new Map(sets.map((s) => [s, take(sizes[s], 'ABDGKMPQRUV'.split(''))]));
  const index = new Map<Index, string>();
  // Indices over one set have neighbouring letters.
  const order = sets.flatMap((s) => ([1, 2, 3] as const).map((n): Index => `${s}${n}`)).filter((i) => isUsed(d, i));
  const pool = [...alphabets[author.indices], ...'vwghopqxyz'].filter((l) => !taken.has(l));
  order.forEach((i, n) => index.set(i, pool[n] ?? 'k'));
  return { quantity, size, index };
}

const isUsed = (d: Derivation, i: Index): boolean => JSON.stringify(d).includes(`"${i}"`);
