// ONNX's single-operator tests on ready kernels and on compiled formulas.
// Not here: the formulas (`onnx-formulas.ts`) and what is left out (`onnx-exclusions.ts`).
// Invariant: an operator of the data is tested or excluded with a reason, and errors are at most 8 units of the last place.
import { describe, expect, it } from 'vitest';
import {
  crossEntropy,
  layerNorm,
  logSoftmax,
  matmul,
  negativeLogLikelihood,
  relu,
  sigmoid,
  softmax,
  softplus,
  tanh,
  type CrossEntropyOptions,
  type Floats,
} from '../../src/kernels/index.ts';
import { available, readCases, type Case, type Tensor } from './onnx-data.ts';
import { excluded, excludedCases } from './onnx-exclusions.ts';
import { formulaOperators, isAboutFloats } from './onnx-formulas.ts';

const floats = (t: Tensor | null | undefined): Floats => t?.data as Floats;
function labels(t: Tensor): Int32Array | BigInt64Array {
  return t.data as Int32Array | BigInt64Array;
}
function unitInLastPlace(type: 'f32' | 'f64', x: number): number {
  const [bits, least] = type === 'f32' ? [23, -149] : [52, -1074];
  return 2 ** Math.max(Math.floor(Math.log2(Math.abs(x) || 2 ** least)) - bits, least);
}
function distance(got: Floats | number, want: Tensor, ofLargest: boolean): number {
  const expected = floats(want);
  const values = typeof got === 'number' ? [got] : got;
  expect(values.length).toBe(expected.length);
  const type = expected instanceof Float32Array ? 'f32' : 'f64';
  const largest = Math.max(...Array.from(expected, Math.abs));
  return Math.max(
    0,
    ...Array.from(expected, (e, k) =>
      Object.is(e, values[k])
        ? 0
        : Math.abs((values[k] as number) - e) / unitInLastPlace(type, ofLargest ? largest : e),
    ),
  );
}
function lossOptions({ node, inputs }: Case): CrossEntropyOptions {
  const ignoreIndex = node.attributes.get('ignore_index');
  const weight = inputs[2];
  const reduction = node.attributes.get('reduction') as 'mean' | 'sum' | 'none' | undefined;
  return {
    shape: (inputs[0] as Tensor).dims,
    axis: 1,
    ...(reduction === undefined ? {} : { reduction }),
    ...(ignoreIndex === undefined ? {} : { ignoreIndex: ignoreIndex as number }),
    ...(weight ? { weight: floats(weight) } : {}),
  };
}
const elementwise = { Sigmoid: sigmoid, Relu: relu, Tanh: tanh, Softplus: softplus } as const;

/** What each operator is here; the results in the order of the outputs. */
const operators: Record<string, (c: Case) => (Floats | number)[]> = {
  Softmax: ({ node, inputs: [x] }) => [
    softmax(floats(x), { shape: (x as Tensor).dims, axis: (node.attributes.get('axis') as number | undefined) ?? -1 }),
  ],
  LogSoftmax: ({ node, inputs: [x] }) => [
    logSoftmax(floats(x), {
      shape: (x as Tensor).dims,
      axis: (node.attributes.get('axis') as number | undefined) ?? -1,
    }),
  ],
  SoftmaxCrossEntropyLoss: (c) => {
    const [x, y] = c.inputs as [Tensor, Tensor];
    return [
      crossEntropy(floats(x), labels(y) as Int32Array, lossOptions(c)).loss as number,
      ...(c.outputs.length > 1 ? [logSoftmax(floats(x), { shape: x.dims, axis: 1 })] : []),
    ];
  },
  NegativeLogLikelihoodLoss: (c) => [
    negativeLogLikelihood(floats(c.inputs[0]), labels(c.inputs[1] as Tensor), lossOptions(c)).loss as number,
  ],
  MatMul: ({ inputs: [a, b] }) => {
    const [m, n] = [a as Tensor, b as Tensor];
    const [rows, inner, columns] = [m.dims.at(-2) as number, m.dims.at(-1) as number, n.dims.at(-1) as number];
    const batches = m.dims.slice(0, -2).reduce((p, q) => p * q, 1);
    const result = new Float32Array(batches * rows * columns);
    for (let k = 0; k < batches; k++)
      matmul(
        floats(m).subarray(k * rows * inner, (k + 1) * rows * inner) as Floats,
        floats(n).subarray(k * inner * columns, (k + 1) * inner * columns) as Floats,
        { rows, inner, columns, out: result.subarray(k * rows * columns, (k + 1) * rows * columns) as Floats },
      );
    return [result];
  },
  LayerNormalization: ({ node, inputs: [x, gamma, beta] }) => {
    const { dims } = x as Tensor;
    const axis = (node.attributes.get('axis') as number | undefined) ?? -1;
    const columns = dims.slice(axis < 0 ? axis + dims.length : axis).reduce((p, q) => p * q, 1);
    const epsilon = node.attributes.get('epsilon') as number | undefined;
    return [
      layerNorm(floats(x), {
        columns,
        gamma: floats(gamma),
        beta: floats(beta),
        ...(epsilon === undefined ? {} : { epsilon }),
      }),
    ];
  },
  ...Object.fromEntries(
    Object.entries(elementwise).map(([name, f]) => [name, ({ inputs: [x] }: Case) => [f(floats(x))]]),
  ),
};
/** Sums of terms that cancel are rounded differently in another order: their error counts in units of the largest entry. */
const cancelling = new Set([
  'MatMul',
  'LayerNormalization',
  'Gemm',
  'Einsum',
  'Det',
  'Sum',
  'Mean',
  'BatchNormalization',
  'InstanceNormalization',
  'MeanVarianceNormalization',
  // e^x − 1 and log(1 + x) near 0, as their formulas say.
  'Asinh',
  'Atanh',
  'Celu',
  'Elu',
  'Selu',
]);
const isCancelling = (op: string): boolean => cancelling.has(op) || op.startsWith('Reduce') || op.startsWith('Global');

describe('ONNX node tests', () => {
  const all = readCases({ has: () => true });
  const family = new Set(['Softmax', 'LogSoftmax', 'SoftmaxCrossEntropyLoss', 'NegativeLogLikelihoodLoss']);
  const included = all.filter(
    (c) =>
      (c.node.op in operators || (c.node.op in formulaOperators && isAboutFloats(c))) && !(c.name in excludedCases),
  );
  it.skipIf(!available)('the softmax family has 66 of them', () => {
    expect(included.filter((c) => family.has(c.node.op)).length).toBe(66);
  });
  it.skipIf(!available)('every operator is tested or excluded with a reason', () => {
    expect(
      [...new Set(all.map((c) => c.node.op))].filter(
        (op) => !(op in operators) && !(op in formulaOperators) && !excluded.has(op),
      ),
    ).toEqual([]);
    expect([...excluded.keys()].filter((op) => op in operators || op in formulaOperators)).toEqual([]);
    expect(Object.keys(excludedCases).filter((name) => !all.some((c) => c.name === name))).toEqual([]);
    if (process.env.SHOW)
      console.log(
        all.length,
        'single-operator tests,',
        included.length,
        'included, other element types:',
        all
          .filter((c) => c.node.op in formulaOperators && !isAboutFloats(c))
          .map((c) => c.name)
          .join(' '),
      );
    expect(included.length).toBeGreaterThanOrEqual(250);
  });
  it.skipIf(available)('are skipped: libonnx-testdata is not installed', () => {
    /* reported */
  });
  for (const c of included) {
    it(c.name, () => {
      const ready = operators[c.node.op];
      const results = ready === undefined ? [(formulaOperators[c.node.op] as (c: Case) => Floats)(c)] : ready(c);
      results.forEach((r, k) => {
        const want = c.outputs[k] as Tensor;
        // Booleans are 0 or 1.
        if (want.data instanceof Uint8Array) expect([...(r as Floats)]).toEqual([...want.data]);
        else expect(distance(r, want, isCancelling(c.node.op)), `output ${k}`).toBeLessThanOrEqual(8);
      });
    });
  }
});
