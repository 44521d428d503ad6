// Which statements of a document define something: heads with their bodies, names that appear first on the right, what
// stands under a derivative on both sides.
// Not here: whether an equation of a defined quantity is a claim (`lint/`).
// Invariant: an equation that defines nothing is left alone; a name is listed in the order of the text.
import { asidesIn } from '../document/asides.ts';
import type { Directives } from '../document/directives.ts';
import type { WordFacts } from '../document/prose.ts';
import type { Item, Side, Statement } from '../document/statements.ts';
import { scripted, scriptText, visitNames } from '../language/scripted.ts';
import { parts, type Surface, unwrap, visitSurface } from '../language/surface.ts';
import { isReservedFunction } from '../term/functions.ts';
import { must } from '../term/must.ts';
import { isLiteral, isNumber } from './declared.ts';
import { type Head, readHead, type Registry, type Source } from './registry.ts';
import { idsIn, resolveScripts, type Usage } from './usage.ts';

/** A statement's definition: which side is the body. */
export interface Defines {
  readonly source: Source;
  readonly side: number;
  readonly literal: boolean;
}

/** Lists the definitions of all statements, none of them in force; the answer tells which statement has which. */
export function listDefinitions(
  items: readonly Item[],
  words: WordFacts,
  usage: Usage,
  registry: Registry,
  sections: readonly number[],
  directives: Directives,
): Map<number, Defines[]> {
  const defines = new Map<number, Defines[]>();
  const first = firstAppearances(items, usage);
  const asides = asidesIn(items);
  const add = (n: number, d: Defines): void => {
    defines.set(n, [...(defines.get(n) ?? []), d]);
    if (
      !d.literal &&
      !asides.has(n) &&
      !(d.source.layer !== null && !registry.isListed(d.source.id) && registry.lookUpLayer(d.source.stem) !== null)
    )
      registry.list(d.source);
  };
  const make = (head: Head, body: Surface, n: number, side: number): Defines => ({
    side,
    literal: isLiteral(body),
    source: { ...head, body, at: n, section: sections[n] ?? 0, einstein: words.einstein },
  });
  for (const a of words.abbreviations) {
    const head = readHead(a.left, usage);
    if (head !== null && !isNumber(a.right)) registry.list(make(head, a.right, a.at, 0).source);
  }
  items.forEach((item, n) => {
    if (item.kind !== 'statement' || item.continues || directives.assumed.has(n)) return;
    if (registry.isDerivative(item.sides[0]?.surface, usage)) return;
    for (const d of forwardDefinitions(item, usage, n, registry, make)) {
      // A claim that is asked of the document defines nothing again.
      if (item.asked === true && registry.isListed(d.source.id)) continue;
      for (const twin of impliedByTwin(d, usage, registry, make)) registry.list(twin.source);
      add(n, d);
    }
    if (item.asked === true) return;
    for (const d of definitionsUnderDerivative(item, usage, n, registry, make)) registry.list(d.source);
    for (const d of backwardDefinitions(item, usage, n, first, registry, make)) add(n, d);
  });
  return defines;
}

type Make = (head: Head, body: Surface, n: number, side: number) => Defines;
export const isEquality = (s: Side | undefined): boolean => s !== undefined && (s.link === '=' || s.link === ':=');

/** `o_j = σ(j) = e^{z_j}/…`: every head before the first expression gets that expression. */
function forwardDefinitions(item: Statement, usage: Usage, n: number, registry: Registry, make: Make): Defines[] {
  const heads: Head[] = [];
  for (let k = 0; k < item.sides.length; k++) {
    const side = must(item.sides[k]);
    if (k > 0 && !isEquality(side)) return [];
    const head = side.surface === null ? null : readHead(side.surface, usage);
    const isLast = k === item.sides.length - 1;
    if (side.surface === null) {
      if (k === 0) return [];
      continue;
    }
    if (head !== null && !isLast && isDefinable(head, side.surface, usage)) {
      heads.push(head);
      continue;
    }
    if (k === 0) return [];
    const body = side.surface;
    if (isNumber(body) && heads.some((h, x) => x > 0 && h.formals !== null))
      return heads
        .slice(0, 1)
        .filter((h) => h.formals === null)
        .map((h) => make(h, must(item.sides[1]).surface as Surface, n, 1));
    if (item.form !== 'block' && !item.display && isNumber(body) && heads.some((h) => h.letters.length > 0)) return [];
    const opaque = unwrap(body);
    if (
      opaque.kind === 'apply' &&
      opaque.args.length === 1 &&
      unwrap(must(opaque.args[0])).kind === 'conditional' &&
      heads.every((h) => registry.isListed(h.id))
    )
      return [];
    const dotted =
      unwrap(body).kind === 'list' &&
      (unwrap(body) as { items: readonly Surface[] }).items.some((x) => unwrap(x).kind === 'ellipsis');
    for (const h of heads)
      if (h.letters.length > 0 && speaksOfOtherEntries(body, h, usage)) registry.recursive.set(h.id, body);
    return heads
      .filter((h) => !speaksOf(body, h, usage) && !(dotted && h.formals !== null))
      .map((h) => make(h, body, n, k));
  }
  return [];
}

/** `∂p_j/∂o_i = ∂/∂o_i (…)`: what is differentiated on the right is what p stands for. */
function definitionsUnderDerivative(
  item: Statement,
  usage: Usage,
  n: number,
  registry: Registry,
  make: Make,
): Defines[] {
  const [a, b] = [item.sides[0]?.surface, item.sides[1]?.surface];
  if (
    !a ||
    !b ||
    !isEquality(item.sides[1]) ||
    (a.kind !== 'derivative' && a.kind !== 'entryDerivative' && a.kind !== 'apply') ||
    a.kind !== b.kind
  )
    return [];
  const [left, right] = [differentiated(a), differentiated(b)];
  if (left === null || right === null || left.by !== right.by) return [];
  const head = readHead(left.of, usage);
  return head === null ||
    head.formals !== null ||
    registry.isListed(head.id) ||
    speaksOf(right.of, head, usage) ||
    readHead(right.of, usage) !== null
    ? []
    : [make(head, right.of, n, 1)];
}

/** What is differentiated, and by what (as a text to compare). */
function differentiated(s: Surface): { of: Surface; by: string } | null {
  if (s.kind === 'derivative' || s.kind === 'entryDerivative')
    return { of: unwrap(s.of), by: s.by.map(scriptText).join() };
  if (s.kind !== 'apply' || s.args.length === 0) return null;
  const head = scripted(s.head);
  if (head?.name !== 'd') return null;
  return head.subs.length === 1 && s.args.length === 1
    ? { of: unwrap(must(s.args[0])), by: `_${scriptText(must(head.subs[0]))}` }
    : s.args.length === 2
      ? { of: unwrap(must(s.args[0])), by: scriptText(must(s.args[1])) }
      : null;
}

/** `ŷ = softmax(Uᵀv)` and `ŷ = softmax(θ)`: θ is Uᵀv. */
function impliedByTwin(d: Defines, usage: Usage, registry: Registry, make: Make): Defines[] {
  const before = registry.lookUp(d.source.id);
  if (before === null || d.literal) return [];
  const names = new Set<string>();
  visitNames(d.source.body, (sc) => {
    if (sc.subs.length === 0) names.add(resolveScripts(sc, usage).id);
  });
  return [...names]
    .filter((id) => !registry.isListed(id) && !isReservedFunction(id))
    .flatMap((id) => {
      const part = matchHole(before.body, d.source.body, id, usage);
      return part === null || scripted(unwrap(part)) !== null
        ? []
        : [make({ id, stem: id, layer: null, letters: [], formals: null, log: false }, part, d.source.at, 0)];
    });
}

/** Index letters and entries at written positions are given, not defined. */
function isDefinable(head: Head, s: Surface, usage: Usage): boolean {
  const sc = scripted(unwrap(s));
  if (
    sc !== null &&
    sc.subs.length === 0 &&
    sc.sups.length === 0 &&
    /^[a-z]$/.test(sc.name) &&
    usage.indexLetters.has(sc.name) &&
    (usage.bound.has(sc.name) || /^[ijk]$/.test(sc.name)) &&
    !usage.names.get(sc.name)?.boldBare &&
    (usage.names.get(sc.name)?.subLetters.size ?? 0) === 0
  )
    return false;
  return (
    head.formals === null ||
    head.formals.length > 0 ||
    s.kind === 'apply' ||
    s.kind === 'subscript' ||
    s.kind === 'group'
  );
}

const speaksOf = (body: Surface, head: Head, usage: Usage): boolean => idsIn(body, usage).includes(head.id);

/** `h_t` by `h_{t-1}`; an update speaks of the same entry. */
function speaksOfOtherEntries(body: Surface, head: Head, usage: Usage): boolean {
  let found = false;
  visitNames(body, (sc) => {
    const r = resolveScripts(sc, usage);
    found ||= r.id === head.id && r.indices.some((i) => unwrap(i).kind === 'sum');
  });
  return found;
}

/** `L L^T = Σ`, `… = e^{s_i}/Z`: a name that appears for the first time on the right is introduced there. */
function backwardDefinitions(
  item: Statement,
  usage: Usage,
  n: number,
  first: ReadonlyMap<string, number>,
  registry: Registry,
  make: Make,
): Defines[] {
  const out: Defines[] = [];
  for (let k = 1; k < item.sides.length; k++) {
    const [left, right] = [must(item.sides[k - 1]), must(item.sides[k])];
    if (!isEquality(right) || left.surface === null || right.surface === null) continue;
    const head = readHead(right.surface, usage);
    const isHead =
      head !== null &&
      (head.formals === null || head.formals.length === 0) &&
      readHead(left.surface, usage)?.id !== head.id;
    if (
      isHead &&
      head !== null &&
      isFirst(head.id, n, first) &&
      !registry.isListed(head.id) &&
      !speaksOf(left.surface, head, usage) &&
      !isNumber(left.surface)
    ) {
      const alias = k === 1 && readHead(left.surface, usage) !== null && head.formals === null;
      if (!alias) {
        out.push(make(head, left.surface, n, k - 1));
        continue;
      }
    }
    for (const id of newNames(right.surface, left.surface, n, first, registry, usage)) {
      const match = matchHole(left.surface, right.surface, id, usage);
      if (match !== null)
        out.push(make({ id, stem: id, layer: null, letters: [], formals: null, log: false }, match, n, k - 1));
    }
  }
  return out;
}

const isFirst = (id: string, n: number, first: ReadonlyMap<string, number>): boolean => first.get(id) === n;

const opaqueId = (s: Surface, usage: Usage): string | null =>
  s.kind === 'apply' && s.args.some((a) => unwrap(a).kind === 'conditional') ? (readHead(s, usage)?.id ?? null) : null;

function firstAppearances(items: readonly Item[], usage: Usage): Map<string, number> {
  const first = new Map<string, number>();
  items.forEach((item, n) => {
    if (item.kind !== 'statement' || item.sides.length < 2) return;
    for (const side of item.sides)
      if (side.surface !== null) {
        for (const id of idsIn(side.surface, usage)) if (!first.has(id)) first.set(id, n);
        visitSurface(side.surface, (s) => {
          const opaque = opaqueId(s, usage);
          if (opaque !== null && !first.has(opaque)) first.set(opaque, n);
        });
      }
  });
  return first;
}

function newNames(
  right: Surface,
  left: Surface,
  n: number,
  first: ReadonlyMap<string, number>,
  registry: Registry,
  usage: Usage,
): string[] {
  const inside = (s: Surface): Set<string> => {
    const ids = new Set<string>();
    visitNames(s, (sc) => {
      if (sc.subs.length === 0) ids.add(resolveScripts(sc, usage).id);
    });
    return ids;
  };
  const old = inside(left);
  return [...inside(right)].filter(
    (id) =>
      !old.has(id) &&
      isFirst(id, n, first) &&
      !registry.isListed(id) &&
      /^[A-Z]|^Sigma|^Z/.test(id) &&
      !usage.sizes.has(id),
  );
}

/** The part of `left` that stands where `right` has the name, everything else being the same. */
function matchHole(left: Surface, right: Surface, id: string, usage: Usage): Surface | null {
  let hole: Surface | null = null;
  const same = (a: Surface, b: Surface): boolean => {
    const [x, y] = [unwrap(a), unwrap(b)];
    const sc = scripted(y);
    if (
      sc !== null &&
      sc.subs.length === 0 &&
      resolveScripts(sc, usage).id === id &&
      resolveScripts(sc, usage).powers.length === 0
    ) {
      hole ??= x;
      return true;
    }
    if (x.kind !== y.kind) return false;
    if (x.kind === 'name' && y.kind === 'name') return x.name === y.name;
    if (x.kind === 'number' && y.kind === 'number') return x.num === y.num && x.den === y.den;
    const [p, q] = [parts(x), parts(y)];
    return p.length === q.length && p.every((c, k) => same(c, must(q[k])));
  };
  return same(left, right) ? hole : null;
}
