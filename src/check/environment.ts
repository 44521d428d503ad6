// What a term is evaluated in: values of tensors, sizes of index sets, values of index letters.
// Not here: how environments are made up (`sample.ts`) and what a node means (`evaluate.ts`).
// Invariant: every lookup either answers or names what is missing.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import type { Context } from '../term/context.ts';
import type { SetId } from '../term/term.ts';

/** A tensor in row-major order; a scalar has shape []. */
export interface TensorValue {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export interface Environment {
  readonly context: Context;
  readonly values: ReadonlyMap<string, TensorValue>;
  readonly sizes: ReadonlyMap<SetId, number>;
  /** Values of free index letters, counted from 1. */
  readonly indices: ReadonlyMap<string, number>;
  /** Chooses the unknown functions. */
  readonly seed: number;
}

/** Number of elements of an index set. Throws WhygradError('size-missing'). */
export function sizeOf(set: SetId, env: Environment): number {
  const known = env.sizes.get(set) ?? sizeFromTensor(set, env) ?? scalarValue(set, env);
  if (known === undefined)
    throw new WhygradError(
      'size-missing',
      set === '' ? 'The range of an index is not known.' : `The size ${set} has no value.`,
      { hint: 'Give a value for it, or a tensor whose shape tells it.' },
    );
  return known;
}

const scalarValue = (name: string, env: Environment): number | undefined => {
  const t = env.values.get(name);
  return t?.shape.length === 0 ? t.data[0] : undefined;
};

/** `size(x,1)` is the first axis of x; a set that a known tensor has as an axis has that length. */
function sizeFromTensor(set: SetId, env: Environment): number | undefined {
  const of = /^size\((.+),\s*(\d+)\)$/.exec(set);
  if (of !== null) return env.values.get(must(of[1]))?.shape[Number(of[2]) - 1];
  if (set === '') return undefined;
  if (/^\d+$/.test(set)) return Number(set);
  for (const [name, shape] of env.context.shapes) {
    const axis = shape.indexOf(set);
    const length = axis < 0 ? undefined : env.values.get(name)?.shape[axis];
    if (length !== undefined) return length;
  }
  return undefined;
}

/** The index sets of the axes of a tensor or definition, where known. */
export function axesOf(name: string, context: Context): readonly SetId[] | undefined {
  const definition = context.definitions.get(name);
  const shape = context.shapes.get(name);
  if (definition === undefined) return shape;
  return definition.params.map((p, n) => (p.set !== '' ? p.set : (shape?.[n] ?? '')));
}

const missingOrRank = (code: string, message: string, hint: string): never => {
  throw new WhygradError(code, message, { hint });
};

/** The value of an input entry at a tuple of positions counted from 1. */
export function inputValue(name: string, at: readonly number[], env: Environment): number {
  const tensor =
    env.values.get(name) ?? missingOrRank('value-missing', `There is no value for ${name}.`, 'Give one, or define it.');
  if (tensor.shape.length !== at.length) {
    missingOrRank(
      'wrong-rank',
      `${name} has ${tensor.shape.length} axes, but stands here with ${at.length} indices.`,
      'Write one index for each axis.',
    );
  }
  let offset = 0;
  for (let n = 0; n < at.length; n++) {
    const length = must(tensor.shape[n]);
    const i = must(at[n]);
    if (!(i >= 1 && i <= length)) outOfRange(name, n, i, length);
    offset = offset * length + i - 1;
  }
  return must(tensor.data[offset]);
}

/** Throws the error for a position outside an axis. */
export function outOfRange(name: string, axis: number, i: number, length: number): never {
  throw new WhygradError(
    'index-out-of-range',
    `Position ${i} is outside axis ${axis + 1} of ${name}, which has ${length} entries.`,
    { hint: 'Restrict the index so that it stays within 1 and the size.' },
  );
}
