// Ranks that a text declares: by the set a name lies in, by an array of numbers, by words.
// Not here: ranks that follow from how a name is used (`ranks.ts`).
// Invariant: only what is said is declared; a list of names before one set is declared as a whole or not at all.
import { readSurface } from '../language/parse.ts';
import { unwrap, visitSurface, type Surface } from '../language/surface.ts';
import type { WordFacts } from '../document/prose.ts';
import type { Directives } from '../document/directives.ts';
import type { Stated } from './solve.ts';
import { scripted } from '../language/scripted.ts';
import type { Item, Statement } from '../document/statements.ts';
import { resolveScripts, type Usage } from './usage.ts';

/** What directives declare. */
export const declaredBy = (directives: Directives): Stated[] =>
  [...directives.ranks].map(([of, rank]) => ({
    of,
    is: 'rank',
    rank,
    because: { heuristic: 'directive', strength: 'stated', at: null, says: 'a directive says so' },
  }));

/** `x ∈ ℝ^n`, `W ∈ ℝ^{m×n}`, a matrix written out in numbers, "the vector x". */
export function declaredRanks(items: readonly Item[], words: WordFacts, usage: Usage): Stated[] {
  const statements = items.filter((i): i is Statement => i.kind === 'statement');
  return [
    ...statements.flatMap((s) => declaredBySet(s, usage)),
    ...statements.flatMap((s) => writtenOut(s, usage)),
    ...words.vectors.flatMap(({ statement, rank }) => {
      const id = statement.sides.length === 1 ? idOf(statement.sides[0]?.surface, usage) : null;
      return id !== null && rank > 0 ? [stated(statement, id, rank, 'words', 'the text calls it so')] : [];
    }),
  ];
}

const stated = (item: Statement, of: string, rank: number, heuristic: string, says: string): Stated => ({
  of,
  is: 'rank',
  rank,
  because: { heuristic, strength: 'stated', at: item.sides[0]?.offset ?? null, says },
});

function idOf(s: Surface | null | undefined, usage: Usage): string | null {
  const sc = s ? scripted(unwrap(s)) : null;
  if (sc === null) return null;
  const r = resolveScripts(sc, usage);
  return r.indices.length === 0 ? r.id : null;
}

function declaredBySet(item: Statement, usage: Usage): Stated[] {
  const lies = (id: string, rank: number): Stated =>
    stated(item, id, rank, 'set', 'the text says in which set it lies');
  const single = item.sides.slice(1).flatMap((set, n) => {
    if (set.link !== '∈' || set.surface === null) return [];
    const rank = rankOfSet(unwrap(set.surface));
    const id = idOf(item.sides[n]?.surface, usage);
    return id !== null && rank !== null ? [lies(id, rank)] : [];
  });
  const { names, rank } = listedIn(item);
  const ids = names.flatMap((s) => idOf(s, usage) ?? []);
  return rank === null || ids.length < names.length ? single : [...single, ...ids.map((id) => lies(id, rank))];
}

function writtenOut(item: Statement, usage: Usage): Stated[] {
  const [name, value] = item.sides;
  if (item.sides.length !== 2 || !name?.surface || !value?.surface) return [];
  const id = idOf(name.surface, usage);
  const rank = literalRank(value.surface);
  return id !== null && rank !== null ? [stated(item, id, rank, 'written-out', 'it is written out in numbers')] : [];
}

/** `P, Q ∈ ℝ^{n×n}`: what follows the first comma stands beside the first name, and speaks of all of them. */
function listedIn(item: Statement): { names: readonly Surface[]; rank: number | null } {
  const first = item.sides[0]?.surface ?? null;
  const none = { names: [], rank: null };
  if (item.sides.length !== 1 || first === null || item.reasons.length === 0) return none;
  const others = item.reasons.map(readOrNull);
  const last = others.pop() ?? null;
  const [link] = last?.kind === 'relation' ? last.links : [];
  if (last?.kind !== 'relation' || last.links.length !== 1 || link?.op !== '∈') return none;
  const names = [first, ...others, last.first].flatMap((s) => (s === null ? [] : [s]));
  return { names, rank: names.length === others.length + 2 ? rankOfSet(unwrap(link.value)) : null };
}
function readOrNull(text: string): Surface | null {
  try {
    return unwrap(readSurface(text));
  } catch {
    return null;
  }
}

/** The rank of what lies in ℝ, ℝ^n or ℝ^{m×n}; null for other sets. */
function rankOfSet(set: Surface): number | null {
  if (set.kind === 'name') return set.name === 'R' && set.bold ? 0 : null;
  if (set.kind !== 'power' || set.base.kind !== 'name' || set.base.name !== 'R') return null;
  const e = unwrap(set.exponent);
  return e.kind === 'product' ? e.factors.filter((f) => f.op === '×').length + 1 : 1;
}

/** The rank of a vector or matrix written in numbers. */
function literalRank(s: Surface): number | null {
  const u = unwrap(s.kind === 'power' || s.kind === 'transpose' ? s.base : s);
  if (!isLiteral(u)) return null;
  return u.kind === 'list' && u.items.length > 1
    ? 1
    : u.kind === 'matrix'
      ? u.rows.length === 1 || u.rows.every((r) => r.length === 1)
        ? 1
        : 2
      : null;
}

/** Numbers and brackets only. */
export function isLiteral(s: Surface): boolean {
  let names = 0;
  visitSurface(s, (x) => {
    if (x.kind === 'name' && x.name !== 'T') names++;
  });
  return names === 0;
}

/** A number, with its sign. */
export const isNumber = (s: Surface): boolean => {
  const u = unwrap(s);
  return u.kind === 'number' || (u.kind === 'sum' && u.terms.length === 1 && u.terms[0]?.value.kind === 'number');
};
