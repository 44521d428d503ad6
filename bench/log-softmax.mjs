// How long does log-softmax forward take, float32, one thread and two?
// Usage: node bench/log-softmax.mjs
// Not here: float64 (`float64.mjs`), how it is measured (`kernels/forward.mjs`).
// Invariant: as of softmax.mjs.
import { benchForward } from './kernels/forward.mjs';
import { onnxPeer } from './kernels/peers.mjs';

await benchForward('logSoftmax', 'log-softmax', async (threads) => [await onnxPeer('onnxruntime-node', threads)]);
