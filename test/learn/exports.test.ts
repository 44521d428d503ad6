// What leaves whygrad agrees with it: ONNX in onnxruntime, the JavaScript module in Node.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadIris, makeMoons, train, type Dataset, type Model, type TrainOptions } from '../../src/learn/index.ts';

interface Session {
  run(feeds: Record<string, unknown>): Promise<Record<string, { data: Float32Array }>>;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}
interface OnnxRuntime {
  InferenceSession: { create(bytes: Uint8Array): Promise<Session> };
  Tensor: new (type: string, data: Float32Array, dims: readonly number[]) => unknown;
}
const runtime = await (import('onnxruntime-node' as string) as Promise<OnnxRuntime>).catch(() => null);

const tail = '\n\np_no = exp(z_no)/sum_k exp(z_nk)\n\nL = -(1/N) sum_{n=1}^{N} sum_o y_no log(p_no)';
const cases: readonly (readonly [string, string | null, () => Dataset, TrainOptions])[] = [
  [
    'a built-in network with two hidden layers',
    null,
    () => makeMoons({ samples: 200, noise: 0.2, seed: 1 }),
    { hidden: [8, 5], activation: 'relu' },
  ],
  ['four hidden layers of gelu', null, () => loadIris(), { hidden: [7, 6, 5, 4], activation: 'gelu' }],
  ['leaky rectifiers', null, () => loadIris(), { hidden: [7, 6, 5], activation: 'leaky_relu' }],
  [
    'logistic regression with one output',
    'logistic-regression',
    () => makeMoons({ samples: 100, noise: 0.2, seed: 1 }),
    {},
  ],
  [
    'squared error with a hidden layer',
    'networks/squared-error-hidden',
    () => ({
      ...loadIris(),
      labels: null,
      classes: [],
      targets: loadIris().features.filter((_, i) => i % 4 === 0),
      outputs: 1,
    }),
    { activation: 'softplus' },
  ],
  [
    'layer normalisation',
    `m_n = (1/D) sum_{i=1}^D x_ni\n\nv_n = (1/D) sum_{i=1}^D (x_ni-m_n)^2\n\nu_ni = s_i (x_ni-m_n)/sqrt(v_n+0.01) + c_i\n\nz_no = sum_i u_ni w_io${tail}`,
    () => loadIris(),
    {},
  ],
  [
    'attention of features',
    `q_nij = sum_d x_nd a_ijd\n\ns_nij = exp(q_nij)/sum_k exp(q_nik)\n\nh_ni = sum_j s_nij x_nj\n\nz_no = sum_i h_ni w_io${tail}`,
    () => loadIris(),
    {},
  ],
  [
    'differences of neighbours and a largest entry',
    `h_nj = sum_{i=1}^{3} (x_{n,i+1} - x_{n,i}) v_ij + max_i x_ni\n\nz_no = sum_j tanh(h_nj) w_jo${tail}`,
    () => loadIris(),
    {},
  ],
];

const trained = (document: string | null, data: Dataset, options: TrainOptions): PromiseLike<Model> =>
  train(document, data, { epochs: 5, seed: 3, ...options });

describe('ONNX', () => {
  test.runIf(runtime !== null || process.env.CI === 'true').each(cases)(
    '%s gives the same numbers in onnxruntime',
    async (_, document, make, options) => {
      const data = make();
      const model = await trained(document, data, options);
      const ort = runtime as OnnxRuntime;
      const session = await ort.InferenceSession.create(model.toOnnx());
      const input = new ort.Tensor('float32', data.features, [data.rows, data.columns]);
      const out = (await session.run({ [session.inputNames[0] as string]: input }))[
        session.outputNames[0] as string
      ] as { data: Float32Array };
      const ours = model.predict(data).scores;
      expect(out.data).toHaveLength(ours.length);
      ours.forEach((v, i) => {
        expect(Math.abs(v - (out.data[i] as number))).toBeLessThan(2e-5 * Math.max(1, Math.abs(v)));
      });
    },
  );
});

describe('the JavaScript module', () => {
  test.each(cases)('%s gives the same numbers in a fresh process', async (_, document, make, options) => {
    const data = make();
    const model = await trained(document, data, options);
    const folder = mkdtempSync(join(tmpdir(), 'whygrad-module-'));
    writeFileSync(join(folder, 'network.mjs'), model.toFunction());
    const rows = Array.from({ length: 20 }, (_r, n) =>
      Array.from(data.features.subarray(n * data.columns, (n + 1) * data.columns)),
    );
    writeFileSync(
      join(folder, 'use.mjs'),
      `import { predict } from './network.mjs';\nprocess.stdout.write(JSON.stringify(predict(${JSON.stringify(rows)})));\n`,
    );
    const said = JSON.parse(execFileSync(process.execPath, [join(folder, 'use.mjs')], { encoding: 'utf8' })) as {
      scores: number[];
      label?: number;
      name?: string;
    }[];
    const ours = model.predict(rows);
    said
      .flatMap((row) => row.scores)
      .forEach((v, i) => {
        expect(Math.abs(v - (ours.scores[i] as number))).toBeLessThan(2e-5 * Math.max(1, Math.abs(v)));
      });
    if (ours.names !== null) expect(said.map((row) => row.name)).toEqual(ours.names);
    rmSync(folder, { recursive: true });
  });
});
