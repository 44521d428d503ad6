// How long does softmax forward take, float32, one thread and two?
// Usage: node bench/softmax.mjs
// Not here: float64 (`float64.mjs`).
// Invariant: every contestant reads inputs that lie ready; peers may reuse their output where they can.
import { compare, fillLogits, SHAPES } from './kernels/measure.mjs';
import { ours, styles } from './kernels/ours.mjs';
import { onnxPeer, plainPeer, pythonPeers, tensorflowPeer } from './kernels/peers.mjs';

for (const threads of [1, 2]) {
  const python = await pythonPeers(threads);
  const peers = [python, await onnxPeer('onnxruntime-node', threads), ...(threads === 1 ? [await tensorflowPeer()] : [])];
  const missing = peers.flatMap((p) => p.missing);
  for (const [rows, columns] of SHAPES) {
    const others = { ...(threads === 1 ? plainPeer('softmax', rows, columns) : {}) };
    for (const p of peers) Object.assign(others, await p.of('softmax', rows, columns));
    for (const { style, fast } of styles) {
      const plan = ours.softmax.plan({ rows, columns, fast, threads });
      fillLogits(plan.inputs.x);
      plan.run();
      await new Promise((resolve) => { setTimeout(resolve, 300); });
      await compare('softmax', { shape: `${rows}x${columns}`, style, threads }, () => plan.run(), others, missing);
      plan.dispose();
    }
  }
  python.close();
}
process.exit(0);
