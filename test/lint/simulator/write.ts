// A derivation as one author writes it down.
// Not here: the choice of the author and of a mistake (`simulator.ts`).
// Invariant: the same facts stand in the text whatever the habits; at most one member is marked as wrong.
import { remarks } from './remarks.ts';
import type { Defined, Derivation } from './derivation.ts';
import { chained, display, document, heading, inline, mark, together } from './layout.ts';
import { all, at, inRows, sum, type Index, type Maths } from './maths.ts';
import { phrases, type Phrases } from './prose.ts';
import { spell, type Speaker } from './spell.ts';

/** A claim as it will be written, with the member that is wrong. */
export interface Told {
  readonly says: string;
  readonly head: Maths;
  readonly members: readonly Maths[];
  readonly wrong: number | null;
}

export interface Piece {
  readonly derivation: Derivation;
  readonly claims: readonly Told[];
  readonly speaker: Speaker;
}

/** The text of a document. */
export function write(piece: Piece): string {
  const { derivation: d, speaker: s } = piece;
  const a = s.author;
  const say = phrases[a.prose];
  const claims = piece.claims.map((c) => [say.claim(c.says), ...claimed(c, say, s)]);
  const body = arranged(piece, claims, say);
  const before = [
    title(d, s),
    ...remarks.declarations(piece, 'space'),
    ...remarks.sizes(piece),
    ...remarks.assumptions(piece, say),
  ];
  const after = [...remarks.declarations(piece, 'space-after'), ...remarks.values(piece), ...remarks.second(piece)];
  return document([...before, ...body, ...after], a);
}

const title = (d: Derivation, s: Speaker): string =>
  s.author.prose === 'none' ? '' : heading(d.name.charAt(0).toUpperCase() + d.name.slice(1), 1, s.author);

/** Definitions and claims in the author's order. */
function arranged(piece: Piece, claims: readonly string[][], say: Phrases): string[] {
  const { derivation: d, speaker: s } = piece;
  const shown = (defined: readonly Defined[]): string[] =>
    defined.flatMap((x) => [say.define(x.says), display(definition(x, s), s.author)]);
  const aside = remarks.aside(piece);
  switch (s.author.definitions) {
    case 'before':
      return [...shown(d.defined), ...aside, ...claims.flat()];
    case 'shuffled':
      return [...shown(backwards(d.defined)), ...aside, ...claims.flat()];
    case 'after':
      return [...claims.flat(), ...aside, say.where, ...shown(d.defined)];
    case 'inline':
      return [...d.defined.map((x) => say.let(inline(definition(x, s), s.author))), ...aside, ...claims.flat()];
    case 'together':
      return [
        say.define(d.defined[0]?.says ?? ''),
        together(
          d.defined.map((x) => definition(x, s)),
          s.author,
        ),
        ...aside,
        ...claims.flat(),
      ];
    case 'just-before':
      return [...justBefore(piece, claims, shown), ...aside];
  }
}

const backwards = <T>(items: readonly T[]): T[] => [...items].reverse();

/** Each definition stands before the first claim that needs it. */
function justBefore(piece: Piece, claims: readonly string[][], shown: (d: readonly Defined[]) => string[]): string[] {
  const { derivation: d } = piece;
  const told = new Set<string>();
  return piece.claims.flatMap((c, n) => {
    const needed = new Set<string>();
    const need = (m: unknown): void => {
      for (const x of d.defined)
        if (JSON.stringify(m).includes(`"${x.name}"`) && !needed.has(x.name)) {
          needed.add(x.name);
          need([x.body, x.whole]);
        }
    };
    need([c.head, c.members]);
    const fresh = d.defined.filter((x) => needed.has(x.name) && !told.has(x.name));
    for (const x of fresh) told.add(x.name);
    return [...shown(fresh), ...(claims[n] ?? [])];
  });
}

/** `p_j = …`, in the form of the derivation. */
export function definition(x: Defined, s: Speaker): string {
  if (x.whole === undefined) return `${spell(at(x.name, ...x.at), s)} = ${spell(x.body, s)}`;
  const head = x.at.length === 0 ? at(x.name) : all(x.name);
  return `${spell(head, s)} = ${spell(inConvention(x.whole, s), s)}`;
}

export const inConvention = (m: Maths, s: Speaker): Maths => (s.author.convention === 'rows' ? inRows(m) : m);

function claimed(c: Told, say: Phrases, s: Speaker): string[] {
  const members = c.members.map((m, n) => {
    const sign = n === c.wrong ? mark.wrong : c.wrong !== null && n === c.wrong + 1 ? mark.next : mark.member;
    return sign + spell(m, s);
  });
  const blocks = chained(spell(c.head, s), members, s.author);
  const between = s.author.prose === 'none' || s.author.chain === 'displays' ? [] : [say.step];
  return blocks.flatMap((b, n) => (n === 0 ? [b] : [...between, b]));
}

/** `Σ_j y_j`, for what the text assumes. */
export const total = (name: string, axes: readonly string[], s: Speaker): string => {
  const indices = axes.map((x): Index => `${x as 'C'}1`);
  return spell(sum(indices.at(-1) as Index, at(name, ...indices)), s);
};
