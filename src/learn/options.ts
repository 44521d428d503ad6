// The options of a training run and their defaults, under the names that PyTorch and Keras use.
// Not here: what they do.
// Invariant: after `checkedOptions` every number is in range; an option that is not known is refused, not ignored.
import { WhygradError } from '../term/error.ts';
import { checkedSeed } from './random.ts';
import { scheduleOf, type ScheduleOptions } from './schedule.ts';
import type { Epoch, Within } from './loop.ts';
import type { Warning } from './warnings.ts';

/** A number, or arrays of them. */
export type Nested = number | readonly Nested[];

/** How to train. Everything has a default. */
export interface TrainOptions {
  /** Passes over the training rows (100). */
  readonly epochs?: number;
  /** Rows a step (32). */
  readonly batchSize?: number;
  /** Step length (Adam and AdamW 0.01, momentum 0.05, SGD 0.1; presets have their own). */
  readonly learningRate?: number;
  /** `sgd`, `momentum`, `adam` (the default), `adamw`, or the text of a document that defines θ'. */
  readonly optimizer?: string;
  /** λ of the optimizer's document, which says 0 (AdamW 0.01). */
  readonly weightDecay?: number;
  /** Other constants of the optimizer by name: `{ beta: 0.8 }`. */
  readonly optimizerValues?: Readonly<Record<string, number>>;
  /** How the rate changes with the epochs (constant). */
  readonly schedule?: ScheduleOptions['kind'] | ScheduleOptions;
  /** Share of the rows held out for the final test (0.2; 0: none). */
  readonly testSplit?: number;
  /** Share of the training rows held out to choose the best epoch (0; 0.1 with patience). */
  readonly validationSplit?: number;
  /** Stop after so many epochs without a better validation loss and take the best parameters (never). */
  readonly patience?: number;
  /** Decides every random number (0). */
  readonly seed?: number;
  /** Units of the hidden layers, first to last. */
  readonly hidden?: readonly number[];
  /** What stands for an open function f of the document, and in the built-in networks: `tanh`, `relu`, …, or a formula in u. */
  readonly activation?: string;
  /** Whether rows are shuffled in each epoch (true). */
  readonly shuffle?: boolean;
  /** Whether features are scaled to mean 0 and deviation 1 by the training rows (true for data from files; not for built-in documents' two-dimensional presets). */
  readonly standardise?: boolean;
  /** A weight for each class, or `balanced`. */
  readonly classWeights?: readonly number[] | 'balanced';
  /** Further definitions or assumptions for the document. */
  readonly given?: readonly string[];
  /** Values of the document's constants, which are then not learned: `{ lam: 0.01, A: [[0, 1], [1, 0]] }`. */
  readonly values?: Readonly<Record<string, Nested>>;
  /** The shape of one row of features, where the document has several indices for it: `[8, 8]` for x_{n,i,j}. */
  readonly featureShape?: readonly number[];
  /** Sizes of index sets by name. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** The names of the loss, the prediction, the features and the answers, where they are not recognised. */
  readonly loss?: string;
  readonly prediction?: string;
  readonly features?: string;
  readonly answers?: string;
  /** Start values by name; the rest is drawn. */
  readonly initial?: Readonly<Record<string, ArrayLike<number>>>;
  /** Formulas to be taken for ∂loss/∂name instead of the derived ones, in the document's letters: to see what a wrong gradient does. */
  readonly gradients?: Readonly<Record<string, string>>;
  /** Compare the gradients with dual numbers before the first step. */
  readonly check?: boolean;
  /** A folder for checkpoints, the model and its history (Node). */
  readonly out?: string;
  /** A folder whose newest checkpoint is gone on from (Node). */
  readonly resume?: string;
  /** A checkpoint after so many epochs (about ten a run, and one after every 2·10⁹ rows × parameters). */
  readonly checkpointEvery?: number;
  /** Where the data come from, in the caller's words; kept in checkpoints. */
  readonly source?: string;
  readonly onEpochEnd?: (epoch: Epoch) => void;
  /** How far a long epoch has come. */
  readonly onWithin?: (within: Within) => void;
  readonly onWarning?: (warning: Warning) => void;
  /** Stops between two epochs; what has been learned so far is kept. */
  readonly signal?: { readonly aborted: boolean };
}

const known: { readonly [K in keyof Required<TrainOptions>]: true } = {
  epochs: true,
  batchSize: true,
  learningRate: true,
  optimizer: true,
  weightDecay: true,
  optimizerValues: true,
  schedule: true,
  testSplit: true,
  validationSplit: true,
  patience: true,
  seed: true,
  hidden: true,
  activation: true,
  shuffle: true,
  standardise: true,
  classWeights: true,
  given: true,
  values: true,
  featureShape: true,
  sizes: true,
  loss: true,
  prediction: true,
  features: true,
  answers: true,
  initial: true,
  gradients: true,
  check: true,
  out: true,
  resume: true,
  checkpointEvery: true,
  source: true,
  onEpochEnd: true,
  onWithin: true,
  onWarning: true,
  signal: true,
};

/** Options with the defaults filled in. */
export interface CheckedOptions extends TrainOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly optimizer: string;
  readonly testSplit: number;
  readonly validationSplit: number;
  readonly seed: number;
  readonly shuffle: boolean;
  readonly standardise: boolean;
  readonly checkpointEvery: number;
  /** A checkpoint after so many rows × parameters. */
  readonly checkpointWork: number;
}

const rates: Readonly<Record<string, number>> = { sgd: 0.1, momentum: 0.05, adam: 0.01, adamw: 0.01 };

function inRange(name: string, value: number, least: number, most: number, whole: boolean): void {
  if (typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value))) return;
  throw new WhygradError(
    'bad-option',
    `${name} is ${String(value)}; it must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}`,
    { hint: `give ${name} such a number, or leave it out` },
  );
}

/** Checks options and fills in defaults. Throws `bad-option`, `bad-seed`. */
export function checkedOptions(given: TrainOptions, defaults: TrainOptions = {}): CheckedOptions {
  const stranger = Object.keys(given).find((key) => !Object.hasOwn(known, key));
  if (stranger !== undefined)
    throw new WhygradError('bad-option', `there is no option ${stranger}`, {
      hint: `the options are ${Object.keys(known).join(', ')}`,
    });
  const said = Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)) as TrainOptions;
  const merged = { ...defaults, ...said };
  const optimizer = merged.optimizer ?? 'adam';
  const epochs = merged.epochs ?? 100;
  const options: CheckedOptions = {
    ...merged,
    epochs,
    optimizer,
    batchSize: merged.batchSize ?? 32,
    learningRate: merged.learningRate ?? rates[optimizer] ?? 0.01,
    testSplit: merged.testSplit ?? 0.2,
    validationSplit: merged.validationSplit ?? (merged.patience === undefined ? 0 : 0.1),
    seed: merged.seed ?? 0,
    shuffle: merged.shuffle ?? true,
    standardise: merged.standardise ?? true,
    checkpointEvery: merged.checkpointEvery ?? Math.max(1, Math.floor(epochs / 10)),
    checkpointWork: merged.checkpointEvery === undefined ? 2e9 : Infinity,
  };
  inRange('epochs', epochs, 0, 1e9, true);
  inRange('batchSize', options.batchSize, 1, 1e9, true);
  inRange('learningRate', options.learningRate, 0, 1e6, false);
  inRange('testSplit', options.testSplit, 0, 0.95, false);
  inRange('validationSplit', options.validationSplit, 0, 0.95, false);
  inRange('checkpointEvery', options.checkpointEvery, 1, 1e9, true);
  if (options.patience !== undefined) inRange('patience', options.patience, 1, 1e9, true);
  if (options.weightDecay !== undefined) inRange('weightDecay', options.weightDecay, 0, 1e6, false);
  for (const n of options.hidden ?? []) inRange('a hidden size', n, 1, 1e6, true);
  checkedSeed(options.seed);
  scheduleOf(options.schedule);
  return options;
}
