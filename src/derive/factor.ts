// Common factors taken out, wholly or from the terms that share them, and sums over one index joined, as long as the
// term gets shorter.
// Not here: naming quantities.
// Invariant: the result equals the input by distributivity alone; the shortest of the tried forms is returned.
import { must } from '../term/must.ts';
import { add, isNumber, minusOne, negate, one, rational, zero, type Num, type Term } from '../term/term.ts';
import { nodeCount } from '../term/count.ts';
import { mapNode } from '../term/walk.ts';
import { absolute, compare, contentOf, signOf, times } from '../rules/rational.ts';
import { meaningKey } from '../rules/keys.ts';
import { alignSums, flatSum, sumOver } from './join-sums.ts';
import {
  atom,
  multiply,
  product,
  write,
  writeProduct,
  type Collector,
  type Piece,
  type Product,
  type Products,
} from './products.ts';

/** The shortest factored form of a sum of products. */
export function factorProducts(ps: Products, c: Collector, depth = 0): Term {
  if (ps.length === 0) return zero;
  const common = commonPart(ps);
  const rest = ps.map((p) => divideBy(p, common));
  if (rest.length === 1) return writeProduct(absorbSign(multiply(common, must(rest[0]))));
  const inner = grouped(rest, c, depth);
  return isTrivial(common) ? inner : writeProduct(absorbSign(multiply(common, bracketed(inner, c))));
}
const isTrivial = (p: Product): boolean => p.pieces.size === 0 && isNumber(p.coefficient, 1);
/** A factored sum as a factor. */
function bracketed(t: Term, c: Collector): Product {
  const ps = t.kind === 'add' ? [] : c.collect(t, { ...c, expand: 'none' });
  return ps.length === 1 ? must(ps[0]) : atom(t);
}

/** Every sum inside the term factored, innermost first. */
export function factorEverywhere(t: Term, c: Collector): Term {
  const node = mapNode(t, (x) => factorEverywhere(x, c));
  if (node.kind === 'mul') {
    const [only, ...more] = c.collect(node, { ...c, expand: 'none' });
    return only !== undefined && more.length === 0 ? noLonger(writeProduct(absorbSign(only)), node) : node;
  }
  if (node.kind !== 'add') return node;
  const ps = node.terms.flatMap((x) => c.collect(x, { ...c, expand: 'none' }));
  const factored = factorProducts(ps, c);
  return noLonger(factored, node);
}
const noLonger = (a: Term, b: Term): Term => (nodeCount(a) <= nodeCount(b) ? a : b);

function commonPart(ps: Products): Product {
  let content: Num = contentOf(ps.map((p) => p.coefficient));
  if (ps.every((p) => signOf(p.coefficient) < 0)) content = times(content, minusOne);
  const [first, ...others] = ps as [Product, ...Product[]];
  const pieces: [string, Piece][] = [];
  for (const [k, x] of first.pieces) {
    const e = sharedExponent(
      x.exponent,
      others.map((o) => o.pieces.get(k)?.exponent),
    );
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
  const inverse: Product = product(
    rational(d.coefficient.den, d.coefficient.num),
    [...d.pieces].map(([k, x]) => [k, { base: x.base, exponent: times(x.exponent, minusOne) }] as const),
  );
  return multiply(p, inverse);
}

/** Tries to take one factor out of the terms that have it, or to join two sums; recurses while that shortens. */
function grouped(ps: Products, c: Collector, depth: number): Term {
  let best = write(plainFirst(ps));
  if (depth > 4 || ps.length > 24 || c.effort.left-- <= 0) return best;
  let cost = nodeCount(best);
  const consider = (t: Term): void => {
    const n = nodeCount(t);
    if (n < cost) {
      best = t;
      cost = n;
    }
  };
  const joined = ps.length > 12 ? null : joinSums(ps, c, depth);
  if (joined !== null)
    consider(joined.length === 1 ? writeProduct(must(joined[0])) : factorProducts(joined, c, depth + 1));
  for (const k of sharedKeys(ps).slice(0, 10)) {
    const having = ps.filter((p) => p.pieces.has(k.key) && signOf(must(p.pieces.get(k.key)).exponent) === k.sign);
    const lacking = ps.filter((p) => !having.includes(p));
    if (having.length < 2 || lacking.length === 0) continue;
    const [with_, without] = [factorProducts(having, c, depth + 1), factorProducts(lacking, c, depth + 1)];
    consider(again(add(with_, without), c, depth));
    const shared = sharedBracket(with_, without, c);
    if (shared !== null) consider(shared);
  }
  return best;
}

/** f (a − b) + (a − b) = (f + 1) (a − b), up to a common sign. */
function sharedBracket(t: Term, sum: Term, c: Collector): Term | null {
  if (sum.kind !== 'add') return null;
  const p = bracketed(t, c);
  for (const sign of [one, minusOne]) {
    const k = meaningKey(sign === one ? sum : negate(sum));
    const x = p.pieces.get(k);
    if (x === undefined || !isNumber(x.exponent, 1)) continue;
    const rest = product(
      times(p.coefficient, sign),
      [...p.pieces].filter(([other]) => other !== k),
    );
    return writeProduct(multiply(atom(sum), atom(write([product(one), rest]))));
  }
  return null;
}

/** Brackets that came out equal in several terms are a common factor in their turn. */
function again(t: Term, c: Collector, depth: number): Term {
  if (t.kind !== 'add') return t;
  const ps = t.terms.flatMap((x) => c.collect(x, { ...c, expand: 'none' }));
  return ps.length === 0 ? zero : isTrivial(commonPart(ps)) ? t : factorProducts(ps, c, depth + 1);
}

/** Terms without Σ stand before terms with one. */
const plainFirst = (ps: Products): Products => {
  const summed = (p: Product): boolean => [...p.pieces.values()].some((x) => x.base.kind === 'reduce');
  return [...ps.filter((p) => !summed(p)), ...ps.filter(summed)];
};

function sharedKeys(ps: Products): { key: string; sign: number; count: number }[] {
  const seen = new Map<string, { key: string; sign: number; count: number }>();
  for (const p of ps)
    for (const [k, x] of p.pieces) {
      const sign = signOf(x.exponent);
      const id = `${sign}${k}`;
      seen.set(id, { key: k, sign, count: (seen.get(id)?.count ?? 0) + 1 });
    }
  return [...seen.values()].filter((x) => x.count >= 2).sort((a, b) => b.count - a.count);
}

/** The pair of sums that gains most by being joined, joined; null when no pair shares a factor. */
function joinSums(ps: Products, c: Collector, depth: number): Products | null {
  const flat = ps.map((p) => flatSum(p, c));
  let best: { joined: Product; pair: readonly [number, number]; gain: number } | null = null;
  for (let i = 0; i < ps.length; i++)
    for (let j = i + 1; j < ps.length; j++) {
      const [a, b] = [flat[i], flat[j]];
      const aligned = a && b ? alignSums(a, b) : null;
      if (!a || !aligned) continue;
      const inner = factorProducts(aligned.rests, c, depth + 1);
      const joined = atom(sumOver(a.binders, writeProduct(absorbSign(multiply(aligned.common, bracketed(inner, c))))));
      const gain =
        nodeCount(writeProduct(must(ps[i]))) + nodeCount(writeProduct(must(ps[j]))) - nodeCount(writeProduct(joined));
      if (gain > 0 && (best === null || gain > best.gain)) best = { joined, pair: [i, j], gain };
    }
  if (best === null) return null;
  const { joined, pair } = best;
  return [joined, ...ps.filter((_, i) => !pair.includes(i))];
}

/** −a (b − c) written as a (c − b). */
function absorbSign(p: Product): Product {
  if (signOf(p.coefficient) > 0) return p;
  for (const [k, x] of p.pieces) {
    if (x.base.kind !== 'add' || !isNumber(x.exponent, 1)) continue;
    const flipped = x.base.terms.map(negate);
    if (!flipped.some((t) => !isNegative(t)) || nodeCount(add(...flipped)) > nodeCount(x.base) + 2) continue;
    const ordered = [...flipped.filter((t) => !isNegative(t)), ...flipped.filter(isNegative)];
    const base = add(...ordered);
    // a − b may stand there already beside b − a
    if (p.pieces.has(meaningKey(base)))
      return multiply(
        product(
          times(p.coefficient, minusOne),
          [...p.pieces].filter(([key]) => key !== k),
        ),
        atom(base),
      );
    return product(
      times(p.coefficient, minusOne),
      [...p.pieces].map(([key, y]) =>
        key === k ? ([meaningKey(base), { base, exponent: one }] as const) : ([key, y] as const),
      ),
    );
  }
  return p;
}
const isNegative = (t: Term): boolean =>
  t.kind === 'num' ? t.num < 0n : t.kind === 'mul' && t.factors[0]?.kind === 'num' && t.factors[0].num < 0n;
