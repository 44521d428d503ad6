// How long do softmax and log-softmax take in float64, one thread?
// Usage: node bench/float64.mjs
// Not here: float32 (`softmax.mjs`).
// Invariant: as of softmax.mjs.
import { compare, fillLogits, SHAPES } from './kernels/measure.mjs';
import { ours, styles } from './kernels/ours.mjs';
import { onnxPeer, pythonPeers } from './kernels/peers.mjs';

const python = await pythonPeers(1);
const peers = [python, await onnxPeer('onnxruntime-node')];
const missing = peers.flatMap((p) => p.missing);
for (const op of ['softmax', 'logSoftmax'])
  for (const [rows, columns] of SHAPES) {
    const others = {};
    for (const p of peers) Object.assign(others, await p.of(op, rows, columns, 'float64'));
    for (const { style, fast } of styles) {
      const plan = ours[op].plan({ rows, columns, fast, dtype: 'float64' });
      fillLogits(plan.inputs.x);
      await compare(
        `${op === 'softmax' ? 'softmax' : 'log-softmax'}, float64`,
        { shape: `${rows}x${columns}`, style, threads: 1 },
        () => plan.run(),
        others,
        missing,
      );
      plan.dispose();
    }
  }
python.close();
process.exit(0);
