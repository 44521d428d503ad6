// The gradient check before the first step: compiled gradients against dual numbers, on a few rows.
// Not here: how gradients are derived.
// Invariant: both sides see the same numbers; the right side shares no rule of differentiation with the left.
import { must } from '../term/must.ts';
import { compileTerm, type Environment, type TensorValue } from '../check/evaluate.ts';
import { compileProgram } from '../compile/plan.ts';
import { WhygradError } from '../term/error.ts';
import { at, entry, partial, type SetId } from '../term/term.ts';
import type { Bound } from './network/bound.ts';
import type { Gradients } from './network/gradients.ts';
import type { Network } from './network/network.ts';
import { gradientProgram } from './network/program.ts';
import { random } from './random.ts';

/** What the check found. `error` is |compiled − dual| / max(1, |dual|), the largest. */
export interface GradientCheck {
  readonly entries: number;
  readonly error: number;
  readonly worst: string | null;
}

/** How a check is made: the rows, the sizes, the parameters (float64), how many entries of each tensor at most. */
export interface GradientCheckInput {
  readonly network: Network;
  readonly gradients: Gradients;
  readonly sizes: ReadonlyMap<SetId, number>;
  readonly rows: Bound;
  readonly parameters: ReadonlyMap<string, ArrayLike<number>>;
  readonly entries: number;
  readonly seed: number;
}

/** Compares in float64. Throws `wrong-gradient` above 1e-6. */
export function checkGradients(input: GradientCheckInput): GradientCheck {
  const found = compareGradients(input);
  if (found.error <= 1e-6) return found;
  throw new WhygradError(
    'wrong-gradient',
    `the gradient by ${found.worst} differs from dual numbers by ${found.error.toPrecision(3)}`,
    { hint: 'the loss may have no derivative there; otherwise this is a fault of whygrad' },
  );
}

/** Compares without judging. */
export function compareGradients({
  network,
  gradients,
  sizes,
  rows,
  parameters,
  entries,
  seed,
}: GradientCheckInput): GradientCheck {
  const all = new Map([...sizes, [network.examples, rows.rows]]);
  const plan = compileProgram(gradientProgram(network, gradients), { sizes: all, dtype: 'f64' });
  const values = new Map<string, TensorValue>();
  const shape = (sets: readonly SetId[]): number[] => sets.map((set) => must(all.get(set)));
  for (const [name, tensor] of rows.tensors)
    values.set(name, { shape: tensor.shape, data: Float64Array.from(tensor.data) });
  for (const { name, sets } of [...network.learned, ...network.constants])
    values.set(name, { shape: shape(sets), data: Float64Array.from(must(parameters.get(name))) });
  for (const [name, { data }] of values) (plan.inputs[name] as Float64Array | undefined)?.set(data);
  plan.run();
  const env: Environment = { context: network.context, values, sizes: all, indices: new Map(), seed };
  const draws = random(seed, 'check');
  let found: GradientCheck = { entries: 0, error: 0, worst: null };
  for (const { name, sets } of network.learned) {
    const ours = plan.outputs[must(gradients.of.get(name))] as Float64Array;
    const chosen =
      ours.length <= entries
        ? Array.from(ours.keys())
        : Array.from({ length: entries }, () => draws.integer(ours.length));
    for (const flat of chosen) {
      const position = unravel(flat, shape(sets));
      const theirs = compileTerm(
        partial(entry(network.loss), entry(name, ...position.map(at))),
        [],
        network.context,
      ).in(env)([]);
      const error = Math.abs(must(ours[flat]) - theirs) / Math.max(1, Math.abs(theirs));
      found = {
        entries: found.entries + 1,
        error: error > found.error || Number.isNaN(error) ? (Number.isNaN(error) ? Infinity : error) : found.error,
        worst: error > found.error ? `${name}[${position.join(', ')}]` : found.worst,
      };
    }
  }
  plan.dispose();
  return found;
}

function unravel(flat: number, shape: readonly number[]): number[] {
  return shape.reduceRight<{ left: number; out: number[] }>(
    ({ left, out }, n) => ({ left: Math.floor(left / n), out: [(left % n) + 1, ...out] }),
    { left: flat, out: [] },
  ).out;
}
