// One training run by TensorFlow.js (layers API, CPU backend); prints one JSON line. The first epoch warms up and is not measured.
// Not here: anything of whygrad.
// Invariant: the same architecture and optimizer as every other peer.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import * as layers from '@tensorflow/tfjs-layers';
import { clocks, settings, uniform } from './train-common.mjs';

const { train, test, columns, classes, hidden, rate, batch, seed, epochs } = settings(process.argv.slice(2));
Math.random = uniform(seed + 1);
await tf.setBackend('cpu');
await tf.ready();
const model = layers.sequential();
hidden.forEach((units, l) => {
  model.add(
    layers.layers.dense({
      units,
      activation: 'relu',
      kernelInitializer: layers.initializers.heNormal({ seed: seed * 10 + l + 1 }),
      ...(l === 0 ? { inputShape: [columns] } : {}),
    }),
  );
});
model.add(
  layers.layers.dense({
    units: classes,
    activation: 'softmax',
    kernelInitializer: layers.initializers.glorotUniform({ seed: seed * 10 + 9 }),
  }),
);
model.compile({ optimizer: tf.train.adam(rate), loss: 'categoricalCrossentropy' });
const x = tf.tensor2d(train.x, [train.rows, columns]);
const y = tf.oneHot(tf.tensor1d(train.y, 'int32'), classes);
const options = { batchSize: batch, verbose: 0, shuffle: true, yieldEvery: 'never' };
await model.fit(x, y, { ...options, epochs: 1 });
const stop = clocks();
await model.fit(x, y, { ...options, epochs: epochs - 1 });
const times = stop(epochs - 1);
const predicted = tf.argMax(model.predict(tf.tensor2d(test.x, [test.rows, columns])), -1).dataSync();
console.log(
  JSON.stringify({ ...times, accuracy: test.y.filter((label, n) => label === predicted[n]).length / test.rows }),
);
