// Ranks that a text declares: by the set a name lies in, by an array of numbers, by words.
// Not here: ranks that follow from how a name is used (`ranks.ts`).
// Invariant: only what is said is declared; a list of names before one set is declared as a whole or not at all.
import { readSurface } from '../language/parse.ts';
import { unwrap, visitSurface, type Surface } from '../language/surface.ts';
import type { WordFacts } from '../document/prose.ts';
import type { surveyRanks } from './ranks.ts';
import { scripted } from '../language/scripted.ts';
import type { Item, Statement } from '../document/statements.ts';
import { resolveScripts, type Usage } from './usage.ts';

/** `x ∈ ℝ^n`, `W ∈ ℝ^{m×n}`, "the vector x". */
export function declareRanks(
  items: readonly Item[],
  words: WordFacts,
  usage: Usage,
  ranks: ReturnType<typeof surveyRanks>,
): void {
  const idOf = (s: Surface | null | undefined): string | null => {
    const sc = s ? scripted(unwrap(s)) : null;
    if (sc === null) return null;
    const r = resolveScripts(sc, usage);
    return r.indices.length === 0 ? r.id : null;
  };
  for (const item of items) {
    if (item.kind !== 'statement') continue;
    for (let n = 1; n < item.sides.length; n++) {
      const [name, set] = [item.sides[n - 1], item.sides[n]];
      if (set?.link !== '∈' || !set.surface) continue;
      const rank = rankOfSet(unwrap(set.surface));
      const id = idOf(name?.surface);
      if (id !== null && rank !== null) ranks.declare(id, rank);
    }
    const { names, rank } = listedIn(item);
    const ids = names.map(idOf);
    if (rank !== null && ids.every((id) => id !== null)) for (const id of ids) ranks.declare(id, rank);
  }
  for (const item of items) {
    if (item.kind !== 'statement' || item.sides.length !== 2 || !item.sides[0]?.surface || !item.sides[1]?.surface)
      continue;
    const id = idOf(item.sides[0].surface);
    const value = literalRank(item.sides[1].surface);
    if (id !== null && value !== null) ranks.declare(id, value);
  }
  for (const { statement, rank } of words.vectors) {
    const id = statement.sides.length === 1 ? idOf(statement.sides[0]?.surface) : null;
    if (id !== null && rank > 0) ranks.declare(id, rank);
  }
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
