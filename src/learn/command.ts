// The verbs `train` and `predict`: what the command line asks, done, and told in words.
// Not here: reading flags, exit codes, colours on or off (the command line's).
// Invariant: everything printed is computed; on a terminal one line is rewritten, elsewhere plain lines are written.
import { must } from '../term/must.ts';
import { libraryNames } from '../meaning/library.ts';
import { WhygradError } from '../term/error.ts';
import { readDataset, readTable } from './data/file.ts';
import type { ReadProgress } from './data/csv.ts';
import type { Dataset } from './data/dataset.ts';
import { featuresOf } from './data/table.ts';
import { openSource, readBytes, replaceFile } from './files/disk.ts';
import { requireFree } from './files/lock.ts';
import { Model, type Evaluation } from './model.ts';
import type { Epoch, Within } from './loop.ts';
import { isPreset, presets } from './presets.ts';
import type { TrainOptions } from './options.ts';
import { recipeOf, train, type Training } from './train.ts';
import { drawBoundary, sampleBoundary } from './view/boundary.ts';
import { plotCurves, short, type Curve } from './view/braille.ts';
import { boundarySvg, curvesSvg } from './view/svg.ts';
import { confusionText, progressText } from './view/tables.ts';

/** Where words go. */
export interface Terminal {
  /** Results. */
  readonly out: (text: string) => void;
  /** Progress and warnings. */
  readonly err: (text: string) => void;
  /** Whether progress can rewrite its line. */
  readonly isTerminal: boolean;
  /** Characters in a line. */
  readonly columns: number;
  /** A text in the colour of class `of`; the same text where there are no colours. */
  readonly paint: (text: string, of: number) => string;
  /** Calls `stop` when the user asks for an end (Ctrl-C) until the function that is returned is called. */
  readonly onStop?: (stop: () => void) => () => void;
}

/** The flags of `whygrad train`. */
export interface TrainCommand {
  /** A preset, a name of the library, or the path of a document. */
  readonly document?: string;
  /** A file, or a preset whose data are taken. */
  readonly data?: string;
  readonly label?: string;
  readonly hidden?: readonly number[];
  readonly epochs?: number;
  readonly batch?: number;
  readonly rate?: number;
  readonly optimizer?: string;
  readonly seed?: number;
  readonly validation?: number;
  readonly patience?: number;
  readonly check?: boolean;
  readonly out?: string;
  readonly resume?: string;
  readonly plot?: string;
  readonly format?: 'text' | 'json';
}

/** The words of a document: a preset's none, a library name or a file's text. */
function documentOf(document: string | undefined): string | null {
  if (document === undefined || isPreset(document) || libraryNames().includes(document)) return document ?? null;
  return new TextDecoder().decode(readBytes(document));
}

function dataOf(
  command: { readonly data?: string | undefined; readonly label?: string | undefined },
  seed: number,
  onProgress: (progress: ReadProgress) => void,
): Dataset | null {
  const { data, label } = command;
  if (data === undefined) return null;
  if (isPreset(data)) return presets[data].data(seed);
  const source = openSource(data);
  try {
    return readDataset(source, data, label === undefined ? {} : { label }, { onProgress });
  } finally {
    source.close();
  }
}

function optionsOf(command: TrainCommand): TrainOptions {
  const { hidden, epochs, batch, rate, optimizer, seed, validation, patience, check, out, resume } = command;
  const pairs = Object.entries({
    hidden,
    epochs,
    batchSize: batch,
    learningRate: rate,
    optimizer,
    seed,
    validationSplit: validation,
    patience,
    check,
    out: out ?? resume,
    resume,
  });
  return Object.fromEntries(pairs.filter(([, v]) => v !== undefined)) as TrainOptions;
}

/** Where a resumed run's document and data came from, unless said anew. */
function withSource(command: TrainCommand): TrainCommand {
  if (command.resume === undefined) return command;
  const source = recipeOf(command.resume).options.source;
  if (source === undefined) return command;
  try {
    return { ...(JSON.parse(source) as TrainCommand), ...command };
  } catch {
    return command;
  }
}

/** Trains as the flags say and tells what came out; true when the run ended by itself, false when the user stopped it. Throws named errors. */
export async function runTrain(given: TrainCommand, terminal: Terminal): Promise<boolean> {
  const command = withSource(given);
  const folder = command.out ?? command.resume;
  if (folder !== undefined) requireFree(folder);
  const seed = command.seed ?? (command.resume === undefined ? 0 : (recipeOf(command.resume).options.seed ?? 0));
  const document = documentOf(command.document);
  const json = command.format === 'json';
  const progress = progressWriter(terminal, json);
  const kept = Object.fromEntries(
    (['document', 'data', 'label'] as const).flatMap((k) => (command[k] === undefined ? [] : [[k, command[k]]])),
  );
  const signal = { aborted: false };
  const options: TrainOptions = {
    ...optionsOf(command),
    source: JSON.stringify(kept),
    signal,
    onEpochEnd: progress.epoch,
    onWithin: progress.within,
    onWarning: ({ message, hint }) => {
      progress.clear();
      terminal.err(`warning: ${message}\n         ${hint}\n`);
    },
  };
  const run = begin(document, dataOf(command, seed, progress.read), options);
  if (run.gradientCheck !== null)
    terminal.err(
      `gradients checked: ${run.gradientCheck.entries} entries agree with dual numbers to ${short(run.gradientCheck.error)}\n`,
    );
  const listened = terminal.onStop?.(() => {
    signal.aborted = true;
    progress.clear();
    terminal.err('stopping at the end of this epoch; Ctrl-C again stops at once\n');
  });
  try {
    await run;
  } finally {
    listened?.();
  }
  progress.clear();
  const stopped = signal.aborted && run.history.length < run.options.epochs;
  if (stopped) terminal.err(stoppedText(run));
  const evaluation = run.test();
  if (command.plot !== undefined) writePlot(command.plot, run);
  terminal.out(json ? `${JSON.stringify(report(run, evaluation))}\n` : summary(run, evaluation, terminal));
  return !stopped;
}

/** What a run that was stopped leaves, and how it can go on. */
function stoppedText({ options, history }: Training): string {
  const where = `stopped after epoch ${history.length} of ${options.epochs}: `;
  if (options.out === undefined) return `${where}nothing was written; --out FOLDER keeps what was learned\n`;
  if (history.length === 0) return `${where}the model in ${options.out} has learned nothing yet\n`;
  return `${where}model, history and checkpoint are in ${options.out}\ngo on with: whygrad train --resume ${options.out}\n`;
}

/** Nothing here keeps the whole data: the run keeps its parts. */
function begin(document: string | null, data: Dataset | null, options: TrainOptions): Training {
  if (data === null && (document === null || !isPreset(document)))
    throw new WhygradError('no-data', 'there are no data to train on', {
      hint: `give --data FILE, or one of ${Object.keys(presets).join(', ')}`,
    });
  return data === null ? train(document as string, null, options) : train(document, data, options);
}

interface ProgressWriter {
  readonly read: (r: ReadProgress) => void;
  readonly within: (w: Within) => void;
  readonly epoch: (e: Epoch) => void;
  readonly clear: () => void;
}

function progressWriter(terminal: Terminal, quiet: boolean): ProgressWriter {
  let started = 0;
  let shown = -Infinity;
  let first = 0;
  let open = false;
  let told = performance.now();
  const rewrite = (line: string): void => {
    shown = performance.now();
    open = true;
    terminal.err(`\r${line.slice(0, Math.max(20, terminal.columns - 1))}\x1b[K`);
  };
  /** What changes many times in a second: rewritten on a terminal, elsewhere a line every five seconds. */
  const meanwhile = (line: () => string): void => {
    const now = performance.now();
    if (terminal.isTerminal && !quiet) {
      if (now - shown >= 100 && now - told >= 500) rewrite(line());
    } else if (now - told >= 5000) {
      told = now;
      terminal.err(`${line()}\n`);
    }
  };
  const read = ({ bytes, of, rows }: ReadProgress): void =>
    meanwhile(() => `reading: ${Math.floor((100 * bytes) / Math.max(1, of))} %, ${rows} rows`);
  let begun = false;
  const within = (w: Within): void => {
    if (!begun) told = performance.now();
    begun = true;
    meanwhile(() => `epoch ${w.epoch}/${w.epochs}  ${Math.floor(100 * w.share)} % of its rows`);
  };
  const epoch = (e: Epoch): void => {
    const now = performance.now();
    if (first === 0) {
      first = e.epoch;
      started = now;
    }
    const done = e.epoch - first;
    const line = progressText({
      ...e,
      secondsLeft: e.epoch === e.epochs || done === 0 ? null : ((now - started) / 1000 / done) * (e.epochs - e.epoch),
    });
    const tenth = Math.max(1, Math.ceil(e.epochs / 10));
    if (terminal.isTerminal && !quiet) {
      if (now - shown < 50 && e.epoch !== e.epochs) return;
      rewrite(line);
    } else if (e.epoch % tenth === 0 || e.epoch === 1 || e.epoch === e.epochs || now - told >= 5000) {
      told = now;
      terminal.err(`${line}\n`);
    }
  };
  return {
    read,
    within,
    epoch,
    clear: () => {
      if (open) terminal.err('\n');
      open = false;
    },
  };
}

/** The object of `--format json`. */
function report(run: Training, evaluation: Evaluation): object {
  const last = run.history.at(-1);
  return {
    epochs: run.history.length,
    parameters: [...run.model.parameters.values()].reduce((n, { data }) => n + data.length, 0),
    rows: {
      training: run.parts.training.rows,
      validation: run.parts.validation?.rows ?? 0,
      test: run.parts.test?.rows ?? 0,
    },
    loss: last?.loss ?? null,
    accuracy: last?.accuracy ?? null,
    validationLoss: last?.validationLoss ?? null,
    validationAccuracy: last?.validationAccuracy ?? null,
    classes: run.model.classes,
    warnings: run.warnings,
    test:
      evaluation.confusion === null
        ? { rootMeanSquareError: evaluation.rootMeanSquareError, explained: evaluation.explained }
        : { confusion: evaluation.confusion, accuracy: evaluation.accuracy },
  };
}

const curvesOf = (history: readonly Epoch[]): Curve[] => [
  { name: 'loss', values: history.map((e) => e.loss) },
  ...(history.some((e) => e.validationLoss !== null)
    ? [{ name: 'validation loss', values: history.map((e) => e.validationLoss ?? NaN) }]
    : []),
];

/** Whether a decision boundary can be drawn: two features, classes. */
const isPlane = (run: Training): boolean => run.parts.training.columns === 2 && run.parts.training.labels !== null;

/** Scores a class for each; a single output becomes two. */
function scorer(model: Model): (features: Float32Array) => Float32Array {
  return (features) => {
    const { scores, outputs } = model.predict(features);
    if (outputs > 1) return scores;
    const { threshold } = model.description;
    return Float32Array.from({ length: 2 * scores.length }, (_, i) =>
      i % 2 === 0 ? 2 * threshold - must(scores[i >> 1]) : must(scores[i >> 1]),
    );
  };
}

function summary(run: Training, evaluation: Evaluation, terminal: Terminal): string {
  const width = Math.min(100, Math.max(40, terminal.columns));
  const parts: string[] = [];
  const curve = plotCurves(curvesOf(run.history), { width, height: 6 });
  if (curve !== '') parts.push(curve);
  const { model } = run;
  if (isPlane(run)) {
    const columns = Math.min(72, width - 2);
    const grid = sampleBoundary(
      run.parts.training,
      model.classes.length,
      scorer(model),
      columns,
      Math.max(8, Math.round(columns * 0.34)),
    );
    parts.push(drawBoundary(grid, run.parts.test ?? run.parts.training, terminal.paint));
  }
  if (evaluation.confusion !== null) parts.push(confusionText(evaluation.confusion, model.classes));
  const on = run.parts.test === null ? 'training' : 'test';
  if (evaluation.accuracy === null && evaluation.rootMeanSquareError === null)
    parts.push(`loss ${short(run.history.at(-1)?.loss ?? NaN)} after ${run.history.length} epochs`);
  else
    parts.push(
      evaluation.accuracy === null
        ? `${on} error ${short(evaluation.rootMeanSquareError as number)} (root mean square), ${((evaluation.explained as number) * 100).toFixed(1)} % of the variance explained, ${evaluation.rows} rows`
        : `${on} accuracy ${evaluation.accuracy.toFixed(4)} on ${evaluation.rows} rows after ${run.history.length} epochs`,
    );
  if (run.options.out !== undefined)
    parts.push(`written to ${run.options.out}: model.json, model.safetensors, history.csv`);
  return `${parts.join('\n\n')}\n`;
}

function writePlot(path: string, run: Training): void {
  const slash = path.lastIndexOf('/');
  const { model } = run;
  const svg = isPlane(run)
    ? boundarySvg(
        sampleBoundary(run.parts.training, model.classes.length, scorer(model), 160, 120),
        run.parts.training,
        `Decision boundary, ${run.parts.training.name}`,
      )
    : curvesSvg(curvesOf(run.history), `Loss, ${run.parts.training.name}`);
  replaceFile(slash === -1 ? '.' : path.slice(0, slash) || '/', path.slice(slash + 1), svg);
}

/** The flags of `whygrad predict`. */
export interface PredictCommand {
  readonly folder: string;
  readonly data: string;
  readonly label?: string;
  readonly format?: 'text' | 'json';
}

/** Predicts every row of a file with a saved model: lines `class,score…` (or the predicted numbers), or one JSON object. Throws named errors. */
export function runPredict(command: PredictCommand, terminal: Terminal): boolean {
  const model = Model.load(command.folder);
  const { columns, featureNames } = model.description;
  const source = openSource(command.data);
  const { features, rows } = featuresOf(readTable(source, command.data), columns, featureNames, command.label);
  source.close();
  const { scores, outputs, names } = model.predict(features);
  const row = (n: number): number[] => Array.from(scores.subarray(n * outputs, (n + 1) * outputs));
  if (command.format === 'json') {
    terminal.out(
      `${JSON.stringify({ rows, classes: model.classes, predictions: names, scores: Array.from({ length: rows }, (_, n) => row(n)) })}\n`,
    );
    return true;
  }
  const quote = (s: string): string => (/[",\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s);
  const head =
    names === null
      ? Array.from({ length: outputs }, (_, o) => `prediction${outputs === 1 ? '' : o + 1}`)
      : ['prediction', ...(outputs === 1 ? [`score of ${model.classes[1]}`] : model.classes)];
  const lines = Array.from({ length: rows }, (_, n) =>
    [...(names === null ? [] : [must(names[n])]), ...row(n).map((v) => String(Number(v.toPrecision(6))))]
      .map(quote)
      .join(','),
  );
  terminal.out(`${[head.map(quote).join(','), ...lines].join('\n')}\n`);
  return true;
}
