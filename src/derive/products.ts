// Products and sums of products as data for showing: multiplying, merging like ones, writing them back as terms.
// Not here: how a term becomes products (`collect.ts`).
// Invariant: pieces and products keep the order of first appearance; equal meaning is equal key.
import { memo } from '../term/memo.ts';
import { must } from '../term/must.ts';
import {
  add,
  call,
  divide,
  isNumber,
  minusOne,
  mul,
  negate,
  one,
  pow,
  rational,
  type Num,
  type Term,
} from '../term/term.ts';
import type { Context } from '../term/context.ts';
import { plus, signOf, times } from '../rules/rational.ts';
import { meaningKey } from '../rules/keys.ts';

export interface Piece {
  readonly base: Term;
  readonly exponent: Num;
}
/** A product: a number and powers of bases, by meaning, in order of first appearance. */
export interface Product {
  readonly coefficient: Num;
  readonly pieces: ReadonlyMap<string, Piece>;
}
export type Products = readonly Product[];

export interface Collector {
  /** Index letters in order of importance: of the two letters of a δ the earlier one is kept. */
  readonly letters: readonly string[];
  /** What is defined and assumed, for what has to be known of a term. */
  readonly context: Context;
  /** Which bracketed sums are multiplied out: none, those that hold a δ, or all. */
  readonly expand: 'none' | 'deltas' | 'all';
  /** Whether fractions inside a fraction are cleared. */
  readonly clear: boolean;
  /** How many more groupings factoring may try; shared by all that work on one term. */
  readonly effort: { left: number };
  /** The clauses of `collect.ts`, through which Σ reaches back. */
  readonly collect: (t: Term, c: Collector) => Products;
  readonly power: (ps: Products, e: Num, c: Collector) => Products;
}

export const product = (coefficient: Num, pieces: Iterable<readonly [string, Piece]> = []): Product => ({
  coefficient,
  pieces: new Map(pieces),
});
export const atom = (base: Term, exponent: Num = one): Product =>
  product(one, [[meaningKey(base), { base, exponent }]]);

export function multiply(a: Product, b: Product): Product {
  const pieces = new Map(a.pieces);
  for (const [k, p] of b.pieces) {
    const had = pieces.get(k);
    const exponent = had === undefined ? p.exponent : plus(had.exponent, p.exponent);
    if (exponent.num === 0n) pieces.delete(k);
    else pieces.set(k, had === undefined ? p : { base: had.base, exponent });
  }
  return { coefficient: times(a.coefficient, b.coefficient), pieces };
}

const spelled = memo<Product['pieces'], string>();
/** The key of the pieces, which change no more once it was asked for. */
const identity = ({ pieces }: Product): string =>
  spelled.get(pieces) ??
  spelled.set(
    pieces,
    Array.from(pieces, ([k, x]) => `${k}^${x.exponent.num}/${x.exponent.den}`)
      .sort()
      .join('·'),
  );

/** Like products added up. */
export function merge(products: Products): Products {
  const out = new Map<string, Product>();
  for (const p of products) {
    const k = identity(p);
    const had = out.get(k);
    out.set(k, had === undefined ? p : { coefficient: plus(had.coefficient, p.coefficient), pieces: had.pieces });
  }
  return [...out.values()].filter((p) => p.coefficient.num !== 0n);
}

export const cross = (a: Products, b: Products): Products => a.flatMap((x) => b.map((y) => multiply(x, y)));

/** Whether a δ is a factor of one of the products. */
export const holdsDelta = (ps: Products): boolean =>
  ps.some((p) => [...p.pieces.values()].some((x) => x.base.kind === 'delta'));

// --- writing back ------------------------------------------------------------------------------------------------------

function writePiece(p: Piece): Term {
  if (isNumber(p.exponent, 1)) return p.base;
  if (p.exponent.den !== 2n || p.base.kind === 'num') return pow(p.base, p.exponent);
  const root = call('sqrt', p.base);
  return isNumber(p.exponent, 1) || p.exponent.num === 1n ? root : pow(root, rational(p.exponent.num));
}

export function writeProduct(p: Product): Term {
  const above = [...p.pieces.values()].filter((x) => signOf(x.exponent) > 0).map(writePiece);
  const below = [...p.pieces.values()].filter((x) => signOf(x.exponent) < 0);
  const { num, den } = p.coefficient;
  const top = mul(...(num === 1n ? [] : [rational(num)]), ...above);
  const head: Term = num === -1n && above.length > 0 ? negate(mul(...above)) : top;
  if (den !== 1n && below.length === 0) return mul(p.coefficient, ...above);
  const bottom = [
    ...(den === 1n ? [] : [rational(den)]),
    ...below.map((x) => writePiece({ base: x.base, exponent: times(x.exponent, minusOne) })),
  ];
  return bottom.reduce((t, b) => divide(t, b), head);
}

/** The sum of the products, a positive one first where there is one. */
export function write(ps: Products): Term {
  const lead = ps.findIndex((p) => signOf(p.coefficient) > 0);
  const ordered = lead > 0 ? [must(ps[lead]), ...ps.filter((_, i) => i !== lead)] : ps;
  return add(...ordered.map(writeProduct));
}

/** A bracketed sum as one piece; a common minus sign stands in front of it. */
export function keepBracket(ps: Products): Product {
  if (ps.length === 0) return product(rational(0));
  if (!ps.every((p) => signOf(p.coefficient) < 0)) return atom(write(ps));
  return {
    ...atom(write(ps.map((p) => ({ ...p, coefficient: times(p.coefficient, minusOne) })))),
    coefficient: minusOne,
  };
}
