// What a comparison of two sides amounts to: held, false beyond doubt, or open with its reason.
// Not here: making the comparison (`attempt.ts`, `compare.ts`).
// Invariant: a difference is certain only where no reading leaves a doubt.
import { must } from '../term/must.ts';
import { unwrap, visitSurface, type Surface } from '../language/surface.ts';
import { type Model, rewritten, type Reading } from '../meaning/index.ts';
import type { Attempt, Question } from './attempt.ts';

export interface Held {
  readonly certainty: 'proved' | 'tested';
  readonly message: string;
  readonly attempt: Attempt;
}
export interface Outcome {
  readonly holds: Held | null;
  /** The attempt that shows a difference nobody can doubt. */
  readonly certain: Attempt | null;
  readonly first: Attempt | null;
  readonly reason: string;
  readonly question: Question | null;
  /** The model that the difference shows in, where it is not the document's own. */
  readonly model?: Model;
  /** The reading of `certain`. */
  readonly reading?: Reading;
  /** Readings without a doubt under which the sides differ. */
  readonly alternatives?: readonly Tried[];
}

/** `0.24` for 0.2447: a written decimal is right to its last digit. */
export function isRounding(a: Attempt, left: Surface, right: Surface): boolean {
  if (a.kind !== 'compared' || a.equality.counterexample === null) return false;
  const { left: l, right: r } = a.equality.counterexample;
  return [left, right].some((s) => {
    const d = decimals(s);
    return d !== null && Math.abs(l - r) <= 0.6 * 10 ** -d;
  });
}
/**
 * `2.718/30.193` for e/(e + e² + e³): each written decimal may be off by half its last digit, and the sides may differ
 * by as much as that makes out.
 */
export function isRoundedInside(
  a: Attempt,
  left: Surface,
  right: Surface,
  again: (left: Surface, right: Surface) => Attempt,
): boolean {
  const point = differenceOf(a);
  const written = [...decimalNodes(left), ...decimalNodes(right)];
  if (point === null || written.length === 0 || written.length > 12 || !isClose(point)) return false;
  const moved = written.map((node) => {
    const changed = (s: Surface): Surface => replaced(s, node, { ...node, ...halfUlpMore(node) });
    const there = differenceOf(again(changed(left), changed(right)));
    return there === null ? 0 : Math.abs(there.left - point.left) + Math.abs(there.right - point.right);
  });
  return Math.abs(point.left - point.right) <= 1.2 * moved.reduce((x, y) => x + y, 0);
}

const differenceOf = (a: Attempt): { left: number; right: number } | null =>
  a.kind === 'compared' ? a.equality.counterexample : null;
const isClose = ({ left, right }: { left: number; right: number }): boolean =>
  Math.abs(left - right) <= 0.02 * Math.max(Math.abs(left), Math.abs(right));

type NumberNode = Extract<Surface, { kind: 'number' }>;
function decimalNodes(s: Surface): NumberNode[] {
  const found: NumberNode[] = [];
  visitSurface(s, (x) => {
    // 3.0 is a value that somebody chose, and no rounded result.
    if (x.kind === 'number' && x.digits.includes('.') && x.num % x.den !== 0n) found.push(x);
  });
  return found;
}
const replaced = (s: Surface, node: Surface, by: Surface): Surface => rewritten(s, (x) => (x === node ? by : x));

function halfUlpMore(node: NumberNode): { num: bigint; den: bigint } {
  const places = 10n ** BigInt(node.digits.length - node.digits.indexOf('.') - 1);
  return { num: node.num * 2n * places + node.den, den: node.den * 2n * places };
}

export function decimals(s: Surface): number | null {
  const u = unwrap(s);
  if (u.kind === 'sum' && u.terms.length === 1 && u.terms[0] !== undefined) return decimals(u.terms[0].value);
  if (u.kind !== 'number' || !u.digits.includes('.')) return null;
  return u.digits.length - u.digits.indexOf('.') - 1;
}

export function heldBy(a: Attempt, note: string): Held | null {
  if (a.kind !== 'compared' || (a.equality.verdict !== 'proved' && a.equality.verdict !== 'tested')) return null;
  return { certainty: a.equality.verdict, message: note, attempt: a };
}

/** What a claim that holds under no reading amounts to. */
export function failure(plain: Attempt, tried: readonly Tried[], question: Question): Outcome {
  const base = {
    holds: null,
    first: plain,
    question,
    alternatives: tried.filter((t) => isDifferent(t.attempt) && t.attempt.doubts.length === 0),
  };
  const lifts = tried.filter((t) => t.reading.lift !== 'none');
  // An equation for one example is read with every choice of what carries the index: false under all of them is false.
  if (lifts.length > 0 && lifts.every((t) => isDifferent(t.attempt) && t.attempt.doubts.length === 0))
    return {
      ...base,
      certain: must(lifts[0]).attempt,
      reading: must(lifts[0]).reading,
      reason: 'the two sides differ',
    };
  if (plain.doubts.length > 0) return { ...base, certain: null, reason: must(plain.doubts[0]) };
  const different = tried.find((t) => isDifferent(t.attempt));
  if (plain.kind === 'unreadable') {
    if (
      plain.misfit &&
      tried.every(
        (t) =>
          (t.attempt.kind === 'unreadable' && t.attempt.misfit) ||
          (isDifferent(t.attempt) && t.attempt.doubts.length === 0),
      )
    )
      return { ...base, certain: different?.attempt ?? plain, reason: plain.reason };
    return { ...base, certain: null, reason: plain.reason };
  }
  if (plain.equality.verdict === 'unknown')
    return { ...base, certain: null, reason: 'the two sides could not be compared at enough points' };
  return { ...base, certain: different?.attempt ?? null, reason: plain.misfit ?? 'the two sides differ' };
}

export interface Tried {
  readonly reading: Reading;
  readonly attempt: Attempt;
}
export const isDifferent = (a: Attempt): boolean => a.kind === 'compared' && a.equality.verdict === 'different';
