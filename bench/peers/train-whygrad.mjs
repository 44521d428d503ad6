// One training run by whygrad from the built package; prints one JSON line. Deriving and compiling are reported apart.
// Not here: peers.
// Invariant: shuffling, the epoch's loss and its accuracy are part of the measured time, as users get them.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clocks, settings } from './train-common.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { fromArrays, train } = await import(join(root, 'dist', 'index.js'));
const s = settings(process.argv.slice(2));
const rows = ({ x, y, rows: n, columns }) =>
  fromArrays({
    x: Array.from({ length: n }, (_, i) => x.subarray(i * columns, (i + 1) * columns)),
    y,
    classes: Array.from({ length: s.classes }, (_, c) => String(c)),
  });
const began = performance.now();
const run = train(null, rows(s.train), {
  hidden: s.hidden,
  activation: 'relu',
  optimizer: 'adam',
  learningRate: s.rate,
  batchSize: s.batch,
  epochs: s.epochs,
  seed: s.seed,
  testSplit: 0,
  standardise: false,
});
const setup = performance.now() - began;
const stop = clocks();
while (run.next() !== null);
const times = stop(s.epochs);
console.log(JSON.stringify({ ...times, accuracy: run.model.evaluate(rows(s.test)).accuracy, setup }));
