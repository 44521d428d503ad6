// Training runs from end to end.
import { describe, expect, test } from 'vitest';
import {
  fromArrays,
  loadDigits,
  loadIris,
  makeMoons,
  Model,
  split,
  train,
  type TrainOptions,
  type Warning,
} from '../../src/learn/index.ts';
import { libraryTexts } from '../../src/library.generated.ts';
import { random } from '../../src/learn/random.ts';
import { WhygradError } from '../../src/term/error.ts';

const fault = async (f: () => unknown): Promise<WhygradError> => {
  try {
    await f();
  } catch (error) {
    if (error instanceof WhygradError) return error;
    throw error;
  }
  throw new Error('no error');
};
const warned = async (run: (options: TrainOptions) => unknown): Promise<string[]> => {
  const codes: string[] = [];
  await run({
    onWarning: (w: Warning) => {
      codes.push(w.code);
    },
  });
  return codes;
};
const line = (n: number, noise: number, seed: number): { x: number[][]; y: number[] } => {
  const r = random(seed, 'data');
  const x = Array.from({ length: n }, () => [r.normal(), r.normal()]);
  return { x, y: x.map(([a, b]) => 3 * (a as number) - 2 * (b as number) + 1 + noise * r.normal()) };
};

describe('presets', () => {
  test.each([
    ['moons', 0.98],
    ['iris', 0.95],
    ['digits', 0.97],
    ['circles', 0.95],
    ['blobs', 0.97],
    ['spiral', 0.95],
  ] as const)('%s reaches a test accuracy of %s with seed 1', async (name, least) => {
    const run = train(name, { seed: 1 });
    await run;
    expect(run.test().accuracy).toBeGreaterThanOrEqual(least);
  });
});

describe('documents', () => {
  test('every network of the library trains: its loss falls by a third within 30 epochs', async () => {
    const iris = loadIris();
    for (const name of Object.keys(libraryTexts).filter((n) => n.startsWith('networks/'))) {
      const linear = name.startsWith('networks/squared-error') && !name.endsWith('softmax');
      const data = linear ? fromArrays({ ...line(120, 0.1, 3), task: 'regression' }) : iris;
      const run = train(name, data, {
        epochs: 30,
        seed: 1,
        activation: 'tanh',
        ...(name === 'networks/squared-error' ? { activation: 'identity' } : {}),
      });
      await run;
      const [first, last] = [run.history[0]?.loss ?? 0, run.history.at(-1)?.loss ?? Infinity];
      expect(last, name).toBeLessThan(0.67 * first);
    }
  });
  test("a document of one's own with a penalty in its loss trains like a built-in one; the constant is not learned", async () => {
    const text =
      'z_no = sum_j x_nj w_jo + b_o\n\np_no = exp(z_no)/sum_k exp(z_nk)\n\nL = -(1/N) sum_{n=1}^{N} sum_o y_no log(p_no) + lam sum_j sum_o w_jo^2';
    const run = train(text, loadIris(), { values: { lam: 0.01 }, epochs: 60, seed: 1, check: true });
    const model = await run;
    expect([...model.parameters.keys()]).toEqual(['w', 'b', 'lam']);
    expect(model.parameters.get('lam')?.data[0]).toBeCloseTo(0.01, 7);
    expect(run.gradientCheck?.error).toBeLessThan(1e-6);
    expect(run.test().accuracy).toBeGreaterThanOrEqual(0.8);
    const stronger = await train(text, loadIris(), { values: { lam: 1 }, epochs: 60, seed: 1 });
    const norm = (m: Model): number => Math.hypot(...(m.parameters.get('w')?.data ?? []));
    expect(norm(stronger)).toBeLessThan(0.5 * norm(model));
  });
  test('a document about one example is trained on the mean over the examples', async () => {
    const one = 'z_o = sum_j x_j w_jo + b_o\n\np_o = exp(z_o)/sum_k exp(z_k)\n\nL = -sum_o y_o log(p_o)';
    const many =
      'z_no = sum_j x_nj w_jo + b_o\n\np_no = exp(z_no)/sum_k exp(z_nk)\n\nL = -(1/N) sum_{n=1}^{N} sum_o y_no log(p_no)';
    const [a, b] = [
      await train(one, loadIris(), { epochs: 5, seed: 1 }),
      await train(many, loadIris(), { epochs: 5, seed: 1 }),
    ];
    expect(a.history.map((e) => e.loss.toFixed(5))).toEqual(b.history.map((e) => e.loss.toFixed(5)));
  });
  test('logistic regression with a single output predicts two classes by a probability of a half', async () => {
    const run = train('logistic-regression', makeMoons({ samples: 300, noise: 0.1, seed: 2 }), { epochs: 60, seed: 1 });
    const model = await run;
    expect(model.outputs).toBe(1);
    expect(run.test().accuracy).toBeGreaterThan(0.75);
  });
  test('regression finds the plane that the data lie on', async () => {
    const text = 'a_n = sum_j x_nj w_j + b\n\nE = (1/N) sum_{n=1}^{N} (a_n - y_n)^2';
    const run = train(
      text,
      { ...line(200, 0, 5), task: 'regression' },
      { epochs: 80, learningRate: 0.05, schedule: 'cosine', standardise: false },
    );
    const model = await run;
    expect(
      [...(model.parameters.get('w')?.data ?? []), ...(model.parameters.get('b')?.data ?? [])].map((v) =>
        Number(v.toFixed(2)),
      ),
    ).toEqual([3, -2, 1]);
    expect(run.test().explained).toBeGreaterThan(0.999);
  });
  test('a weight for each row, given with the data, is not learned and weighs', async () => {
    const text = 'a_n = sum_j x_nj w_j + b\n\nE = (1/N) sum_{n=1}^{N} s_n (a_n - y_n)^2';
    const x = Array.from({ length: 60 }, (_, n) => [n / 60]);
    const y = x.map(([v], n) => (n % 2 === 0 ? 2 * (v as number) : 100));
    const model = await train(
      text,
      { x, y, task: 'regression', more: { s: x.map((_, n) => (n % 2 === 0 ? 1 : 0)) } },
      { epochs: 150, learningRate: 0.05, schedule: 'cosine', standardise: false },
    );
    expect([...model.parameters.keys()]).toEqual(['w', 'b']);
    expect(model.predict([[0.5]]).scores[0]).toBeCloseTo(1, 1);
  });
  test('a loss without answers: an autoencoder learns to give its input back', async () => {
    const text =
      'h_nj = tanh(sum_i x_ni v_ij + c_j)\n\nu_ni = sum_j h_nj w_ji + b_i\n\nE = (1/N) sum_{n=1}^{N} sum_i (u_ni - x_ni)^2';
    const iris = loadIris();
    const run = train(
      text,
      { x: Array.from({ length: 150 }, (_, n) => Array.from(iris.features.subarray(4 * n, 4 * n + 4))) },
      { hidden: [2], epochs: 60, seed: 1, validationSplit: 0.2 },
    );
    const model = await run;
    expect(run.history.at(-1)?.validationLoss).toBeLessThan(0.3 * (run.history[0]?.loss ?? 0));
    expect(model.outputs).toBe(4);
  });
  test('a convolution over images: rows of 64 features read as 8 × 8', async () => {
    const text =
      'h_nij = relu(sum_{a=1}^{3} sum_{b=1}^{3} x_{n,i+a-1,j+b-1} k_ab + c)\n\nz_no = sum_i sum_j h_nij w_ijo + b_o\n\np_no = exp(z_no)/sum_q exp(z_nq)\n\nL = -(1/N) sum_{n=1}^{N} sum_o y_no log(p_no)';
    const run = train(text, loadDigits(), { featureShape: [8, 8], epochs: 5, seed: 1, check: true });
    const model = await run;
    expect(model.parameters.get('k')?.shape).toEqual([3, 3]);
    expect(model.parameters.get('w')?.shape).toEqual([6, 6, 10]);
    expect(run.test().accuracy).toBeGreaterThan(0.9);
  });
  test('a matrix of constants keeps its values and gives its sizes', async () => {
    const text =
      'h_nj = tanh(sum_i x_ni A_ij)\n\nz_no = sum_j h_nj w_jo\n\np_no = exp(z_no)/sum_k exp(z_nk)\n\nL = -(1/N) sum_{n=1}^{N} sum_o y_no log(p_no)';
    const A = [
      [1, 0, 1],
      [0, 1, 1],
      [1, 1, 0],
      [0, 0, 1],
    ];
    const model = await train(text, loadIris(), { values: { A }, epochs: 5, seed: 1 });
    expect(model.parameters.get('w')?.shape).toEqual([3, 3]);
    expect([...(model.parameters.get('A')?.data ?? [])]).toEqual(A.flat());
    expect(
      (
        await fault(() =>
          train(text, loadIris(), {
            values: {
              A: [
                [1, 2],
                [3, 4],
              ],
            },
          }),
        )
      ).code,
    ).toBe('wrong-shape');
  });
  test("the four optimizers and one of one's own all bring the loss down", async () => {
    const nesterov = "v' = mu*v + g\n\ntheta' = theta - eta*(g + mu*v')\n\nmu = 0.9";
    for (const optimizer of ['sgd', 'momentum', 'adam', 'adamw', nesterov]) {
      const run = train('iris', {
        optimizer,
        epochs: 20,
        seed: 1,
        ...(optimizer === 'momentum' || optimizer === nesterov
          ? { learningRate: 0.02 }
          : optimizer === 'sgd'
            ? { learningRate: 0.1 }
            : {}),
      });
      await run;
      expect(run.history.at(-1)?.loss, optimizer).toBeLessThan(0.7 * (run.history[0]?.loss ?? 0));
    }
  });
});

describe('one step of each optimizer', () => {
  const text = 'a_n = x_n w\n\nE = (1/N) sum_{n=1}^{N} (a_n - y_n)^2';
  // One row x = 2, y = 1 at w = 1: gradient 2·(2 − 1)·2 = 4. Reference: PyTorch 1.13's SGD, Adam and AdamW with the same options.
  test.each([
    ['sgd', { weightDecay: 0.1 }, [1 - 0.1 * (4 + 0.1)]],
    ['momentum', {}, [1 - 0.1 * 4]],
    ['adam', {}, [1 - 0.1 * (4 / (4 + 1e-8))]],
    ['adamw', { weightDecay: 0.5 }, [1 * (1 - 0.1 * 0.5) - 0.1]],
  ] as const)('%s moves the weight as PyTorch does', async (optimizer, more, [expected]) => {
    const model = await train(
      text,
      { x: [[2]], y: [1], task: 'regression' },
      { optimizer, ...more, learningRate: 0.1, epochs: 1, initial: { w: [1] }, testSplit: 0, standardise: false },
    );
    expect(model.parameters.get('w')?.data[0]).toBeCloseTo(expected, 5);
  });
});

describe('the loop', () => {
  test('one seed gives the same files byte for byte; another seed gives others', async () => {
    const bytes = async (seed: number): Promise<string> =>
      [...(await train('iris', { seed, epochs: 5, validationSplit: 0.2 })).toFiles().values()]
        .map((b) => Buffer.from(b).toString('base64'))
        .join();
    const [a, b, c] = [await bytes(1), await bytes(1), await bytes(2)];
    expect(a === b).toBe(true);
    expect(a === c).toBe(false);
  });
  test('epochs can be watched one by one and through onEpochEnd', async () => {
    const seen: number[] = [];
    const run = train('iris', {
      epochs: 4,
      seed: 1,
      onEpochEnd: (e) => {
        seen.push(e.epoch);
      },
    });
    const watched: number[] = [];
    for await (const epoch of run) watched.push(epoch.epoch);
    expect([seen, watched]).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    expect(run.model.history).toHaveLength(4);
  });
  test("early stopping ends before the last epoch and takes the best epoch's parameters", async () => {
    const run = train('spiral', { epochs: 400, patience: 5, learningRate: 0.05, seed: 1 });
    await run;
    const losses = run.history.map((e) => e.validationLoss ?? 0);
    const best = losses.indexOf(Math.min(...losses));
    expect(run.history.length).toBeLessThan(400);
    expect(run.history.length - 1 - best).toBe(5);
    expect(run.setup.engine.measure('validation').loss).toBeCloseTo(losses[best] as number, 6);
  });
  test('a batch of all rows and a last batch that is smaller both work', async () => {
    for (const batchSize of [7, 120, 1000]) {
      const run = train('iris', { epochs: 10, batchSize, seed: 1 });
      await run;
      expect(run.history.at(-1)?.loss).toBeLessThan(run.history[0]?.loss ?? 0);
    }
  });
  test('the loss of an epoch is the mean over its rows, whatever the size of the last batch', async () => {
    const losses = [];
    for (const batchSize of [7, 50, 120]) {
      const run = train('iris', { epochs: 1, batchSize, seed: 1, learningRate: 1e-12 });
      await run;
      losses.push(run.history[0]?.loss ?? Number.NaN);
    }
    expect(losses[1]).toBeCloseTo(losses[0] as number, 5);
    expect(losses[2]).toBeCloseTo(losses[0] as number, 5);
  });
  test('class weights move the errors to the classes that weigh less', async () => {
    const data = makeMoons({ samples: 400, noise: 0.4, seed: 1 });
    const recall = async (classWeights: number[]): Promise<number> => {
      const run = train(null, data, { epochs: 40, seed: 1, classWeights });
      await run;
      const row = run.test().confusion?.[1] as number[];
      return (row[1] as number) / ((row[0] as number) + (row[1] as number));
    };
    expect(await recall([1, 20])).toBeGreaterThan(await recall([20, 1]));
  });
  test('a run can be stopped between epochs', async () => {
    const signal = { aborted: false };
    const run = train('iris', {
      epochs: 100,
      seed: 1,
      signal,
      onEpochEnd: (e) => {
        signal.aborted = e.epoch === 3;
      },
    });
    await run;
    expect(run.history).toHaveLength(3);
  });
  test('ten thousand steps leave the memory as it was', async () => {
    const run = train('moons', { epochs: 1, seed: 1, testSplit: 0 });
    await run;
    const { engine } = run.setup;
    const order = Int32Array.from({ length: 1000 }, (_, n) => n);
    for (let s = 1; s <= 2000; s++) engine.step(order, 0, 32, 0.001, s);
    const before = process.memoryUsage();
    for (let s = 1; s <= 10_000; s++) engine.step(order, 0, 32, 0.001, s);
    const after = process.memoryUsage();
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(2_000_000);
  });
});

describe('faults and remarks', () => {
  test('a rate that blows up stops the run, names the operation and keeps the state before', async () => {
    const error = await fault(() =>
      train(
        'exp_n = exp(sum_j x_nj w_j)\n\nE = (1/N) sum_{n=1}^{N} (exp_n - y_n)^2'.replaceAll('exp_n', 'a_n'),
        { ...line(50, 0, 1), task: 'regression' },
        { optimizer: 'sgd', learningRate: 1000, epochs: 50, seed: 1 },
      ),
    );
    expect(error.code).toBe('training-diverged');
    expect(error.message).toMatch(/epoch \d+, step \d+: .*(Infinity|not a number|not finite)/);
    expect(error.message).toContain('exp(');
  });
  test.each([
    ['an unknown option', () => train('iris', { epoch: 3 } as TrainOptions), 'bad-option'],
    ['a negative rate', () => train('iris', { learningRate: -1 }), 'bad-option'],
    ['half an epoch', () => train('iris', { epochs: 1.5 }), 'bad-option'],
    ['a seed that is no number', () => train('iris', { seed: Number.NaN }), 'bad-seed'],
    ['too many hidden sizes', () => train('networks/softmax-regression', loadIris(), { hidden: [4] }), 'bad-option'],
    ['no data', () => train('networks/softmax-regression', null), 'no-data'],
    ['a document without a loss', () => train('z_no = sum_j x_nj w_jo', loadIris()), 'no-loss'],
    ['a document without inputs', () => train('L = w^2', loadIris()), 'no-data-input'],
    ['nothing to learn', () => train('L = (1/N) sum_{n=1}^N sum_j x_nj^2', loadIris()), 'nothing-to-learn'],
    [
      'classes where the document has one number',
      () => train('a_n = sum_j x_nj w_j\n\nE = (1/N) sum_{n=1}^N (a_n - y_n)^2', loadIris()),
      'wrong-shape',
    ],
    ['an unknown schedule', () => train('iris', { schedule: 'zigzag' as 'cosine' }), 'bad-option'],
    ['an optimizer that moves nothing', () => train('iris', { optimizer: 'v = g' }), 'bad-optimizer'],
    ['start values of a wrong size', () => train('iris', { initial: { w: [1, 2] } }), 'wrong-shape'],
    ['an empty data set', () => train(null, { x: [], y: [] }), 'empty-data'],
  ] as const)('%s is refused by name', async (_, run, code) => {
    expect((await fault(run)).code).toBe(code);
  });
  test('softmax of probabilities is remarked', async () => {
    const twice =
      'z_no = sum_j x_nj w_jo + b_o\n\np_no = exp(z_no)/sum_k exp(z_nk)\n\nq_no = exp(p_no)/sum_k exp(p_nk)\n\nL = -(1/N) sum_{n=1}^{N} sum_o y_no log(q_no)';
    expect(await warned((o) => train(twice, loadIris(), { ...o, epochs: 2 }))).toContain('double-softmax');
    expect(await warned((o) => train('networks/softmax-regression', loadIris(), { ...o, epochs: 2 }))).toEqual([]);
  });
  test('soft labels: their entropy, and rows that do not sum to 1, are remarked', async () => {
    const x = Array.from({ length: 40 }, (_, n) => [n / 40]);
    const soft = (scale: number) => ({
      x,
      y: x.map(() => [0.7 * scale, 0.3 * scale]),
      task: 'classification' as const,
    });
    expect(await warned((o) => train('networks/softmax-regression', soft(1), { ...o, epochs: 2 }))).toEqual([
      'loss-floor',
    ]);
    expect(await warned((o) => train('networks/softmax-regression', soft(1.5), { ...o, epochs: 2 }))).toContain(
      'label-sums',
    );
  });
  test('dead units and a rate that is too high are remarked', async () => {
    expect(
      await warned((o) =>
        train('networks/one-hidden-layer-relu', loadIris(), {
          ...o,
          epochs: 3,
          initial: { c: new Array(16).fill(-1000) },
        }),
      ),
    ).toContain('dead-units');
    expect(
      await warned((o) =>
        train('networks/one-hidden-layer-tanh', loadIris(), {
          ...o,
          epochs: 12,
          optimizer: 'sgd',
          learningRate: 300,
          seed: 1,
        }),
      ),
    ).toContain('rate-too-high');
  });
});

describe('models', () => {
  test('a model that is saved as bytes and read back predicts the same bits', async () => {
    const run = train('iris', { epochs: 5, seed: 1 });
    const model = await run;
    const files = model.toFiles();
    const back = Model.fromFiles(files.get('model.json') as Uint8Array, files.get('model.safetensors') as Uint8Array);
    const iris = loadIris();
    expect(back.predict(iris).scores).toEqual(model.predict(iris).scores);
    expect(back.evaluate(iris)).toEqual(model.evaluate(iris));
    expect(Buffer.from(back.toFiles().get('model.json') as Uint8Array).toString()).toBe(
      Buffer.from(files.get('model.json') as Uint8Array).toString(),
    );
  });
  test('one row, many rows and flat rows are predicted alike', async () => {
    const model = await train('iris', { epochs: 5, seed: 1 });
    const [part] = split(loadIris(), 0.3, 1);
    const all = model.predict(part).scores;
    const one = model.predict([Array.from(part.features.subarray(4, 8))]).scores;
    expect(one).toEqual(all.subarray(3, 6));
    expect(model.predict(part.features).scores).toEqual(all);
    expect(model.predict([]).scores).toHaveLength(0);
    expect((await fault(() => model.predict([[1, 2, 3]]))).code).toBe('wrong-columns');
    expect((await fault(() => model.predict([[1, 2, 3, Number.NaN]]))).code).toBe('missing-value');
  });
});
