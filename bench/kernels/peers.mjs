// The peers: torch and numpy in a Python process, onnxruntime-node, onnxruntime-web, tfjs and jax-js from bench/kernels/installed, plain JavaScript.
// Not here: the questions, the measuring.
// Invariant: a peer that is not installed is in `missing` by name.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { crossEntropyModel, rowModel } from './onnx-models.mjs';
import { fillLabels, fillLogits } from './measure.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const PYTHON = '/usr/bin/python3';
const folder = process.env.PEERS ?? join(here, 'installed');

/** torch and numpy with so many threads. */
export async function pythonPeers(threads = 1) {
  if (!existsSync(PYTHON))
    return {
      missing: ['torch', 'numpy'],
      of: async () => ({}),
      close() {
        /* nothing */
      },
    };
  const child = spawn(PYTHON, ['-u', join(here, 'peers.py'), String(threads)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value);
  const versions = await next();
  const ask = async (question) => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    return next();
  };
  return {
    missing: Object.entries(versions)
      .filter(([, v]) => v === null)
      .map(([name]) => name),
    async of(op, rows, columns, dtype = 'float32') {
      const q = { op, rows, columns, dtype };
      const names = await ask(q);
      return Object.fromEntries(names.map((name) => [name, { microseconds: (ms) => ask({ ...q, name, ms }) }]));
    },
    close: () => child.stdin.end(),
  };
}

async function load(name, file) {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return null;
  try {
    return file === undefined
      ? createRequire(manifest)(name)
      : await import(pathToFileURL(join(folder, 'node_modules', name, file)).href);
  } catch {
    return null;
  }
}

/** onnxruntime-node, or onnxruntime-web in Node. */
export async function onnxPeer(name = 'onnxruntime-node', threads = 1) {
  const ort = await load(name, name === 'onnxruntime-web' ? 'dist/ort.node.min.mjs' : undefined);
  if (ort === null) return { missing: [name], of: async () => ({}) };
  if (name === 'onnxruntime-web') ort.env.wasm.numThreads = threads;
  const options = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionProviders: [name === 'onnxruntime-web' ? 'wasm' : 'cpu'],
    executionMode: 'sequential',
  };
  const sessions = new Map();
  const session = async (key, bytes) => {
    if (!sessions.has(key)) sessions.set(key, await ort.InferenceSession.create(bytes(), options));
    return sessions.get(key);
  };
  return {
    missing: [],
    async of(op, rows, columns, dtype = 'float32') {
      const data = dtype === 'float32' ? new Float32Array(rows * columns) : new Float64Array(rows * columns);
      fillLogits(data);
      const x = new ort.Tensor(dtype, data, [rows, columns]);
      if (op === 'crossEntropy') {
        const labels = new Int32Array(rows);
        fillLabels(labels, columns);
        const s = await session(op, crossEntropyModel);
        const feeds = {
          x,
          labels: new ort.Tensor('int64', BigInt64Array.from(labels, BigInt), [rows, 1]),
          scale: new ort.Tensor('float32', Float32Array.of(1 / rows), []),
          update: new ort.Tensor('float32', new Float32Array(rows).fill(-1 / rows), [rows, 1]),
        };
        return {
          [name]: async () => {
            await s.run(feeds);
          },
        };
      }
      const s = await session(`${op} ${dtype}`, () =>
        rowModel(op === 'softmax' ? 'Softmax' : 'LogSoftmax', dtype === 'float64'),
      );
      const out = dtype === 'float32' ? new Float32Array(rows * columns) : new Float64Array(rows * columns);
      const y = new ort.Tensor(dtype, out, [rows, columns]);
      return {
        [name]: async () => {
          await s.run({ x });
        },
        [`${name} (out)`]: async () => {
          await s.run({ x }, { y });
        },
      };
    },
  };
}

/** tfjs on its WebAssembly backend; the whole package, which registers the gradients. */
export async function tensorflowPeer() {
  const tf = await load('@tensorflow/tfjs');
  const wasm = await load('@tensorflow/tfjs-backend-wasm');
  if (tf === null || wasm === null) return { missing: ['tfjs (wasm)'], of: async () => ({}) };
  wasm.setWasmPaths(`${join(folder, 'node_modules/@tensorflow/tfjs-backend-wasm/wasm-out')}/`);
  await tf.setBackend('wasm');
  await tf.ready();
  return {
    missing: [],
    async of(op, rows, columns) {
      const data = new Float32Array(rows * columns);
      fillLogits(data);
      const x = tf.tensor2d(data, [rows, columns]);
      if (op === 'softmax')
        return {
          'tfjs (wasm)': () =>
            tf.tidy(() => {
              tf.softmax(x);
            }),
        };
      const integers = new Int32Array(rows);
      fillLabels(integers, columns);
      const labels = tf.tensor1d(integers, 'int32');
      const lossAndGradient = tf.valueAndGrad((z) => tf.losses.softmaxCrossEntropy(tf.oneHot(labels, columns), z));
      return {
        'tfjs (wasm)': () =>
          tf.tidy(() => {
            lossAndGradient(x).value.dataSync();
          }),
      };
    },
  };
}

/** tfjs makes Node look like a browser with workers, which jax-js would then use and Node does not have. */
async function withoutWorkers(work) {
  const { Worker } = globalThis;
  delete globalThis.Worker;
  try {
    return await work();
  } finally {
    if (Worker !== undefined) globalThis.Worker = Worker;
  }
}

/** @jax-js/jax on WebAssembly. */
export async function jaxPeer() {
  if (!existsSync(join(folder, 'node_modules/@jax-js/jax'))) return { missing: ['jax-js'], of: async () => ({}) };
  globalThis.navigator ??= {};
  globalThis.Float16Array ??= class Float16Array {};
  const jax = await load('@jax-js/jax', 'dist/index.js');
  if (jax === null) return { missing: ['jax-js'], of: async () => ({}) };
  await withoutWorkers(() => jax.init());
  jax.defaultDevice('wasm');
  const { numpy: np, nn, jit, valueAndGrad } = jax;
  return {
    missing: [],
    // After some calls at larger sizes it asks for more than the 4 GiB that its memory can have.
    missingAt: (rows, columns) => (rows * columns > 1e6 ? ['jax-js (out of its memory at this size)'] : []),
    async of(op, rows, columns) {
      if (op !== 'crossEntropy' || rows * columns > 1e6) return {};
      const data = new Float32Array(rows * columns);
      fillLogits(data);
      const labels = new Int32Array(rows);
      fillLabels(labels, columns);
      const x = np.array(data, { dtype: np.float32, shape: [rows, columns] }).reshape([rows, columns]);
      const y = np.array(labels, { dtype: np.int32 });
      const f = jit((v, l) =>
        valueAndGrad((z, t) =>
          nn
            .logSoftmax(z, -1)
            .mul(nn.oneHot(t, columns))
            .sum()
            .mul(-1 / rows),
        )(v, l),
      );
      const call = async () => {
        const [l, g] = f(x.ref, y.ref);
        await g.blockUntilReady();
        await l.blockUntilReady();
        l.dispose();
        g.dispose();
      };
      await withoutWorkers(call);
      return { 'jax-js': call };
    },
  };
}

/** Loops over typed arrays, as one would write them. */
export function plainPeer(op, rows, columns, Floats = Float32Array) {
  const x = new Floats(rows * columns);
  fillLogits(x);
  const y = new Floats(rows * columns);
  const labels = new Int32Array(rows);
  fillLabels(labels, columns);
  const crossEntropy = () => {
    let loss = 0;
    for (let r = 0; r < rows; r++) {
      const o = r * columns;
      let m = -Infinity,
        s = 0;
      for (let c = 0; c < columns; c++) if (x[o + c] > m) m = x[o + c];
      for (let c = 0; c < columns; c++) {
        const e = Math.exp(x[o + c] - m);
        y[o + c] = e;
        s += e;
      }
      loss += m + Math.log(s) - x[o + labels[r]];
      for (let c = 0; c < columns; c++) y[o + c] /= s * rows;
      y[o + labels[r]] -= 1 / rows;
    }
    return loss / rows;
  };
  const softmax = () => {
    for (let r = 0; r < rows; r++) {
      const o = r * columns;
      let m = -Infinity,
        s = 0;
      for (let c = 0; c < columns; c++) if (x[o + c] > m) m = x[o + c];
      for (let c = 0; c < columns; c++) {
        const e = Math.exp(x[o + c] - m);
        y[o + c] = e;
        s += e;
      }
      for (let c = 0; c < columns; c++) y[o + c] /= s;
    }
  };
  return { 'plain JavaScript': op === 'softmax' ? softmax : crossEntropy };
}
