// Conditions for showing: what is always or never true is left out, and what restricts a summed index stands under its
// Σ.
// Not here: cases (`cases.ts`), comparisons of values, which stay as they were written.
// Invariant: as in `collect.ts`; a bracket stays beside what may have no value where it is 0.
import {
  bracket,
  delta,
  isNumber,
  one,
  subtract,
  type Bracket,
  type Comparison,
  type Condition,
  type Index,
  type Reduce,
  type Term,
} from '../term/term.ts';
import { indexUsesBound, key, shift, usesBound } from '../term/walk.ts';
import { isDefined } from '../rules/defined.ts';
import { mentionsIndex } from '../rules/normal-deltas.ts';
import { decided } from '../rules/normal-conditions.ts';
import { signOf } from '../rules/rational.ts';
import { atom, product, type Collector, type Piece, type Product, type Products } from './products.ts';

/** A condition without its parts that are always true; a truth value where nothing else is left. */
export function settled(c: Condition): Condition | boolean {
  switch (c.kind) {
    case 'position':
      return decided(c.op, c.left, c.right) ?? c;
    case 'compare':
      return c;
    case 'not': {
      const of = settled(c.of);
      return typeof of === 'boolean' ? !of : of.kind === 'position' ? { ...of, op: opposite[of.op] } : { ...c, of };
    }
    case 'and':
    case 'or':
      return settledAll(c.kind, c.all);
  }
}
const opposite: { readonly [op in Comparison]: Comparison } = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
};

function settledAll(kind: 'and' | 'or', all: readonly Condition[]): Condition | boolean {
  const idle = kind === 'and';
  const parts = new Map<string, Condition>();
  for (const x of all) {
    const s = settled(x);
    if (s === !idle) return !idle;
    if (typeof s === 'boolean') continue;
    for (const part of s.kind === kind ? s.all : [s]) parts.set(key(bracket(part)), part);
  }
  const [only] = parts.values();
  return only === undefined ? idle : parts.size === 1 ? only : { kind, all: [...parts.values()] };
}

/** A bracket as products: 1, nothing, a δ, or itself. */
export function collectBracket(t: Bracket): Products {
  const c = settled(t.condition);
  if (c === true) return [product(one)];
  if (c === false) return [];
  return [atom(c.kind === 'position' && c.op === '=' ? delta(c.left, c.right) : bracket(c))];
}

/**
 * What is left of a product when the condition is put beside it: [i ≠ k] as 1 − δ_ik where the rest has a value for i =
 * k.
 */
export function conditionFactor(c: Condition, beside: readonly Term[], context: Collector['context']): Term {
  const s = settled(c);
  if (typeof s === 'boolean') return bracket(c);
  if (s.kind !== 'position' || (s.op !== '=' && s.op !== '!=')) return bracket(s);
  if (s.op === '=') return delta(s.left, s.right);
  const ends = [s.left, s.right];
  const isLoose = ends.some((i) => i.kind === 'bound');
  // taken apart, 1 − δ_ik beside a Σ or Π that speaks of k would leave two of these
  const isDeep = beside.some((x) => isReduction(x) && ends.some((i) => mentionsIndex(x, i)));
  return isLoose || isDeep || !beside.every((x) => isDefined(x, context))
    ? bracket(s)
    : subtract(one, inOrder(s.left, s.right));
}

const isReduction = (t: Term): boolean => t.kind === 'reduce' || (t.kind === 'pow' && isReduction(t.base));

/** δ with its free letters in alphabetical order, as it is usually written. */
export const inOrder = (i: Index, j: Index): Term =>
  i.kind === 'free' && j.kind === 'free' && j.name < i.name ? delta(j, i) : delta(i, j);

/**
 * A sum with its condition settled, and the brackets of what does not speak of its index, written outside; null where
 * nothing is left to sum.
 */
export function settledSum(t: Reduce): { readonly sum: Reduce; readonly outside: readonly Term[] } | null {
  if (t.where === null) return { sum: t, outside: [] };
  const where = settled(t.where);
  if (where === false) return null;
  if (where === true) return { sum: { ...t, where: null }, outside: [] };
  const parts = (where.kind === 'and' ? where.all : [where]).map((c) => bracket(c));
  const inside = parts.filter((p) => usesBound(p));
  return {
    sum: { ...t, where: joined(inside) },
    outside: parts.filter((p) => !usesBound(p)).map((p) => shift(p, -1)),
  };
}
const joined = (parts: readonly Bracket[]): Condition | null => {
  const all = parts.map((p) => p.condition);
  return all.length > 1 ? { kind: 'and', all } : (all[0] ?? null);
};

/** The condition of a sum with the brackets of a product that speak of the summed index; these leave the product. */
export function takeConditions(
  p: Product,
  where: Condition | null,
): { readonly p: Product; readonly where: Condition | null } {
  const taken = [...p.pieces].filter(([, x]) => isTakeable(x));
  if (taken.length === 0) return { p, where };
  const all = taken.map(([, x]) => turned((x.base as Bracket).condition));
  const together = settled({ kind: 'and', all: [...(where === null ? [] : [where]), ...all] });
  if (typeof together === 'boolean') throw new Error('bug: a condition that was settled before is settled anew');
  return {
    p: product(
      p.coefficient,
      [...p.pieces].filter(([k]) => !taken.some(([other]) => other === k)),
    ),
    where: together,
  };
}
const isTakeable = (x: Piece): boolean =>
  x.base.kind === 'bracket' && isOfPositions(x.base.condition) && signOf(x.exponent) > 0 && usesBound(x.base);
const isOfPositions = (c: Condition): boolean =>
  c.kind === 'position' || ((c.kind === 'and' || c.kind === 'or') && c.all.every(isOfPositions));

const mirrored: { readonly [op in Comparison]: Comparison } = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '>': '<',
  '<=': '>=',
  '>=': '<=',
};
/** The summed index on the left. */
const turned = (c: Condition): Condition =>
  c.kind === 'position' && !own(c.left) && own(c.right)
    ? { ...c, op: mirrored[c.op], left: c.right, right: c.left }
    : c;
const own = (i: Index): boolean => indexUsesBound(i, 0);

/** A bracket is its own power. */
export const isIdlePower = (x: Piece): boolean =>
  (x.base.kind === 'delta' || x.base.kind === 'bracket') && !isNumber(x.exponent, 1) && signOf(x.exponent) > 0;
