// Training: a document or preset, data and options become a run that can be awaited or watched epoch by epoch.
// Not here: what a step computes, how it is shown.
// Invariant: the seed decides every bit; what was learned up to a fault or a stop stays available.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import { crc32 } from './files/checksum.ts';
import { checkGradients, type GradientCheck } from './check-gradients.ts';
import { fromArrays, type ArraysOfData, type Dataset, type Rows } from './data/dataset.ts';
import { CheckpointSlots, loadCheckpoint, restore, type Checkpoint } from './files/checkpoint.ts';
import { makeFolder } from './files/disk.ts';
import { lockFolder, type Lock } from './files/lock.ts';
import { freshProgress, isWithin, trainingLoop, type Epoch, type Progress, type Within } from './loop.ts';
import { Model, type Evaluation } from './model.ts';
import { documentText } from './network/prepare.ts';
import { checkedOptions, type CheckedOptions, type TrainOptions } from './options.ts';
import { isPreset, presets, type PresetName } from './presets.ts';
import { scheduleOf } from './schedule.ts';
import { builtInDocument, firstRows, setUp, type Parts, type Setup } from './setup.ts';
import { aliveUnits, chanceLevel, deadUnits, rateTooHigh, type Warning } from './warnings.ts';

/** Data as `train` takes it. */
export type TrainingData = Dataset | ArraysOfData;

const isDataset = (data: TrainingData): data is Dataset => 'features' in data && 'rows' in data;
/** A data set from either form. */
export const toDataset = (data: TrainingData): Dataset => (isDataset(data) ? data : fromArrays(data));

/** The options that a checkpoint keeps as its recipe, and the document and data that they belong to. */
export interface Recipe {
  readonly document: string;
  readonly data: number;
  readonly options: TrainOptions;
}

/** The recipe of a folder's newest checkpoint. Throws `no-checkpoint`, `damaged-checkpoint`. */
export function recipeOf(folder: string): Recipe {
  const { recipe } = loadCheckpoint(folder);
  let value: unknown;
  try {
    value = JSON.parse(recipe);
  } catch {
    value = null;
  }
  const { document, data, options } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Recipe>;
  if (typeof document !== 'string' || typeof data !== 'number' || typeof options !== 'object' || options === null)
    throw new WhygradError('damaged-checkpoint', `the checkpoint in ${folder} does not say how it was made`, {
      hint: 'start the run again without resuming',
    });
  return { document, data, options };
}

const transient = new Set([
  'onEpochEnd',
  'onWithin',
  'onWarning',
  'signal',
  'out',
  'resume',
  'check',
  'checkpointEvery',
  'checkpointWork',
]);
const keepable = (options: TrainOptions): TrainOptions =>
  Object.fromEntries(
    Object.entries(options).filter(([key, v]) => !transient.has(key) && v !== undefined),
  ) as TrainOptions;

/** A number that tells one data set from another. */
function fingerprint(data: Dataset): number {
  const bytes = (a: Float32Array | Int32Array | null): Uint8Array =>
    a === null ? new Uint8Array() : new Uint8Array(a.buffer, a.byteOffset, a.byteLength);
  return crc32(
    Uint8Array.from([
      ...new Uint8Array(
        Float64Array.of(
          data.rows,
          data.columns,
          crc32(bytes(data.features)),
          crc32(bytes(data.labels)),
          crc32(bytes(data.targets)),
        ).buffer,
      ),
    ]),
  );
}

/** A run: await it for the model, or iterate over its epochs first. */
export class Training implements AsyncIterable<Epoch>, PromiseLike<Model> {
  readonly setup: Setup;
  readonly options: CheckedOptions;
  /** What the gradient check found, when it was asked for. */
  readonly gradientCheck: GradientCheck | null;
  readonly warnings: Warning[] = [];
  private readonly progress: Progress;
  private readonly recipe: string;
  private readonly epochs: Iterator<Epoch | Within>;
  private readonly slots: CheckpointSlots | null;
  private readonly lock: Lock | null;
  /** Rows × parameters since the last checkpoint. */
  private work = 0;
  /** The epoch of the last checkpoint. */
  private saved = 0;
  /** Whether an epoch has begun and not ended. */
  private within = false;
  private ended = false;
  /** A model over the engine's own arrays. */
  private watching: Model | null = null;

  constructor(text: string, data: Dataset, options: CheckedOptions) {
    const from = options.resume === undefined ? null : loadCheckpoint(options.resume);
    this.recipe = JSON.stringify({
      document: text,
      data: fingerprint(data),
      options: keepable(options),
    } satisfies Recipe);
    this.options = options;
    this.setup = setUp(text, data, options);
    this.progress = from === null ? freshProgress() : this.resumeFrom(from);
    this.gradientCheck = options.check === true ? this.check() : null;
    this.setup.warnings.forEach((w) => {
      this.warn(w);
    });
    const { engine, training, validation } = this.setup;
    this.epochs = trainingLoop(
      engine,
      training,
      validation,
      { ...options, schedule: scheduleOf(options.schedule), patience: options.patience ?? null },
      this.progress,
    );
    if (options.out !== undefined) makeFolder(options.out);
    this.lock = options.out === undefined ? null : lockFolder(options.out);
    this.saved = options.out !== undefined && options.out === options.resume ? this.progress.history.length : 0;
    this.slots = options.out === undefined ? null : new CheckpointSlots(options.out, options.out === options.resume);
  }

  /** Rows for training, validation and test. */
  get parts(): Parts {
    return this.setup.parts;
  }
  /** The epochs so far. */
  get history(): readonly Epoch[] {
    return this.progress.history;
  }
  /** The model as it stands: after the last epoch the best one, where patience asks for it. */
  get model(): Model {
    const { engine, description, network, constants } = this.setup;
    const parameters = engine.parameters.map((name) => {
      const { shape, data } = must(engine.state.get(name));
      return [name, { shape, data: new Float32Array(data) }] as const;
    });
    return new Model(description, network, new Map([...parameters, ...constants]), [...this.history]);
  }
  /**
   * What the network gives now for rows of features (rows × outputs), as `model.predict` would; the compiled plan is
   * kept, so that this
   * can be asked after every step.
   */
  scores(x: Rows | Float32Array): Float32Array {
    const { engine, description, network, constants } = this.setup;
    const live = engine.parameters.map((name) => [name, must(engine.state.get(name))] as const);
    this.watching ??= new Model(description, network, new Map([...live, ...constants]));
    return this.watching.predict(x).scores;
  }
  /** Measures on the test rows (on the training rows where no test rows were held out). */
  test(): Evaluation {
    return this.model.evaluate(this.parts.test ?? this.parts.training);
  }

  /** The next epoch, or null when the run is over. Throws `training-diverged`, `file-error`, `folder-in-use`. */
  next(): Epoch | null {
    for (;;) {
      const turn = this.turn();
      if (turn === null || !isWithin(turn)) return turn;
    }
  }

  /** As `next`, but for a long epoch also how far it has come. */
  private turn(): Epoch | Within | null {
    if (this.ended) return null;
    const { signal, onEpochEnd, onWithin } = this.options;
    const atBoundary = !this.within;
    const turn = atBoundary && signal?.aborted === true ? { done: true as const, value: undefined } : this.advance();
    if (turn.done === true) {
      this.end();
      return null;
    }
    const now = turn.value;
    this.within = isWithin(now);
    if (isWithin(now)) {
      onWithin?.(now);
      return now;
    }
    this.work += this.parts.training.rows * this.weights;
    if (this.isDue(now)) this.checkpoint();
    onEpochEnd?.(now);
    return now;
  }

  /**
   * Whether a checkpoint is to be written now: after so many epochs, at the end, and after much work where the caller
   * did not say when.
   */
  private isDue({ epoch }: Epoch): boolean {
    const { checkpointEvery, checkpointWork } = this.options;
    return epoch % checkpointEvery === 0 || this.progress.finished || this.work >= checkpointWork;
  }

  private checkpoint(): void {
    this.work = 0;
    this.lock?.check();
    this.slots?.save(this.recipe, this.setup.engine, this.progress);
    this.saved = this.progress.history.length;
  }

  /** Numbers that are learned. */
  private get weights(): number {
    const { engine } = this.setup;
    return engine.parameters.reduce((n, name) => n + must(engine.state.get(name)).data.length, 0);
  }

  /** Goes back to the state before a fault, so that the checkpoint and the model are the last good ones. */
  private advance(): IteratorResult<Epoch | Within> {
    try {
      return this.epochs.next();
    } catch (error) {
      this.ended = true;
      if (error instanceof WhygradError && this.progress.history.length > 0) this.checkpoint();
      this.lock?.release();
      throw error;
    }
  }

  private end(): void {
    this.ended = true;
    const { engine, network, parts } = this.setup;
    const batch = Math.min(this.options.batchSize, parts.training.rows);
    const classes = parts.training.classes.length;
    for (const w of [
      ...rateTooHigh(this.history),
      ...chanceLevel(this.history, classes),
      ...deadUnits(aliveUnits(engine, network, parts.training.rows, batch)),
    ])
      this.warn(w);
    try {
      this.lock?.check();
      // A run that was stopped can go on from where it is.
      if (this.history.length > 0 && this.saved !== this.history.length) this.checkpoint();
      if (this.options.out !== undefined) this.model.save(this.options.out);
    } finally {
      this.lock?.release();
    }
  }

  private warn(warning: Warning): void {
    this.warnings.push(warning);
    this.options.onWarning?.(warning);
  }

  private check(): GradientCheck {
    const { network, engine, engineParts } = this.setup;
    const parameters = new Map<string, ArrayLike<number>>([
      ...engineParts.constants,
      ...engine.parameters.map((name) => [name, must(engine.state.get(name)).data] as const),
    ]);
    return checkGradients({
      network,
      gradients: engineParts.gradients,
      sizes: engineParts.sizes,
      rows: firstRows(engineParts.training, Math.min(4, engineParts.training.rows)),
      parameters,
      entries: 24,
      seed: this.options.seed,
    });
  }

  private resumeFrom(checkpoint: Checkpoint): Progress {
    const [then, now] = [recipeOf(must(this.options.resume)), JSON.parse(this.recipe) as Recipe];
    const differs =
      then.document !== now.document
        ? 'the document'
        : then.data !== now.data
          ? 'the data'
          : differingOption(then.options, now.options);
    if (differs !== null)
      throw new WhygradError('resume-mismatch', `the checkpoint was made with another setting: ${differs} differs`, {
        hint: 'resume with the same document, data and options; only epochs may grow',
      });
    restore(this.setup.engine, checkpoint);
    const { progress } = checkpoint;
    if (progress.history.length < this.options.epochs && this.options.patience === undefined) progress.finished = false;
    return progress;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Epoch> {
    for (let turn = this.turn(); turn !== null; turn = this.turn()) {
      if (!isWithin(turn)) yield turn;
      await pause();
    }
  }

  /** Runs to the end; the model. */
  then<A = Model, B = never>(
    resolved?: ((model: Model) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.finish().then(resolved, rejected);
  }

  private async finish(): Promise<Model> {
    for await (const _ of this);
    return this.model;
  }
}

function differingOption(then: TrainOptions, now: TrainOptions): string | null {
  const keys = new Set([...Object.keys(then), ...Object.keys(now)] as (keyof TrainOptions)[]);
  keys.delete('epochs');
  keys.delete('source');
  return [...keys].find((key) => JSON.stringify(then[key]) !== JSON.stringify(now[key])) ?? null;
}

let paused = 0;
/** Lets timers and input through about every 20 milliseconds; this decides no bit of the result. */
async function pause(): Promise<void> {
  const now = performance.now();
  if (now - paused < 20) return;
  paused = now;
  await new Promise<void>((resolve) => {
    setTimeout(resolve, 0);
  });
}

/**
 * Trains a network that is written as a document.
 * `document`: a preset (`moons circles blobs spiral iris digits`), a name of the library, or the text; null takes the
 * built-in network for the data.
 * `data`: a data set, or arrays `{ x, y }`; a preset brings its own. What nothing defines and the data do not give is
 * learned.
 * The result can be awaited (the model) or iterated (its epochs). Throws named errors for faults of document, data and
 * options.
 */
export function train(preset: PresetName, options?: TrainOptions): Training;
export function train(document: string | null, data: TrainingData | null | undefined, options?: TrainOptions): Training;
export function train(
  document: string | null,
  second?: TrainingData | TrainOptions | null,
  third?: TrainOptions,
): Training {
  const preset = document !== null && isPreset(document) ? presets[document] : null;
  const data =
    second === null || second === undefined || !('x' in second || ('features' in second && 'rows' in second))
      ? null
      : (second as TrainingData);
  const given = third ?? (data === null && second !== null && second !== undefined ? (second as TrainOptions) : {});
  const options = checkedOptions(resumed(given), preset?.options ?? {});
  const dataset = data === null ? preset?.data(options.seed) : toDataset(data);
  if (dataset === undefined)
    throw new WhygradError('no-data', 'there are no data to train on', {
      hint: `give a data set, or one of the presets ${Object.keys(presets).join(', ')}`,
    });
  if (dataset.rows === 0) throw new WhygradError('empty-data', 'the data have no rows', { hint: 'give at least one' });
  const resumedText = options.resume === undefined ? null : recipeOf(options.resume).document;
  const text =
    document !== null && preset === null ? documentText(document) : (resumedText ?? builtInDocument(dataset, options));
  const defaulted =
    (preset !== null || document === null) && options.hidden === undefined ? { ...options, hidden: [16] } : options;
  return new Training(text, dataset, defaulted);
}

/** With `resume`, the options of the checkpoint's recipe; those given now win (and must agree, but for epochs). */
function resumed(given: TrainOptions): TrainOptions {
  if (given.resume === undefined) return given;
  return { ...recipeOf(given.resume).options, ...given };
}
