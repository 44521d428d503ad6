// A sum of products over several indices, ordered so that the work is least: what does not depend on an index leaves
// its sum.
// Not here: sums fixed by an equality (`lower-sums`), sums with restrictions, which stay as written.
// Invariant: the planned term equals the given one by linearity and commutativity alone; equal sums get equal plans.
import { must } from '../term/must.ts';
import {
  add,
  freeIndex,
  mul,
  reduce,
  size,
  asAffine,
  wholeSet,
  type Reduce,
  type SetId,
  type Term,
} from '../term/term.ts';
import { closeAll, freeIndices, key, mapIndices, mapIndexVariables, open } from '../term/walk.ts';
import { freshLetter, temporaryKey, type Lowering, type Scope } from './lowering.ts';
import { axisPlace } from './values.ts';

interface Binder {
  readonly letter: string;
  readonly wish: string;
  readonly set: SetId;
}

/** The same sum in the cheapest order found. Its reductions are marked as planned. */
export function planSum(l: Lowering, t: Reduce, scope: Scope): Term {
  const used = new Set([...scope.keys(), ...freeIndices(t)]);
  const binders: Binder[] = [];
  const factors = collect(t, binders, used);
  const spread = spreadSum(factors, binders);
  if (spread !== null)
    return add(
      ...spread.map((term) =>
        markAll(l, eliminate(l, scope, binders, [...(term.kind === 'mul' ? term.factors : [term])])),
      ),
    );
  return markAll(l, eliminate(l, scope, binders, factors));
}

/**
 * The factors under a sum and under the sums that are its factors; every plain binder is opened with a letter of its
 * own.
 */
function collect(t: Reduce, binders: Binder[], used: Set<string>): Term[] {
  const letter = freshLetter(t.letter, used);
  used.add(letter);
  binders.push({ letter, wish: t.letter, set: t.range.set });
  const body = open(t.body, freeIndex(letter));
  return (body.kind === 'mul' ? body.factors : [body]).flatMap((f) =>
    isPlainSum(f) ? collect(f, binders, used) : [f],
  );
}
const isPlainSum = (t: Term): t is Reduce =>
  t.kind === 'reduce' && t.op === 'sum' && t.where === null && t.range.from === null && t.range.to === null;

/**
 * Σ (a + b) as Σ a + Σ b, where an addend does not depend on all summed letters or is fixed by an equality; null where
 * that gains nothing.
 */
function spreadSum(factors: readonly Term[], binders: readonly Binder[]): Term[] | null {
  const letters = binders.map((b) => b.letter);
  const n = factors.findIndex(
    (f) =>
      f.kind === 'add' &&
      f.terms.some(
        (x) => fixesLetter(x, letters) || (factors.length === 1 && letters.some((b) => !freeIndices(x).includes(b))),
      ),
  );
  const f = factors[n];
  if (f === undefined || f.kind !== 'add') return null;
  const rest = factors.filter((_, k) => k !== n);
  return f.terms.map((x) => mul(x, ...rest));
}
function fixesLetter(t: Term, letters: readonly string[]): boolean {
  return (t.kind === 'mul' ? t.factors : [t]).some((f) => f.kind === 'delta' && letters.some((x) => isEquated(f, x)));
}
/** Whether δ can be solved for the letter; that of a given number (the n of t_n) cannot be found from it. */
const isEquated = (f: Extract<Term, { kind: 'delta' }>, letter: string): boolean =>
  [f.left, f.right].some((i) => asAffine(i).terms.some(({ variable: v }) => v.kind === 'free' && v.name === letter));

/** Whether a factor fixes the letter by an equality, so that its sum is a choice and costs nothing. */
function isChoice(f: Term, letter: string): boolean {
  if (f.kind === 'delta') return isEquated(f, letter);
  if (f.kind !== 'bracket' || !('op' in f.condition) || f.condition.op !== '=') return false;
  const c = f.condition;
  if (c.kind === 'position') return freeIndices(f).includes(letter);
  return [c.left, c.right].some((t) => t.kind === 'position' && t.index.kind === 'free' && t.index.name === letter);
}

/** Sums over the binders one after the other, in the cheapest order. */
function eliminate(l: Lowering, scope: Scope, binders: readonly Binder[], factors: readonly Term[]): Term {
  const sizeOf = (letter: string): number => {
    const b = binders.find((x) => x.letter === letter);
    return b === undefined ? (scope.get(letter)?.size ?? 1) : l.sizeOf(b.set);
  };
  const letters = binders.map((b) => b.letter);
  const chosen = letters.filter((x) => factors.some((f) => isChoice(f, x)));
  const rest = letters.filter((x) => !chosen.includes(x));
  const groups = chosen.reduce<(readonly string[])[]>(
    (all, x) => afterRemoval(x, all),
    factors.map((f) => freeIndices(f)),
  );
  const inner: Scope = new Map([
    ...scope,
    ...binders.map((b) => [b.letter, { place: axisPlace(b.letter), set: b.set, size: l.sizeOf(b.set) }] as const),
  ]);
  const isMade = (letter: string): boolean =>
    l.temporaries.has(temporaryKey(sumOver(binders, letter, factors), inner).key);
  const order = [...chosen, ...bestOrder(rest, groups, sizeOf, new Set(rest.filter(isMade)))];
  let current = [...factors];
  for (const letter of order) {
    const outside = current.filter((f) => !freeIndices(f).includes(letter));
    current = [...outside, sumOver(binders, letter, current)];
  }
  return mul(...current);
}

/** The sum over a letter of the factors that depend on it. */
function sumOver(binders: readonly Binder[], letter: string, factors: readonly Term[]): Term {
  const binder = must(binders.find((b) => b.letter === letter));
  const inside = factors.filter((f) => freeIndices(f).includes(letter));
  return inside.length === 0
    ? size(binder.set)
    : reduce('sum', binder.wish, closeAll(mul(...sorted(inside)), [letter]), wholeSet(binder.set));
}

/**
 * The order of elimination with the least number of products: all orders up to four letters, else the cheapest next
 * letter each time. A first sum that is there already (`made`) costs nothing.
 */
function bestOrder(
  letters: readonly string[],
  groups: readonly (readonly string[])[],
  sizeOf: (letter: string) => number,
  made: ReadonlySet<string> = none,
): string[] {
  if (letters.length === 0) return [];
  if (letters.length > 4) {
    const next = cheapest(letters, groups, sizeOf);
    return [
      next,
      ...bestOrder(
        letters.filter((x) => x !== next),
        afterRemoval(next, groups),
        sizeOf,
      ),
    ];
  }
  return search([...letters].reverse(), groups, sizeOf, made).order;
}
const none: ReadonlySet<string> = new Set();
function search(
  letters: readonly string[],
  groups: readonly (readonly string[])[],
  sizeOf: (letter: string) => number,
  made: ReadonlySet<string> = none,
): { order: string[]; cost: number } {
  let best: { order: string[]; cost: number } = { order: [], cost: letters.length === 0 ? 0 : Infinity };
  for (const x of letters) {
    const rest = search(
      letters.filter((y) => y !== x),
      afterRemoval(x, groups),
      sizeOf,
    );
    const cost = (made.has(x) ? 0 : removalCost(x, groups, sizeOf)) + rest.cost;
    if (cost < best.cost) best = { order: [x, ...rest.order], cost };
  }
  return best;
}
const joined = (x: string, groups: readonly (readonly string[])[]): string[] => [
  ...new Set(groups.filter((g) => g.includes(x)).flat()),
];
const removalCost = (x: string, groups: readonly (readonly string[])[], sizeOf: (letter: string) => number): number =>
  joined(x, groups).reduce((n, y) => n * sizeOf(y), 1);
const afterRemoval = (x: string, groups: readonly (readonly string[])[]): (readonly string[])[] => [
  ...groups.filter((g) => !g.includes(x)),
  joined(x, groups).filter((y) => y !== x),
];
function cheapest(
  letters: readonly string[],
  groups: readonly (readonly string[])[],
  sizeOf: (letter: string) => number,
): string {
  return letters.reduce((a, b) => (removalCost(b, groups, sizeOf) < removalCost(a, groups, sizeOf) ? b : a));
}

/** Factors in an order that does not depend on the letters that happen to be in use. */
function sorted(factors: readonly Term[]): Term[] {
  const anonymous = (t: Term): string =>
    key(mapIndices(t, (i) => mapIndexVariables(i, (v) => (v.kind === 'free' ? freeIndex('?') : v))));
  return factors
    .map((f) => ({ f, k: anonymous(f) }))
    .sort((a, b) => (a.k < b.k ? -1 : a.k > b.k ? 1 : 0))
    .map((x) => x.f);
}

function markAll(l: Lowering, t: Term): Term {
  for (const f of t.kind === 'mul' ? t.factors : [t]) {
    let x = f;
    while (x.kind === 'reduce') {
      l.planned.add(x);
      x = x.body;
    }
  }
  return t;
}
