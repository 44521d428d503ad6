// Everything before the first step: parts of the data, the network, its gradients, its optimizer, the compiled engine.
// Not here: the loop, files, words.
// Invariant: the document, the data and the options decide every bit of what is set up.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import type { SetId } from '../term/term.ts';
import type { Dataset } from './data/dataset.ts';
import { measureScaling, split, standardise, type Scaling } from './data/split.ts';
import type { Engine } from './engine.ts';
import type { Description } from './files/description.ts';
import type { NamedArray } from './files/safetensors.ts';
import type { Answers } from './loop.ts';
import { answersFor, bind, classWeightsOf, labelSums } from './network/bind.ts';
import type { Bound } from './network/bound.ts';
import { buildEngine } from './network/build.ts';
import type { EngineParts } from './network/engine-parts.ts';
import { libraryNetwork, writeNetwork } from './network/documents.ts';
import { gradientsOf } from './network/gradients.ts';
import { gainOf, initialValues, shapeOf } from './network/initial.ts';
import { lookInside } from './network/inside.ts';
import type { Network } from './network/network.ts';
import { readOptimizer } from './network/optimizer.ts';
import { documentText, contextOf, prepareNetwork, prepareWithGradients } from './network/prepare.ts';
import { givesProbability } from './network/probability.ts';
import { stepProgram } from './network/program.ts';
import { sizesOf } from './network/sizes.ts';
import type { CheckedOptions, Nested } from './options.ts';
import {
  doubleSoftmax,
  exponentiated,
  labelSums as labelSumWarning,
  lossFloor,
  oneClass,
  rectified,
  type Warning,
} from './warnings.ts';

/** Rows for training, for choosing the best epoch, and for the final test. */
export interface Parts {
  readonly training: Dataset;
  readonly validation: Dataset | null;
  readonly test: Dataset | null;
}

/** A run that is ready for its first step. */
export interface Setup {
  readonly parts: Parts;
  readonly network: Network;
  readonly engine: Engine;
  readonly engineParts: EngineParts;
  readonly training: Answers;
  readonly validation: Answers | null;
  readonly description: Description;
  readonly constants: ReadonlyMap<string, NamedArray>;
  readonly warnings: readonly Warning[];
}

/** The document of a built-in network for a data set: softmax for classes, linear for numbers. */
export function builtInDocument(data: Dataset, options: CheckedOptions): string {
  const shape = {
    hidden: (options.hidden ?? [16]).length,
    activation: options.activation ?? 'tanh',
    outputs: data.labels === null && data.classes.length === 0 ? ('linear' as const) : ('softmax' as const),
  };
  const name = libraryNetwork(shape);
  return name === null ? writeNetwork(shape) : documentText(name);
}

/** Splits off the test rows, then the validation rows. Throws `empty-data` when nothing is left to train on. */
export function divide(data: Dataset, options: CheckedOptions): Parts {
  const [rest, test] = options.testSplit === 0 ? [data, null] : split(data, options.testSplit, options.seed, 'split');
  const [training, validation] =
    options.validationSplit === 0 ? [rest, null] : split(rest, options.validationSplit, options.seed, 'validation');
  if (training.rows === 0)
    throw new WhygradError('empty-data', `of ${data.rows} rows none is left for training`, {
      hint: 'give more rows, or smaller test and validation shares',
    });
  return { training, validation: validation?.rows === 0 ? null : validation, test: test?.rows === 0 ? null : test };
}

const scaledBy = (data: Dataset, scaling: Scaling | null): Dataset =>
  scaling === null ? data : { ...data, features: standardise(data.features, scaling) };

/** Sets a run up. Throws the named errors of reading, of the data and of the options. */
export function setUp(text: string, data: Dataset, options: CheckedOptions): Setup {
  const parts = divide(data, options);
  const scaling = options.standardise ? measureScaling(parts.training.features, data.columns) : null;
  const constantValues = options.values ?? {};
  const roles = {
    columns: data.columns,
    ...Object.fromEntries(
      (['activation', 'loss', 'prediction', 'features', 'answers'] as const).flatMap((k) =>
        options[k] === undefined ? [] : [[k, options[k]]],
      ),
    ),
    ...(Object.keys(constantValues).length === 0 ? {} : { constants: Object.keys(constantValues) }),
    ...(data.more === undefined ? {} : { more: [...data.more.keys()] }),
  };
  const network =
    options.gradients === undefined
      ? prepareNetwork(text, options.given ?? [], roles)
      : prepareWithGradients(text, options.given ?? [], roles, options.gradients);
  const weights = classWeightsOf(options.classWeights, parts.training);
  const training = bind(network, scaledBy(parts.training, scaling), weights, options.featureShape);
  const validation =
    parts.validation === null ? null : bind(network, scaledBy(parts.validation, scaling), null, options.featureShape);
  const sizes = sizesOf(network, {
    shapes: new Map([
      ...[...training.tensors].map(([name, t]) => [name, t.shape] as const),
      ...Object.entries(constantValues).map(([name, v]) => [name, shapeOfValue(v)] as const),
    ]),
    ...(options.hidden === undefined ? {} : { hidden: options.hidden }),
    ...(options.sizes === undefined ? {} : { sizes: options.sizes }),
  });
  const sums = labelSums(training, network.answers);
  const assumed = network.context.assumptions.length > 0;
  const constants = constantsOf(network, constantValues, sizes);
  const gradients = gradientsOf(network, parts.training.labels !== null && weights === null);
  const program = stepProgram(network, gradients, optimizerOf(options), rectified(network));
  const given: EngineParts = {
    network,
    gradients,
    program,
    sizes,
    training,
    validation,
    batchSize: options.batchSize,
    constants: new Map([...constants].map(([name, { data: values }]) => [name, values])),
    initial: startValues(network, sizes, options),
  };
  const engine = buildEngine(given);
  // From here on the rows are read where the engine has them: they take memory once.
  const engineParts: EngineParts = { ...given, training: engine.training };
  const threshold =
    data.classes.length === 2 && network.prediction.sets.length === 1 && !givesProbability(network) ? 0 : 0.5;
  const description: Description = {
    document: text,
    given: options.given ?? [],
    roles,
    sizes,
    columns: data.columns,
    featureNames: data.featureNames,
    classes: data.classes,
    scaling,
    threshold,
  };
  const rows = Int32Array.from({ length: Math.min(16, training.rows) }, (_, n) => n);
  const probabilities = parts.training.classes.length > 1 ? parts.training.targets : null;
  return {
    parts,
    network,
    engine,
    engineParts,
    description,
    constants,
    training: answersFor(network, parts.training, threshold),
    validation: parts.validation === null ? null : answersFor(network, parts.validation, threshold),
    warnings: [
      ...oneClass(parts.training.labels, data.classes),
      ...(weights === null && parts.training.classes.length > 1 ? labelSumWarning(sums.worst, sums.row, assumed) : []),
      ...lossFloor(probabilities, data.outputs),
      ...doubleSoftmax(network, lookInside(engineParts, engine.state, rows, exponentiated(network))),
    ],
  };
}

function optimizerOf(options: CheckedOptions): ReturnType<typeof readOptimizer> {
  const values = new Map(Object.entries(options.optimizerValues ?? {}));
  if (options.weightDecay !== undefined) values.set('lambda', options.weightDecay);
  const known = ['sgd', 'momentum', 'adam', 'adamw'].includes(options.optimizer);
  return readOptimizer(
    contextOf(known ? documentText(`optimizers/${options.optimizer}`) : options.optimizer, []),
    values,
  );
}

/** Constants as the user gives them: one number stands for every entry. Throws `wrong-shape`. */
function constantsOf(
  network: Network,
  values: Readonly<Record<string, Nested>>,
  sizes: ReadonlyMap<SetId, number>,
): Map<string, NamedArray> {
  return new Map(
    network.constants.map(({ name, sets }) => {
      const shape = shapeOf(sets, sizes);
      const given = numbersIn(must(values[name]));
      const count = shape.reduce((a, b) => a * b, 1);
      if (
        !given.every((v) => typeof v === 'number' && Number.isFinite(v)) ||
        (given.length !== count && given.length !== 1)
      )
        throw new WhygradError(
          'wrong-shape',
          `the value of ${name} must be ${shape.length === 0 ? 'a finite number' : `${shape.join(' × ')} finite numbers`}`,
          { hint: 'give nested arrays, or one number for all entries' },
        );
      return [
        name,
        {
          shape,
          data: given.length === count ? Float32Array.from(given) : new Float32Array(count).fill(must(given[0])),
        },
      ];
    }),
  );
}

const numbersIn = (v: Nested): number[] => (typeof v === 'number' ? [v] : v.flatMap(numbersIn));

/** The shape of nested arrays; undefined for a number, which takes any shape. */
function shapeOfValue(v: Nested): readonly number[] | undefined {
  if (typeof v === 'number') return undefined;
  const shape: number[] = [];
  for (let x: Nested | undefined = v; Array.isArray(x); x = (x as readonly Nested[])[0]) shape.push(x.length);
  return shape;
}

function startValues(
  network: Network,
  sizes: ReadonlyMap<SetId, number>,
  options: CheckedOptions,
): Map<string, NamedArray> {
  return new Map(
    network.learned.map(({ name, sets }, slot) => {
      const shape = shapeOf(sets, sizes);
      const said =
        options.initial !== undefined && Object.hasOwn(options.initial, name) ? options.initial[name] : undefined;
      if (said === undefined)
        return [
          name,
          {
            shape,
            data: initialValues(network.context, name, shape, options.seed, slot, gainOf(network.context, name)),
          },
        ];
      const data = Float32Array.from(said);
      const wanted = shape.reduce((a, b) => a * b, 1);
      if (data.length !== wanted || data.some((v) => !Number.isFinite(v)))
        throw new WhygradError(
          'wrong-shape',
          `the start values of ${name} are ${data.length} numbers where ${shape.join(' × ')} finite ones are needed`,
          { hint: 'give them row by row' },
        );
      return [name, { shape, data }];
    }),
  );
}

/** Bound rows as a check sees them: the first few. */
export const firstRows = (bound: Bound, rows: number): Bound => ({
  rows,
  tensors: new Map(
    [...bound.tensors].map(([name, { shape, data }]) => [
      name,
      { shape: [rows, ...shape.slice(1)], data: data.slice(0, (data.length / bound.rows) * rows) },
    ]),
  ),
});
