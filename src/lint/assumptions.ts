// What a document takes as given, stated in words or by an equation, ready for the context of a claim.
// Not here: conditions on indices (`document/conditions.ts`).
// Invariant: an equation is taken as given only where it speaks of quantities that the document does not define.
import { type Surface, unwrap, visitSurface } from '../language/surface.ts';
import {
  Elaborator,
  plainReading,
  resolveScripts,
  scripted,
  type Role,
  roles,
  type Statement,
  type Survey,
} from '../meaning/index.ts';
import type { Assumption } from '../term/context.ts';
import { boundIndex, entry, freeIndex, one, reduce, type Term } from '../term/term.ts';
import { visit } from '../term/walk.ts';

/** The items of the document that something is said for; null: for all of it. */
export type Reach = readonly [number, number] | null;

export interface Given {
  readonly properties: readonly {
    readonly of: string;
    readonly property: 'oneHot' | 'symmetric';
    readonly reach?: Reach;
  }[];
  readonly equations: readonly {
    readonly left: Surface;
    readonly right: Surface;
    readonly at: number;
    /** It holds in the case or the example of its sentence alone. */
    readonly passing?: boolean;
  }[];
  /** Quantities whose last axis sums to 1. */
  readonly sumsToOne: readonly string[];
}

const idsOf = (s: Statement, survey: Survey): string[] =>
  s.sides.flatMap((x) => {
    if (x.surface === null) return [];
    const ids: string[] = [];
    visitSurface(x.surface, (n) => {
      const sc = scripted(n);
      if (sc !== null) {
        ids.push(resolveScripts(sc, survey.model.usage).id);
        return false;
      }
      return true;
    });
    return ids;
  });

/** Everything that the text states about its inputs. */
export function givenBy(survey: Survey): Given {
  const { model, words, items, directives } = survey;
  const isLabel = (id: string): boolean => !model.registry.isListed(id) && model.ranks.rankOf(id) >= 1;
  const oneHot = new Map<string, Reach>([...directives.oneHot].map((id) => [id, null]));
  for (const s of words.oneHot)
    for (const id of idsOf(s, survey)) if (isLabel(id) && oneHot.get(id) !== null) oneHot.set(id, reachOf(s, survey));
  if (oneHot.size === 0 && words.oneHotSomewhere) for (const id of ['y', 't']) if (isLabel(id)) oneHot.set(id, null);
  const sums = new Set<string>();
  const role = roles(items);
  const equations = items.flatMap((item, n) => {
    if (item.kind !== 'statement') return [];
    if (directives.assumed.has(n)) return directiveEquation(item).map((e) => ({ ...e, at: n }));
    return (assumedEquation(item, survey) ?? []).map((e) => ({ ...e, at: n, passing: isPassing(role.get(item)) }));
  });
  for (const a of words.abbreviations)
    if (unwrap(a.right).kind === 'number') equations.push({ left: a.left, right: a.right, at: a.at });
  for (const s of words.sumsToOne) for (const id of idsOf(s, survey)) if (isLabel(id) && !oneHot.has(id)) sums.add(id);
  return {
    properties: [
      ...[...oneHot].map(([of, reach]) => ({ of, property: 'oneHot' as const, reach })),
      ...[...new Set(words.symmetric)].map((of) => ({ of, property: 'symmetric' as const })),
    ],
    equations,
    sumsToOne: [...sums],
  };
}

const directiveEquation = (s: Statement): { left: Surface; right: Surface }[] =>
  s.sides.length === 2 && s.sides[0]?.surface && s.sides[1]?.surface
    ? [{ left: s.sides[0].surface, right: s.sides[1].surface }]
    : [];

/** Said in the case or the example of a sentence alone. */
export const isPassing = (role: Role | undefined): boolean => role === 'case' || role === 'local';

/** What is said under a heading for a special case or an example holds for that section only. */
function reachOf(s: Statement, survey: Survey): Reach {
  const { items } = survey;
  const at = items.indexOf(s);
  let start = at;
  while (start >= 0 && items[start]?.kind !== 'heading') start--;
  const heading = items[start];
  if (heading?.kind !== 'heading' || !/\b(?:case|special|example|exercise|binary|scenario)\b/i.test(heading.text.text))
    return null;
  let end = at;
  while (end < items.length) {
    const item = items[end];
    if (item?.kind === 'heading' && item.level <= heading.level) break;
    end++;
  }
  return [start, end];
}

/** What is given at one place of the document; a claim that is asked from outside stands in no case of it. */
export const givenAt = (given: Given, n: number, isAsked = false): Given => ({
  ...given,
  equations: given.equations.filter((e) => !isAsked || e.passing !== true),
  properties: given.properties.filter(
    (p) => p.reach === undefined || p.reach === null || (n >= p.reach[0] && n < p.reach[1]),
  ),
});

/** Σ_k y_{…k} = 1 */
function sumIsOne(id: string, rank: number): Assumption {
  const letters = Array.from({ length: rank - 1 }, (_, n) => freeIndex(`${'ij'[n] ?? 'i'}''`));
  return { kind: 'equation', left: reduce('sum', 'k', entry(id, ...letters, boundIndex(0))), right: one };
}

/** `\sum_k y_k = 1` of a quantity that is nowhere defined. */
export function assumedEquation(s: Statement, survey: Survey): { left: Surface; right: Surface }[] | null {
  const [left, right] = s.sides;
  if (s.sides.length !== 2 || !left?.surface || !right?.surface || right.link !== '=') return null;
  const sum = unwrap(left.surface);
  const value = unwrap(right.surface);
  if (value.kind !== 'number') return null;
  if (sum.kind === 'reduce' && sum.op === 'sum') {
    const ids = idsOf({ ...s, sides: [left] }, survey);
    return ids.length > 0 && ids.every((id) => !survey.model.registry.isListed(id))
      ? [{ left: sum, right: value }]
      : null;
  }
  return null;
}

/** A claim may read a quantity with another number of indices than the assumption. */
function fitsRanks(t: Term, e: Elaborator): boolean {
  let fits = true;
  visit(t, (x) => {
    if (x.kind === 'entry') fits &&= (e.ranks.get(x.name) ?? x.indices.length) === x.indices.length;
  });
  return fits;
}

/** The given facts about the quantities that an elaborator has met, as assumptions of a context. */
export function assumptionsFor(e: Elaborator, given: Given): Assumption[] {
  const known = (id: string): boolean => e.ranks.has(id) && !e.definitions.has(id);
  const out: Assumption[] = given.properties
    .filter(
      (p) =>
        known(p.of) &&
        (p.property !== 'symmetric' || e.ranks.get(p.of) === 2) &&
        (p.property !== 'oneHot' || (e.ranks.get(p.of) ?? 0) >= 1),
    )
    .map((p) => ({ kind: 'property', of: p.of, property: p.property }));
  for (const id of given.sumsToOne)
    if (
      known(id) &&
      (e.ranks.get(id) ?? 0) > 0 &&
      !out.some((a) => a.kind === 'property' && a.property === 'oneHot' && a.of === id)
    )
      out.push(sumIsOne(id, e.ranks.get(id) ?? 1));
  for (const q of given.equations) {
    const names: string[] = [];
    visitSurface(q.left, (s) => {
      const sc = scripted(s);
      if (sc !== null) {
        names.push(resolveScripts(sc, e.model.usage).id);
        return false;
      }
      return true;
    });
    if (
      names.length === 0 ||
      !names.every(known) ||
      out.some((a) => a.kind === 'property' && a.property === 'oneHot' && names.includes(a.of))
    )
      continue;
    try {
      const inner = new Elaborator(e.model, plainReading, 0);
      const [left, right] = [inner.term(q.left), inner.term(q.right)];
      if (fitsRanks(left, e) && fitsRanks(right, e)) out.push({ kind: 'equation', left, right });
    } catch {
      /* an assumption that is not understood is not used */
    }
  }
  return out;
}
