// Normal forms of Σ and δ: deltas are used up, sums are split into connected components, each with its binders in
// canonical order.
// Not here: powers and functions (`normal.ts`).
// Invariant: a Σ atom has a body of one monomial with coefficient 1, every factor of which depends on its binders.
import { must } from '../term/must.ts';
import {
  addIndices,
  asAffine,
  boundIndex,
  one,
  rational,
  reduce,
  size,
  type Delta,
  type Index,
  type IndexVariable,
  type Range,
  type Reduce,
  type Term,
} from '../term/term.ts';
import { indexUsesBound, key, mapIndexVariables, mapIndices, shift, shiftIndex, usesBound } from '../term/walk.ts';
import { conditionPolynomial } from './normal-conditions.ts';
import { orient, renameVariable } from './normal-deltas.ts';
import type { Normaliser } from './normaliser.ts';
import {
  atomPolynomial,
  constantPolynomial,
  fromMonomials,
  monomial,
  monomialTerm,
  polynomialTerm,
  replaceFactor,
  sumPolynomials,
  type Factor,
  type Monomial,
  type Polynomial,
} from './polynomial.ts';
import { isInteger, signOf } from './rational.ts';

// --- Σ ---------------------------------------------------------------------------------------------------------------

export function sumPolynomial(t: Reduce, n: Normaliser): Polynomial {
  const body = n.of(t.body);
  const restricted = t.where === null ? body : n.times([body, conditionPolynomial(t.where, n)]);
  return sumPolynomials([...restricted.values()].map((m) => sumOfMonomial(m, t.range, n)));
}

function sumOfMonomial(m: Monomial, range: Range, n: Normaliser): Polynomial {
  const collapsed = collapse(m, range, n);
  if (collapsed !== null) return collapsed;
  const inside: Factor[] = [];
  const outside: Factor[] = [];
  for (const f of m.factors.values()) {
    if (usesBound(f.base)) inside.push(f);
    else outside.push({ base: shift(f.base, -1), exponent: f.exponent });
  }
  const free = monomial(m.coefficient, outside);
  if (inside.length === 0) return n.times([fromMonomials([free]), countOf(range)]);
  return n.times([fromMonomials([free]), componentPolynomial([range], inside, n)]);
}

function countOf(range: Range): Polynomial {
  if (range.from === null || range.to === null) return atomPolynomial(size(range.set));
  const d = asAffine(addIndices(range.to, range.from, -1));
  if (d.terms.length === 0) return constantPolynomial(rational(Math.max(0, d.plus + 1)));
  return atomPolynomial(reduce('sum', 'k', one, range));
}

/** Σ_k δ_ik f_k = f_i, with a bracket when the range is not the whole set. */
function collapse(m: Monomial, range: Range, n: Normaliser): Polynomial | null {
  for (const [k, f] of m.factors) {
    if (f.base.kind !== 'delta' || signOf(f.exponent) <= 0) continue;
    const to = solveForBound(f.base);
    if (to === null) continue;
    const rest = replaceFactor(m, k, null);
    const moved = renameVariable(rest, { kind: 'bound', depth: 0 }, to, n);
    const opened = fromMonomials(
      [...moved.values()].map((x) =>
        monomial(
          x.coefficient,
          [...x.factors.values()].map((y) => ({ base: shift(y.base, -1), exponent: y.exponent })),
        ),
      ),
    );
    const settled = n.settle(opened);
    if (range.from === null || range.to === null) return settled;
    const where = shiftIndex(to, -1);
    return n.times([
      settled,
      conditionPolynomial({ kind: 'position', op: '<=', left: range.from, right: where }, n),
      conditionPolynomial({ kind: 'position', op: '<=', left: where, right: range.to }, n),
    ]);
  }
  return null;
}

/** What the bound index (depth 0) must equal, when one side of the δ is just it and the other is a plain index. */
function solveForBound(d: Delta): Index | null {
  const isBound = (i: Index): boolean => i.kind === 'bound' && i.depth === 0;
  const plain = (i: Index): boolean => !indexUsesBound(i, 0);
  // an affine other side could fall outside the set: left as it is
  if (isBound(d.left) && plain(d.right) && d.right.kind !== 'affine') return d.right;
  if (isBound(d.right) && plain(d.left) && d.left.kind !== 'affine') return d.left;
  return null;
}

/**
 * A connected sum over `ranges` (outermost first) of the factors, as an atom; inner Σ factors are merged into it, and
 * parts that fall apart become separate atoms.
 */
function componentPolynomial(ranges: readonly Range[], factors: readonly Factor[], n: Normaliser): Polynomial {
  const flat = flatten(ranges, factors);
  if (flat.ranges.length === 1) return atomPolynomial(reduce('sum', 'k', bodyTerm(flat.factors), must(flat.ranges[0])));
  return fromMonomials([
    monomial(
      one,
      components(flat.ranges, flat.factors, n).map((base) => ({ base, exponent: one })),
    ),
  ]);
}

const bodyTerm = (factors: readonly Factor[]): Term => monomialTerm(monomial(one, factors));

function flatten(
  ranges: readonly Range[],
  factors: readonly Factor[],
): { ranges: readonly Range[]; factors: readonly Factor[] } {
  const place = factors.findIndex(
    (f) =>
      f.base.kind === 'reduce' &&
      f.base.op === 'sum' &&
      f.base.where === null &&
      isInteger(f.exponent) &&
      f.exponent.num >= 1n &&
      f.exponent.num <= 3n,
  );
  const f = factors[place];
  if (f === undefined || f.base.kind !== 'reduce' || ranges.length >= 8) return { ranges, factors };
  const inner = f.base;
  const left = { base: f.base, exponent: rational(f.exponent.num - 1n) };
  const others = [...factors.slice(0, place), ...(left.exponent.num > 0n ? [left] : []), ...factors.slice(place + 1)];
  const moved = others.map((x) => ({ base: shift(x.base, 1), exponent: x.exponent }));
  const body: Factor[] = (inner.body.kind === 'mul' ? inner.body.factors : [inner.body]).map((x) =>
    x.kind === 'pow' && x.exponent.kind === 'num' ? { base: x.base, exponent: x.exponent } : { base: x, exponent: one },
  );
  return flatten([...ranges, inner.range], [...monomial(one, [...moved, ...body]).factors.values()]);
}

/** Splits binders and factors into connected parts and names each part canonically. */
function components(ranges: readonly Range[], factors: readonly Factor[], n: Normaliser): Term[] {
  const count = ranges.length;
  const group = ranges.map((_, i) => i);
  const find = (i: number): number => (group[i] === i ? i : find(must(group[i])));
  const uses = factors.map((f) => ranges.map((_, i) => i).filter((i) => usesBound(f.base, count - 1 - i)));
  for (const u of uses) for (const x of u) group[find(x)] = find(must(u[0]));
  ranges.forEach((r, i) => {
    for (let j = 0; j < i; j++) if (rangeUses(r, i - 1 - j)) group[find(j)] = find(i);
  });
  const roots = [...new Set(group.map((_, i) => find(i)))];
  return roots.map((root) => {
    const kept = ranges.map((_, i) => i).filter((i) => find(i) === root);
    return canonicalSum(
      ranges,
      kept,
      factors.filter((_, j) => find(must(uses[j])[0] ?? must(kept[0])) === root),
      n,
    );
  });
}
const rangeUses = (r: Range, depth: number): boolean =>
  [r.from, r.to].some((i) => i !== null && indexUsesBound(i, depth));

function* permutations(items: readonly number[]): Generator<number[]> {
  if (items.length <= 1) {
    yield [...items];
    return;
  }
  for (let i = 0; i < items.length; i++)
    for (const rest of permutations([...items.slice(0, i), ...items.slice(i + 1)])) yield [must(items[i]), ...rest];
}

/** The nested Σ over the kept binders, in the order that gives the smallest key. */
function canonicalSum(
  ranges: readonly Range[],
  kept: readonly number[],
  factors: readonly Factor[],
  n: Normaliser,
): Term {
  const count = ranges.length;
  const fixed = ranges.some((r) => r.from !== null || r.to !== null);
  let best: { term: Term; k: string } | null = null;
  for (const order of fixed || kept.length > 5 ? [[...kept]] : permutations(kept)) {
    const to = new Map(order.map((old, place) => [old, order.length - 1 - place]));
    const moved = factors.map((f) => ({ base: reorder(f.base, count, to, order.length, n), exponent: f.exponent }));
    let term = bodyTerm(moved);
    for (const old of [...order].reverse()) term = reduce('sum', 'k', term, must(ranges[old]));
    const k = key(term);
    if (best === null || k < best.k) best = { term, k };
  }
  return (best as { term: Term }).term;
}

function reorder(t: Term, count: number, to: ReadonlyMap<number, number>, now: number, n: Normaliser): Term {
  const moved = mapIndices(t, (i, d) =>
    mapIndexVariables(i, (v) => {
      if (v.kind !== 'bound' || v.depth < d) return v;
      const slot = v.depth - d;
      if (slot >= count) return boundIndex(v.depth - count + now) as IndexVariable;
      return boundIndex(d + must(to.get(count - 1 - slot))) as IndexVariable;
    }),
  );
  return t.kind === 'entry' || t.kind === 'delta'
    ? moved.kind === 'delta'
      ? orient(moved)
      : moved
    : key(moved) === key(t)
      ? moved
      : polynomialTerm(n.of(moved));
}
