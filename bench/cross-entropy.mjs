// How long do mean cross-entropy and its gradient take, float32, one thread and two?
// Usage: node bench/cross-entropy.mjs
// Not here: accuracy (`accuracy.mjs`), small inputs (`tiny.mjs`).
// Invariant: every contestant computes the loss and the gradient by the logits from logits that lie ready.
import { compare, fillLabels, fillLogits, SHAPES } from './kernels/measure.mjs';
import { ours, styles } from './kernels/ours.mjs';
import { jaxPeer, onnxPeer, plainPeer, pythonPeers, tensorflowPeer } from './kernels/peers.mjs';

for (const threads of [1, 2]) {
  const python = await pythonPeers(threads);
  const peers = [
    python,
    await onnxPeer('onnxruntime-node', threads),
    ...(threads === 1 ? [await onnxPeer('onnxruntime-web'), await tensorflowPeer(), await jaxPeer()] : []),
  ];
  for (const [rows, columns] of SHAPES) {
    const missing = peers.flatMap((p) => [...p.missing, ...(p.missingAt?.(rows, columns) ?? [])]);
    const others = { ...(threads === 1 ? plainPeer('crossEntropy', rows, columns) : {}) };
    for (const p of peers) Object.assign(others, await p.of('crossEntropy', rows, columns));
    for (const { style, fast } of styles) {
      const plan = ours.crossEntropy.plan({ rows, columns, gradient: true, fast, threads });
      fillLogits(plan.inputs.logits);
      fillLabels(plan.inputs.targets, columns);
      // Helper threads start while others are measured.
      plan.run();
      await new Promise((resolve) => {
        setTimeout(resolve, 300);
      });
      await compare(
        'cross-entropy + gradient',
        { shape: `${rows}x${columns}`, style, threads },
        () => plan.run(),
        others,
        missing,
      );
      plan.dispose();
    }
  }
  python.close();
}
process.exit(0);
