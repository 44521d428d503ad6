// What definitions of a network hold on some training rows, for remarks about units and probabilities.
// Not here: the remarks; compiled steps (a few rows are evaluated in float64 sooner than a module is compiled).
// Invariant: nothing is changed.
import { must } from '../../term/must.ts';
import { evaluateTensor, type Environment, type TensorValue } from '../../check/evaluate.ts';
import { entry, freeIndex } from '../../term/term.ts';
import type { NamedArray } from '../files/safetensors.ts';
import type { EngineParts } from './engine-parts.ts';
import { setsOf } from './network.ts';

/** Values of the named definitions on training rows `rows`. */
export function lookInside(
  parts: EngineParts,
  state: ReadonlyMap<string, NamedArray>,
  rows: ArrayLike<number>,
  names: Iterable<string>,
): ReadonlyMap<string, TensorValue> {
  const { network, sizes, constants, training } = parts;
  const values = new Map<string, TensorValue>();
  const all = new Map([...sizes, [network.examples, rows.length]]);
  const shape = (name: string): number[] => setsOf(network.context, name).map((set) => must(all.get(set)));
  for (const { name } of network.learned)
    values.set(name, { shape: shape(name), data: Float64Array.from(must(state.get(name)).data) });
  for (const [name, data] of constants) values.set(name, { shape: shape(name), data: Float64Array.from(data) });
  for (const [name, { data }] of training.tensors) {
    const width = data.length / training.rows;
    values.set(name, {
      shape: shape(name),
      data: Float64Array.from({ length: rows.length * width }, (_, i) =>
        must(data[must(rows[Math.floor(i / width)]) * width + (i % width)]),
      ),
    });
  }
  const env: Environment = { context: network.context, values, sizes: all, indices: new Map(), seed: 0 };
  return new Map(
    Array.from(names, (name) => {
      const letters = setsOf(network.context, name).map((_, i) => `i${i}`);
      return [name, evaluateTensor(entry(name, ...letters.map(freeIndex)), letters, env)] as const;
    }),
  );
}
