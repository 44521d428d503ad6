// Common factors taken out, wholly or from the terms that share them, and sums over one index joined, as long as the term gets shorter.
// Not here: naming quantities.
// Invariant: the result equals the input by distributivity alone; the shortest of the tried forms is returned.
import { add, isNumber, minusOne, rational, zero, type Num, type Reduce, type Term } from '../term/term.ts';
import { mapNode, nodeCount } from '../term/walk.ts';
import { absolute, compare, contentOf, signOf, times } from '../rules/rational.ts';
import { atom, multiply, product, write, writeProduct, type Collector, type Piece, type Product, type Products } from './products.ts';

/** The shortest factored form of a sum of products. */
export function factorProducts(ps: Products, c: Collector, depth = 0): Term {
  if (ps.length === 0) return zero;
  const common = commonPart(ps);
  const rest = ps.map((p) => divideBy(p, common));
  if (rest.length === 1) return writeProduct(multiply(common, rest[0] as Product));
  const inner = grouped(rest, c, depth);
  return isTrivial(common) ? inner : writeProduct(multiply(common, bracketed(inner)));
}
const isTrivial = (p: Product): boolean => p.pieces.size === 0 && isNumber(p.coefficient, 1);
const bracketed = (t: Term): Product => (t.kind === 'num' ? product(t) : atom(t));

/** Every sum inside the term factored, innermost first. */
export function factorEverywhere(t: Term, c: Collector): Term {
  const node = mapNode(t, (x) => factorEverywhere(x, c));
  if (node.kind !== 'add') return node;
  const ps = node.terms.flatMap((x) => c.collect(x, { ...c, expand: 'none' }));
  const factored = factorProducts(ps, c);
  return nodeCount(factored) < nodeCount(node) ? factored : node;
}

function commonPart(ps: Products): Product {
  let content: Num = contentOf(ps.map((p) => p.coefficient));
  if (ps.every((p) => signOf(p.coefficient) < 0)) content = times(content, minusOne);
  const [first, ...others] = ps as [Product, ...Product[]];
  const pieces: [string, Piece][] = [];
  for (const [k, x] of first.pieces) {
    const e = sharedExponent(x.exponent, others.map((o) => o.pieces.get(k)?.exponent));
    if (e !== null) pieces.push([k, { base: x.base, exponent: e }]);
  }
  return product(content, pieces);
}
function sharedExponent(e: Num, others: readonly (Num | undefined)[]): Num | null {
  let out = e;
  for (const o of others) {
    if (o === undefined || signOf(o) !== signOf(out)) return null;
    if (compare(absolute(o), absolute(out)) < 0) out = o;
  }
  return out;
}

function divideBy(p: Product, d: Product): Product {
  const inverse: Product = product(rational(d.coefficient.den, d.coefficient.num), [...d.pieces].map(([k, x]) => [k, { base: x.base, exponent: times(x.exponent, minusOne) }] as const));
  return multiply(p, inverse);
}

/** Tries to take one factor out of the terms that have it, or to join two sums; recurses while that shortens. */
function grouped(ps: Products, c: Collector, depth: number): Term {
  let best = write(ps);
  if (depth > 4 || ps.length > 24) return best;
  let cost = nodeCount(best);
  const consider = (t: Term): void => { const n = nodeCount(t); if (n < cost) { best = t; cost = n; } };
  const joined = joinSums(ps, c, depth);
  if (joined !== null) consider(joined.length === 1 ? writeProduct(joined[0] as Product) : factorProducts(joined, c, depth + 1));
  for (const k of sharedKeys(ps).slice(0, 10)) {
    const having = ps.filter((p) => p.pieces.has(k.key) && signOf((p.pieces.get(k.key) as Piece).exponent) === k.sign);
    const lacking = ps.filter((p) => !having.includes(p));
    if (having.length < 2 || lacking.length === 0) continue;
    consider(add(factorProducts(having, c, depth + 1), factorProducts(lacking, c, depth + 1)));
  }
  return best;
}

function sharedKeys(ps: Products): { key: string; sign: number; count: number }[] {
  const seen = new Map<string, { key: string; sign: number; count: number }>();
  for (const p of ps) for (const [k, x] of p.pieces) {
    const sign = signOf(x.exponent);
    const id = `${sign}${k}`;
    seen.set(id, { key: k, sign, count: (seen.get(id)?.count ?? 0) + 1 });
  }
  return [...seen.values()].filter((x) => x.count >= 2).sort((a, b) => b.count - a.count);
}

/** Σ_k f + Σ_k g = Σ_k (f + g), for products that are a number times one Σ over the same range. */
function joinSums(ps: Products, c: Collector, depth: number): Products | null {
  const range = (p: Product): string | null => {
    const s = soleSum(p);
    return s === null || s.where !== null ? null : `${s.range.set}|${JSON.stringify([s.range.from, s.range.to])}`;
  };
  const groups = new Map<string, Product[]>();
  const others: Product[] = [];
  for (const p of ps) { const r = range(p); if (r === null) others.push(p); else groups.set(r, [...(groups.get(r) ?? []), p]); }
  if (![...groups.values()].some((g) => g.length > 1)) return null;
  const joined = [...groups.values()].map((g) => {
    if (g.length === 1) return g[0] as Product;
    const first = soleSum(g[0] as Product) as Reduce;
    const bodies = g.flatMap((p) => c.collect((soleSum(p) as Reduce).body, { ...c, expand: 'none' }).map((x) => multiply(product(p.coefficient), x)));
    return sumProduct(first, factorProducts(bodies, c, depth + 1));
  });
  return [...joined, ...others];
}
/** Σ_k body with what does not need k in front again. */
const sumProduct = (like: Reduce, body: Term): Product => atom({ ...like, body });
function soleSum(p: Product): Reduce | null {
  const [only] = [...p.pieces.values()];
  return p.pieces.size === 1 && only !== undefined && isNumber(only.exponent, 1) && only.base.kind === 'reduce' && only.base.op === 'sum' ? only.base : null;
}

