// How long does the Jacobian of softmax take, n = 1000 and others?
// Usage: node bench/jacobian.mjs
// Not here: products with it, which need no matrix.
// Invariant: peers start from the probabilities, ours from the logits.
import { compare, fillLogits } from './kernels/measure.mjs';
import { ours, styles } from './kernels/ours.mjs';
import { pythonPeers } from './kernels/peers.mjs';

const python = await pythonPeers(1);
for (const n of [10, 100, 1000, 4096]) {
  const others = await python.of('jacobian', 1, n);
  for (const { style, fast } of styles) {
    const plan = ours.softmaxJacobian.plan({ rows: 1, columns: n, fast });
    fillLogits(plan.inputs.logits);
    await compare('Jacobian', { shape: `${n}`, style, threads: 1 }, () => plan.run(), others, python.missing);
    plan.dispose();
  }
}
python.close();
