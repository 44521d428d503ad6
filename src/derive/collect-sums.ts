// Σ for showing: deltas collapse, factors without the index move out, the author's sums stay whole where nothing collapses.
// Not here: sums of other shapes than Σ.
// Invariant: as in `collect.ts`.
import { must } from '../term/must.ts';
import {
  addIndices,
  asAffine,
  bracket,
  isNumber,
  one,
  rational,
  reduce,
  size,
  pow,
  type Condition,
  type Delta,
  type Index,
  type Range,
  type Reduce,
  type Term,
} from '../term/term.ts';
import { open, shift, usesBound, indexUsesBound, shiftIndex } from '../term/walk.ts';
import { signOf } from '../rules/rational.ts';
import { conditionFactor, settled, settledSum, takeConditions } from './collect-conditions.ts';
import {
  atom,
  cross,
  holdsDelta,
  keepBracket,
  multiply,
  product,
  write,
  type Collector,
  type Piece,
  type Product,
  type Products,
} from './products.ts';

export function collectSum(t: Reduce, c: Collector): Products {
  const found = settledSum(t);
  if (found === null) return [];
  const { sum, outside } = found;
  const ps = collectSettled(sum, c);
  return outside.length === 0 ? ps : cross(ps, [outside.reduce((p, b) => multiply(p, atom(b)), product(one))]);
}

function collectSettled(t: Reduce, c: Collector): Products {
  const plain = c.collect(t.body, { ...c, expand: c.expand === 'all' ? 'all' : 'none' });
  const split = needsSplit(plain);
  const body = split ? c.collect(t.body, { ...c, expand: 'deltas' }) : plain;
  const done: Product[] = [];
  const rest: Product[] = [];
  for (const p of body) {
    const collapsed = collapse(p, t, c);
    if (collapsed !== null) done.push(...collapsed);
    else rest.push(p);
  }
  if (rest.length === 0) return done;
  const parts = c.expand === 'all' || (c.expand === 'deltas' && rest.some(hasOuterDelta));
  if (split || done.length > 0 || rest.length === 1 || parts)
    return [...done, ...rest.flatMap((p) => sumOf([p], t, c))];
  return sumOf(rest, t, c);
}

/** A δ that an outer sum waits for. */
const hasOuterDelta = (p: Product): boolean =>
  [...p.pieces.values()].some((x) => x.base.kind === 'delta' && !usesBound(x.base));

/** A δ with the summed index that sits inside a bracket, or inside a further sum, has to come out before it can collapse. */
function needsSplit(ps: Products): boolean {
  const inside = (t: Term, depth: number): boolean => {
    if (t.kind === 'delta') return indexUsesBound(t.left, depth) || indexUsesBound(t.right, depth);
    if (t.kind === 'add') return t.terms.some((x) => inside(x, depth));
    if (t.kind === 'mul') return t.factors.some((x) => inside(x, depth));
    return t.kind === 'reduce' && t.op === 'sum' && inside(t.body, depth + 1);
  };
  return ps.some((p) => [...p.pieces.values()].some((x) => inside(x.base, 0) && isNumber(x.exponent, 1)));
}

/** Σ_k δ_ik f_k = f_i. */
function collapse(p: Product, t: Reduce, c: Collector): Products | null {
  for (const [k, x] of p.pieces) {
    if (x.base.kind !== 'delta' || signOf(x.exponent) < 0) continue;
    const to = solve(x.base);
    if (to === null) continue;
    const others = [...p.pieces].filter(([other]) => other !== k);
    let out: Products = [product(p.coefficient)];
    for (const [, o] of others) out = cross(out, reopened(open(o.base, to), o, c));
    const beside = others.map(([, o]) => pow(open(o.base, to), o.exponent));
    for (const b of guards(t, to)) out = cross(out, c.collect(conditionFactor(b, beside, c.context), c));
    return out;
  }
  return null;
}

/** A piece with its index replaced; a bracket stays one unless it now holds a δ. */
function reopened(base: Term, piece: Piece, c: Collector): Products {
  const ps = c.power(c.collect(base, c), piece.exponent, c);
  return ps.length > 1 && c.expand !== 'all' && !holdsDelta(ps) ? [keepBracket(ps)] : ps;
}

/** What the bound index equals, written outside the binder; an affine side needs a guard that the sum's range gives. */
function solve(d: Delta): Index | null {
  const difference = asAffine(addIndices(d.left, d.right, -1));
  const own = difference.terms.find((x) => x.variable.kind === 'bound' && x.variable.depth === 0);
  if (own === undefined || Math.abs(own.times) !== 1) return null;
  const rest = addIndices(addIndices(d.left, d.right, -1), { kind: 'affine', terms: [own], plus: 0 }, -1);
  const value = addIndices({ kind: 'at', position: 0 }, rest, -own.times);
  return indexUsesBound(value, 0) ? null : shiftIndex(value, -1);
}

/** Brackets that say when the picked index lies in the range of the sum. */
function guards(t: Reduce, to: Index): Condition[] {
  const out: Condition[] = [];
  const { from, to: last, set } = t.range;
  if (from !== null && last !== null) {
    out.push(
      { kind: 'position', op: '<=', left: from, right: to },
      { kind: 'position', op: '<=', left: to, right: last },
    );
  } else if (to.kind === 'affine') {
    out.push(
      { kind: 'position', op: '<=', left: { kind: 'at', position: 1 }, right: to },
      { kind: 'position', op: '<=', left: to, right: { kind: 'end', set } },
    );
  }
  if (t.where !== null) out.push(openCondition(t.where, to));
  return out.filter((x) => settled(x) !== true);
}
const openCondition = (c: Condition, to: Index): Condition => {
  const t = open(bracket(c), to);
  if (t.kind !== 'bracket') throw new Error('bug: a bracket opened into something else');
  return t.condition;
};
/** Σ of the products kept together, with the factors that all of them share and that lack the index in front. */
function sumOf(products: Products, sum: Reduce, c: Collector): Products {
  const [only] = products.length === 1 ? products : [];
  const taken = only === undefined ? null : takeConditions(only, sum.where);
  const [ps, t] = taken === null ? [products, sum] : [[taken.p], { ...sum, where: taken.where }];
  const shared = sharedOutside(ps);
  const strip = (p: Product): Product =>
    product(
      ps.length === 1 ? one : p.coefficient,
      [...p.pieces].filter(([k]) => !shared.has(k)),
    );
  const front: Product = product(
    ps.length === 1 ? must(ps[0]).coefficient : one,
    [...shared].map(([k, x]) => [k, x] as const),
  );
  const outside = outsideProduct(front);
  const body = write(ps.map(strip));
  if (!usesBound(body) && t.where === null)
    return cross([outside], cross(c.collect(shift(body, -1), c), [countOf(t.range)]));
  return [multiply(outside, atom({ ...t, body }))];
}
const outsideProduct = (p: Product): Product =>
  [...p.pieces.values()].reduce((out, x) => multiply(out, atom(shift(x.base, -1), x.exponent)), product(p.coefficient));

function sharedOutside(ps: Products): Map<string, Piece> {
  const [first, ...others] = ps;
  const out = new Map<string, Piece>();
  for (const [k, x] of (first as Product).pieces) {
    if (usesBound(x.base)) continue;
    if (
      others.every((o) => {
        const y = o.pieces.get(k);
        return y !== undefined && y.exponent.num === x.exponent.num && y.exponent.den === x.exponent.den;
      })
    )
      out.set(k, x);
  }
  return out;
}

function countOf(range: Range): Product {
  if (range.from === null || range.to === null) return atom(size(range.set));
  const d = asAffine(addIndices(range.to, range.from, -1));
  return d.terms.length === 0 ? product(rational(Math.max(0, d.plus + 1))) : atom(reduce('sum', 'k', one, range));
}
