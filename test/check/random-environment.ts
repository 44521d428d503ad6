// Environments for the random terms of `test/term/random-term.ts`.
// Not here: environments that honour assumptions (`src/check/sample.ts`).
// Invariant: distinct sets have distinct sizes, so an exchanged axis cannot pass unnoticed.
import type { Environment, TensorValue } from '../../src/check/environment.ts';
import { randomTermContext, tensors, type Random } from '../term/random-term.ts';

export function randomEnvironment(
  random: Random,
  indices: Readonly<Record<string, number>> = {},
  sizes = { n: 3, m: 2 },
): Environment {
  const values = new Map<string, TensorValue>();
  for (const [name, sets] of Object.entries(tensors)) {
    const shape = sets.map((set) => sizes[set as 'n' | 'm']);
    const count = shape.reduce((a, b) => a * b, 1);
    values.set(name, { shape, data: Float64Array.from({ length: count }, () => random() * 2 - 1) });
  }
  return {
    context: randomTermContext,
    values,
    sizes: new Map(Object.entries(sizes)),
    indices: new Map(Object.entries(indices)),
    seed: 1,
  };
}

/** The same environment with one entry moved. */
export function moved(env: Environment, name: string, offset: number, by: number): Environment {
  const values = new Map(env.values);
  const old = values.get(name) as TensorValue;
  const data = Float64Array.from(old.data);
  data[offset] = (data[offset] as number) + by;
  values.set(name, { shape: old.shape, data });
  return { ...env, values };
}
