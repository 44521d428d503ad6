// An expression evaluated at given values: a number, or nested arrays over its free indices.
// Not here: the meaning of terms (`check/evaluate.ts`).
// Invariant: sizes come from the arrays; nothing is guessed.
import { must } from '../term/must.ts';
import { evaluateTensor, type TensorValue } from '../check/evaluate.ts';
import { letterSets } from '../check/letters.ts';
import type { Context } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { parseTensor } from '../term/parse.ts';
import { freeIndices } from '../term/walk.ts';
import { contextFor, type Givens } from './given.ts';

export interface EvaluateOptions extends Givens {
  /** Numbers and nested arrays by name; integers for index letters. */
  readonly values: Readonly<Record<string, unknown>>;
  /** From what an integer given for an index letter counts; 1 unless said. */
  readonly base?: 0 | 1;
  /** The order of the result's axes: letters, or a derivation's `result.axes`. */
  readonly axes?: readonly (string | { readonly index: string; readonly tensor?: string; readonly axis?: number })[];
}
export type Nested = number | readonly Nested[];
export interface Evaluation {
  readonly value: Nested;
  readonly axes: readonly string[];
}

/**
 * Evaluates an expression; free indices without a value become axes of the result.
 * @throws WhygradError for unreadable input, missing values, ragged arrays or shapes that disagree.
 */
export function evaluate(expression: string, options: EvaluateOptions): Evaluation {
  const values = new Map<string, TensorValue>();
  for (const [name, v] of Object.entries(options.values)) values.set(name, tensorOf(name, v));
  const wanted = (options.axes ?? []).map((a) => (typeof a === 'string' ? a : a.index));
  const context = contextFor(options, [expression], { ...options.values }, wanted);
  const { letters, body } = parseTensor(expression, { context, values: { ...options.values }, letters: wanted });
  const indices = indexValues(freeIndices(body), values, options.base ?? 1);
  const free = [...new Set([...letters, ...freeIndices(body)])].filter((l) => !indices.has(l));
  const axes =
    options.axes === undefined
      ? free
      : [...wanted.filter((l) => !indices.has(l)), ...free.filter((l) => !wanted.includes(l))];
  const sizes = sizesFrom(context, values);
  const env = { context, values, sizes, indices, seed: 1 };
  const known = letterSets([body], context);
  // a letter that meets no tensor in the expression has its size under its own name
  for (const l of axes)
    if (!known.has(l) && !sizes.has(l)) sizes.set(l, sizeOfAxis(l, options.axes ?? [], context, env));
  const result = evaluateTensor(body, axes, env);
  return { value: nested(result), axes };
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

/** The size of every index set that some array tells. */
function sizesFrom(context: Context, values: ReadonlyMap<string, TensorValue>): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const [name, sets] of context.shapes) {
    const v = values.get(name);
    if (v === undefined || context.definitions.has(name)) continue;
    if (v.shape.length !== sets.length)
      throw new WhygradError(
        'wrong-rank',
        `${name} has ${v.shape.length} axes in the values but is written with ${sets.length} indices.`,
        { hint: 'Give an array with one level of nesting for each index.' },
      );
    sets.forEach((set, i) => {
      const n = must(v.shape[i]);
      const had = sizes.get(set);
      if (had !== undefined && had !== n)
        throw new WhygradError('size-mismatch', `Axis ${i + 1} of ${name} has ${n} entries where ${had} are needed.`, {
          hint: 'Arrays that share an index must have the same length along it.',
        });
      if (set !== '') sizes.set(set, n);
    });
  }
  for (const [name, v] of values) if (v.shape.length === 0 && !sizes.has(name)) sizes.set(name, must(v.data[0]));
  return sizes;
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

function tensorOf(name: string, value: unknown): TensorValue {
  const shape: number[] = [];
  for (let v = value; Array.isArray(v) || ArrayBuffer.isView(v); v = (v as ArrayLike<unknown>)[0])
    shape.push((v as unknown as ArrayLike<unknown>).length);
  const data: number[] = [];
  const bad = (what: string): never => {
    throw new WhygradError('bad-value', `The value of ${name} ${what}.`, {
      hint: 'Values are numbers or nested arrays of numbers of one shape.',
    });
  };
  const go = (v: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (typeof v !== 'number') bad('holds something that is no number');
      data.push(v as number);
      return;
    }
    const list = v as ArrayLike<unknown>;
    if (!(Array.isArray(v) || ArrayBuffer.isView(v)) || list.length !== shape[depth]) bad('is ragged');
    for (let i = 0; i < list.length; i++) go(list[i], depth + 1);
  };
  if (shape.length > 8) bad('has more than 8 axes');
  go(value, 0);
  return { shape, data: Float64Array.from(data) };
}

function nested(t: TensorValue): Nested {
  const build = (axis: number, offset: number): Nested => {
    if (axis === t.shape.length) return must(t.data[offset]);
    const stride = t.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    return Array.from({ length: must(t.shape[axis]) }, (_, i) => build(axis + 1, offset + i * stride));
  };
  return build(0, 0);
}
