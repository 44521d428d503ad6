// Where a formula changes its behaviour: positions that it names, ends of shifted or cut ranges, and kinks in its
// functions.
// Not here: coincidences of letters with each other (`patterns.ts`).
// Invariant: more points than needed cost time, fewer would let a wrong case pass.
import { asAffine, numberValue, type Condition, type SetId, type Term } from '../term/term.ts';
import { visit, visitIndices } from '../term/walk.ts';

export interface Edges {
  /** Positions that are written as numbers, with their successors. */
  readonly named: readonly number[];
  /** Whether indices are shifted or ranges cut, so that both ends matter. */
  readonly ends: boolean;
  /** Whether the order of indices matters. */
  readonly ordered: boolean;
  /** Numbers that values are compared with, and 0. */
  readonly thresholds: readonly number[];
  /** Whether a condition on values, an absolute value or an extremum divides the inputs into cases. */
  readonly kinked: boolean;
}

const kinked: ReadonlySet<string> = new Set(['abs', 'sign', 'relu', 'max', 'min']);
const comparesValues = (c: Condition): boolean =>
  c.kind === 'compare'
    ? true
    : c.kind === 'position'
      ? false
      : c.kind === 'not'
        ? comparesValues(c.of)
        : c.all.some(comparesValues);

const inverses: ReadonlySet<string> = new Set(['asin', 'acos', 'atan']);
const periodic: ReadonlySet<string> = new Set(['sin', 'cos', 'tan']);
/** `arcsin(sin t)` leaves the branch of the inverse at multiples of π/2. */
function leavesBranch(t: Term): boolean {
  if (t.kind !== 'call' || !inverses.has(t.fn)) return false;
  let found = false;
  visit(t, (x) => {
    found ||= x.kind === 'call' && periodic.has(x.fn);
  });
  return found;
}
const branchEnds = [-1, -0.5, 0.5, 1, 1.5].map((turns) => turns * Math.PI);

function isKinked(t: Term): boolean {
  if (t.kind === 'call') return kinked.has(t.fn) || leavesBranch(t);
  if (t.kind === 'reduce') return t.op === 'max' || t.op === 'min' || (t.where !== null && comparesValues(t.where));
  return (t.kind === 'bracket' || t.kind === 'if') && comparesValues(t.condition);
}

function comparedNumbers(c: Condition): number[] {
  if (c.kind === 'compare') return [c.left, c.right].flatMap((t) => (t.kind === 'num' ? [numberValue(t)] : []));
  return c.kind === 'position' ? [] : c.kind === 'not' ? comparedNumbers(c.of) : c.all.flatMap(comparedNumbers);
}
const ordersPositions = (c: Condition): boolean =>
  c.kind === 'position'
    ? c.op !== '=' && c.op !== '!='
    : c.kind === 'compare'
      ? false
      : c.kind === 'not'
        ? ordersPositions(c.of)
        : c.all.some(ordersPositions);
const conditionOf = (t: Term): Condition | null =>
  t.kind === 'bracket' || t.kind === 'if' ? t.condition : t.kind === 'reduce' ? t.where : null;

/** The edges of formulas. */
export function edgesOf(bodies: readonly Term[]): Edges {
  const named = new Set<number>();
  let ends = false;
  let kink = false;
  let ordered = false;
  const thresholds = new Set([0]);
  for (const b of bodies) {
    visitIndices(b, (i) => {
      if (i.kind === 'at') {
        named.add(i.position);
        named.add(i.position + 1);
      }
      ends ||= i.kind === 'affine' || asAffine(i).terms.some((x) => x.variable.kind === 'end');
    });
    visit(b, (t) => {
      kink ||= isKinked(t);
      if (leavesBranch(t)) for (const x of branchEnds) thresholds.add(x);
      ordered ||= t.kind === 'reduce' && t.range.from !== null;
      const c = conditionOf(t);
      if (c === null) return;
      ordered ||= ordersPositions(c);
      for (const x of comparedNumbers(c)) thresholds.add(x);
    });
  }
  return { named: [...named].slice(0, 6), ends, ordered, thresholds: [...thresholds], kinked: kink };
}

const most = 64;

/** The assignments, in both orders where order matters, and for each letter some more with that letter at an edge. */
export function withEdges(
  all: readonly ReadonlyMap<string, number>[],
  edges: Edges,
  letters: ReadonlyMap<string, SetId>,
  size: (set: SetId) => number,
): ReadonlyMap<string, number>[] {
  const turned = (a: ReadonlyMap<string, number>): ReadonlyMap<string, number> =>
    new Map([...a].map(([l, p]) => [l, size(letters.get(l) ?? '') + 1 - p]));
  const out = edges.ordered && letters.size > 1 ? [...all, ...all.map(turned)] : [...all];
  const [first] = all;
  if (first === undefined || (edges.named.length === 0 && !edges.ends)) return out;
  for (const [letter, set] of letters) {
    const n = size(set);
    const places = new Set([...edges.named, ...(edges.ends ? [1, 2, n - 1, n] : [])].filter((p) => p >= 1 && p <= n));
    for (const base of all.slice(0, 4))
      for (const p of places)
        if (base.get(letter) !== p && out.length < most) out.push(new Map([...base, [letter, p]]));
  }
  return out;
}
