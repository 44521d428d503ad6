// tfjs's own specs (265 files that ship in @tensorflow/tfjs-core) on a backend whose kernels are ours, and its wrong gradient by the labels beside ours.
// Not here: how specs are run and kernels replaced (`tfjs/`).
// Invariant: a spec may fail only if `tfjs/exclusions.json` names it with the reason, and one that is named must fail.
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crossEntropy, logSoftmax, softmax } from '../../src/kernels/index.ts';
import { runTfjsSpecs } from './tfjs/bundle.ts';
import exclusions from './tfjs/exclusions.json' with { type: 'json' };

const packages = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-layers', 'jasmine-core'];
const missing = packages.filter(
  (name) => !existsSync(new URL(`../../node_modules/${name}/package.json`, import.meta.url)),
);
if (missing.length > 0 && process.env.CI === 'true')
  throw new Error(`missing: ${missing.join(', ')}; run scripts/setup-tests`);

describe('tfjs', () => {
  it.skipIf(missing.length > 0)('its specs pass on our kernels', { timeout: 300_000 }, async () => {
    const outcomes = await runTfjsSpecs();
    const reached = outcomes.filter((o) => o.kernels.length > 0);
    const of = (kernel: string): number => reached.filter((o) => o.kernels.includes(kernel)).length;
    if (process.env.SHOW)
      console.log(
        outcomes.length,
        'specs',
        reached.length,
        'reached us',
        Object.fromEntries([...new Set(reached.flatMap((o) => o.kernels))].map((k) => [k, of(k)])),
      );
    expect(outcomes.length).toBeGreaterThan(4000);
    expect(
      outcomes
        .filter((o) => o.status === 'failed')
        .map((o) => o.name)
        .sort(),
    ).toEqual(exclusions.map((e) => e.spec).sort());
    expect(reached.length).toBeGreaterThanOrEqual(1000);
    for (const kernel of [
      'Softmax',
      'LogSoftmax',
      'LogSumExp',
      'SoftmaxCrossEntropyWithLogits',
      'BatchMatMul',
      'Einsum',
      'Sum',
      'Softplus',
    ])
      expect(of(kernel), kernel).toBeGreaterThan(0);
  });

  it.skipIf(missing.length > 0)(
    'its gradient of cross-entropy by the labels is wrong; ours is −log softmax',
    async () => {
      const require = createRequire(import.meta.url);
      const tf = require('@tensorflow/tfjs-core') as TensorFlow;
      require('@tensorflow/tfjs-backend-cpu');
      // Registers the gradients.
      require('@tensorflow/tfjs-layers');
      tf.env().set('PROD', true);
      await tf.setBackend('cpu');
      const z = [1, -0.5, 0.3],
        y = [0.2, 0.5, 0.3];
      const theirs = [
        ...tf
          .grad((labels) => tf.losses.softmaxCrossEntropy(labels, tf.tensor2d([z])))(tf.tensor2d([y]))
          .dataSync(),
      ];
      const loss = (labels: readonly number[]): number =>
        crossEntropy(Float64Array.from(z), Float64Array.from(labels), { rows: 1, columns: 3 }).loss as number;
      const theirLoss = (labels: readonly number[]): number =>
        tf.losses.softmaxCrossEntropy(tf.tensor2d([[...labels]]), tf.tensor2d([z])).dataSync()[0] as number;
      const differences = (f: (labels: readonly number[]) => number, h: number): number[] =>
        y.map((_, j) => {
          const at = (d: number): number => f(y.map((v, k) => (k === j ? v + d : v)));
          return (at(h) - at(-h)) / (2 * h);
        });
      const ours = [...logSoftmax(Float64Array.from(z))].map((l) => -l);
      differences(loss, 1e-4).forEach((d, j) => expect(ours[j]).toBeCloseTo(d, 10));
      // Their loss has the same slope; what they give as its gradient is y − softmax(z).
      differences(theirLoss, 1e-2).forEach((d, j) => expect(d).toBeCloseTo(ours[j] as number, 3));
      const p = softmax(Float64Array.from(z));
      theirs.forEach((g, j) => {
        expect(g).toBeCloseTo((y[j] as number) - (p[j] as number), 6);
        expect(Math.abs(g - (ours[j] as number))).toBeGreaterThan(0.1);
      });
    },
  );
});

interface Tensor {
  dataSync(): Float32Array;
}
interface TensorFlow {
  env(): { set(flag: string, value: boolean): void };
  setBackend(name: string): Promise<boolean>;
  tensor2d(values: readonly (readonly number[])[]): Tensor;
  grad(f: (x: Tensor) => Tensor): (x: Tensor) => Tensor;
  readonly losses: { softmaxCrossEntropy(labels: Tensor, logits: Tensor): Tensor };
}
