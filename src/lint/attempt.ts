// One attempt at a claim: both sides read in one way, put on the same axes, and compared.
// Not here: which readings are tried (`readings.ts`), what the outcome means (`judge.ts`).
// Invariant: never throws for anything that a document can contain.
import { emptyContext, type Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { inferSets } from '../term/sets.ts';
import { bracket, freeIndex, mul, type Index, type Term } from '../term/term.ts';
import { freeIndices, substituteFree, visit } from '../term/walk.ts';
import type { Surface } from '../term/read/surface.ts';
import { equal, type Equality } from '../check/equal.ts';
import { describeValue, Elaborator, isFresh, outermost, placed, rank, Unreadable, type IndexCondition, type Model, type Reading, type Value } from '../document/index.ts';
import { assumptionsFor, type Given } from './assumptions.ts';

export interface Question {
  readonly left: Surface;
  readonly right: Surface;
  /** Index letters of the chain's head. */
  readonly head: readonly string[];
  readonly conditions: readonly IndexCondition[];
  readonly given: Given;
  readonly lowestLayer: number;
  /** A quantity whose definition is set aside (a second definition is compared with the first). */
  readonly environments?: number;
  /** What the head of the chain differentiates by. */
  readonly variable: Surface | null;
}

export type Attempt =
  | { readonly kind: 'compared'; readonly equality: Equality; readonly left: Term; readonly right: Term; readonly context: Context; readonly doubts: readonly string[]; readonly misfit: string | null; readonly choices: ReadonlySet<string> }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly misfit: boolean; /** Each side by itself is well formed. */ readonly formed: boolean; readonly doubts: readonly string[]; readonly choices: ReadonlySet<string> };

export function attempt(q: Question, model: Model, reading: Reading): Attempt {
  const e = new Elaborator(model, reading, q.lowestLayer);
  let formed = false;
  try {
    const scope = outermost(q.head, model.facts.einstein, q.variable);
    const left = e.value(q.left, scope);
    const right = e.value(q.right, scope);
    formed = true;
    const pair = aligned(left, right);
    const [l, r] = conditioned(pair.left, pair.right, [...q.conditions, ...(reading.apart ? apartFrom(e, pair) : [])], reading.apart);
    const context = contextOf(e, q.given);
    const filled = inferSets(context, [l, r]);
    const [a, b] = filled.terms as [Term, Term];
    return { kind: 'compared', equality: equal(a, b, filled.context, { environments: q.environments ?? 4 }), left: a, right: b, context: filled.context, doubts: [...e.doubts], misfit: pair.misfit, choices: e.choices };
  } catch (error) {
    if (error instanceof Unreadable) return { kind: 'unreadable', reason: error.message, misfit: error.misfit, formed, doubts: [...e.doubts], choices: e.choices };
    if (error instanceof WhygradError) return { kind: 'unreadable', reason: error.message, misfit: false, formed, doubts: [...e.doubts], choices: e.choices };
    if (error instanceof RangeError) return { kind: 'unreadable', reason: 'the formula is nested too deeply', misfit: false, formed: false, doubts: [], choices: e.choices };
    throw error;
  }
}

/** Both sides on the same axes; `misfit` where one side has axes that the other lacks. */
export function aligned(a: Value, b: Value): { left: Term; right: Term; misfit: string | null } {
  if (rank(a) === rank(b)) return { left: a.term, right: placed(b, a.axes.map(freeIndex)), misfit: null };
  const [thin, wide] = rank(a) < rank(b) ? [a, b] : [b, a];
  const swap = (t: Term, w: Term, misfit: string | null): { left: Term; right: Term; misfit: string | null } => (thin === a ? { left: t, right: w, misfit } : { left: w, right: t, misfit });
  if (rank(thin) === 0) {
    // `∂f/∂x = …_i`: the index stands on one side only, for the axis of the other.
    const own = freeIndices(thin.term).filter((l) => !isFresh(l) && !freeIndices(wide.term).includes(l));
    if (own.length === rank(wide)) return swap(thin.term, placed(wide, own.map(freeIndex)), null);
    if (!speaksOfTensors(thin.term)) return swap(thin.term, wide.term, null);
  }
  if (rank(wide) - rank(thin) > 0 && rank(thin) > 0) throw new Unreadable(`one side is ${describeValue(a)}, the other ${describeValue(b)}`, true);
  return swap(thin.term, wide.term, `the left side is ${describeValue(a)}, the right side ${describeValue(b)}`);
}

function speaksOfTensors(t: Term): boolean {
  let found = false;
  visit(t, (x) => { found ||= x.kind === 'entry' && x.indices.length > 0; });
  return found;
}

/** Under `i = j` one letter stands for both; under `i ≠ j` both sides count only where they differ. */
export function conditioned(left: Term, right: Term, conditions: readonly IndexCondition[], apart = false): [Term, Term] {
  let pair: [Term, Term] = [left, right];
  for (const c of conditions) {
    const free = new Set([...freeIndices(pair[0]), ...freeIndices(pair[1])]);
    if (c.equal ? !free.has(c.left) || !free.has(c.right) : !free.has(c.left) && !free.has(c.right)) continue;
    if (!c.equal && !apart && (!free.has(c.left) || !free.has(c.right))) continue;
    if (c.equal) {
      const to = new Map([[c.right, freeIndex(c.left)]]);
      pair = [substituteFree(pair[0], to), substituteFree(pair[1], to)];
    } else {
      const guard = (t: Term): Term => mul(bracket({ kind: 'position', op: '!=', left: freeIndex(c.left), right: freeIndex(c.right) }), t);
      pair = [guard(pair[0]), guard(pair[1])];
    }
  }
  return pair;
}

/** The open letters of definitions differ from every other letter of the claim. */
function apartFrom(e: Elaborator, pair: { left: Term; right: Term }): IndexCondition[] {
  const own = [...new Set([...freeIndices(pair.left), ...freeIndices(pair.right)])].filter((l) => !isFresh(l));
  return [...e.openLetters].flatMap((o) => own.filter((l) => l !== o).map((l) => ({ left: l, right: o, equal: false })));
}

function contextOf(e: Elaborator, given: Given): Context {
  const shapes = new Map([...e.ranks].map(([name, n]) => [name, Array.from({ length: n }, () => '')]));
  return { ...emptyContext, definitions: e.definitions, depends: e.depends, shapes, assumptions: assumptionsFor(e, given) };
}
export type { Index };
