// Terms as sums of monomials for showing: like terms collected, powers joined, deltas used, while the author's brackets and order stay.
// Not here: taking out common factors (`factor.ts`), naming quantities (`fold.ts`), Σ (`collect-sums.ts`).
// Invariant: write(collect(t)) equals t over the reals; whoever uses it as a step has that checked by normal forms.
import { must } from '../term/must.ts';
import {
  addIndices,
  variablesOf,
  call,
  isNumber,
  isZero,
  minusOne,
  one,
  pow,
  rational,
  sameIndex,
  zero,
  type Call,
  type Condition,
  type Delta,
  type If,
  type Index,
  type Num,
  type Pow,
  type Reduce,
  type Term,
} from '../term/term.ts';
import { compare, gcdBig, integerPower, isInteger, signOf, times } from '../rules/rational.ts';
import { mapIndexVariables, mapIndices, mapNode, shiftIndex, visitIndices } from '../term/walk.ts';
import { collectBracket, isIdlePower, settled } from './collect-conditions.ts';
import { collectSum } from './collect-sums.ts';
import { meaningKey } from '../rules/keys.ts';
import {
  atom,
  cross,
  holdsDelta,
  keepBracket,
  merge,
  multiply,
  product,
  write,
  type Collector,
  type Product,
  type Products,
} from './products.ts';

/** A collector for a question whose letters matter in this order. */
export const collector = (
  letters: readonly string[],
  expand: Collector['expand'],
  context: Collector['context'],
): Collector => ({
  letters,
  context,
  expand,
  clear: false,
  effort: { left: 80 },
  collect,
  power,
});

/** The term with everything collected, everywhere inside. */
export const simplify = (t: Term, c: Collector): Term => write(collect(t, c));

export function collect(t: Term, c: Collector): Products {
  switch (t.kind) {
    case 'num':
      return isZero(t) ? [] : [product(t)];
    case 'add':
      return merge(t.terms.flatMap((x) => collect(x, c)));
    case 'mul':
      return merge(collectMul(t.factors, c));
    case 'pow':
      return collectPow(t, c);
    case 'call':
      return collectCall(t, c);
    case 'delta':
      return collectDelta(t);
    case 'bracket':
      return isPlain(t.condition) ? collectBracket(t) : [atom(mapNode(t, (x) => simplify(x, c)))];
    case 'reduce':
      if (t.op === 'sum') return merge(collectSum(t, c));
      if (t.op === 'prod') return collectProduct(t, c);
      break;
    case 'if':
      return collectIf(t, c);
    default:
      break;
  }
  return [atom(mapNode(t, (x) => simplify(x, c)))];
}

/** Π with its condition settled. */
function collectProduct(t: Reduce, c: Collector): Products {
  const where = t.where === null || !isPlain(t.where) ? null : settled(t.where);
  if (where === false) return [product(one)];
  const node = where === null ? t : { ...t, where: where === true ? null : where };
  return [atom(mapNode(node, (x) => simplify(x, c)))];
}

/** Whether a condition compares positions alone. */
const isPlain = (c: Condition): boolean =>
  c.kind === 'position' || (c.kind === 'not' ? isPlain(c.of) : c.kind !== 'compare' && c.all.every(isPlain));

/** Beyond this many products a bracket stays closed. */
const mostProducts = 64;

function collectMul(factors: readonly Term[], c: Collector): Products {
  let out: Products = [product(one)];
  const flat = factors.map((f) => collect(f, c));
  for (const ps of flat) {
    const opened =
      ps.length <= 1 ||
      ((c.expand === 'all' || (c.expand === 'deltas' && holdsDelta(ps))) && out.length * ps.length <= mostProducts);
    out = cross(out, opened ? ps : [keepBracket(ps)]);
  }
  return out.flatMap((p) => useDeltas(p, c));
}

/** δ² = δ, and δ_ij f_j = δ_ij f_i with the more important letter kept. */
export function useDeltas(p: Product, c: Collector): Products {
  for (const [k, x] of p.pieces) {
    if (isIdlePower(x))
      return useDeltas({ ...p, pieces: new Map([...p.pieces, [k, { base: x.base, exponent: one }]]) }, c);
    if (x.base.kind !== 'delta') continue;
    const [keep, drop] = preferred(x.base, c);
    if (drop.kind === 'affine' || drop.kind === 'at' || drop.kind === 'data') continue;
    // δ_{j,t_j}: what j equals speaks of j
    if (variablesOf(keep).some((v) => sameIndex(v, drop))) continue;
    const others = [...p.pieces].filter(([other]) => other !== k);
    if (!others.some(([, o]) => mentionsIndex(o.base, drop))) continue;
    let out: Product = product(p.coefficient, [[k, x]]);
    for (const [, o] of others) out = multiply(out, atom(replaceIndex(o.base, drop, keep), o.exponent));
    const again = collect(write([out]), { ...c, expand: 'none' });
    return again;
  }
  return [p];
}

function preferred(d: Delta, c: Collector): [Index, Index] {
  const rank = (i: Index): number => {
    if (i.kind === 'at' || i.kind === 'affine' || i.kind === 'end' || i.kind === 'data') return -1;
    if (i.kind === 'bound') return 1000 - i.depth;
    const place = c.letters.indexOf(i.name);
    return place === -1 ? 500 : place;
  };
  return rank(d.left) <= rank(d.right) ? [d.left, d.right] : [d.right, d.left];
}

function mentionsIndex(t: Term, index: Index): boolean {
  let found = false;
  visitIndices(t, (i, d) => {
    found ||= variablesOf(i).some((x) => sameIndex(x, shiftIndex(index, d)));
  });
  return found;
}
/** Every occurrence of one index variable replaced. */
export const replaceIndex = (t: Term, from: Index, to: Index): Term =>
  mapIndices(t, (i, d) => mapIndexVariables(i, (v) => (sameIndex(v, shiftIndex(from, d)) ? shiftIndex(to, d) : v)));

function collectDelta(t: Delta): Products {
  // δ_{j,j+1} is 0 whatever j is.
  const apart = addIndices(t.left, t.right, -1);
  if (apart.kind === 'at') return apart.position === 0 ? [product(one)] : [];
  return [atom(t)];
}

/** What both cases share, and deltas beside a 0, stand in front of the case distinction. */
function collectIf(t: If, c: Collector): Products {
  const node = mapNode(t, (x) => simplify(x, c));
  if (node.kind !== 'if') return collect(node, c);
  if (meaningKey(node.then) === meaningKey(node.else)) return collect(node.then, c);
  const yes = collect(node.then, c);
  const no = collect(node.else, c);
  if (yes.length > 1 || no.length > 1) return [atom(node)];
  const front = [...(yes[0] ?? must(no[0])).pieces].filter(([k, x]) => {
    if (!isNumber(x.exponent, 1)) return false;
    if (yes.length === 0 || no.length === 0) return x.base.kind === 'delta';
    return must(no[0]).pieces.get(k)?.exponent.num === 1n && isNumber(must(must(no[0]).pieces.get(k)?.exponent), 1);
  });
  if (front.length === 0) return [atom(node)];
  const inside = (ps: Products): Term =>
    write(
      ps.map((p) =>
        product(
          p.coefficient,
          [...p.pieces].filter(([k]) => !front.some(([f]) => f === k)),
        ),
      ),
    );
  return useDeltas(multiply(product(one, front), atom({ ...node, then: inside(yes), else: inside(no) })), c);
}

// --- powers and functions ----------------------------------------------------------------------------------------------

function collectPow(t: Pow, c: Collector): Products {
  const exponent = simplify(t.exponent, c);
  if (exponent.kind !== 'num') {
    const base = simplify(t.base, c);
    return base.kind === 'num' && isNumber(base, 1) ? [product(one)] : [atom(pow(base, exponent))];
  }
  return power(collect(t.base, c), exponent, c);
}

/** ps^e as products. */
export function power(ps: Products, e: Num, c: Collector): Products {
  if (e.num === 0n) return [product(one)];
  if (isNumber(e, 1)) return ps;
  const [only] = ps;
  if (only === undefined) return signOf(e) > 0 ? [] : [atom(zero, e)];
  if (ps.length === 1) {
    const fitting =
      isInteger(e) ||
      ([...only.pieces.values()].every((x) => x.exponent.den !== 1n || isNumber(x.exponent, 1)) &&
        only.pieces.size === 1);
    const number = isInteger(e) ? integerPower(only.coefficient, e) : isNumber(only.coefficient, 1) ? one : null;
    if (fitting && number !== null)
      return useDeltas(
        product(
          number,
          [...only.pieces].map(([k, x]) => [k, { base: x.base, exponent: times(x.exponent, e) }] as const),
        ),
        c,
      );
  }
  if (c.expand === 'all' && isInteger(e) && e.num > 1n && e.num <= 4n) {
    let out = ps;
    for (let i = 1n; i < e.num; i++) out = merge(cross(out, ps));
    return out;
  }
  if (c.clear && isInteger(e) && signOf(e) < 0) {
    const cleared = clearFractions(ps);
    if (cleared !== null) return cross([powerOf(cleared.by, times(e, minusOne))], [atom(write(cleared.of), e)]);
  }
  return [atom(write(ps), e)];
}
const powerOf = (p: Product, e: Num): Product =>
  product(
    integerPower(p.coefficient, e) ?? one,
    [...p.pieces].map(([k, x]) => [k, { base: x.base, exponent: times(x.exponent, e) }] as const),
  );

/** A sum of fractions below a fraction bar, times what clears its denominators; null when there are none. */
function clearFractions(ps: Products): { readonly by: Product; readonly of: Products } | null {
  let den = 1n;
  const below = new Map<string, { base: Term; exponent: Num }>();
  for (const p of ps) {
    den = (den * p.coefficient.den) / gcdBig(den, p.coefficient.den);
    for (const [k, x] of p.pieces)
      if (signOf(x.exponent) < 0 && compare(x.exponent, below.get(k)?.exponent ?? zero) < 0) below.set(k, x);
  }
  if (den === 1n && below.size === 0) return null;
  const by = product(
    rational(den),
    [...below].map(([k, x]) => [k, { base: x.base, exponent: times(x.exponent, minusOne) }] as const),
  );
  return { by, of: merge(ps.map((p) => multiply(p, by))) };
}

function collectCall(t: Call, c: Collector): Products {
  const args = t.args.map((a) => simplify(a, c));
  const [x] = args as [Term];
  if (t.fn === 'sqrt') return power(collect(x, c), rational(1, 2), c);
  if (t.fn === 'exp') {
    if (isZero(x)) return [product(one)];
    if (x.kind === 'call' && x.fn === 'log') return collect(must(x.args[0]), c);
  }
  if (t.fn === 'log') {
    if (isNumber(x, 1)) return [];
    if (x.kind === 'call' && x.fn === 'exp') return collect(must(x.args[0]), c);
  }
  return [atom(call(t.fn, ...args))];
}
