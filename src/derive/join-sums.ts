// Sums joined: Σ_k a_k f_k + Σ_l a_l g_l = Σ_k a_k (f_k + g_k), with the indices of nested sums matched so that most
// factors are shared.
// Not here: factors outside sums (`factor.ts`).
// Invariant: only the names of bound indices and the order of finite sums change.
import { must } from '../term/must.ts';
import { indexKey, isNumber, one, type Range, type Reduce, type Term } from '../term/term.ts';
import { boundIndex } from '../term/term.ts';
import { mapIndexVariables, mapIndices, shift } from '../term/walk.ts';
import { atom, keepBracket, multiply, product, type Collector, type Piece, type Product } from './products.ts';

/** A product of a number and one Σ, with all sums that are nested directly in it brought to the front. */
export interface FlatSum {
  readonly binders: readonly Reduce[];
  readonly body: Product;
}

/** The flat form of a product with one unrestricted Σ, its other factors moved inside; null otherwise. */
export function flatSum(p: Product, c: Collector): FlatSum | null {
  const sums = [...p.pieces].filter(([, x]) => isNumber(x.exponent, 1) && isPlainSum(x.base));
  const [k, only] = sums[0] ?? [];
  if (sums.length !== 1 || only === undefined || !isPlainSum(only.base)) return null;
  const bodies = c.collect(only.base.body, { ...c, expand: 'none' });
  const outside = [...p.pieces]
    .filter(([other]) => other !== k)
    .map(([, y]): Product => atom(shift(y.base, 1), y.exponent));
  // a bracket in front would only hide what the two sums share
  const body = bodies.length === 1 ? must(bodies[0]) : keepBracket(bodies);
  return flatten([only.base], outside.reduce(multiply, multiply(product(p.coefficient), body)), c);
}
const isPlainSum = (t: Term): t is Reduce =>
  t.kind === 'reduce' && t.op === 'sum' && t.where === null && t.range.from === null;

function flatten(binders: readonly Reduce[], body: Product, c: Collector): FlatSum {
  const inner = [...body.pieces].find(([, x]) => isPlainSum(x.base) && isNumber(x.exponent, 1));
  if (inner === undefined || binders.length >= 4) return { binders, body };
  const [k, x] = inner;
  const sum = x.base as Reduce;
  const bodies = c.collect(sum.body, { ...c, expand: 'none' });
  if (bodies.length !== 1) return { binders, body };
  const others = [...body.pieces]
    .filter(([other]) => other !== k)
    .map(([, y]): Product => atom(shift(y.base, 1), y.exponent));
  return flatten([...binders, sum], others.reduce(multiply, multiply(product(body.coefficient), must(bodies[0]))), c);
}

/**
 * The second sum's body with its bound indices renamed so that it shares as much as possible with the first; null when
 * the ranges differ or nothing is shared.
 */
export function alignSums(
  a: FlatSum,
  b: FlatSum,
): { readonly common: Product; readonly rests: readonly [Product, Product] } | null {
  const n = a.binders.length;
  if (n !== b.binders.length) return null;
  let best: { common: Product; rests: readonly [Product, Product]; shared: number } | null = null;
  for (const order of permutations(n)) {
    if (!order.every((to, from) => sameRange(must(a.binders[to]).range, must(b.binders[from]).range))) continue;
    const moved = renamed(b.body, order, n);
    const shared = [...a.body.pieces].filter(([k, x]) => sameExponent(x, moved.pieces.get(k)));
    if (best !== null && shared.length <= best.shared) continue;
    const keys = new Set(shared.map(([k]) => k));
    const rest = (p: Product): Product =>
      product(
        p.coefficient,
        [...p.pieces].filter(([k]) => !keys.has(k)),
      );
    best = { common: product(one, shared), rests: [rest(a.body), rest(moved)], shared: shared.length };
  }
  return best;
}
const sameExponent = (x: Piece, y: Piece | undefined): boolean =>
  y !== undefined && x.exponent.num === y.exponent.num && x.exponent.den === y.exponent.den;
const sameRange = (x: Range, y: Range): boolean =>
  x.set === y.set &&
  (x.from === null) === (y.from === null) &&
  indexOr(x.from) === indexOr(y.from) &&
  indexOr(x.to) === indexOr(y.to);
const indexOr = (i: Range['from']): string => (i === null ? '' : indexKey(i));

/** Binder number `from` (outermost 0) becomes binder number order[from]. */
function renamed(p: Product, order: readonly number[], n: number): Product {
  const move = (t: Term): Term =>
    mapIndices(t, (i, d) =>
      mapIndexVariables(i, (v) => {
        const slot = v.kind === 'bound' ? v.depth - d : -1;
        return slot < 0 || slot >= n ? v : boundIndex(d + n - 1 - must(order[n - 1 - slot]));
      }),
    );
  return [...p.pieces.values()].reduce(
    (out, x) => multiply(out, atom(move(x.base), x.exponent)),
    product(p.coefficient),
  );
}

function permutations(n: number): number[][] {
  if (n > 4) return [Array.from({ length: n }, (_, i) => i)];
  const go = (left: readonly number[]): number[][] =>
    left.length === 0 ? [[]] : left.flatMap((x) => go(left.filter((y) => y !== x)).map((r) => [x, ...r]));
  return go(Array.from({ length: n }, (_, i) => i));
}

/** Σ over the binders of the body. */
export function sumOver(binders: readonly Reduce[], body: Term): Term {
  return binders.reduceRight<Term>((t, b) => ({ ...b, body: t }), body);
}
