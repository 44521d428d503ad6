// Microseconds a training step takes by width and batch (one hidden layer of tanh, 16 inputs, 4 classes): linear in width × batch while the caches hold.
// Not here: peers (train.mjs).
// Invariant: the best of several rounds of many steps, after the engine has settled; needs a built dist/.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emit } from './derive-measure.mjs';

const { makeBlobs, train } = await import(join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'index.js'));
const data = makeBlobs({ samples: 1024, features: 16, centers: 4, seed: 1 });
for (const width of [16, 64, 256, 1024]) {
  for (const batchSize of [8, 32, 128, 512]) {
    const run = train(null, data, { hidden: [width], batchSize, epochs: 1, testSplit: 0, seed: 1 });
    const { engine } = run.setup;
    const order = Int32Array.from({ length: 1024 }, (_, n) => n);
    const steps = Math.max(8, Math.round(4e6 / (width * batchSize)));
    let best = Infinity;
    for (let round = 0; round < 12; round++) {
      const start = performance.now();
      for (let s = 1; s <= steps; s++) engine.step(order, 0, batchSize, 1e-4, s);
      best = Math.min(best, (performance.now() - start) / steps);
    }
    emit({
      bench: 'train, scaling',
      width,
      batch: batchSize,
      microsecondsAStep: Number((best * 1000).toFixed(2)),
      nanosecondsAUnitAndRow: Number(((best * 1e6) / (width * batchSize)).toFixed(3)),
    });
  }
}
