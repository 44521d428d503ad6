// Normal forms of δ: a δ picks the index it compares in the factors beside it.
// Not here: Σ collapsed by δ (`normal-sums.ts`).
// Invariant: of two variables that a δ joins, the one of lower rank stays in the whole monomial.
import {
  asAffine,
  addIndices,
  delta,
  indexKey,
  isNumber,
  one,
  pow,
  rational,
  variablesOf,
  sameIndex,
  type Delta,
  type Index,
  type IndexVariable,
  type Term,
} from '../term/term.ts';
import { key, mapIndexVariables, mapIndices, shiftIndex, visitIndices } from '../term/walk.ts';
import type { Normaliser } from './normaliser.ts';
import {
  atomPolynomial,
  constantPolynomial,
  fromMonomials,
  monomial,
  replaceFactor,
  type Monomial,
  type Polynomial,
} from './polynomial.ts';
import { signOf } from './rational.ts';

const zero = rational(0);

export function deltaPolynomial(t: Delta): Polynomial {
  if (sameIndex(t.left, t.right)) return constantPolynomial(one);
  const difference = asAffine(addIndices(t.left, t.right, -1));
  if (difference.terms.length === 0) return constantPolynomial(difference.plus === 0 ? one : zero);
  return atomPolynomial(orient(t));
}

/** Which of two plain variables stays: literals before free letters before bound ones, outer binders before inner, else by name. */
function rank(i: Index): string {
  switch (i.kind) {
    case 'at':
      return `0${i.position}`;
    case 'end':
      return `1${i.set}`;
    case 'data':
      return `1${indexKey(i)}`;
    case 'free':
      return `2${i.name}`;
    case 'bound':
      return `3${String(9999 - i.depth).padStart(4, '0')}`;
    case 'affine':
      return `4${indexKey(i)}`;
  }
}
/** The δ with the index of lower rank on the left. */
export const orient = (t: Delta): Delta => (rank(t.left) <= rank(t.right) ? t : delta(t.right, t.left));

/** Uses one δ of the monomial: δ² = δ and δ_ij f_j = δ_ij f_i. Null when nothing changes. */
export function settleDeltas(m: Monomial, n: Normaliser): Polynomial | null {
  for (const [k, f] of m.factors) {
    if (f.base.kind !== 'delta') continue;
    if (!isNumber(f.exponent, 1) && signOf(f.exponent) > 0)
      return n.settle(fromMonomials([replaceFactor(m, k, { base: f.base, exponent: one })]));
    const { left, right } = orient(f.base);
    if (right.kind === 'affine' || right.kind === 'at' || right.kind === 'end' || right.kind === 'data') continue;
    // δ_{j,t_j}: what j equals speaks of j
    if (variablesOf(left).some((v) => sameVariable(v, right, 0))) continue;
    const others = replaceFactor(m, k, null);
    if (![...others.factors.values()].some((x) => mentionsVariable(x.base, right))) continue;
    const moved = renameVariable(others, right, left, n);
    return n.times([fromMonomials([monomial(one, [{ base: f.base, exponent: one }])]), moved]);
  }
  return null;
}

const sameVariable = (v: IndexVariable, w: IndexVariable, depth: number): boolean =>
  (v.kind === 'free' && w.kind === 'free' && v.name === w.name) ||
  (v.kind === 'bound' && w.kind === 'bound' && v.depth === w.depth + depth) ||
  (v.kind === 'data' && w.kind === 'data' && indexKey(v) === indexKey(shiftIndex(w, depth)));

/** Whether one of the variables of an index occurs; a literal occurs where it is written. */
export function mentionsIndex(t: Term, index: Index): boolean {
  const { terms } = asAffine(index);
  if (terms.length > 0) return terms.some((x) => mentionsVariable(t, x.variable));
  let found = false;
  visitIndices(t, (i) => {
    found ||= sameIndex(i, index);
  });
  return found;
}

function mentionsVariable(t: Term, v: IndexVariable): boolean {
  let found = false;
  visitIndices(t, (i, d) => {
    found ||= asAffine(i).terms.some((x) => sameVariable(x.variable, v, d));
  });
  return found;
}

function substituteVariable(t: Term, v: IndexVariable, by: Index): Term {
  return mapIndices(t, (i, d) => mapIndexVariables(i, (x) => (sameVariable(x, v, d) ? shiftIndex(by, d) : x)));
}

/** The monomial with one variable replaced everywhere, normalised again where it changed. */
export function renameVariable(m: Monomial, v: IndexVariable, by: Index, n: Normaliser): Polynomial {
  const parts: Polynomial[] = [constantPolynomial(m.coefficient)];
  for (const f of m.factors.values()) {
    const base = substituteVariable(f.base, v, by);
    parts.push(
      key(base) === key(f.base)
        ? fromMonomials([monomial(one, [f])])
        : n.of(isNumber(f.exponent, 1) ? base : pow(base, f.exponent)),
    );
  }
  return n.times(parts);
}
