// A trained network: predictions, measures, and its files.
// Not here: training; exports to other languages.
// Invariant: a model is its description (JSON) and its parameters (safetensors); equal models give equal bytes.
import { must } from '../term/must.ts';
import { compileProgram, type Plan } from '../compile/plan.ts';
import { WhygradError } from '../term/error.ts';
import type { Dataset, Rows } from './data/dataset.ts';
import { standardise } from './data/split.ts';
import { moduleText } from './export/module.ts';
import { onnxFile } from './export/onnx-file.ts';
import { onnxGraph } from './export/onnx-graph.ts';
import { describeModel, readDescription, type Description } from './files/description.ts';
import { joinPath, makeFolder, readBytes, replaceFile } from './files/disk.ts';
import { historyCsv } from './files/history.ts';
import { readSafetensors, writeSafetensors, type NamedArray } from './files/safetensors.ts';
import { classifier, type Epoch } from './loop.ts';
import { accuracyOf, confusionMatrix, explainedVariance, rootMeanSquare } from './metrics.ts';
import type { Network } from './network/network.ts';
import { forwardProgram } from './network/program.ts';
import { usesExamples } from './network/order.ts';

/** What a model says of some rows. */
export interface Prediction {
  /** rows × outputs: probabilities (or scores), or predicted numbers. */
  readonly scores: Float32Array;
  readonly outputs: number;
  /** The class of each row; null for regression. */
  readonly labels: Int32Array | null;
  /** The name of each row's class; null for regression. */
  readonly names: readonly string[] | null;
}

/** How well a model does on a data set. */
export interface Evaluation {
  readonly rows: number;
  readonly accuracy: number | null;
  readonly confusion: number[][] | null;
  readonly rootMeanSquareError: number | null;
  readonly explained: number | null;
}

const CHUNK = 256;

/** A network with learned parameters. */
export class Model {
  readonly description: Description;
  readonly network: Network;
  readonly parameters: ReadonlyMap<string, NamedArray>;
  readonly history: readonly Epoch[];
  private readonly plans = new Map<number, Plan>();

  constructor(
    description: Description,
    network: Network,
    parameters: ReadonlyMap<string, NamedArray>,
    history: readonly Epoch[] = [],
  ) {
    this.description = description;
    this.network = network;
    this.parameters = parameters;
    this.history = history;
  }

  /** The names of the classes; empty for regression. */
  get classes(): readonly string[] {
    return this.description.classes;
  }

  /** Predictions for rows of features (nested arrays, a flat rows × features array, or a data set). Throws `wrong-columns`, `missing-value`. */
  predict(x: Rows | Float32Array | Dataset): Prediction {
    const features = this.featuresOf(x);
    const { columns, classes, threshold } = this.description;
    const rows = features.length / columns;
    const outputs = this.outputs;
    const scores = this.scores(
      this.description.scaling === null ? features : standardise(features, this.description.scaling),
      rows,
      'more' in x ? x.more : undefined,
    );
    if (classes.length === 0) return { scores, outputs, labels: null, names: null };
    const classOf = classifier(outputs, threshold, classes.length);
    const labels = Int32Array.from({ length: rows }, (_, n) => classOf(scores, n));
    return { scores, outputs, labels, names: Array.from(labels, (label) => must(classes[label])) };
  }

  /** Accuracy and confusion matrix, or error and share of variance explained, on a data set with answers. Throws as `predict`. */
  evaluate(data: Dataset): Evaluation {
    if (data.outputs === 0)
      return { rows: data.rows, accuracy: null, confusion: null, rootMeanSquareError: null, explained: null };
    const { scores, labels, outputs } = this.predict(data);
    if (labels !== null && data.labels !== null) {
      return {
        rows: data.rows,
        accuracy: accuracyOf(data.labels, labels),
        confusion: confusionMatrix(data.labels, labels, this.classes.length),
        rootMeanSquareError: null,
        explained: null,
      };
    }
    const targets = data.targets ?? new Float32Array();
    return {
      rows: data.rows,
      accuracy: null,
      confusion: null,
      rootMeanSquareError: rootMeanSquare(targets, scores),
      explained: explainedVariance(targets, scores, outputs),
    };
  }

  /** Numbers that the network gives for a row. */
  get outputs(): number {
    const { sets } = this.network.prediction;
    return sets.slice(1).reduce((n, set) => n * must(this.description.sizes.get(set)), 1);
  }

  /** The model's files by name: `model.json`, `model.safetensors`, `history.csv`. */
  toFiles(): ReadonlyMap<string, Uint8Array> {
    const text = (s: string): Uint8Array => new TextEncoder().encode(s);
    return new Map([
      ['model.json', text(describeModel(this.description))],
      ['history.csv', text(historyCsv(this.history))],
      [
        'model.safetensors',
        writeSafetensors({ arrays: this.parameters, notes: new Map([['format', 'whygrad-model-1']]) }),
      ],
    ]);
  }

  /** The text of one JavaScript module without dependencies that exports `predict(rows)`, in float64. */
  toFunction(): string {
    return moduleText(this.network, this.description, this.parameters);
  }

  /** The bytes of an ONNX file (opset 17): features, any number of rows, to the prediction. Throws `not-exportable`. */
  toOnnx(): Uint8Array {
    return onnxFile(onnxGraph(this.network, this.description.sizes, this.parameters, this.description.scaling));
  }

  /** Writes the model's files into a folder (Node), each so that a crash leaves the old or the new one. Throws `file-error`. */
  save(folder: string): void {
    makeFolder(folder);
    for (const [name, bytes] of this.toFiles()) replaceFile(folder, name, bytes);
  }

  /** The model whose files lie in a folder (Node). Throws `file-error`, and what `fromFiles` throws. */
  static load(folder: string): Model {
    return Model.fromFiles(readBytes(joinPath(folder, 'model.json')), readBytes(joinPath(folder, 'model.safetensors')));
  }

  /** The model from the bytes of `model.json` and `model.safetensors`. Throws `damaged-model`, `damaged-safetensors`. */
  static fromFiles(json: Uint8Array, weights: Uint8Array): Model {
    const { description, network } = readDescription(json);
    const { arrays } = readSafetensors(weights, 'model.safetensors');
    const parameters = new Map<string, NamedArray>();
    for (const { name, sets } of [...network.learned, ...network.constants]) {
      const array = arrays.get(name);
      const shape = sets.map((set) => must(description.sizes.get(set)));
      if (array === undefined || array.shape.join() !== shape.join())
        throw new WhygradError(
          'damaged-model',
          `model.safetensors lacks ${name} with the shape ${shape.join(' × ')} that model.json says`,
          { hint: 'both files must come from one training run' },
        );
      parameters.set(name, array);
    }
    return new Model(description, network, parameters);
  }

  private featuresOf(x: Rows | Float32Array | Dataset): Float32Array {
    const { columns, featureNames } = this.description;
    const wrong = (have: string): WhygradError =>
      new WhygradError('wrong-columns', `the model takes ${columns} features a row, not ${have}`, {
        hint: `they are ${featureNames.slice(0, 12).join(', ')}${columns > 12 ? ', …' : ''}`,
      });
    if ('features' in x) {
      if (x.columns !== columns) throw wrong(String(x.columns));
      return x.features;
    }
    if (x instanceof Float32Array) {
      if (x.length % columns !== 0) throw wrong(`${x.length} numbers in all`);
      return x;
    }
    const flat = new Float32Array(x.length * columns);
    for (let n = 0; n < x.length; n++) {
      const row = must(x[n]);
      if (row.length !== columns) throw wrong(`${row.length} (row ${n + 1})`);
      for (let i = 0; i < columns; i++) {
        if (typeof row[i] !== 'number' || !Number.isFinite(Math.fround(must(row[i]))))
          throw new WhygradError(
            'missing-value',
            `row ${n + 1}, feature ${i + 1}: ${String(row[i])} is not a finite number`,
            { hint: 'fill missing values first' },
          );
        flat[n * columns + i] = must(row[i]);
      }
    }
    return flat;
  }

  /** Scores of scaled features: in chunks of one size, the last one filled up, unless the network looks across rows. */
  private scores(features: Float32Array, rows: number, more: Dataset['more']): Float32Array {
    const out = new Float32Array(rows * this.outputs);
    if (rows === 0) return out;
    const chunk = usesExamples(this.network.context, this.network.prediction.name, this.network.examples)
      ? rows
      : Math.min(CHUNK, rows <= 1 ? 1 : CHUNK);
    const plan = this.planFor(chunk);
    const inputs = this.rowInputs(plan, features, rows, more);
    const scores = plan.outputs[this.network.prediction.name] as Float32Array;
    for (let n = 0; n < rows; n += chunk) {
      const count = Math.min(chunk, rows - n);
      for (const { view, data, width } of inputs) view.set(data.subarray(n * width, (n + count) * width));
      plan.run();
      out.set(scores.subarray(0, count * this.outputs), n * this.outputs);
    }
    return out;
  }

  /** The tensors that the prediction needs for each row. */
  private rowInputs(
    plan: Plan,
    features: Float32Array,
    rows: number,
    more: Dataset['more'],
  ): { view: Float32Array; data: Float32Array; width: number }[] {
    const given = new Map([
      [(this.network.features as { name: string }).name, features],
      ...Array.from(more ?? [], ([name, t]) => [name, t.data] as const),
    ]);
    return [...(this.network.features === null ? [] : [this.network.features]), ...this.network.more].flatMap(
      ({ name }) => {
        const view = plan.inputs[name];
        if (view === undefined) return [];
        const data = given.get(name);
        if (data === undefined)
          throw new WhygradError('wrong-shape', `the prediction needs ${name} for each row`, {
            hint: `pass a data set that has it: fromArrays({ x, more: { ${name}: … } })`,
          });
        return [{ view: view as Float32Array, data, width: data.length / rows }];
      },
    );
  }

  private planFor(rows: number): Plan {
    let plan = this.plans.get(rows);
    if (plan === undefined) {
      this.plans.set(
        rows,
        (plan = compileProgram(forwardProgram(this.network, false), {
          sizes: new Map([...this.description.sizes, [this.network.examples, rows]]),
          dtype: 'f32',
        })),
      );
    }
    // Each time: the arrays of a model in training change under it.
    for (const [name, { data }] of this.parameters) (plan.inputs[name] as Float32Array | undefined)?.set(data);
    return plan;
  }
}
