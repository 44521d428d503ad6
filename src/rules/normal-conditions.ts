// Normal forms of brackets and conditions: order relations as [P > 0], index relations as deltas or position brackets.
// Not here: terms (`normal.ts`).
// Invariant: a condition's polynomial takes the values 0 and 1 and equals the bracket of the condition at every point.
import {
  addIndices,
  asAffine,
  bracket,
  delta,
  integer,
  isZero,
  minusOne,
  one,
  subtract,
  type Comparison,
  type Condition,
  type Index,
  type Term,
} from '../term/term.ts';
import { key } from '../term/walk.ts';
import { absolute, contentOf, inverted, signOf } from './rational.ts';
import { apart, apartIndices } from './defined.ts';
import { deltaPolynomial, mentionsIndex, orient } from './normal-deltas.ts';
import type { Normaliser } from './normaliser.ts';
import {
  atomPolynomial,
  constantOf,
  constantPolynomial,
  factorTerm,
  fromMonomials,
  polynomialTerm,
  replaceFactor,
  scalePolynomial,
  sumPolynomials,
  type Factor,
  type Monomial,
  type Polynomial,
} from './polynomial.ts';

/** One spelling of a condition on positions; comparisons of values stay. */
export function canonicalCondition(c: Condition): Condition {
  if (c.kind === 'and' || c.kind === 'or') {
    const parts = new Map(c.all.map((x) => [key(bracket(canonicalCondition(x))), canonicalCondition(x)]));
    const all = [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, x]) => x);
    const [only] = all;
    return only !== undefined && all.length === 1 ? only : { kind: c.kind, all };
  }
  if (c.kind !== 'position') return c;
  if (c.op === '>' || c.op === '>=') return { ...c, op: c.op === '>' ? '<' : '<=', left: c.right, right: c.left };
  return c.op === '=' || c.op === '!=' ? { ...c, ...orient(delta(c.left, c.right)), kind: 'position' } : c;
}

const not = (p: Polynomial): Polynomial => sumPolynomials([constantPolynomial(one), scalePolynomial(p, minusOne)]);

export const bracketPolynomial = (c: Condition, n: Normaliser): Polynomial => conditionPolynomial(c, n);

export function conditionPolynomial(c: Condition, n: Normaliser): Polynomial {
  switch (c.kind) {
    case 'not':
      return c.of.kind === 'position' && (c.of.op === '=' || c.of.op === '!=')
        ? positionPolynomial(c.of.op === '=' ? '!=' : '=', c.of.left, c.of.right)
        : not(conditionPolynomial(c.of, n));
    case 'and':
      return n.times(c.all.map((x) => conditionPolynomial(x, n)));
    case 'or':
      return not(n.times(c.all.map((x) => not(conditionPolynomial(x, n)))));
    case 'position':
      return positionPolynomial(c.op, c.left, c.right);
    case 'compare': {
      const difference = n.of(subtract(c.left, c.right));
      return orderPolynomial(c.op, difference);
    }
  }
}

function orderPolynomial(op: Comparison, difference: Polynomial): Polynomial {
  const flipped = scalePolynomial(difference, minusOne);
  switch (op) {
    case '>':
      return positivePolynomial(difference);
    case '<':
      return positivePolynomial(flipped);
    case '<=':
      return not(positivePolynomial(difference));
    case '>=':
      return not(positivePolynomial(flipped));
    case '=':
      return zeroPolynomial(difference);
    case '!=':
      return not(zeroPolynomial(difference));
  }
}

function positivePolynomial(p: Polynomial): Polynomial {
  const c = constantOf(p);
  if (c !== null) return constantPolynomial(c.num > 0n ? one : integer(0));
  const primitive = scalePolynomial(p, inverted(contentOf([...p.values()].map((m) => absolute(m.coefficient)))));
  return atomPolynomial(bracket({ kind: 'compare', op: '>', left: polynomialTerm(primitive), right: integer(0) }));
}

/** Whether two of the factors are brackets [P > 0] and [−P > 0], of which one is 0. */
export function excludeEachOther(factors: readonly Term[], n: Normaliser): boolean {
  const sides = factors.flatMap((f) =>
    f.kind === 'bracket' && f.condition.kind === 'compare' && f.condition.op === '>' && isZero(f.condition.right)
      ? [f.condition.left]
      : [],
  );
  if (sides.length < 2) return false;
  const keys = new Set(sides.map(key));
  return sides.some((s) => keys.has(key(polynomialTerm(scalePolynomial(n.of(s), minusOne)))));
}

function zeroPolynomial(p: Polynomial): Polynomial {
  const c = constantOf(p);
  if (c !== null) return constantPolynomial(c.num === 0n ? one : integer(0));
  const lead = [...p].sort(([a], [b]) => (a < b ? -1 : 1))[0]?.[1];
  const content = contentOf([...p.values()].map((m) => m.coefficient));
  const primitive = scalePolynomial(
    p,
    inverted(lead !== undefined && signOf(lead.coefficient) < 0 ? { ...content, num: -content.num } : content),
  );
  return atomPolynomial(bracket({ kind: 'compare', op: '=', left: polynomialTerm(primitive), right: integer(0) }));
}

/** [left ≠ right], which is written as 1 − δ only beside what has a value where the two are equal (`settleApart`). */
function apartPolynomial(left: Index, right: Index): Polynomial {
  const same = constantOf(deltaPolynomial(delta(left, right)));
  if (same !== null) return constantPolynomial(same.num === 0n ? one : integer(0));
  const { left: first, right: second } = orient(delta(left, right));
  return atomPolynomial(apart(first, second));
}

/**
 * f_k [k ≠ i] as f_k − δ_ki f_i where f has a value everywhere: a term may be taken away from a sum only where there is
 * one. Null when nothing changes.
 */
export function settleApart(m: Monomial, n: Normaliser): Polynomial | null {
  for (const [k, f] of m.factors) {
    const indices = apartIndices(f.base);
    if (indices === null || ![...m.factors.values()].every((x) => isSafe(x, indices, n))) continue;
    const rest = fromMonomials([replaceFactor(m, k, null)]);
    const equal = atomPolynomial(delta(indices.left, indices.right));
    return n.settle(sumPolynomials([rest, scalePolynomial(n.times([rest, equal]), minusOne)]));
  }
  return null;
}

/**
 * Whether a factor beside [left ≠ right] has a value where the two are equal, or has nothing to do with it: what stands
 * outside the sum over `right` has a value by itself.
 */
function isSafe(f: Factor, { left, right }: { left: Index; right: Index }, n: Normaliser): boolean {
  if (f.base.kind === 'delta' || f.base.kind === 'bracket') return true;
  const concerned = mentionsIndex(f.base, right) || (right.kind !== 'bound' && mentionsIndex(f.base, left));
  return !concerned || n.hasValue(factorTerm(f));
}

/** Whether two indices compare so wherever they stand; null where that depends. */
export function decided(op: Comparison, left: Index, right: Index): boolean | null {
  const c = constantOf(positionPolynomial(op, left, right));
  return c === null ? null : c.num !== 0n;
}

function positionPolynomial(op: Comparison, left: Index, right: Index): Polynomial {
  switch (op) {
    case '=':
      return deltaPolynomial(delta(left, right));
    case '!=':
      return apartPolynomial(left, right);
    case '>':
      return positionPolynomial('<', right, left);
    case '>=':
      return positionPolynomial('<=', right, left);
    case '<':
      return positionPolynomial('<=', addIndices(left, { kind: 'at', position: 1 }), right);
    case '<=': {
      const d = asAffine(addIndices(right, left, -1));
      const reach = d.terms.reduce((sum, t) => sum + t.times, d.plus);
      // Every index is at least 1, so the difference is at least, or at most, what it is where all of them are 1.
      if (d.terms.every((t) => t.times > 0) && reach >= 0) return constantPolynomial(one);
      if (d.terms.every((t) => t.times < 0) && reach < 0) return constantPolynomial(integer(0));
      return atomPolynomial(
        bracket({ kind: 'position', op: '<=', left: { kind: 'at', position: 0 }, right: addIndices(right, left, -1) }),
      );
    }
  }
}
