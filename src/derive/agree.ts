// Values that are given for names which have a definition: both must say the same.
// Not here: which keys name anything at all (`keys.ts`).
// Invariant: no value is ignored where the definition could be computed beside it.
import { evaluateTensor, type Environment, type TensorValue } from '../check/evaluate.ts';
import type { Definition } from '../term/context.ts';
import { WhygradError } from '../term/error.ts';
import { must } from '../term/must.ts';
import { entry, freeIndex } from '../term/term.ts';
import type { At } from './sizes.ts';

/** Throws `two-values` where a value differs from what its definition computes. */
export function agreeWithDefinitions(env: Environment, at: At): void {
  for (const [name, value] of env.values) {
    const d = env.context.definitions.get(name);
    const computed = d === undefined ? null : valueOf(d, env);
    if (computed !== null && !agree(value, computed)) throw twoValues(name, at);
  }
}

/** What the definition computes; null where something for it is not given. */
function valueOf(d: Definition, env: Environment): TensorValue | null {
  const letters = d.params.map((p) => p.letter);
  try {
    return evaluateTensor(entry(d.name, ...letters.map(freeIndex)), letters, env);
  } catch (error) {
    if (error instanceof WhygradError) return null;
    throw error;
  }
}

/** Values of six digits count as the same number. */
const tolerance = 1e-5;

function agree(a: TensorValue, b: TensorValue): boolean {
  const close = (x: number, y: number): boolean =>
    Object.is(x, y) || Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(y));
  return a.shape.join() === b.shape.join() && a.data.every((x, i) => close(x, must(b.data[i])));
}

function twoValues(name: string, at: At): WhygradError {
  return new WhygradError('two-values', `The value of ${name} is not what its definition says.`, {
    hint: 'Take the value away, or the definition.',
    ...at(name),
  });
}
