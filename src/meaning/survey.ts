// One document surveyed: its statements, what its names and words say, which statements define something, and the conditions in force.
// Not here: whether an equation holds (`lint/`).
// Invariant: a pure function of the text.
import { withAsked } from '../document/asked.ts';
import { must } from '../term/must.ts';
import { unwrap, visitSurface, parts, type Surface } from '../language/surface.ts';
import { readSurface } from '../language/parse.ts';
import { isReservedFunction } from '../term/functions.ts';
import { extract, type Extracted } from '../document/extract.ts';
import { asidesIn } from '../document/asides.ts';
import { gradientNames } from '../document/gradient-names.ts';
import { lyingRows, rowNames } from '../document/matrix-rows.ts';
import { readDirectives, type Directives } from '../document/directives.ts';
import { conditionsInForce } from '../document/conditions.ts';
import type { Facts, Model } from './elaborate/model.ts';
import { declaredBy, declaredRanks, isLiteral, isNumber } from './declared.ts';
import { inferDependencies } from './dependencies.ts';
import { type IndexCondition, readWords, type WordFacts } from '../document/prose.ts';
import { throughIntermediates } from './intermediates.ts';
import { surveyRanks, type SurveyOptions } from './ranks.ts';
import type { Equation } from './solve.ts';
import { placesOf } from './places.ts';
import { readHead, Registry, type Head, type Source } from './registry.ts';
import {
  gradientName,
  isBareSumSign,
  withWordSizes,
  wordSizes,
  mapSurface,
  withGradientNames,
  withSizes,
  withSumSigns,
} from '../language/rewrite.ts';
import { scripted, scriptText, visitNames } from '../language/scripted.ts';
import { statements, type Item, type Side, type Statement } from '../document/statements.ts';
import { noteTotal } from './totals.ts';
import { idsIn, resolveScripts, surveyUsage, noteLeft, type Usage } from './usage.ts';

/** A statement's definition: which side is the body. */
export interface Defines {
  readonly source: Source;
  readonly side: number;
  readonly literal: boolean;
}

export interface Survey {
  readonly items: readonly Item[];
  readonly model: Model;
  readonly words: WordFacts;
  readonly conditions: readonly (readonly IndexCondition[])[];
  readonly defines: ReadonlyMap<number, readonly Defines[]>;
  /** Statements that speak of any map `y = f(x)`: what they define is so in their paragraph alone. */
  readonly asides: ReadonlySet<number>;
  /** Definitions that the words give. */
  readonly inWords: readonly Source[];
  readonly sections: readonly number[];
  readonly syntax: string;
  readonly directives: Directives;
  /** The files that the text consists of; an offset tells its file (`fileOf`). */
  readonly files: Extracted['files'];
  /** Another text read the way the document's formulas are; null where it cannot be read. */
  readonly reread: (text: string, latex: boolean) => Surface | null;
}

export function surveyDocument(text: string, options: SurveyOptions = {}): Survey {
  const extracted = extract(text, options);
  const own = statements(extracted);
  const stated = extracted.asked === undefined ? own : withAsked(own, extracted.asked, extracted);
  const { items: written, directives } = readDirectives(stated);
  const runs = runSplitter(written);
  const split = mapSides(written, (x, latex) => (latex ? x : runs(x)));
  const spellings = spellingsOf(split);
  const spelt = mapSides(split, spellings);
  const rows = rowNames(spelt);
  const gradients = gradientNames(spelt);
  const items = mapSides(spelt, (s) => rows(gradients(s)));
  const words = withDirectives(readWords(items), directives);
  const surfaces = items.flatMap((i) => (i.kind === 'statement' ? i.sides.flatMap((s) => s.surface ?? []) : []));
  const all = [...surfaces, ...words.abbreviations.flatMap((a) => [a.left, a.right])];
  const usage = surveyUsage(all, words.einstein);
  for (const item of items)
    if (item.kind === 'statement' && item.sides.length > 1 && !item.continues && item.sides[0]?.surface) {
      noteLeft(usage, item.sides[0].surface);
      for (const x of item.sides.slice(1)) if (x.surface !== null) noteTotal(usage, item.sides[0].surface, x.surface);
    }
  const ranks = surveyRanks(all, usage, {
    stated: [...declaredBy(directives), ...declaredRanks(items, words, usage)],
    equations: equationsOf(items),
    at: placesOf(items),
    ...(options.without === undefined ? {} : { without: options.without }),
  });
  for (const letter of directives.indices) (usage.indexLetters as Set<string>).add(letter);
  const sections = sectionsOf(items);
  const registry = new Registry();
  const listed = listDefinitions(items, words, usage, registry, sections, directives);
  const anew = throughIntermediates(registry.sources(), all, usage, (s) => headIn(items, s, usage));
  registry.replace(anew);
  const defines = new Map(
    [...listed].map(([n, ds]) => [n, ds.map((d) => ({ ...d, source: anew.get(d.source) ?? d.source }))]),
  );
  const facts = factsOf(words, usage, registry, lyingRows(items));
  const inWords = registry
    .sources()
    .filter((s) => words.abbreviations.some((a) => a.defines === true && a.at === s.at && a.right === s.body));
  const model: Model = {
    usage,
    ranks,
    registry,
    facts,
    inferred: new Map(),
    uncertain: new Set(),
    values: new Map(),
    current: new Map(),
  };
  const inferred = inferDependencies(all, model);
  return {
    items,
    model: { ...model, inferred: inferred.depends, uncertain: inferred.uncertain },
    words,
    conditions: conditionsInForce(items),
    defines,
    inWords,
    asides: asidesIn(items),
    sections,
    directives,
    files: extracted.files,
    syntax: extracted.syntax,
    reread: (t, latex) => reread(t, latex, (x) => rows(gradients(spellings(latex ? x : runs(x))))),
  };
}

/** The left side that a definition was written with. */
function headIn(items: readonly Item[], source: Source, usage: Usage): Surface | null {
  const item = items[source.at];
  if (item?.kind !== 'statement') return null;
  const heads = item.sides.flatMap((x) => (x.surface === null ? [] : [x.surface]));
  return heads.find((s) => readHead(s, usage)?.id === source.id) ?? null;
}

/** Every two sides of a statement that an equals sign joins. */
const equationsOf = (items: readonly Item[]): Equation[] =>
  items.flatMap((i) =>
    i.kind !== 'statement'
      ? []
      : i.sides.flatMap((right, n): Equation[] => {
          const left = i.sides[n - 1]?.surface ?? null;
          if (left === null || right.surface === null || !isEquality(right)) return [];
          const { start, end } = right.surface;
          return [
            {
              kind: 'relation',
              first: left,
              links: [{ op: '=', value: right.surface, at: { start, end: start } }],
              start: left.start,
              end,
            },
          ];
        }),
  );

const withDirectives = (words: WordFacts, d: Directives): WordFacts => ({
  ...words,
  einstein: words.einstein || d.einstein,
  functions: new Map([...words.functions, ...d.functions]),
  symmetric: [...words.symmetric, ...d.symmetric],
});

function mapSides(items: readonly Item[], change: (s: Surface, latex: boolean) => Surface): Item[] {
  return items.map((i) =>
    i.kind === 'statement'
      ? {
          ...i,
          sides: i.sides.map(
            (x): Side => (x.surface === null ? x : { ...x, surface: change(x.surface, i.form === 'math') }),
          ),
        }
      : i,
  );
}

function reread(text: string, latex: boolean, change: (s: Surface) => Surface): Surface | null {
  try {
    return change(readSurface(text, latex ? { spelling: 'latex' } : {}));
  } catch {
    return null;
  }
}

/** `Ax` typed as one word is a product where A and x are names of the document. */
function runSplitter(items: readonly Item[]): (s: Surface) => Surface {
  const singles = new Set<string>();
  const heads = new Set<string>();
  for (const i of items)
    if (i.kind === 'statement')
      for (const side of i.sides)
        if (side.surface !== null)
          visitSurface(side.surface, (s) => {
            if (s.kind === 'name' && !s.run) singles.add(s.name);
            if (s.kind === 'subscript' && s.base.kind === 'name') heads.add(s.base.name);
            if (s.kind === 'apply' && s.head.kind === 'name') heads.add(s.head.name);
          });
  const splits = (name: string): boolean =>
    /^[A-Za-z]{2,4}$/.test(name) &&
    !heads.has(name) &&
    !isReservedFunction(name) &&
    [...name].every((c) => singles.has(c));
  return (s) =>
    mapSurface(s, (x) =>
      x.kind === 'name' && x.run && splits(x.name)
        ? {
            kind: 'product',
            start: x.start,
            end: x.end,
            factors: [...x.name].map((c, n) => ({
              op: 'juxtaposed',
              value: { kind: 'name', name: c, bold: false, run: false, start: x.start + n, end: x.start + n + 1 },
            })),
          }
        : x,
    );
}

/** Spellings that only the whole text decides: Σ as a letter, `dX` for a gradient, the size that a sum is divided by. */
function spellingsOf(items: readonly Item[]): (s: Surface) => Surface {
  const all = items.flatMap((i) => (i.kind === 'statement' ? i.sides.flatMap((x) => x.surface ?? []) : []));
  const bare = isBareSumSign(all);
  const lefts = items.flatMap((i) =>
    i.kind === 'statement' && i.sides.length > 1 && i.sides[0]?.surface
      ? [{ left: i.sides[0].surface, right: i.sides[1]?.surface ?? null }]
      : [],
  );
  const gradients = new Set(lefts.flatMap(({ left }) => gradientName(left) ?? []));
  const heads = new Set(
    lefts.flatMap(({ left, right }) =>
      left.kind === 'name' && (right === null || !isNumber(right)) ? [left.name] : [],
    ),
  );
  const sizes = wordSizes(all);
  return (t) => {
    const s = sizes.size === 0 ? t : withWordSizes(t, sizes);
    const sums = withSumSigns(s, bare);
    return withSizes(gradients.size === 0 ? sums : withGradientNames(sums, gradients), (name) => heads.has(name));
  };
}

const sectionsOf = (items: readonly Item[]): number[] => {
  let n = 0;
  return items.map((i) => (i.kind === 'heading' ? ++n : n));
};

const factsOf = (words: WordFacts, usage: Usage, registry: Registry, rows: ReturnType<typeof lyingRows>): Facts => ({
  rows: rows.all ? 'all' : new Set(rows.names.flatMap((s) => idsIn(s, usage))),
  einstein: words.einstein,
  functions: words.functions,
  deltas: words.deltas,
  entryOf: words.entryOf,
  words: words.words,
  depends: new Map([
    ...declaredCalls(words, usage, registry),
    ...words.depends.flatMap(({ of, on }) => {
      const [a, b] = [idOfStatement(of, usage), idOfStatement(on, usage)];
      return a === null || b === null ? [] : [[a, [b]] as const];
    }),
  ]),
});
/** `u(x, y)` where u has no definition: u depends on x and y. */
function declaredCalls(words: WordFacts, usage: Usage, registry: Registry): [string, readonly string[]][] {
  return words.calls.flatMap((s): [string, readonly string[]][] => {
    if (s.kind !== 'apply' || s.head.kind !== 'name' || isReservedFunction(s.head.name)) return [];
    const args = s.args.map((a) => {
      const sc = scripted(unwrap(a));
      return sc === null || sc.subs.length > 0 ? null : resolveScripts(sc, usage).id;
    });
    const id = resolveScripts(
      { name: s.head.name, bold: s.head.bold, subs: [], sups: [], primes: 0, transposed: false },
      usage,
    ).id;
    return args.some((a) => a === null || a === id) || args.length < 2 || registry.isListed(id)
      ? []
      : [[id, args as string[]]];
  });
}
function idOfStatement(s: Statement, usage: Usage): string | null {
  const surface = s.sides.length === 1 ? s.sides[0]?.surface : null;
  const sc = surface ? scripted(unwrap(surface)) : null;
  return sc === null ? null : resolveScripts(sc, usage).id;
}

// --- definitions ------------------------------------------------------------------------------------------------------------

function listDefinitions(
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
const isEquality = (s: Side | undefined): boolean => s !== undefined && (s.link === '=' || s.link === ':=');

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
