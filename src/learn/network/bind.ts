// A data set in the shape that a document's tensors have: features as x, answers as y.
// Not here: splitting and scaling.
// Invariant: what is bound has as many axes as the document says, and its labels were checked.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Answers } from '../loop.ts';
import { classifier } from '../loop.ts';
import type { Bound } from './bound.ts';
import type { Named, Network } from './network.ts';

/** How a row of class labels is written into the answers' tensor: a weight for each class (1 unless said). */
export type ClassWeights = readonly number[] | null;

/** Features, answers and whatever else a data set gives as the network's tensors; `featureShape` is the shape of one row where the document has more than one index for it. Throws `wrong-shape`. */
export function bind(network: Network, data: Dataset, weights: ClassWeights, featureShape?: readonly number[]): Bound {
  const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>();
  const features = network.features as Named;
  tensors.set(features.name, { shape: [data.rows, ...rowShape(features, data, featureShape)], data: data.features });
  if (network.answers !== null) tensors.set(network.answers.name, answersOf(network.answers, data, weights));
  for (const { name } of network.more) {
    const tensor = data.more?.get(name);
    if (tensor === undefined)
      throw new WhygradError('wrong-shape', `the data do not give ${name}`, {
        hint: `pass it in more: { ${name}: … }`,
      });
    tensors.set(name, { shape: [data.rows, ...tensor.shape], data: tensor.data });
  }
  return { rows: data.rows, tensors };
}

/** The shape of one row of features as the document's indices have it. */
function rowShape(features: Named, data: Dataset, said: readonly number[] | undefined): readonly number[] {
  if (said !== undefined && said.reduce((a, b) => a * b, 1) !== data.columns)
    throw new WhygradError('wrong-shape', `featureShape ${said.join(' × ')} does not hold ${data.columns} features`, {
      hint: 'its product must be the number of features',
    });
  const shape = said ?? (features.sets.length === 1 ? [] : [data.columns]);
  if (shape.length === features.sets.length - 1 && (shape.length > 0 || data.columns === 1)) return shape;
  throw new WhygradError(
    'wrong-shape',
    `${features.name} has ${features.sets.length} axes in the document; the data have rows of ${said === undefined ? data.columns : said.join(' × ')} features`,
    {
      hint: 'write the inputs as x_{n,i}, or as x_i for one example; featureShape says the shape of a row with several indices',
    },
  );
}

function answersOf(
  answers: Named,
  data: Dataset,
  weights: ClassWeights,
): { shape: readonly number[]; data: Float32Array } {
  if (answers.sets.length === 2 && data.outputs > 0)
    return {
      shape: [data.rows, data.outputs],
      data: data.targets ?? oneHot(data.labels as Int32Array, data.outputs, weights),
    };
  if (answers.sets.length === 1 && data.targets !== null && data.outputs === 1)
    return { shape: [data.rows], data: data.targets };
  if (answers.sets.length === 1 && data.labels !== null && data.classes.length === 2)
    return { shape: [data.rows], data: Float32Array.from(data.labels) };
  const have =
    data.outputs === 0
      ? 'no answers'
      : data.labels === null
        ? `${data.outputs} targets a row`
        : `${data.classes.length} classes`;
  throw new WhygradError(
    'wrong-shape',
    `${answers.name} has ${answers.sets.length} axes in the document; the data have ${have}`,
    { hint: 'classes are written one-hot as y_{n,o}; one number a row, or two classes, as y_n' },
  );
}

function oneHot(labels: Int32Array, classes: number, weights: ClassWeights): Float32Array {
  const out = new Float32Array(labels.length * classes);
  labels.forEach((label, n) => {
    out[n * classes + label] = weights?.[label] ?? 1;
  });
  return out;
}

/** What the loop compares predictions with. `threshold`: above it, a single output means class 1. */
export function answersFor(network: Network, data: Dataset, threshold: number): Answers {
  const outputs = network.prediction.sets.length === 1 ? 1 : data.outputs;
  const labels = data.labels ?? labelsOfSoft(data);
  return {
    rows: data.rows,
    labels,
    targets: data.targets,
    outputs,
    classOf: labels === null ? null : classifier(outputs, threshold, data.classes.length),
  };
}

/** The likeliest class of soft labels. */
function labelsOfSoft(data: Dataset): Int32Array | null {
  const targets = data.targets;
  if (targets === null || data.classes.length < 2) return null;
  const classOf = classifier(data.outputs, 0.5);
  return Int32Array.from({ length: data.rows }, (_, n) => classOf(targets, n));
}

/** The largest distance of a row of answers from summing to 1, and the row where it is. */
export function labelSums(bound: Bound, answers: Named | null): { readonly worst: number; readonly row: number } {
  const tensor = answers === null ? undefined : bound.tensors.get(answers.name);
  if (tensor === undefined || tensor.shape.length !== 2) return { worst: 0, row: 0 };
  const width = must(tensor.shape[1]);
  let worst = 0;
  let row = 0;
  for (let n = 0; n < bound.rows; n++) {
    let sum = 0;
    for (let o = 0; o < width; o++) sum += must(tensor.data[n * width + o]);
    if (Math.abs(sum - 1) > worst) {
      worst = Math.abs(sum - 1);
      row = n;
    }
  }
  return { worst, row };
}

/** Class weights: as given, or `balanced`: rows / (classes · rows of the class), so that the mean over the rows is 1. Throws `bad-option`. */
export function classWeightsOf(given: readonly number[] | 'balanced' | undefined, data: Dataset): ClassWeights {
  if (given === undefined) return null;
  if (data.labels === null)
    throw new WhygradError('bad-option', 'class weights need classes, and the data have real targets', {
      hint: 'leave classWeights out',
    });
  const counts = data.classes.map((_, c) =>
    (data.labels as Int32Array).reduce((n, label) => n + (label === c ? 1 : 0), 0),
  );
  const wanted = given === 'balanced' ? counts.map((n) => (n === 0 ? 0 : 1 / n)) : given;
  if (wanted.length !== counts.length || wanted.some((w) => !(w >= 0) || w === Infinity))
    throw new WhygradError('bad-option', `class weights must be ${counts.length} numbers that are not negative`, {
      hint: `one for each of ${data.classes.join(', ')}`,
    });
  const total = wanted.reduce((sum, w, c) => sum + w * must(counts[c]), 0);
  return wanted.map((w) => (w * data.rows) / total);
}
