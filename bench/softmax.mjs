// How long does softmax forward take, float32, one thread and two?
// Usage: node bench/softmax.mjs
// Not here: float64 (`float64.mjs`), how it is measured (`kernels/forward.mjs`).
// Invariant: tfjs and plain JavaScript, which have one thread, are asked for one thread alone.
import { benchForward } from './kernels/forward.mjs';
import { onnxPeer, plainPeer, tensorflowPeer } from './kernels/peers.mjs';

await benchForward(
  'softmax',
  'softmax',
  async (threads) => [await onnxPeer('onnxruntime-node', threads), ...(threads === 1 ? [await tensorflowPeer()] : [])],
  (rows, columns) => plainPeer('softmax', rows, columns),
);
