// Learning-rate schedules: the rate as a function of the step alone.
// Not here: the optimizers, which are documents.
// Invariant: no state, so a resumed run meets the same rates; no platform function, so every machine has the same bits.
import { WhygradError } from '../term/error.ts';
import { circlePoint } from './elementary.ts';

/**
 * `constant`; `cosine` to 0; `linear` to 0; `step`: times `factor` (0.1) every `every` epochs; `exponential`: times
 * `factor` (0.95) each epoch; `warmup` epochs of linear rise before any of them.
 */
export interface ScheduleOptions {
  readonly kind: 'constant' | 'cosine' | 'linear' | 'step' | 'exponential';
  readonly warmup?: number;
  readonly factor?: number;
  readonly every?: number;
}

/** The factor on the learning rate after `done` epochs (fractions count steps) of `total`. */
export type Schedule = (done: number, total: number) => number;

/** base^n by repeated squaring, whole n ≥ 0. */
function integerPower(base: number, n: number): number {
  let result = 1;
  for (let b = base, k = n; k > 0; k = Math.floor(k / 2), b *= b) if (k % 2 === 1) result *= b;
  return result;
}

const shapes: { readonly [K in ScheduleOptions['kind']]: (options: ScheduleOptions) => Schedule } = {
  constant: () => () => 1,
  cosine: () => (done, total) => (1 + circlePoint(Math.min(1, done / total) / 2)[0]) / 2,
  linear: () => (done, total) => Math.max(0, 1 - done / total),
  step: (o) => (done) => integerPower(o.factor ?? 0.1, Math.floor(done / (o.every ?? 10))),
  exponential: (o) => (done) => integerPower(o.factor ?? 0.95, Math.floor(done)),
};

/** The schedule that the options describe (a kind alone will do). Throws `bad-option`. */
export function scheduleOf(given: ScheduleOptions | ScheduleOptions['kind'] = 'constant'): Schedule {
  const options = typeof given === 'string' ? { kind: given } : given;
  if (!Object.hasOwn(shapes, options.kind))
    throw new WhygradError('bad-option', `there is no schedule ${JSON.stringify(options.kind)}`, {
      hint: `the schedules are ${Object.keys(shapes).join(', ')}`,
    });
  const { warmup = 0, factor = 1, every = 1 } = options;
  if (!(warmup >= 0) || !(factor > 0) || !(every > 0))
    throw new WhygradError('bad-option', 'warmup must not be negative, factor and every must be positive', {
      hint: 'leave them out for the defaults',
    });
  const shape = shapes[options.kind](options);
  return (done, total) =>
    done < warmup
      ? (done + 1e-9 + 1 / Math.max(1, total * 1000)) / warmup
      : shape(done - warmup, Math.max(1e-9, total - warmup));
}
