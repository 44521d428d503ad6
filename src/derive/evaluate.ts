// An expression evaluated at given values: a number, or nested arrays over its free indices.
// Not here: the meaning of terms (`check/evaluate.ts`).
// Invariant: sizes come from the arrays; nothing is guessed.
import { must } from '../term/must.ts';
import { sizeOf } from '../check/environment.ts';
import { evaluateTensor, type Environment, type TensorValue } from '../check/evaluate.ts';
import { letterSets } from '../check/letters.ts';
import { reach } from '../check/reach.ts';
import { type Context, distinctReadings, type Reading } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { parseTensor, placeOfName } from '../meaning/parse.ts';
import { inferSets } from '../term/sets.ts';
import type { Term } from '../term/term.ts';
import { freeIndices } from '../term/walk.ts';
import { refuseUnknownFunctions } from './calls.ts';
import { agreeWithDefinitions } from './agree.ts';
import { contextFor, type Givens } from './given.ts';
import { positionsIn } from './positions.ts';
import { refuseUnknown } from './known.ts';
import { sizesFrom, type At } from './sizes.ts';
import { checkKeys, namedValues, namesOf, relabelled, tensorOf } from './keys.ts';

/** Values of the inputs, and what the expression stands in. */
export interface EvaluateOptions extends Givens {
  /** Numbers and nested arrays by name; integers for index letters. */
  readonly values: Readonly<Record<string, unknown>>;
  /** From what an integer given for an index letter counts; 1 unless said. */
  readonly base?: 0 | 1;
  /** The order of the result's axes: letters, or a derivation's `result.axes`. */
  readonly axes?: readonly (string | { readonly index: string; readonly tensor?: string; readonly axis?: number })[];
}
/** A number, or arrays of them. */
export type Nested = number | readonly Nested[];
/** A number, or nested arrays of numbers with the letter of each axis. */
export interface Evaluation {
  readonly value: Nested;
  readonly axes: readonly string[];
  /** Choices that the writing left, and how they were taken; absent where there was none. */
  readonly read?: readonly Reading[];
}

/**
 * Evaluates an expression; free indices without a value become axes of the result.
 * @throws WhygradError for unreadable input, missing values, keys that name nothing, ragged arrays or shapes that
 * disagree.
 */
export function evaluate(expression: string, options: EvaluateOptions): Evaluation {
  return planOf(expression, options)(options.values);
}

/** An expression read once, for values of the same names and shapes as those that it was read with. */
export type Planned = (values: EvaluateOptions['values']) => Evaluation;

/** Reads an expression with values that show names and shapes; throws as `evaluate` does. */
export function planOf(expression: string, options: EvaluateOptions): Planned {
  const wanted = (options.axes ?? []).map((a) => (typeof a === 'string' ? a : a.index));
  const { letters, body, context, named, read } = readWith(expression, options, namedValues(options.values), wanted);
  refuseUnknown(body, context, (name) => name in named, expression);
  const names = Object.keys(named);
  // The expression says, too, which axes share a set.
  const whole = inferSets(context, [body]);
  const at = placeIn(expression, context, named);
  const term = must(whole.terms[0]);
  const known = letterSets([term], whole.context);
  const all = [...new Set([...letters, ...freeIndices(body)])];
  return (given) => {
    const values = new Map(Object.values(given).map((v, n) => [must(names[n]), tensorOf(must(names[n]), v)] as const));
    fromBase(body, context, values, options.base ?? 1);
    const indices = indexValues(freeIndices(body), values, options.base ?? 1);
    const axes = axesOf(all, wanted, options.axes !== undefined, indices);
    const sizes = sizesFrom(whole.context, whole.terms, values, at);
    const env = { context: whole.context, values, sizes, indices, seed: 1 };
    // a letter that meets no tensor in the expression has its size under its own name
    for (const l of axes)
      if (!known.has(l) && !sizes.has(l)) sizes.set(l, sizeOfAxis(l, options.axes ?? [], whole.context, env));
    mustBePositions(term, env, at);
    agreeWithDefinitions(env, at);
    return { value: nested(evaluateTensor(term, axes, env)), axes, ...(read.length === 0 ? {} : { read }) };
  };
}

function axesOf(
  all: readonly string[],
  wanted: readonly string[],
  isAsked: boolean,
  indices: ReadonlyMap<string, number>,
): string[] {
  const free = all.filter((l) => !indices.has(l));
  return isAsked ? [...wanted.filter((l) => !indices.has(l)), ...free.filter((l) => !wanted.includes(l))] : free;
}

/**
 * Whole numbers that stand as indices counted from 1; a negative number is no position and stays what it is (−100: no
 * label).
 */
function fromBase(body: Term, context: Context, values: Map<string, TensorValue>, base: 0 | 1): void {
  if (base === 1) return;
  for (const name of reach([body], context).data.keys()) {
    const v = values.get(name);
    if (v !== undefined) values.set(name, { ...v, data: v.data.map((n) => (n < 0 ? n : n + 1)) });
  }
}

/** Refuses entries that stand as indices and are no positions, unless a condition leaves them out. */
function mustBePositions(term: Term, env: Environment, at: At): void {
  for (const [name, { set, except }] of positionsIn(reach([term], env.context).bodies, env.context)) {
    const length = sizeOf(set, env);
    const wrong = env.values
      .get(name)
      ?.data.find((n) => !(Number.isInteger(n) && n >= 1 && n <= length) && !except.includes(n));
    if (wrong === undefined) continue;
    throw new WhygradError(
      Number.isInteger(wrong) ? 'index-out-of-range' : 'index-not-integer',
      `${name} stands as an index and has the entry ${wrong}, which is none of the positions 1 to ${length}.`,
      { hint: `Give whole numbers counted from 1, or say from what they count with base.`, ...at(name) },
    );
  }
}

interface Read {
  readonly letters: readonly string[];
  readonly body: Term;
  readonly context: Context;
  readonly named: Record<string, unknown>;
  readonly read: readonly Reading[];
}

/** The expression read with the names of the values; every key has a name and every name a value. */
function readWith(
  expression: string,
  options: EvaluateOptions,
  named: Record<string, unknown>,
  wanted: readonly string[],
  again = true,
): Read {
  const context = withoutUnknown(contextFor(options, [expression], { ...named }, wanted), named);
  const { letters, body, readings } = parseTensor(expression, { context, values: { ...named }, letters: wanted });
  const axes = (options.axes ?? []).flatMap((a) => (typeof a === 'string' || a.tensor === undefined ? [] : [a.tensor]));
  const names = namesOf(body, context, [...wanted, ...axes]);
  const other = again ? relabelled(named, names) : null;
  if (other !== null) return readWith(expression, options, other, wanted, false);
  const at = placeIn(expression, context, named);
  refuseUnknownFunctions(body, context, at);
  checkKeys(named, names, at);
  return { letters, body, context, named, read: distinctReadings([...(context.readings ?? []), ...readings]) };
}

/** A name with a value is an input, whatever its derivatives in the text say it depends on. */
function withoutUnknown(context: Context, named: Record<string, unknown>): Context {
  const depends = new Map([...context.depends].filter(([name]) => !(name in named)));
  return depends.size === context.depends.size ? context : { ...context, depends };
}

function placeIn(text: string, context: Context, values: Record<string, unknown>): At {
  return (name) => {
    const span = placeOfName(text, name, { context, values });
    return span === null ? {} : { text, span };
  };
}

function sizeOfAxis(
  letter: string,
  axes: NonNullable<EvaluateOptions['axes']>,
  context: Context,
  env: { values: ReadonlyMap<string, TensorValue>; sizes: ReadonlyMap<string, number> },
): number {
  for (const a of axes) {
    if (typeof a === 'string' || a.index !== letter || a.tensor === undefined || a.axis === undefined) continue;
    const direct = env.values.get(a.tensor)?.shape[a.axis];
    const set = context.shapes.get(a.tensor)?.[a.axis];
    const n = direct ?? (set === undefined ? entriesDefined(a.tensor, context) : env.sizes.get(set));
    if (n !== undefined) return n;
  }
  throw new WhygradError('size-missing', `The index ${letter} meets no tensor, so its size is not known.`, {
    hint: 'Pass the axes of the derivation, or give a value for the index.',
  });
}

/** How many entries of a name are defined one by one: `p_1 = …; p_2 = …`. */
function entriesDefined(name: string, context: Context): number | undefined {
  let n = 0;
  while (context.definitions.has(`${name}_${n + 1}`)) n += 1;
  return n === 0 ? undefined : n;
}

function indexValues(
  letters: readonly string[],
  values: ReadonlyMap<string, TensorValue>,
  base: 0 | 1,
): Map<string, number> {
  const out = new Map<string, number>();
  for (const l of letters) {
    const v = values.get(l);
    if (v === undefined || v.shape.length > 0) continue;
    const n = must(v.data[0]);
    if (!Number.isInteger(n))
      throw new WhygradError('index-not-integer', `The index ${l} has the value ${n}, which is no position.`, {
        hint: `Give an integer counted from ${base}.`,
      });
    out.set(l, n + 1 - base);
  }
  return out;
}

function nested(t: TensorValue): Nested {
  const build = (axis: number, offset: number): Nested => {
    if (axis === t.shape.length) return must(t.data[offset]);
    const stride = t.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    return Array.from({ length: must(t.shape[axis]) }, (_, i) => build(axis + 1, offset + i * stride));
  };
  return build(0, 0);
}
