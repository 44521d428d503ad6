// Rewrites that cannot change what a term means: other orders, other letters, brackets multiplied out, sums split.
// Not here: any rule of `src/rules`; these are written down again so that they can be held against it.
// Invariant: the result of `disguise` has the value of its argument wherever that is defined.
import {
  add,
  boundIndex,
  call,
  delta,
  entry,
  integer,
  mul,
  negate,
  one,
  pow,
  reduce,
  type Term,
} from '../../src/term/term.ts';
import { children, mapIndexVariables, mapIndices, mapNode, shift, withChildren } from '../../src/term/walk.ts';
import type { Random } from '../term/random-term.ts';

export function shuffled<T>(random: Random, list: readonly T[]): T[] {
  const out = [...list];
  for (let n = out.length - 1; n > 0; n--) {
    const m = Math.floor(random() * (n + 1));
    [out[n], out[m]] = [out[m] as T, out[n] as T];
  }
  return out;
}

/** Summands and factors in another order, δ's turned round. */
export function reorder(t: Term, random: Random): Term {
  const node = mapNode(t, (x) => reorder(x, random));
  if (node.kind === 'add') return add(...shuffled(random, node.terms));
  if (node.kind === 'mul') return mul(...shuffled(random, node.factors));
  if (node.kind === 'delta') return random() < 0.5 ? delta(node.right, node.left) : node;
  return node;
}

/** Every binder with another letter. */
export function reletter(t: Term, random: Random): Term {
  const letter = (): string => 'abcdefgh'[Math.floor(random() * 8)] as string;
  const node = mapNode(t, (x) => reletter(x, random));
  if (node.kind === 'reduce') return { ...node, letter: letter() };
  if (node.kind === 'inverse' || node.kind === 'determinant') return { ...node, letters: [letter(), letter()] };
  return node;
}

/** Products of sums multiplied out and sums of sums split, here and there. */
export function distribute(t: Term, random: Random): Term {
  const node = mapNode(t, (x) => distribute(x, random));
  if (random() < 0.3) return node;
  if (node.kind === 'mul') {
    const place = node.factors.findIndex((f) => f.kind === 'add');
    const sum = node.factors[place];
    if (sum?.kind === 'add')
      return add(...sum.terms.map((x) => mul(...node.factors.map((f, i) => (i === place ? x : f)))));
  }
  if (node.kind === 'reduce' && node.op === 'sum' && node.body.kind === 'add')
    return add(...node.body.terms.map((body) => ({ ...node, body })));
  if (node.kind === 'pow' && node.exponent.kind === 'num' && node.exponent.den === 1n && node.exponent.num === 2n)
    return mul(node.base, node.base);
  return node;
}

/** Two sums, one directly in the other, exchanged where the inner range does not lean on the outer index. */
export function swapSums(t: Term): Term {
  const node = mapNode(t, swapSums);
  if (node.kind !== 'reduce' || node.op !== 'sum' || node.where !== null) return node;
  const inner = node.body;
  if (
    inner.kind !== 'reduce' ||
    inner.op !== 'sum' ||
    inner.where !== null ||
    inner.range.from !== null ||
    node.range.from !== null
  )
    return node;
  const body = mapIndices(inner.body, (i, d) =>
    mapIndexVariables(i, (v) =>
      v.kind === 'bound' && v.depth === d
        ? boundIndex(d + 1)
        : v.kind === 'bound' && v.depth === d + 1
          ? boundIndex(d)
          : v,
    ),
  );
  return reduce('sum', inner.letter, reduce('sum', node.letter, body, node.range), inner.range);
}

/** Here and there t + s − s, t·1 and t·eᵃ/eᵃ. */
export function pad(t: Term, random: Random, extra: Term): Term {
  const go = (x: Term, depth: number): Term => {
    const node = withChildren(
      x,
      children(x).map((c) => go(c.term, depth + c.binders)),
    );
    const s = shift(extra, depth);
    if (x.kind === 'add' && random() < 0.3) return add(node, s, negate(s));
    if (x.kind === 'mul' && random() < 0.3)
      return mul(call('exp', entry('a')), node, pow(call('exp', entry('a')), integer(-1)));
    return random() < 0.05 ? mul(one, node) : node;
  };
  return go(t, 0);
}

/** All of them. */
export function disguise(t: Term, random: Random, extra: Term): Term {
  return reorder(reletter(swapSums(distribute(pad(t, random, extra), random)), random), random);
}
