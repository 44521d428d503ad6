// How long does a call on 1×10 logits take: in place, and from and to ordinary arrays?
// Usage: node bench/tiny.mjs
// Not here: large inputs.
// Invariant: nanoseconds of one call, the median over batches.
import { fillLogits, median, report } from './kernels/measure.mjs';
import { ours, styles } from './kernels/ours.mjs';
import { plainPeer } from './kernels/peers.mjs';

function nanoseconds(call) {
  for (let k = 0; k < 200_000; k++) call();
  const times = [];
  for (let round = 0; round < 200; round++) {
    const start = performance.now();
    for (let k = 0; k < 2000; k++) call();
    times.push((performance.now() - start) * 500);
  }
  return Number(median(times).toFixed(1));
}

const x = new Float32Array(10);
fillLogits(x);
const y = new Float32Array(10);
const label = Int32Array.of(3);
for (const { style, fast } of styles) {
  const softmax = ours.softmax.plan({ rows: 1, columns: 10, fast });
  const loss = ours.crossEntropy.plan({ rows: 1, columns: 10, gradient: true, fast });
  softmax.inputs.x.set(x);
  loss.inputs.logits.set(x);
  loss.inputs.targets.set(label);
  const shape = { rows: 1, columns: 10, fast };
  const lossOptions = { ...shape, gradient: y };
  report({
    question: 'tiny',
    shape: '1x10',
    style,
    nanoseconds: {
      'softmax, in place': nanoseconds(() => softmax.run()),
      'softmax, arrays': nanoseconds(() => ours.softmax(x, shape, y)),
      'softmax, plain JavaScript': nanoseconds(plainPeer('softmax', 1, 10)['plain JavaScript']),
      'cross-entropy + gradient, in place': nanoseconds(() => loss.run()),
      'cross-entropy + gradient, arrays': nanoseconds(() => ours.crossEntropy(x, label, lossOptions)),
      'cross-entropy + gradient, plain JavaScript': nanoseconds(plainPeer('crossEntropy', 1, 10)['plain JavaScript']),
    },
  });
}
