// The training loop: epochs of shuffled batches, running loss and accuracy, early stopping, a snapshot to go back to.
// Not here: what a step computes (engine.ts), files, words for people.
// Invariant: everything that decides a later bit is in `Progress` and the engine's state, so a run that is resumed ends with the same bits.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import type { Engine } from './engine.ts';
import { argmax } from './metrics.ts';
import { random } from './random.ts';
import type { Schedule } from './schedule.ts';

/** What one epoch brought. Accuracy is the share of right classes; for regression `accuracy` is null and `explained` the share of variance explained. */
export interface Epoch {
  readonly epoch: number;
  readonly epochs: number;
  /** Mean over the epoch's steps, each measured before its update. */
  readonly loss: number;
  readonly accuracy: number | null;
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  /** The learning rate of the last step. */
  readonly rate: number;
}

/** The answers of some rows: labels, or targets rows × outputs. */
export interface Answers {
  readonly rows: number;
  readonly labels: Int32Array | null;
  readonly targets: Float32Array | null;
  readonly outputs: number;
  /** The class of a row of predictions; null where there are no classes. */
  readonly classOf: ((outputs: Float32Array, row: number) => number) | null;
}

export interface LoopOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly schedule: Schedule;
  readonly shuffle: boolean;
  readonly seed: number;
  /** Stop after so many epochs without a better validation (or training) loss, and go back to the best parameters; null: never. */
  readonly patience: number | null;
}

/** What a checkpoint must hold besides the engine's state. */
export interface Progress {
  readonly history: Epoch[];
  steps: number;
  best: { epoch: number; loss: number; parameters: ReadonlyMap<string, Float32Array> } | null;
  finished: boolean;
}
export const freshProgress = (): Progress => ({ history: [], steps: 0, best: null, finished: false });

/** The class of a row of scores: the largest of several, or whether the only one exceeds `threshold`; 0 where there is one class alone. */
export function classifier(
  outputs: number,
  threshold: number,
  classes = Infinity,
): (scores: Float32Array, row: number) => number {
  if (classes === 1) return () => 0;
  return outputs === 1
    ? (scores, row) => (must(scores[row]) > threshold ? 1 : 0)
    : (scores, row) => argmax(scores, row * outputs, outputs);
}

/** Accuracy for classes; null for regression. */
function accuracyOn(answers: Answers, outputs: Float32Array): number | null {
  const { labels, classOf, rows } = answers;
  if (labels === null || classOf === null) return null;
  let right = 0;
  for (let n = 0; n < rows; n++) if (classOf(outputs, n) === labels[n]) right++;
  return right / rows;
}

/** How far an epoch has come, at moments when other things may have a turn. */
export interface Within {
  readonly epoch: number;
  readonly epochs: number;
  /** The part of its rows that is done. */
  readonly share: number;
}

/** Steps between two such moments. */
const STRETCH = 256;

export const isWithin = (turn: Epoch | Within): turn is Within => 'share' in turn;

/** Runs the epochs that are left: gives each epoch at its end, and in long ones how far it has come. Throws `training-diverged`. */
export function* trainingLoop(
  engine: Engine,
  training: Answers,
  validation: Answers | null,
  options: LoopOptions,
  progress: Progress,
): Generator<Epoch | Within> {
  const unshuffled = Int32Array.from({ length: training.rows }, (_, n) => n);
  const snapshot = new Map(Array.from(engine.state, ([name, { data }]) => [name, new Float32Array(data)]));
  while (!progress.finished && progress.history.length < options.epochs) {
    const order = options.shuffle
      ? random(options.seed, 'order', progress.history.length).permutation(training.rows)
      : unshuffled;
    for (const [name, kept] of snapshot) kept.set(stateOf(engine, name));
    const before = progress.steps;
    const { loss, right, rate, failed } = yield* runEpoch(engine, training, options, progress, order);
    if (failed || !isSound(engine))
      throw diverged(engine, training.rows, options, order, snapshot, before, progress.history.length);
    const measured = validation === null ? null : engine.measure('validation');
    const epoch: Epoch = {
      epoch: progress.history.length + 1,
      epochs: options.epochs,
      loss,
      accuracy: right === null ? null : right / training.rows,
      validationLoss: measured?.loss ?? null,
      validationAccuracy: measured === null || validation === null ? null : accuracyOn(validation, measured.outputs),
      rate,
    };
    progress.history.push(epoch);
    keepBest(engine, options, progress, epoch);
    progress.finished ||= progress.history.length >= options.epochs;
    if (progress.finished) restoreBest(engine, options, progress);
    yield epoch;
  }
}

const stateOf = (engine: Engine, name: string): Float32Array => must(engine.state.get(name)).data;

function* runEpoch(
  engine: Engine,
  training: Answers,
  options: LoopOptions,
  progress: Progress,
  order: Int32Array,
): Generator<Within, { loss: number; right: number | null; rate: number; failed: boolean }> {
  const { batchSize, epochs, schedule, learningRate } = options;
  const { labels, classOf, rows } = training;
  const steps = Math.ceil(rows / batchSize);
  const epoch = progress.history.length;
  let total = 0;
  let right = 0;
  let rate = learningRate;
  for (let s = 0; s < steps; s++) {
    const from = s * batchSize;
    const count = Math.min(batchSize, rows - from);
    rate = learningRate * schedule(epoch + s / steps, epochs);
    progress.steps++;
    const loss = engine.step(order, from, count, rate, progress.steps);
    if (!Number.isFinite(loss)) return { loss, right: null, rate, failed: true };
    total += loss * count;
    if (labels !== null && classOf !== null) right += countRight(classOf, engine.outputs, labels, order, from, count);
    if (s % STRETCH === STRETCH - 1 && s + 1 < steps) yield { epoch: epoch + 1, epochs, share: (s + 1) / steps };
  }
  return { loss: total / rows, right: labels === null || classOf === null ? null : right, rate, failed: false };
}

function countRight(
  classOf: NonNullable<Answers['classOf']>,
  outputs: Float32Array,
  labels: Int32Array,
  order: Int32Array,
  from: number,
  count: number,
): number {
  let right = 0;
  for (let n = 0; n < count; n++) if (classOf(outputs, n) === labels[must(order[from + n])]) right++;
  return right;
}

/** Whether all numbers are finite: 0·v is 0 for these alone. */
function allFinite(data: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += 0 * must(data[i]);
  return sum === 0;
}

const isSound = (engine: Engine): boolean => {
  for (const { data } of engine.state.values()) if (!allFinite(data)) return false;
  return true;
};

/** Goes back to the start of the epoch and repeats it up to the step whose result is not finite, to say which operation it was. */
function diverged(
  engine: Engine,
  rows: number,
  options: LoopOptions,
  order: Int32Array,
  snapshot: ReadonlyMap<string, Float32Array>,
  stepsBefore: number,
  epoch: number,
): WhygradError {
  for (const [name, kept] of snapshot) stateOf(engine, name).set(kept);
  const steps = Math.ceil(rows / options.batchSize);
  for (let s = 0; s < steps; s++) {
    const from = s * options.batchSize;
    const count = Math.min(options.batchSize, rows - from);
    const rate = options.learningRate * options.schedule(epoch + s / steps, options.epochs);
    const reason = engine.explain(order, from, count, rate, stepsBefore + s + 1);
    if (reason !== null) {
      for (const [name, kept] of snapshot) stateOf(engine, name).set(kept);
      return new WhygradError('training-diverged', `epoch ${epoch + 1}, step ${s + 1}: ${reason}`, {
        hint: `a lower learning rate (now ${options.learningRate}) or standardised data usually help; the state before this epoch is kept`,
      });
    }
    engine.step(order, from, count, rate, stepsBefore + s + 1);
  }
  throw new Error('bug: a step that was not finite is finite when it is repeated');
}

function keepBest(engine: Engine, options: LoopOptions, progress: Progress, epoch: Epoch): void {
  if (options.patience === null) return;
  const loss = epoch.validationLoss ?? epoch.loss;
  if (progress.best === null || loss < progress.best.loss) {
    progress.best = {
      epoch: epoch.epoch,
      loss,
      parameters: new Map(engine.parameters.map((name) => [name, new Float32Array(stateOf(engine, name))])),
    };
  } else if (epoch.epoch - progress.best.epoch >= options.patience) progress.finished = true;
}

function restoreBest(engine: Engine, options: LoopOptions, progress: Progress): void {
  if (options.patience === null || progress.best === null) return;
  for (const [name, values] of progress.best.parameters) stateOf(engine, name).set(values);
}
