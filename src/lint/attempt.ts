// One attempt at a claim: both sides read in one way, put on the same axes, and compared.
// Not here: which readings are tried (`readings.ts`), what the outcome means (`judge.ts`).
// Invariant: never throws for anything that a document can contain.
import { emptyContext, type Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { inferSets } from '../term/sets.ts';
import { asAffine, bracket, freeIndex, mul, type Term } from '../term/term.ts';
import { nodeCount } from '../term/count.ts';
import { children, freeIndices, key, mapNode, substituteFree, visit } from '../term/walk.ts';
import { isUncalculated, visitSurface, type Surface } from '../language/surface.ts';
import { testEqual, type Equality } from '../check/equal.ts';
import { provesEqual } from '../rules/equality.ts';
import {
  describeValue,
  Elaborator,
  isFresh,
  outermost,
  placed,
  rankOf,
  termOf,
  Unreadable,
  type IndexCondition,
  type Model,
  type Reading,
  type Value,
} from '../meaning/index.ts';
import type { Budget } from './budget.ts';
import type { Memory } from './memory.ts';
import { assumptionsFor, type Given } from './assumptions.ts';

export interface Question {
  readonly left: Surface;
  readonly right: Surface;
  /** Index letters of the chain's head. */
  readonly head: readonly string[];
  readonly conditions: readonly IndexCondition[];
  readonly given: Given;
  readonly lowestLayer: number;
  /** Comparisons already made for this document. */
  readonly known: Memory;
  /** What the head of the chain differentiates by. */
  readonly variable: Surface | null;
  /** Entries that the text gives numbers (`w_1 = 0.15`), where they are used. */
  readonly entries?: readonly { readonly left: Surface; readonly value: Surface }[];
}

export type Attempt =
  | {
      readonly kind: 'compared';
      readonly equality: Equality;
      readonly left: Term;
      readonly right: Term;
      readonly context: Context;
      readonly doubts: readonly string[];
      readonly misfit: string | null;
      /** The letters of the axes that the claim writes no index for (`∇f = x`), in their order. */
      readonly axes: readonly string[];
      readonly choices: ReadonlySet<string>;
    }
  | {
      readonly kind: 'unreadable';
      readonly reason: string;
      readonly misfit: boolean;
      /** Each side by itself is well formed. */
      readonly formed: boolean;
      readonly doubts: readonly string[];
      readonly choices: ReadonlySet<string>;
    };

export function attempt(q: Question, model: Model, reading: Reading): Attempt {
  const e = new Elaborator(model, reading, q.lowestLayer, outermost(q.head, model.facts.einstein, q.variable));
  let formed = false;
  try {
    const left = e.value(q.left);
    const right = e.value(q.right);
    formed = true;
    const pair = aligned(e, left, right);
    const [l, r] = withNumbers(
      e,
      q,
      conditioned(
        pair.left,
        pair.right,
        [...q.conditions, ...(reading.apart ? apartFrom(e, pair) : [])],
        lettersOfDefinitions(e),
        reading.apart,
      ),
    );
    const context = contextOf(e, q.given);
    if ([l, r, ...[...e.definitions.values()].map((d) => d.body)].some((t) => effort(t) > mostEffort))
      throw new Unreadable(tooLarge);
    noteStrangers(e, pair.left, pair.right);
    if (isWorkedNumber(q.right) !== isWorkedNumber(q.left))
      e.doubts.add('the text does not give all the numbers that are put in here');
    const filled = inferSets(context, [l, r], 'shared');
    const [a, b] = filled.terms as [Term, Term];
    return {
      kind: 'compared',
      equality: remembered(a, b, filled.context, q.known),
      left: a,
      right: b,
      context: filled.context,
      doubts: [...e.doubts],
      misfit: pair.misfit,
      axes: (rankOf(left) >= rankOf(right) ? left : right).axes,
      choices: e.choices,
    };
  } catch (error) {
    if (error instanceof Unreadable)
      return {
        kind: 'unreadable',
        reason: error.message,
        misfit: error.misfit && e.uncalculated.size === 0 && ![q.left, q.right].some(isUncalculated),
        formed,
        doubts: [...e.doubts],
        choices: e.choices,
      };
    if (error instanceof WhygradError)
      return {
        kind: 'unreadable',
        reason: error.message,
        misfit: false,
        formed,
        doubts: [...e.doubts],
        choices: e.choices,
      };
    if (error instanceof RangeError)
      return {
        kind: 'unreadable',
        reason: 'the formula is nested too deeply',
        misfit: false,
        formed: false,
        doubts: [],
        choices: e.choices,
      };
    throw error;
  }
}

/** Both sides, and the definitions they lead to, with the given numbers put in. */
function withNumbers(e: Elaborator, q: Question, [left, right]: [Term, Term]): [Term, Term] {
  if (q.entries === undefined) return [left, right];
  const { entries } = q;
  const numbers = e.under(
    outermost([], false),
    () => new Map(entries.map((x) => [key(e.term(x.left)), e.term(x.value)])),
  );
  const put = (t: Term): Term => numbers.get(key(t)) ?? mapNode(t, put);
  for (const [name, d] of e.definitions) e.definitions.set(name, { ...d, body: put(d.body) });
  return [put(left), put(right)];
}

const tooLarge = 'limit: one evaluation alone takes more than 50,000 additions and multiplications';
/** Sums in sums and long written ranges that one evaluation would go through. */
const mostEffort = 50_000;

/** About how many additions and multiplications one evaluation takes; an open range counts as four. */
function effort(t: Term): number {
  const inside = children(t).reduce((n, c) => n + effort(c.term), 1);
  if (t.kind !== 'reduce') return inside;
  const end = t.range.to === null ? null : asAffine(t.range.to);
  return inside * (end === null || end.terms.length > 0 ? 4 : Math.max(1, end.plus));
}

/** The same comparison comes back where a document repeats itself or several readings come to the same. */
const remembered = (a: Term, b: Term, context: Context, known: Memory): Equality =>
  known.recall(`equal ${namePair(a, b, context)}`, () => compared(a, b, context));

/** All that a comparison depends on. */
export function namePair(a: Term, b: Term, context: Context): string {
  const definitions = [...context.definitions.values()].map(
    (d) => `${d.name}:${d.params.map((p) => p.set).join()}=${key(d.body)}`,
  );
  const assumed = context.assumptions.map((x) => {
    if (x.kind === 'property') return `${x.of} ${x.property}`;
    return x.kind === 'equation' ? `${key(x.left)}=${key(x.right)}` : key(bracket(x.condition));
  });
  return [
    key(a),
    key(b),
    ...definitions,
    ...assumed,
    ...[...context.depends].map(([n, on]) => `${n}(${on.join()})`),
    ...[...context.shapes].map(([n, s]) => `${n}[${s.join()}]`),
  ].join('|');
}

/** The first points decide most claims that are false; only what survives them is proved. */
function compared(a: Term, b: Term, context: Context): Equality {
  const tested = testEqual(a, b, context, { environments: 6, exact: false, shrink: false });
  if (tested.verdict === 'different' || nodeCount(a) + nodeCount(b) > 600 || !provesEqual(a, b, context)) return tested;
  return { ...tested, verdict: 'proved', counterexample: null };
}

/** The difference at a point with small sizes and round values. */
export function shownDifference(found: Attempt, budget: Budget, known: Memory): Equality['counterexample'] {
  if (found.kind !== 'compared') return null;
  const { left, right, context, equality } = found;
  const small = { environments: 1, exact: false, shrink: true };
  return budget.showing(
    () =>
      known.recall(
        `shown ${namePair(left, right, context)}`,
        () => testEqual(left, right, context, small).counterexample,
      ) ?? equality.counterexample,
    () => equality.counterexample,
  );
}

/** Both sides on the same axes; `misfit` where one side has axes that the other lacks. */
export function aligned(e: Elaborator, a: Value, b: Value): { left: Term; right: Term; misfit: string | null } {
  if (rankOf(a) === rankOf(b)) return { left: termOf(a, e), right: placed(b, a.axes.map(freeIndex), e), misfit: null };
  const [thin, wide] = rankOf(a) < rankOf(b) ? [a, b] : [b, a];
  const swap = (t: Term, w: Term, misfit: string | null): { left: Term; right: Term; misfit: string | null } =>
    thin === a ? { left: t, right: w, misfit } : { left: w, right: t, misfit };
  const number = termOf(thin, e);
  if (rankOf(thin) === 0) {
    // `∂f/∂x = …_i`: the index stands on one side only, for the axis of the other.
    const taken = freeIndices(termOf(wide, e));
    const own = freeIndices(number).filter((l) => !isFresh(l) && !taken.includes(l));
    if (own.length === rankOf(wide)) return swap(number, placed(wide, own.map(freeIndex), e), null);
    if (!speaksOfTensors(number)) return swap(number, termOf(wide, e), null);
  }
  if (rankOf(wide) - rankOf(thin) > 0 && rankOf(thin) > 0)
    throw new Unreadable(`one side is ${describeValue(a)}, the other ${describeValue(b)}`, true);
  return swap(number, termOf(wide, e), `the left side is ${describeValue(a)}, the right side ${describeValue(b)}`);
}

function speaksOfTensors(t: Term): boolean {
  let found = false;
  visit(t, (x) => {
    found ||= x.kind === 'entry' && x.indices.length > 0;
  });
  return found;
}

/** Under `i = j` one letter stands for both; under `i ≠ j` both sides count only where they differ. `open`: letters that definitions leave free. */
export function conditioned(
  left: Term,
  right: Term,
  conditions: readonly IndexCondition[],
  open: ReadonlySet<string> = new Set(),
  apart = false,
): [Term, Term] {
  let pair: [Term, Term] = [left, right];
  for (const c of conditions) {
    const own = new Set([...freeIndices(pair[0]), ...freeIndices(pair[1])]);
    const has = (l: string): boolean => own.has(l) || open.has(l);
    if (
      apart ? !has(c.left) && !has(c.right) : !has(c.left) || !has(c.right) || (!own.has(c.left) && !own.has(c.right))
    )
      continue;
    if (c.equal) {
      const [from, to] = open.has(c.left) ? [c.right, c.left] : [c.left, c.right];
      const change = new Map([[from, freeIndex(to)]]);
      pair = [substituteFree(pair[0], change), substituteFree(pair[1], change)];
    } else {
      const guard = (t: Term): Term =>
        mul(bracket({ kind: 'position', op: '!=', left: freeIndex(c.left), right: freeIndex(c.right) }), t);
      pair = [guard(pair[0]), guard(pair[1])];
    }
  }
  return pair;
}

/** Letters that the definitions of a claim leave free: the t of L = −log p_t. */
function lettersOfDefinitions(e: Elaborator): Set<string> {
  return new Set([...e.definitions.values()].flatMap((d) => freeIndices(d.body)).filter((l) => !isFresh(l)));
}

/** A quantity that the text never defines, on one side alone, may be related to the other side in a way that is not told. */
function noteStrangers(e: Elaborator, left: Term, right: Term): void {
  const [l, r] = [openNames(e, left), openNames(e, right)];
  const onlyLeft = [...l.inputs].filter((n) => !r.inputs.has(n));
  const onlyRight = [...r.inputs].filter((n) => !l.inputs.has(n));
  const unknown = [...l.unknown]
    .filter((n) => !r.unknown.has(n))
    .concat([...r.unknown].filter((n) => !l.unknown.has(n)));
  if (unknown.length > 0) e.doubts.add(`the text does not say what ${unknown[0]} is`);
  else if (onlyLeft.length > 0 && onlyRight.length > 0)
    e.doubts.add(`the text does not say how ${onlyLeft[0]} and ${onlyRight[0]} are related`);
  const [dl, dr] = [differentiatedUnknowns(e, left), differentiatedUnknowns(e, right)];
  const untold = [...dl].find((n) => !dr.has(n) && dr.size === 0) ?? [...dr].find((n) => !dl.has(n) && dl.size === 0);
  if (untold !== undefined)
    e.doubts.add(`the text does not say what ${untold} is, whose derivative stands on one side only`);
  const loose = [...onlyLeft, ...onlyRight].find((n) => !e.model.registry.isUsed(n, e.model.usage));
  if (loose !== undefined && e.model.registry.sources().length > 0)
    e.doubts.add(`the text does not say what ${loose} is`);
}

/** `0.15 · 0.05 + 0.35`: numbers put in for quantities. */
function isWorkedNumber(s: Surface): boolean {
  let names = 0;
  let decimals = 0;
  visitSurface(s, (x) => {
    if (x.kind === 'number' && x.digits.includes('.')) decimals++;
    if (x.kind === 'name' && x.name !== 'e') names++;
    if (x.kind === 'apply') return true;
    return undefined;
  });
  return decimals > 0 && names === 0;
}

/** Quantities of which only the dependence is known, where they are differentiated. */
function differentiatedUnknowns(e: Elaborator, t: Term): Set<string> {
  const found = new Set<string>();
  visit(t, (x) => {
    if (
      x.kind === 'partial' &&
      x.body.kind === 'entry' &&
      e.depends.has(x.body.name) &&
      !e.definitions.has(x.body.name)
    )
      found.add(x.body.name);
  });
  for (const d of e.definitions.values())
    visit(d.body, (x) => {
      if (x.kind === 'partial' && x.body.kind === 'entry' && e.depends.has(x.body.name)) found.add(x.body.name);
    });
  return found;
}

/** Names without a definition that a term leads to: inputs, and quantities or functions of which only the dependence is known. */
function openNames(e: Elaborator, t: Term): { inputs: Set<string>; unknown: Set<string> } {
  const inputs = new Set<string>();
  const unknown = new Set<string>();
  const seen = new Set<string>();
  const name = (n: string): void => {
    if (seen.has(n)) return;
    seen.add(n);
    const definition = e.definitions.get(n);
    const on = e.depends.get(n);
    if (definition !== undefined) walk(definition.body);
    else if (on !== undefined) {
      unknown.add(n);
      on.forEach(name);
    } else inputs.add(n);
  };
  const walk = (x: Term): void =>
    visit(x, (y) => {
      if (y.kind === 'entry') name(y.name);
      else if (y.kind === 'partial') name(y.by.name);
      else if (y.kind === 'apply') unknown.add(y.fn);
      else if (y.kind === 'size') inputs.delete(y.set);
    });
  walk(t);
  return { inputs, unknown };
}

/** The open letters of definitions differ from every other letter of the claim. */
function apartFrom(e: Elaborator, pair: { left: Term; right: Term }): IndexCondition[] {
  const own = [...new Set([...freeIndices(pair.left), ...freeIndices(pair.right)])].filter((l) => !isFresh(l));
  return [...e.openLetters].flatMap((o) =>
    own.filter((l) => l !== o).map((l) => ({ left: l, right: o, equal: false })),
  );
}

function contextOf(e: Elaborator, given: Given): Context {
  const shapes = new Map([...e.ranks].map(([name, n]) => [name, Array.from({ length: n }, () => '')]));
  return {
    ...emptyContext,
    definitions: e.definitions,
    depends: e.depends,
    shapes,
    assumptions: assumptionsFor(e, given),
  };
}
