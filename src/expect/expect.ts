// `expectGradient`: a test, for vitest and node:test, that a hand-written gradient is right, with the doctor's probes.
// Not here: the verdict (`judged.ts`), pytest (the Python package's gradient.py).
// Invariant: a gradient that could not be judged fails the test, and the message says what to give.
import type { Diagnosis } from '../doctor/report/diagnosis.ts';
import type { Value } from '../doctor/run/program.ts';
import { encode } from '../doctor/run/node/values.ts';
import { nameOf, programOf } from './given.ts';
import { judgePair, reportOf } from './judged.ts';

export type { Diagnosis, Evidence, NamedMistake } from '../doctor/report/diagnosis.ts';

/** How a gradient is judged. */
export interface ExpectOptions {
  /**
   * Arguments of the function: there, and near by, the gradient is compared with the differences of the function.
   * Without
   * it the doctor draws arguments for the operation that names and numbers speak for.
   */
  readonly at?: readonly unknown[];
  /** The operation, where the doctor is to draw: `softmax`, `softmax-cross-entropy`, … */
  readonly of?: string;
  /** What the gradient's arguments are, where the doctor is to draw: `['upstream', 'z']`. */
  readonly args?: readonly string[];
  /** With `at`: the arguments that there are gradients by, by their names. */
  readonly wrt?: readonly string[];
  /** With `at`: where the gradient takes the upstream gradient. */
  readonly upstream?: 'first' | 'last' | 'none';
  /** With `at`: the relative error that is accepted, 1e-6 unless said (2e-3 in single precision). */
  readonly tolerance?: number;
}

/** What a failed expectation throws: the doctor's report as its message, and the same as data. */
export class GradientError extends Error {
  override readonly name = 'AssertionError';
  readonly code = 'ERR_ASSERTION';
  readonly diagnosis: Diagnosis;
  readonly actual: unknown;
  readonly expected: unknown;
  constructor(diagnosis: Diagnosis, message: string) {
    super(message);
    this.diagnosis = diagnosis;
    this.actual = diagnosis.evidence[0]?.yours;
    this.expected = diagnosis.evidence[0]?.true;
  }
}

type Callable = (...given: never[]) => unknown;

/**
 * Fails unless `gradient` is the gradient of `f`. Of a loss, `gradient` takes the arguments of `f`; of an output array,
 * the
 * upstream gradient before or after them, or it returns the Jacobian or the derivatives of the entries. It returns one
 * gradient, several in a list, or an object of them. With `null`, `f` returns its value and the gradient, in this
 * order.
 * Nothing but the two functions runs, in the same process. Errors: GradientError where it is wrong, unstable or could
 * not
 * be judged; WhygradError where a call fails.
 *
 * @example
 * await expectGradient((x) => x[0] * x[1], (x) => [x[1], x[0]], { at: [[2, 3]] });
 */
export async function expectGradient(
  f: Callable,
  gradient: Callable | null,
  options: ExpectOptions = {},
): Promise<Diagnosis> {
  const forward = nameOf(f, 'f');
  const name = gradient === null ? forward : nameOf(gradient, 'gradient');
  const backward = gradient !== null && name === forward ? `${name}Gradient` : name;
  const program = programOf(
    new Map(
      gradient === null
        ? [[forward, f]]
        : [
            [forward, f],
            [backward, gradient],
          ],
    ),
  );
  const { at, ...rest } = options;
  const diagnosis = await judgePair(
    program,
    { forward, backward: gradient === null ? null : backward },
    { ...rest, ...(at === undefined ? {} : { at: at.map((a): Value => encode(a)) }) },
  );
  // Lines count in the text of a function, which stands nobody knows where.
  const found: Diagnosis = { ...diagnosis, line: null };
  if (found.verdict !== 'correct') throw new GradientError(found, reportOf(found));
  return found;
}
