// How each name is used across a whole document, and what its scripts therefore are: indices, labels or powers.
// Not here: ranks (`ranks.ts`), definitions (`registry.ts`).
// Invariant: one name has one reading of its scripts in the whole document.
import {
  isLetterOrNumber,
  letterOf,
  letterParts,
  lettersIn,
  type Script,
  scripted,
  type Scripted,
  scriptsToVisit,
  scriptText,
  visitNames,
  withoutOne,
} from '../language/scripted.ts';
import { type Surface, unwrap, visitSurface } from '../language/surface.ts';
import { must } from '../term/must.ts';
import { capitalsOf, plainEntriesOf } from './dress.ts';
import { isPositionEntry, positionsIn } from './positions.ts';
import { standsApart, startsOf } from './starts.ts';

interface NameUse {
  readonly subLetters: Map<string, number>;
  readonly subNumbers: Set<number>;
  readonly supLetters: Set<string>;
  readonly parenLetters: Set<string>;
  plainBare: number;
  boldBare: number;
  longestSub: number;
  longestSup: number;
  uses: number;
  /** How often the name carries so many index-like subscripts. */
  readonly arities: Map<number, number>;
  /** Numbers of subscripts at which it still is a vector (bold, transposed). */
  readonly vectorAt: Set<number>;
}

export interface Usage {
  readonly names: ReadonlyMap<string, NameUse>;
  /** Letters bound by a sum, product or maximum anywhere. */
  readonly bound: ReadonlySet<string>;
  /** Letters that some name carries as a subscript. */
  readonly indexLetters: ReadonlySet<string>;
  /** Names whose entries stand as indices. */
  readonly positions: ReadonlySet<string>;
  /** Names that are the end of a range: `N` in Σ_{i=1}^N. */
  readonly sizes: ReadonlySet<string>;
  /** Superscript letters that number layers: `l` where `l-1` or `l+1` occurs too. */
  readonly layers: ReadonlySet<string>;
  /** Names that occur with literal subscript 0: their numbers count from 0. */
  readonly zeroBased: ReadonlySet<string>;
  /** Names whose entry 0 is a quantity of its own: θ_0 + Σ_{j=1}^n θ_j x_j. */
  readonly apart: ReadonlySet<string>;
  /** Names whose square is a quantity of its own (a variance that is defined or differentiated by). */
  readonly squares: ReadonlySet<string>;
  /** Names that a derivative is taken by as they are: their square is no quantity of its own. */
  readonly roots: ReadonlySet<string>;
  /** Lower-case entries of a matrix that is written with the capital: y ↦ Y. */
  readonly capitals: ReadonlyMap<string, string>;
  /** A vector marked by an accent whose entries go without it: b̂ ↦ b. */
  readonly plainEntries: ReadonlyMap<string, string>;
  /** Names that stand for a total where they carry no index: `L = Σ_t L_t`. */
  readonly totals: ReadonlySet<string>;
  /** Functions told apart by numbers: `f_1(x) = …`, `f_2(x) = …`. */
  readonly families: ReadonlySet<string>;
  /** Letters that number units together with a digit and index nothing by themselves: the h and o of `net_{h1}`, `out_{o2}`. */
  readonly units: ReadonlySet<string>;
  readonly upperIndices: boolean;
}

const emptyUse = (): NameUse => ({
  subLetters: new Map(),
  subNumbers: new Set(),
  supLetters: new Set(),
  parenLetters: new Set(),
  plainBare: 0,
  boldBare: 0,
  longestSub: 0,
  longestSup: 0,
  uses: 0,
  arities: new Map(),
  vectorAt: new Set(),
});

interface Gathering {
  names: Map<string, NameUse>;
  bound: Set<string>;
  sizes: Set<string>;
  layers: Set<string>;
  zeroBased: Set<string>;
  squares: Set<string>;
  roots: Set<string>;
  totals: Set<string>;
  families: Set<string>;
  numbered: Set<string>;
  lone: Set<string>;
  supPairs: number;
}

/** What the formulas of a document show about its names. `upperIndices`: the text says that repeated indices are summed. */
export function surveyUsage(all: readonly Surface[], upperIndices: boolean): Usage {
  const g: Gathering = {
    names: new Map(),
    bound: new Set(),
    sizes: new Set(),
    layers: new Set(),
    zeroBased: new Set(),
    squares: new Set(),
    roots: new Set(),
    totals: new Set(),
    families: new Set(),
    numbered: new Set(),
    lone: new Set(),
    supPairs: 0,
  };
  for (const s of all) visitSurface(s, (node) => gather(node, g));
  for (const root of g.roots) g.squares.delete(root);
  const indexLetters = new Set([...g.names.values()].flatMap((u) => [...u.subLetters.keys()]));
  for (const b of g.bound) indexLetters.add(b);
  const units = new Set(
    [...g.numbered].filter((l) => !g.lone.has(l) && !g.bound.has(l) && /^[a-hl-z]$/.test(l) && !/^[mn]$/.test(l)),
  );
  const starts = startsOf(all);
  const [apart, zeroBased] = [true, false].map(
    (is) => new Set([...g.zeroBased].filter((name) => standsApart(name, starts) === is)),
  ) as [Set<string>, Set<string>];
  return {
    ...g,
    positions: positionsIn(all),
    apart,
    zeroBased,
    indexLetters,
    units,
    capitals: capitalsOf(g.names),
    plainEntries: plainEntriesOf(g.names),
    upperIndices: upperIndices && g.supPairs > 1,
  };
}

function gather(s: Surface, g: Gathering): boolean | void {
  if (s.kind === 'reduce') return gatherBinding(s, g);
  if (s.kind === 'derivative') for (const by of s.by) noteVariable(by, g);
  if (s.kind === 'relation' && s.links.length > 0) noteSquare(s.first, g);
  const sc = scripted(s);
  if (sc === null) return;
  noteName(sc, g);
  // The scripts may hold names of their own; the base has been counted.
  for (const x of scriptsToVisit(sc)) visitSurface(x, (inner) => gather(inner, g));
  return false;
}

function gatherBinding(s: Extract<Surface, { kind: 'reduce' }>, g: Gathering): void {
  for (const l of s.binding.letters) g.bound.add(l);
  const to = s.binding.to === null ? null : scripted(withoutOne(s.binding.to));
  if (to !== null && to.subs.length === 0 && to.sups.length === 0) g.sizes.add(to.name);
  const where = s.binding.where;
  if (where?.kind === 'relation') {
    const first = letterOf(where.first);
    const link = where.links[0];
    if (first !== null && link?.op === '∈') {
      g.bound.add(first);
      if (link.value.kind === 'name') g.sizes.add(link.value.name);
    }
  }
}

/** What a derivative is taken by is one quantity: no power of another. */
function noteVariable(by: Surface, g: Gathering): void {
  noteSquare(by, g);
  const sc = scripted(unwrap(by));
  if (sc === null) return;
  if (sc.subs.length + sc.sups.length === 0) g.roots.add(sc.name);
  const [sup, ...more] = sc.sups;
  const layer = sup?.style === 'none' && more.length === 0 ? letterOf(unwrap(sup.value)) : null;
  if (layer !== null && layer !== 'T' && sc.subs.length > 0 && sc.name !== 'delta') g.layers.add(layer);
}

function noteSquare(s: Surface, g: Gathering): void {
  const sc = scripted(unwrap(s));
  if (sc !== null && sc.sups.length === 1 && isTwo(must(sc.sups[0])) && sc.name !== 'e') g.squares.add(sc.name);
}
/** `σ^2 = …` and `f_1(x) = …` as the left side of an equation. */
export function noteLeft(usage: Usage, left: Surface): void {
  const head =
    left.kind === 'apply' && left.args.every((a) => scripted(unwrap(a))?.subs.length === 0)
      ? scripted(left.head)
      : null;
  if (
    head !== null &&
    head.subs.length === 1 &&
    unwrap(must(head.subs[0])).kind === 'number' &&
    usage.names.get(head.name)?.subLetters.size === 0
  )
    (usage.families as Set<string>).add(head.name);
  const sc = scripted(unwrap(left));
  if (sc !== null && sc.sups.length === 1 && isTwo(must(sc.sups[0])) && !usage.roots.has(sc.name))
    (usage.squares as Set<string>).add(sc.name);
}
const isTwo = (p: Script): boolean => {
  const u = unwrap(p.value);
  return p.style === 'none' && u.kind === 'number' && u.num === 2n && u.den === 1n;
};

function noteName(sc: Scripted, g: Gathering): void {
  let use = g.names.get(sc.name);
  if (use === undefined) g.names.set(sc.name, (use = emptyUse()));
  use.uses++;
  if (sc.subs.length === 0 && sc.sups.every((p) => isTwo(p))) {
    if (sc.bold) use.boldBare++;
    else use.plainBare++;
  }
  const arity = sc.subs.filter((s) => isLetterOrNumber(s) && !isCapital(s)).length;
  use.arities.set(arity, (use.arities.get(arity) ?? 0) + 1);
  if (sc.bold || sc.transposed) use.vectorAt.add(arity);
  use.longestSub = Math.max(use.longestSub, sc.subs.filter(isLetterOrNumber).length);
  if (isNumbered(sc)) g.numbered.add(letterOf(must(sc.subs[0])) as string);
  else for (const sub of sc.subs) for (const l of lettersIn(sub)) g.lone.add(l);
  for (const sub of sc.subs) {
    for (const l of lettersIn(sub)) use.subLetters.set(l, (use.subLetters.get(l) ?? 0) + 1);
    const u = unwrap(sub);
    if (u.kind === 'number') {
      use.subNumbers.add(Number(u.num));
      if (u.num === 0n) g.zeroBased.add(sc.name);
    }
  }
  for (const sup of sc.sups) noteSuperscript(sc.name, sup, use, g);
}

const isNumbered = (sc: Scripted): boolean =>
  sc.subs.length === 2 && letterOf(must(sc.subs[0])) !== null && unwrap(must(sc.subs[1])).kind === 'number';

const isCapital = (s: Surface): boolean => {
  const u = unwrap(s);
  return u.kind === 'name' && /^[A-Z]/.test(u.name);
};

function noteSuperscript(name: string, sup: Script, use: NameUse, g: Gathering): void {
  const parts = letterParts(unwrap(sup.value));
  const letters = parts.map(letterOf);
  if (sup.style !== 'none') for (const l of lettersIn(sup.value)) use.parenLetters.add(l);
  else if (name !== 'e') {
    if (letters.every((l) => l !== null && /^[a-z]/.test(l))) {
      use.longestSup = Math.max(use.longestSup, letters.length);
      for (const l of letters) use.supLetters.add(l as string);
    }
    if (letters.length >= 2 && letters.every((l) => l !== null)) g.supPairs++;
    else if (name === 'delta' && letters.length === 1 && letters[0] !== null) g.supPairs++;
  }
  const u = unwrap(sup.value);
  if (
    name !== 'e' &&
    u.kind === 'sum' &&
    u.terms.length === 2 &&
    u.terms[1]?.value.kind === 'number' &&
    u.terms[1].value.num === 1n
  ) {
    const l = u.terms[0] === undefined ? null : letterOf(u.terms[0].value);
    if (l !== null && /^(?:l|L|ell|t|k|n|i|j|m|h)$/.test(l)) g.layers.add(l);
  }
}

/** What the scripts of a name are. */
export interface Resolved {
  /** Name with its labels: one quantity of the document. */
  readonly id: string;
  /** The same without the layer. */
  readonly stem: string;
  readonly indices: readonly Surface[];
  readonly powers: readonly Script[];
  /** `l-1` of `a^{l-1}`: which layer, relative to the letter. */
  readonly layer: { readonly letter: string; readonly plus: number; readonly style: string } | null;
}

/** Reads the scripts of a name by the habits of the document. */
export function resolveScripts(sc: Scripted, usage: Usage): Resolved {
  let known = resolved.get(usage);
  if (known === undefined) resolved.set(usage, (known = new WeakMap()));
  let r = known.get(sc);
  if (r === undefined) known.set(sc, (r = readScripts(sc, usage)));
  return r;
}
/** Only asked once a document is surveyed: a usage does not change after that. */
const resolved = new WeakMap<Usage, WeakMap<Scripted, Resolved>>();

function readScripts(sc: Scripted, usage: Usage): Resolved {
  const use = usage.names.get(sc.name) ?? emptyUse();
  let id = sc.bold && isBoldDistinct(use, sc.name) ? `${sc.name}_vec` : (usage.plainEntries.get(sc.name) ?? sc.name);
  const indices: Surface[] = [];
  const powers: Script[] = [];
  let layer: Resolved['layer'] = null;
  for (const sup of sc.sups) {
    const as = superscriptRole(sc.name, sup, use, usage);
    if (as === 'power') powers.push(sup);
    else if (as === 'index') {
      indices.push(...letterParts(unwrap(sup.value)));
      if (sup.style !== 'none') id += '^()';
    } else if (layer === null && (layer = layerOf(sup, usage)) !== null) continue;
    else id += sup.style === 'none' ? `^{${scriptText(sup.value)}}` : `^{(${scriptText(sup.value)})}`;
  }
  const labels =
    (isNumbered(sc) && usage.units.has(letterOf(must(sc.subs[0])) as string)) ||
    (sc.subs.length > 0 && sc.subs.every((x) => isQuantityLetter(x, sc.name, usage)));
  if (labels && sc.subs.length > 0) id += `_{${sc.subs.map(scriptText).join('')}}`;
  for (const sub of labels ? [] : sc.subs) {
    if (isIndexSubscript(sc.name, sub, use, usage)) indices.push(sub);
    else id += `_{${scriptText(sub)}}`;
  }
  id += arityLabel(sc, use, indices.length);
  if (
    indices.length === 0 &&
    sc.subs.length === 0 &&
    sc.sups.length === 0 &&
    (usage.totals.has(sc.name) || isOtherVector(sc, use))
  )
    id += '#0';
  if (sc.primes > 0) id += "'".repeat(sc.primes);
  const square = powers[0];
  if (square !== undefined && powers.length === 1 && isTwo(square) && usage.squares.has(sc.name))
    return named(`${id}^2`, indices, [], layer);
  const capital = usage.capitals.get(id);
  if (capital !== undefined && (indices.length === 2 || indices.length === 0))
    return named(capital, indices, powers, layer);
  return named(id, indices, powers, layer);
}

/** `y_o` beside `y_{n,i}`: two quantities under one name, unless the shorter one is a row of the longer. */
function arityLabel(sc: Scripted, use: NameUse, n: number): string {
  if (n === 0 || /^[A-Z]/.test(sc.name) || sc.sups.length > 0) return '';
  const positive = [...use.arities].filter(([k]) => k > 0);
  if (positive.length < 2 || positive.some(([k]) => k < Math.max(...positive.map(([x]) => x)) && use.vectorAt.has(k)))
    return '';
  const main = positive.reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  return n === main ? '' : `#${n}`;
}

/** Bare `w` beside vectors `w_j`: a vector of its own. */
const isOtherVector = (sc: Scripted, use: NameUse): boolean =>
  /^[a-z]$/.test(sc.name) && [...use.vectorAt].some((k) => k > 0) && use.plainBare + use.boldBare > 0;

const named = (
  stem: string,
  indices: readonly Surface[],
  powers: readonly Script[],
  layer: Resolved['layer'],
): Resolved => ({ id: layer === null ? stem : layerId(stem, layer), stem, indices, powers, layer });

/** The quantities that a formula speaks of. */
export function idsIn(s: Surface, usage: Usage): string[] {
  const ids: string[] = [];
  visitNames(s, (sc) => ids.push(resolveScripts(sc, usage).id));
  return ids;
}

/** `a^{l-1}` */
export const layerId = (stem: string, layer: { readonly letter: string; readonly plus: number }): string =>
  `${stem}^{${layer.letter}${layer.plus === 0 ? '' : layer.plus > 0 ? `+${layer.plus}` : layer.plus}}`;

const isBoldDistinct = (use: NameUse, name: string): boolean =>
  /^[a-z]/.test(name) && use.boldBare > 0 && use.plainBare > 0 && use.subLetters.size === 0 && !/^[A-Z]/.test(name);

function superscriptRole(name: string, sup: Script, use: NameUse, usage: Usage): 'power' | 'index' | 'label' {
  const u = unwrap(sup.value);
  const letters = lettersIn(u);
  if (letters.some((l) => usage.layers.has(l)) || (letters.length === 1 && letters[0] === 'L' && usage.layers.size > 0))
    return 'label';
  if (sup.style !== 'none')
    return letters.length === 1 || u.kind === 'number'
      ? letters.some((l) => usage.bound.has(l)) ||
        [...use.parenLetters].some((l) => usage.bound.has(l)) ||
        use.parenLetters.has('i')
        ? 'index'
        : 'label'
      : 'label';
  if (name === 'e') return 'power';
  if (u.kind === 'number') return [...use.supLetters].some((l) => usage.layers.has(l)) ? 'label' : 'power';
  const parts = letterParts(u);
  if (name === 'delta' && parts.every((p) => letterOf(p) !== null)) return 'index';
  if (usage.upperIndices && parts.every((p) => letterOf(p) !== null || p.kind === 'number')) return 'index';
  if (u.kind === 'name' && (u.name === 'star' || u.name === 'ast')) return 'label';
  if (u.kind === 'text') return 'label';
  if (u.kind === 'name' && u.run && u.name.length > 2) return 'label';
  return 'power';
}

function layerOf(sup: Script, usage: Usage): Resolved['layer'] {
  const u = unwrap(sup.value);
  const letter = lettersIn(u)[0];
  if (letter === undefined || !(usage.layers.has(letter) || (letter === 'L' && usage.layers.size > 0))) return null;
  const number = u.kind === 'sum' ? u.terms[1] : undefined;
  const plus = number?.value.kind === 'number' ? Number(number.value.num) * number.sign : 0;
  return { letter, plus, style: sup.style };
}

const dimensionNames = new Set(['d', 'n', 'N', 'D', 'dim', 'm']);

function isIndexSubscript(name: string, sub: Surface, use: NameUse, usage: Usage): boolean {
  const u = unwrap(sub);
  if (u.kind === 'number') return !tellsApart(name, u.num, usage) && numberIsIndex(name, use, usage);
  const letter = letterOf(u);
  if (u.kind === 'subscript') return isPositionEntry(u, usage.positions);
  if (letter === null)
    return (
      lettersIn(u).length > 0 &&
      u.kind === 'sum' &&
      (use.subLetters.size > 1 || lettersIn(u).some((l) => usage.bound.has(l)) || use.subNumbers.size > 0)
    );
  if (/^[A-Z]$/.test(letter)) return usage.sizes.has(letter) && use.subLetters.size > 1;
  if (letter.endsWith("''")) return true;
  if (letter.length > 1 && !letter.includes("'")) return usage.bound.has(letter);
  const areFree = use.longestSub === 1 && [...use.subLetters.keys()].every((l) => !usage.bound.has(l));
  if (areFree && dimensionNames.has(name) && use.subLetters.size <= 3) return false;
  return (
    use.subLetters.size > 1 ||
    usage.bound.has(letter) ||
    use.subNumbers.size > 0 ||
    use.longestSub > 1 ||
    othersUse(letter, name, usage)
  );
}

/** The h and x of `W_{xh}`, `b_h`: they name quantities of the text (h_t, x_t) and index nothing else. */
function isQuantityLetter(s: Surface, name: string, usage: Usage): boolean {
  const letter = letterOf(unwrap(s));
  if (letter === null || !/^[a-z]$/.test(letter) || usage.bound.has(letter) || letter === name) return false;
  const use = usage.names.get(letter);
  if (use === undefined || use.subLetters.size === 0) return false;
  const isQuantity = (l: string): boolean => (usage.names.get(l)?.subLetters.size ?? 0) > 0 && !usage.bound.has(l);
  return [...usage.names].every(
    ([n, u]) =>
      !u.subLetters.has(letter) ||
      /^(?:[WUVbR]|theta)$/.test(n) ||
      (u.subLetters.size > 1 && [...u.subLetters.keys()].every(isQuantity)),
  );
}

/** Another name with more than one subscript letter carries this letter too. */
const othersUse = (letter: string, name: string, usage: Usage): boolean =>
  [...usage.names].some(
    ([n, u]) =>
      n !== name && !dimensionNames.has(n) && u.subLetters.has(letter) && (u.subLetters.size > 1 || u.uses > 1),
  );

/** The number of `f_1(x)` beside `f_2(x)`, and the 0 of an entry that stands apart. */
const tellsApart = (name: string, number: bigint, usage: Usage): boolean =>
  usage.families.has(name) || (number === 0n && usage.apart.has(name));

/** `x_1` is an entry where x also stands bare or with letters; `W_1`, `b_1`, `h_1` of layers are labels. */
function numberIsIndex(name: string, use: NameUse, usage: Usage): boolean {
  if (/^[A-Z]/.test(name) && use.subLetters.size === 0) return false;
  if (use.subLetters.size > 0 || usage.zeroBased.has(name)) return true;
  // Without a whole and without an entry `x_i` they are quantities told apart by numbers.
  if (use.plainBare + use.boldBare === 0) return false;
  const layered = [...usage.names].some(
    ([n, u]) => /^[A-Z]$/.test(n) && n !== 'X' && u.subNumbers.size > 0 && u.subLetters.size === 0,
  );
  return !layered;
}
