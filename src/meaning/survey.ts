// One document surveyed: its statements, what its names and words say, which statements define something, and the conditions in force.
// Not here: whether an equation holds (`lint/`).
// Invariant: a pure function of the text.
import { withAsked } from '../document/asked.ts';
import { unwrap, visitSurface, type Surface } from '../language/surface.ts';
import { readSurface } from '../language/parse.ts';
import { isReservedFunction } from '../term/functions.ts';
import { extract, type Extracted } from '../document/extract.ts';
import { asidesIn } from '../document/asides.ts';
import { gradientNames } from '../document/gradient-names.ts';
import { lyingRows, rowNames } from '../document/matrix-rows.ts';
import { readDirectives, type Directives } from '../document/directives.ts';
import { conditionsInForce } from '../document/conditions.ts';
import type { Facts, Model } from './elaborate/model.ts';
import { declaredBy, declaredRanks, isNumber } from './declared.ts';
import { type Defines, isEquality, listDefinitions } from './definitions.ts';
import { inferDependencies } from './dependencies.ts';
import { type IndexCondition, readWords, type WordFacts } from '../document/prose.ts';
import { throughIntermediates } from './intermediates.ts';
import { surveyRanks, type SurveyOptions } from './ranks.ts';
import type { Equation } from './solve.ts';
import { placesOf } from './places.ts';
import { readHead, Registry, type Source } from './registry.ts';
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
import { scripted } from '../language/scripted.ts';
import { statements, type Item, type Side, type Statement } from '../document/statements.ts';
import { noteTotal } from './totals.ts';
import { idsIn, resolveScripts, surveyUsage, noteLeft, type Usage } from './usage.ts';

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
