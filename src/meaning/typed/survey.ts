// A first look over the texts: which names occur, with how many indices, which letters count, which names are sizes.
// Not here: ranks that follow only from neighbours (`ranks.ts`), meanings (`elaborate.ts`).
// Invariant: looking changes only the world it is given; what is already known is never overwritten.
import { must } from '../../term/must.ts';
import { functionNamed, isReservedFunction } from '../../term/functions.ts';
import { isBracketIndex } from './application.ts';
import { nameOf } from './names.ts';
import { boundLetters, parts, type Surface, unwrap, visitSurface } from '../../language/surface.ts';
import { isGreek } from '../../term/symbols.ts';
import { isGiven, type World } from './world.ts';
import { standsApart, startsOf } from '../starts.ts';

export interface Survey {
  /** Sums whose set is named by the size that divides them. */
  readonly sizeOfSum: Map<Surface, string>;
  /** Letters that are known to be free indices, so that no limit makes a size of them. */
  readonly letters: ReadonlySet<string>;
}

export const emptySurvey = (letters: readonly string[] = []): Survey => ({
  sizeOfSum: new Map(),
  letters: new Set(letters),
});

/** The first look of all: index letters, raised indices, and names of one letter. */
export function notice(texts: readonly Surface[], world: World): void {
  const starts = startsOf(texts);
  for (const name of starts.later) if (standsApart(name, starts)) world.apart.add(name);
  for (const s of texts)
    visitSurface(s, (node) => {
      lookForSuperscripts(node, world);
      lookForLetters(node, world);
    });
  for (const s of texts) visitSurface(s, (node) => lookForPositions(node, world));
  for (const s of texts) lookForSingles(s, world);
}

/** `W_1 x + b_1`: a capital that is only ever numbered, in front of something, in a text without index letters. */
export function noticeLayers(texts: readonly Surface[], world: World): void {
  const lettered = new Set<string>();
  const numbered = new Set<string>();
  let layers = false;
  for (const s of texts) {
    let hasLetters = false;
    visitSurface(s, (x) => {
      if (x.kind === 'reduce') hasLetters = true;
      if (x.kind !== 'subscript' || x.base.kind !== 'name') return;
      if (x.parts.length === 1 && unwrap(must(x.parts[0])).kind === 'number') numbered.add(x.base.name);
      else {
        lettered.add(x.base.name);
        hasLetters = true;
      }
    });
    if (!hasLetters)
      visitSurface(s, (x) => {
        layers ||=
          x.kind === 'product' &&
          x.factors.some(
            (f, n) =>
              isLayer(f.value) &&
              x.factors[n + 1]?.op === 'juxtaposed' &&
              unwrap(must(x.factors[n + 1]).value).kind !== 'number',
          );
      });
  }
  if (layers) for (const name of numbered) if (!lettered.has(name) && !isGiven(world, name)) world.numbered.add(name);
}
const isLayer = (s: Surface): boolean =>
  s.kind === 'subscript' &&
  s.base.kind === 'name' &&
  /^[A-Z]$/.test(s.base.name) &&
  s.parts.length === 1 &&
  unwrap(must(s.parts[0])).kind === 'number';

function lookForSingles(s: Surface, world: World): void {
  if (s.kind === 'name' && s.name.length === 1) world.seen.add(s.name);
  if (s.kind === 'subscript') lookForSingles(s.base, world);
  else for (const p of parts(s)) lookForSingles(p, world);
}

/** Looks at texts that belong together, after `notice`. */
export function survey(texts: readonly Surface[], world: World, latex: boolean, found: Survey): void {
  for (const s of texts) lookForNumbers(s, world);
  for (const s of texts) lookForNames(s, world, latex, new Set());
  for (const s of texts)
    visitSurface(s, (node) => {
      if (node.kind === 'reduce') lookForLimit(node, world, found.letters);
    });
  for (const s of texts) visitSurface(s, (node) => lookForSizes(node, world, found));
}

const letterPattern = /^[a-zA-Z]'*$/;
/** Index letters of a subscript part. */
export function lettersIn(s: Surface): string[] {
  const u = unwrap(s);
  switch (u.kind) {
    case 'name':
      return u.run && /^[a-zA-Z]+$/.test(u.name)
        ? [...u.name]
        : letterPattern.test(u.name) || (!u.run && isGreek(u.name))
          ? [u.name]
          : [];
    case 'prime':
      return u.base.kind === 'name' ? [u.base.name + "'".repeat(u.count)] : [];
    case 'product':
      return u.factors.flatMap((f) => lettersIn(f.value));
    case 'sum':
      return u.terms.flatMap((t) => lettersIn(t.value));
    case 'list':
      return u.items.flatMap(lettersIn);
    default:
      return [];
  }
}

function lookForLetters(s: Surface, world: World): void {
  // A Greek subscript counts only where a Σ binds it (`h_θ` names a variant).
  if (s.kind === 'subscript')
    for (const p of s.parts) for (const letter of lettersIn(p)) if (!isGreek(letter)) world.indexLetters.add(letter);
  if (s.kind === 'reduce') for (const letter of s.binding.letters) world.indexLetters.add(letter);
  if (s.kind === 'entryDerivative')
    for (const p of s.by) for (const letter of lettersIn(p)) world.indexLetters.add(letter);
}

/** The t of `p_{n,t_n}` and of `1{j = t_n}`: its entries are positions. */
function lookForPositions(s: Surface, world: World): void {
  const note = (x: Surface): void => {
    if (x.kind === 'subscript' && x.base.kind === 'name') world.positions.add(x.base.name);
  };
  if (s.kind === 'subscript') for (const p of s.parts.flatMap(indexParts)) note(p);
  if (s.kind !== 'indicator') return;
  visitSurface(s.condition, (c) => {
    if (c.kind !== 'relation') return;
    const sides = [c.first, ...c.links.map((l) => l.value)].map((x) => unwrap(x));
    const equal = c.links.every((l) => l.op === '=' || l.op === '!=');
    if (equal && sides.some((x) => x.kind === 'name' && world.indexLetters.has(x.name))) sides.forEach(note);
  });
}
/** The single indices of a subscript part. */
function indexParts(s: Surface): readonly Surface[] {
  const u = unwrap(s);
  if (u.kind === 'list') return u.items.flatMap(indexParts);
  if (u.kind === 'product') return u.factors.flatMap((f) => indexParts(f.value));
  return u.kind === 'sum' ? u.terms.flatMap((t) => indexParts(t.value)) : [u];
}

const entriesIn = (s: Surface): Surface[] =>
  indexParts(s).filter((p) => p.kind === 'subscript' || p.kind === 'power' || p.kind === 'apply');

/** A bare side of a comparison may be an index; a factor, a base, an exponent, an argument of a function is a number. */
function lookForNumbers(s: Surface, world: World): void {
  const note = (x: Surface): void => {
    const u = unwrap(x);
    if (u.kind === 'name') world.numbers.add(u.name);
  };
  if (s.kind === 'product') for (const f of s.factors) note(f.value);
  if (s.kind === 'fraction' || s.kind === 'power' || s.kind === 'derivative') parts(s).forEach(note);
  if (s.kind === 'apply' && s.head.kind === 'name') {
    const arguments_ =
      s.head.name === 'if'
        ? s.args.slice(1)
        : s.head.name === 'd' || functionNamed(s.head.name) !== undefined
          ? s.args
          : [];
    arguments_.forEach(note);
  }
  const inside = s.kind === 'subscript' ? [s.base] : s.kind === 'reduce' ? [s.body] : parts(s);
  for (const p of inside) lookForNumbers(p, world);
}

/** `x^{ij}`, `\partial x^j`, `\delta^i_j`: the name carries its indices above. */
function lookForSuperscripts(s: Surface, world: World): void {
  if (s.kind === 'power' && s.style === 'none') {
    const name = bareName(s.base);
    const letters = raisedLetters(s.exponent);
    if (
      name !== null &&
      letters.length >= 2 &&
      !letters.some((l) => isGiven(world, l) && (world.ranks.get(l) ?? 0) === 0)
    )
      addSuper(name, letters, world);
  }
  if (s.kind === 'subscript' && s.base.kind === 'power') delta(s.base.base, s.base.exponent, world);
  if (s.kind === 'power' && s.base.kind === 'subscript') delta(s.base.base, s.exponent, world);
  if (s.kind === 'derivative' && s.order === 1) for (const by of s.by) raised(by, world);
  // ∂x^i/∂x^j; but the x^n of d/dx x^n is a power.
  if (s.kind === 'derivative' && s.order === 1 && s.by.some((by) => unwrap(by).kind === 'power')) raised(s.of, world);
}
function delta(base: Surface, exponent: Surface, world: World): void {
  if (base.kind === 'name' && base.name === 'delta' && raisedLetters(exponent).length > 0)
    addSuper('delta', raisedLetters(exponent), world);
}
function raised(s: Surface, world: World): void {
  const u = unwrap(s);
  if (u.kind !== 'power' || u.style !== 'none') return;
  const name = bareName(u.base);
  const letters = raisedLetters(u.exponent);
  if (name !== null && letters.length > 0) addSuper(name, letters, world);
}
function addSuper(name: string, letters: readonly string[], world: World): void {
  world.superIndexed.add(name);
  for (const letter of letters) world.indexLetters.add(letter);
}
const bareName = (s: Surface): string | null => (s.kind === 'name' && s.name !== 'e' ? s.name : null);
function raisedLetters(e: Surface): string[] {
  const u = unwrap(e);
  if (u.kind === 'name')
    return /^[a-z]$/.test(u.name) ? [u.name] : u.run && /^[a-z]{2,3}$/.test(u.name) ? [...u.name] : [];
  if (u.kind === 'prime') return lettersIn(u);
  if (u.kind !== 'product' || !u.factors.every((f) => f.op === 'juxtaposed')) return [];
  const all = u.factors.map((f) => raisedLetters(f.value));
  return all.some((l) => l.length !== 1) ? [] : all.flat();
}

/** How many indices a list of subscript parts has. */
export function countIndices(indices: readonly Surface[]): number {
  return indices.reduce((n, p) => {
    const u = unwrap(p);
    if (u.kind === 'name' && u.run && /^[a-zA-Z]+\d*$/.test(u.name))
      return n + (u.name.match(/[a-zA-Z]|\d+/g)?.length ?? 1);
    if (
      u.kind === 'product' &&
      u.factors.every((f) => f.op === 'juxtaposed') &&
      u.factors.every((f) => ['name', 'number', 'prime', 'subscript'].includes(unwrap(f.value).kind)) &&
      !startsWithNumber(u)
    )
      return n + u.factors.length;
    if (u.kind === 'list') return n + u.items.length;
    return n + 1;
  }, 0);
}
/** `2i` is twice i, `ij` are two indices. */
const startsWithNumber = (u: Surface & { kind: 'product' }): boolean =>
  unwrap(must(u.factors[0]).value).kind === 'number';

/** A name that is a matrix by convention. */
export const isCapital = (name: string): boolean =>
  /^(?:[A-Z]|Sigma|Lambda|Theta|Phi|Psi|Omega|Gamma|Delta)/.test(name);
/** `A_{ij}`; but `V_k` is a row of V. */
export const isEntryOfMatrix = (named: { readonly name: string; readonly indices: readonly Surface[] }): boolean =>
  isCapital(named.name) && countIndices(named.indices) !== 1;

/** Kronecker's D is δ unless it is summed over like a matrix. */
const kroneckers: ReadonlySet<string> = new Set(['delta', 'D', 'I']);

function lookForNames(s: Surface, world: World, latex: boolean, bound: ReadonlySet<string>): void {
  const named = isBracketIndex(s, world, latex)
    ? { name: (s.head as { name: string }).name, indices: s.args }
    : nameOf(s, world, latex);
  if (named !== null) {
    world.seen.add(named.name);
    named.indices.flatMap(entriesIn).forEach((p) => lookForNames(p, world, latex, bound));
    const count = countIndices(named.indices);
    if (count === 0 || named.name === '∂' || (world.functions.get(named.name)?.key ?? named.name) !== named.name)
      return;
    world.subscripted.set(named.name, Math.max(count, world.subscripted.get(named.name) ?? 0));
    if (kroneckers.has(named.name) && !world.ranks.has(named.name)) {
      const isSummed = named.indices.flatMap(lettersIn).some((l) => bound.has(l));
      if (count === 2 && !(named.name === 'D' && isSummed)) return;
    }
    if (
      count > (world.ranks.get(named.name) ?? 0) &&
      !world.defined.has(named.name) &&
      !world.supplied.has(named.name) &&
      !world.told.has(named.name)
    )
      world.ranks.set(named.name, count);
    return;
  }
  const inside = s.kind === 'reduce' ? new Set([...bound, ...s.binding.letters]) : bound;
  if (s.kind === 'apply') {
    const head = nameOf(s.head, world, latex);
    // The head of a call is no tensor on the ground of its subscript alone (`S_i(z)`, `softmax_j(…)`).
    if (head !== null && (head.indices.length === 0 || isReservedFunction(head.name))) {
      for (const a of s.args) lookForNames(a, world, latex, inside);
      return;
    }
  }
  for (const p of parts(s)) lookForNames(p, world, latex, inside);
}

const sizeLetters: ReadonlySet<string> = new Set([
  'n',
  'm',
  'N',
  'M',
  'K',
  'C',
  'D',
  'B',
  'S',
  'H',
  'P',
  'd',
  'k',
  'b',
  'c',
  'R',
  'V',
]);
const countLetters: ReadonlySet<string> = new Set(['n', 'm', 'N', 'M', 'K']);

/** `(1/n) sum_i …`, `n / sum_i …`: the name is a size. */
function lookForSizes(s: Surface, world: World, found: Survey): void {
  if (s.kind !== 'product' && s.kind !== 'fraction') return;
  const flat = flatFactors(s, 1);
  const top = flat.filter((f) => f.power === 1).map((f) => f.value);
  const below = flat.filter((f) => f.power === -1).map((f) => f.value);
  const sumAbove = top.find((f) => f.kind === 'reduce' && f.op === 'sum');
  const sumBelow = below.find((f) => f.kind === 'reduce' && f.op === 'sum');
  if (sumAbove !== undefined) for (const d of below) noteSize(d, sizeLetters, sumAbove, world, found);
  if (sumBelow !== undefined) for (const d of top) noteSize(d, countLetters, sumBelow, world, found);
}

function noteSize(s: Surface, letters: ReadonlySet<string>, sum: Surface, world: World, found: Survey): void {
  if (
    s.kind !== 'name' ||
    !letters.has(s.name) ||
    isGivenScalar(world, s.name) ||
    found.sizeOfSum.has(sum) ||
    sum.kind !== 'reduce'
  )
    return;
  if (sum.binding.letters.includes(s.name) || sum.binding.to !== null || world.ranks.has(s.name)) return;
  world.sizes.add(s.name);
  // A mean over examples may hold a sum over something else first: `1/N Σ_k` does not make N the number of k.
  if (!world.counted.has(s.name)) found.sizeOfSum.set(sum, s.name);
}
const isGivenScalar = (world: World, name: string): boolean =>
  world.defined.has(name) || (world.ranks.get(name) ?? 0) > 0;

/** `\sum_{i=1}^n`: the limit is a size. */
function lookForLimit(s: Surface & { kind: 'reduce' }, world: World, letters: ReadonlySet<string>): void {
  const to = s.binding.to === null ? null : unwrap(s.binding.to);
  if (to === null) return;
  visitSurface(to, (x) => {
    if (
      x.kind === 'name' &&
      /^[a-zA-Z]$/.test(x.name) &&
      !letters.has(x.name) &&
      !world.defined.has(x.name) &&
      !(world.ranks.get(x.name) ?? 0) &&
      (!world.indexLetters.has(x.name) || sizeLetters.has(x.name))
    ) {
      world.sizes.add(x.name);
      world.counted.add(x.name);
    }
  });
}

/** Numerator and denominator factors of a product, through brackets, fractions and signs. */
function flatFactors(s: Surface, power: 1 | -1): { value: Surface; power: 1 | -1 }[] {
  const u = unwrap(s);
  if (u.kind === 'product')
    return u.factors.flatMap((f) => flatFactors(f.value, f.op === '/' ? (power === 1 ? -1 : 1) : power));
  if (u.kind === 'fraction') return [...flatFactors(u.num, power), ...flatFactors(u.den, power === 1 ? -1 : 1)];
  if (u.kind === 'sum' && u.terms.length === 1) return flatFactors(must(u.terms[0]).value, power);
  return [{ value: u, power }];
}

/** Letters that stand outside of every Σ without index. */
export function lettersOutside(s: Surface): Set<string> {
  const letters = new Set<string>();
  const walk = (x: Surface, bound: ReadonlySet<string>): void => {
    if (x.kind === 'reduce' && x.binding.letters.every((l) => /^[A-Z]$/.test(l))) return;
    if (x.kind === 'subscript')
      for (const p of x.parts) for (const l of lettersIn(p)) if (!bound.has(l)) letters.add(l);
    const inside = x.kind === 'reduce' ? new Set([...bound, ...boundLetters(x)]) : bound;
    for (const p of parts(x)) walk(p, inside);
  };
  walk(s, new Set());
  return letters;
}
