// What a document takes as given, stated in words or by an equation, ready for the context of a claim.
// Not here: conditions on indices (`document/conditions.ts`).
// Invariant: an equation is taken as given only where it speaks of quantities that the document does not define.
import { readSurface } from '../language/parse.ts';
import { type Surface, unwrap, visitSurface, unwrapTransposes } from '../language/surface.ts';
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
import type { Link } from '../document/links.ts';
import type { Property } from '../document/properties.ts';
import { boundIndex, type Comparison, entry, freeIndex, one, reduce, type Term } from '../term/term.ts';
import { visit } from '../term/walk.ts';
import { stipulates, wordsBefore } from './before.ts';

/** The items of the document that something is said for; null: for all of it. */
export type Reach = readonly [number, number] | null;

export interface Given {
  readonly properties: readonly {
    readonly of: string;
    readonly property: Property;
    readonly reach?: Reach;
  }[];
  readonly equations: readonly {
    readonly left: Surface;
    readonly right: Surface;
    readonly at: number;
    /** It holds in the case or the example of its sentence alone. */
    readonly passing?: boolean;
  }[];
  /** `0 < p`, `v + ε ≥ 1`: the order of two sides that somebody gives. */
  readonly orders: readonly { readonly left: Surface; readonly link: Link; readonly right: Surface }[];
  /** Quantities whose last axis sums to 1. */
  readonly sumsToOne: readonly string[];
  /** Equations that say nothing but such a fact. */
  readonly stating: ReadonlySet<Statement>;
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

/** The quantity that a sentence speaks of where it writes $y$, $y_i$ or $y \\in S$, and no equation of it. */
const mentionedIn = (s: Statement, survey: Survey): string[] =>
  s.sides.some((x) => x.link === '=' || x.link === ':=') ? [] : idsOf({ ...s, sides: s.sides.slice(0, 1) }, survey);

/** Everything that the text states about its inputs. */
export function givenBy(survey: Survey): Given {
  const { model, words, items, directives } = survey;
  const isLabel = (id: string): boolean => !model.registry.isListed(id) && model.ranks.rankOf(id) >= 1;
  const oneHot = new Map<string, Reach>([...directives.oneHot].map((id) => [id, null]));
  for (const s of words.oneHot)
    for (const id of mentionedIn(s, survey))
      if (isLabel(id) && oneHot.get(id) !== null) oneHot.set(id, reachOf(s, survey));
  if (oneHot.size === 0 && words.oneHotSomewhere) for (const id of ['y', 't']) if (isLabel(id)) oneHot.set(id, null);
  const sums = new Set<string>();
  const role = roles(items);
  const assumed = items.filter(
    (item, n): item is Statement =>
      item.kind === 'statement' && isAssumed(item, items, n) && !isPassing(role.get(item)),
  );
  const given = items.filter((item): item is Statement => item.kind === 'statement' && item.states !== undefined);
  const stating = new Set<Statement>(given);
  const bySymmetry = assumed.flatMap((s) => {
    const id = symmetricIn(s, survey);
    if (id !== null) stating.add(s);
    return id ?? [];
  });
  for (const s of assumed) {
    const of = summedByOnes(s);
    const sc = of === null ? null : scripted(of);
    const id = sc === null ? null : resolveScripts(sc, model.usage).id;
    if (id === null || !isLabel(id)) continue;
    sums.add(id);
    stating.add(s);
  }
  const equations = items.flatMap((item, n) => {
    if (item.kind !== 'statement' || item.asked === true) return [];
    if (directives.assumed.has(n)) return directiveEquation(item).map((e) => ({ ...e, at: n }));
    return (assumedEquation(item, survey) ?? []).map((e) => ({ ...e, at: n, passing: isPassing(role.get(item)) }));
  });
  for (const a of words.abbreviations)
    if (unwrap(a.right).kind === 'number') equations.push({ left: a.left, right: a.right, at: a.at });
  for (const s of words.sumsToOne)
    for (const id of mentionedIn(s, survey)) if (isLabel(id) && !oneHot.has(id)) sums.add(id);
  return {
    properties: [
      ...[...oneHot].map(([of, reach]) => ({ of, property: 'oneHot' as const, reach })),
      ...given.flatMap((s) =>
        s.states === undefined || s.states === 'order'
          ? []
          : idsOf(s, survey)
              .slice(0, 1)
              .map((of) => ({ of, property: s.states as Property })),
      ),
      ...[...new Set([...words.symmetric, ...bySymmetry])].map((of) => ({ of, property: 'symmetric' as const })),
    ],
    equations,
    orders: given.flatMap(ordersIn),
    sumsToOne: [...sums],
    stating,
  };
}

const ordersIn = (s: Statement): Given['orders'] =>
  s.states !== 'order'
    ? []
    : s.sides.slice(1).flatMap(({ link, surface: right }, n) => {
        const left = s.sides[n]?.surface;
        return link === null || left == null || right === null ? [] : [{ left, link, right }];
      });

/** `x_i > 0` beside a formula: what it speaks under. */
function orderSaid(remark: string): Given['orders'] {
  const text = remark
    .replace(/\\(?:text[a-z]*|mbox|mathrm)\s*\{([^{}]*)\}/g, ' $1 ')
    .replace(/\$|\b(?:if|for|when|where|whenever)\b/g, ' ')
    .replace(/[.,;\s]+$/, '');
  if (!/[<>≤≥]|\\[lg](?:e|eq|t)\b/.test(text)) return [];
  try {
    const said = unwrap(readSurface(text, { spelling: 'latex' }));
    const [link] = said.kind === 'relation' && said.links.length === 1 ? said.links : [];
    const op = link === undefined ? undefined : written.get(link.op);
    return said.kind !== 'relation' || link === undefined || op === undefined
      ? []
      : [{ left: said.first, link: op, right: link.value }];
  } catch {
    return [];
  }
}
const written: ReadonlyMap<string, Link> = new Map([
  ['<', '<'],
  ['>', '>'],
  ['<=', '≤'],
  ['>=', '≥'],
]);

const comparisons: ReadonlyMap<Link, Comparison> = new Map([
  ['<', '<'],
  ['>', '>'],
  ['≤', '<='],
  ['≥', '>='],
  ['≠', '!='],
]);

/** Words before it say that it is taken as given. */
const isAssumed = (s: Statement, items: Survey['items'], n: number): boolean =>
  s.asked !== true && !s.continues && s.sides.length === 2 && stipulates.test(wordsBefore(items, n));

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

/** Why a statement is no claim: it states a fact, or a directive says so; null where it may be one. */
export function takenAsGiven(s: Statement, n: number, { directives }: Survey, given: Given): string | null {
  if (directives.assumed.has(n)) return 'given by a directive';
  return given.stating.has(s) ? 'taken as given' : null;
}

/** What is given at one place of the document; a claim that is asked from outside stands in no case of it. */
export const givenAt = (given: Given, n: number, s: Statement): Given => ({
  ...given,
  orders: [...given.orders, ...s.reasons.flatMap(orderSaid)],
  equations: given.equations.filter((e) => s.asked !== true || e.passing !== true),
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
  if (value.kind !== 'number' || sum.kind !== 'reduce' || sum.op !== 'sum') return null;
  const ids = idsOf({ ...s, sides: [left] }, survey);
  return ids.length > 0 && ids.every((id) => !survey.model.registry.isListed(id))
    ? [{ left: sum, right: value }]
    : null;
}

/** `1^T y = 1`: the quantity whose sum is said to be 1. */
function summedByOnes(s: Statement): Surface | null {
  const [left, right] = s.sides.map((x) => (x.surface === null ? null : unwrap(x.surface)));
  if (s.sides.length !== 2 || left?.kind !== 'product' || right?.kind !== 'number' || right.num !== right.den)
    return null;
  const [row, of, ...more] = left.factors.map((f) => unwrap(f.value));
  if (row === undefined || of === undefined || more.length > 0) return null;
  const ones = unwrapTransposes(row);
  return ones !== row && (ones.kind === 'ones' || (ones.kind === 'number' && ones.num === ones.den)) ? of : null;
}

/** `A^T = A`, `A_{ij} = A_{ji}`: the quantity that is said to be symmetric; null for another equation. */
function symmetricIn(s: Statement, survey: Survey): string | null {
  const [left, right] = s.sides.map((x) => (x.surface === null ? null : unwrap(x.surface)));
  if (s.sides.length !== 2 || left == null || right == null || s.sides[1]?.link !== '=' || s.asked === true)
    return null;
  const names = [left, right].map((x) => scripted(unwrapTransposes(x)));
  const [l, r] = names.map((x) => (x == null ? null : resolveScripts(x, survey.model.usage)));
  if (l == null || r == null || l.id !== r.id || survey.model.registry.isListed(l.id)) return null;
  const turned = (unwrapTransposes(left) !== left) !== (unwrapTransposes(right) !== right);
  const [a, b] = [l, r].map((x) => x.indices.map((i) => (i.kind === 'name' ? i.name : '')));
  return (turned && l.indices.length + r.indices.length === 0) ||
    (!turned && a?.length === 2 && a[0] !== a[1] && a[0] === b?.[1] && a[1] === b?.[0])
    ? l.id
    : null;
}

/** A claim may read a quantity with another number of indices than the assumption. */
function fitsRanks(t: Term, e: Elaborator): boolean {
  let fits = true;
  visit(t, (x) => {
    if (x.kind === 'entry') fits &&= (e.ranks.get(x.name) ?? x.indices.length) === x.indices.length;
  });
  return fits;
}

/** Both sides of an assumption; null where it is not understood: then it is not used. */
function understood(e: Elaborator, left: Surface, right: Surface): readonly [Term, Term] | null {
  try {
    const inner = new Elaborator(e.model, plainReading, 0);
    const [l, r] = [inner.term(left), inner.term(right)];
    return fitsRanks(l, e) && fitsRanks(r, e) ? [l, r] : null;
  } catch {
    return null;
  }
}

/** The given facts about the quantities that an elaborator has met, as assumptions of a context. */
export function assumptionsFor(e: Elaborator, given: Given): Assumption[] {
  const known = (id: string): boolean => e.ranks.has(id) && !e.definitions.has(id);
  const out: Assumption[] = given.properties
    .filter(
      (p) =>
        known(p.of) &&
        (!/^(?:symmetric|orthogonal)$/.test(p.property) || e.ranks.get(p.of) === 2) &&
        (p.property !== 'oneHot' || (e.ranks.get(p.of) ?? 0) >= 1),
    )
    .map((p) => ({ kind: 'property', of: p.of, property: p.property }));
  for (const { left, link, right } of given.orders) {
    const op = comparisons.get(link);
    const sides = op === undefined ? null : understood(e, left, right);
    if (op !== undefined && sides !== null)
      out.push({ kind: 'condition', condition: { kind: 'compare', op, left: sides[0], right: sides[1] } });
  }
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
    const sides = understood(e, q.left, q.right);
    if (sides !== null) out.push({ kind: 'equation', left: sides[0], right: sides[1] });
  }
  return out;
}
