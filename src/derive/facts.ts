// Using what is known: assumptions of the context (Σ y = 1, one-hot, symmetric) and sums that are constant by their definitions (Σ p = 1).
// Not here: assumptions in general inequalities.
// Invariant: each use of an assumption is reported by name; a lemma is proved by normal forms with definitions unfolded before it is used.
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import { entry, integer, one, reduce, size, subtract, type Index, type Reduce, type Term } from '../term/term.ts';
import { boundIndex, indexKey, variablesOf } from '../term/term.ts';
import { nodeCount } from '../term/count.ts';
import { entryNames, freeIndices, mapNode, openAll, shiftIndex, substituteFree, visitIndices } from '../term/walk.ts';
import { isOneHot, isSymmetric } from '../rules/conditions.ts';
import { isZeroPolynomial } from '../rules/equality.ts';
import { normaliser, settledPolynomial } from '../rules/normal.ts';
import type { Fact } from '../rules/move.ts';
import { meaningKey } from '../rules/keys.ts';

export interface WithFacts {
  readonly term: Term;
  readonly facts: readonly Fact[];
}

/** Assumed equations used from left to right wherever their left side stands (any letters). */
export function useAssumptions(t: Term, context: Context): WithFacts {
  const facts: Fact[] = [];
  const equations = context.assumptions.flatMap((a) =>
    a.kind === 'equation' ? [a] : a.kind === 'property' && a.property === 'oneHot' ? [oneHotSum(a.of, context)] : [],
  );
  const go = (x: Term): Term => {
    // What holds at the given values need not hold beside them: nothing is put in under a ∂.
    if (x.kind === 'partial') return x;
    for (const e of equations) {
      const right = matchEquation(x, e.left, e.right);
      if (right !== null) {
        facts.push({ kind: 'assumption', left: x, right });
        return right;
      }
    }
    return mapNode(x, go);
  };
  const term = equations.length === 0 ? t : go(t);
  return { term: facts.length === 0 ? t : term, facts };
}

/** Σ y = 1 along the last axis of a one-hot tensor. */
function oneHotSum(name: string, context: Context): { left: Term; right: Term } {
  const sets = context.shapes.get(name) ?? [''];
  const free = sets.slice(0, -1).map((_, i): Index => ({ kind: 'free', name: `?${i}` }));
  return {
    left: reduce('sum', 'j', entry(name, ...free, boundIndex(0)), { set: sets.at(-1) ?? '', from: null, to: null }),
    right: one,
  };
}

/** The right side for an instance of the left side, when `t` is one. */
function matchEquation(t: Term, left: Term, right: Term): Term | null {
  if (t.kind !== left.kind) return null;
  const letters = freeIndices(left);
  if (letters.length === 0) return meaningKey(t) === meaningKey(left) ? right : null;
  const seen = new Map<string, Index>();
  visitIndices(t, (i, d) => {
    if (i.kind === 'free' || i.kind === 'at') seen.set(indexKey(i), i);
    else if (i.kind === 'data' && !variablesOf(i).some((v) => v.kind === 'bound' && v.depth < d)) {
      const o = shiftIndex(i, -d);
      seen.set(indexKey(o), o);
    } else if (i.kind === 'bound' && i.depth >= d) {
      const o: Index = { kind: 'bound', depth: i.depth - d };
      seen.set(indexKey(o), o);
    }
  });
  let choices: Index[][] = [[]];
  for (const _ of letters) choices = choices.flatMap((c) => [...seen.values()].map((i) => [...c, i]));
  for (const choice of choices.slice(0, 60)) {
    const by = new Map(letters.map((l, i) => [l, must(choice[i])]));
    if (meaningKey(substituteFree(left, by)) === meaningKey(t)) return substituteFree(right, by);
  }
  return null;
}

const constants = new WeakMap<Context, Map<string, Term | null>>();

/** Σ's that are 0, 1 or a size once their definitions are unfolded, replaced by that value. */
export function useLemmas(t: Term, context: Context): WithFacts {
  const facts: Fact[] = [];
  let known = constants.get(context);
  if (known === undefined) {
    known = new Map();
    constants.set(context, known);
  }
  const values = known;
  const go = (x: Term): Term => {
    if (x.kind === 'reduce' && x.op === 'sum' && [...entryNames(x)].some((n) => context.definitions.has(n))) {
      const k = meaningKey(x);
      let value = values.get(k);
      if (value === undefined) {
        value = constantSum(x, context);
        values.set(k, value);
      }
      if (value !== null) {
        facts.push({ kind: 'lemma', left: x, right: value });
        return value;
      }
    }
    return mapNode(x, go);
  };
  const term = context.definitions.size === 0 ? t : go(t);
  return { term: facts.length === 0 ? t : term, facts };
}

/** Sums over bigger summands than this have no value that a reader would know. */
const largest = { folded: 20, unfolded: 160 };

function constantSum(t: Reduce, context: Context): Term | null {
  if (nodeCount(t) > largest.folded) return null;
  let plain: Term = t;
  for (let level = 0; level < 2; level++) {
    plain = unfoldOnce(plain, context);
    if (nodeCount(plain) > largest.unfolded) return null;
    for (const value of [integer(0), one, size(t.range.set)]) {
      const n = normaliser(context);
      if (isZeroPolynomial(settledPolynomial(subtract(plain, value), n), n)) return value;
    }
  }
  return null;
}

/** Each named quantity replaced by its definition, one level deep. */
function unfoldOnce(t: Term, context: Context): Term {
  const d = t.kind === 'entry' ? context.definitions.get(t.name) : undefined;
  return t.kind === 'entry' && d !== undefined && d.params.length === t.indices.length
    ? openAll(d.body, t.indices)
    : mapNode(t, (x) => unfoldOnce(x, context));
}

/** Symmetric matrices with their indices in one order, so that A_ij + A_ji becomes 2 A_ij. */
export function useSymmetry(t: Term, context: Context): WithFacts {
  const facts: Fact[] = [];
  const go = (x: Term): Term => {
    if (x.kind === 'entry' && x.indices.length === 2 && isSymmetric(x.name, context)) {
      const [a, b] = x.indices as [Index, Index];
      if (rank(a) > rank(b)) {
        const right = entry(x.name, b, a);
        facts.push({ kind: 'assumption', left: x, right });
        return right;
      }
    }
    return mapNode(x, go);
  };
  const term = go(t);
  return { term: facts.length === 0 ? t : term, facts };
}
/** Free letters before bound ones. */
const rank = (i: Index): string =>
  i.kind === 'bound' ? `2${String(999 - i.depth).padStart(3, '0')}` : `1${indexKey(i)}`;

/** y_i^n → y_i and y_i y_j → δ_ij y_i for one-hot y. */
export function useOneHot(t: Term, context: Context): WithFacts {
  const facts: Fact[] = [];
  const go = (x: Term): Term => {
    if (
      x.kind === 'pow' &&
      x.base.kind === 'entry' &&
      isOneHot(x.base.name, context) &&
      x.exponent.kind === 'num' &&
      x.exponent.num > 1n &&
      x.exponent.den === 1n
    ) {
      facts.push({ kind: 'assumption', left: x, right: x.base });
      return x.base;
    }
    return mapNode(x, go);
  };
  const term = go(t);
  return { term: facts.length === 0 ? t : term, facts };
}
