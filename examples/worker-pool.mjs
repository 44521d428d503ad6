// Many batches over a pool of workers: each worker owns one plan, takes the next batch when it is free, and answers with loss and gradient.
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { crossEntropy } from 'whygrad';

const rows = 64;
const columns = 100;

if (isMainThread) {
  const batches = Array.from({ length: 12 }, (_, n) =>
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * (n + 1))),
  );
  const labels = Int32Array.from({ length: rows }, (_, i) => i % columns);
  const losses = await share(batches, labels, 2);
  console.log(`${losses.length} batches, mean loss ${(losses.reduce((a, b) => a + b) / losses.length).toFixed(4)}`);
  const alone = batches.map((logits) => crossEntropy(logits, labels, { rows, columns }).loss);
  console.log(alone.every((loss, n) => loss === losses[n]) ? 'the same bits as on one thread' : 'different');
} else {
  const plan = crossEntropy.plan({ rows, columns, gradient: true });
  parentPort?.on('message', ({ id, logits, labels }) => {
    plan.inputs.logits.set(logits);
    plan.inputs.targets.set(labels);
    plan.run();
    parentPort?.postMessage({ id, loss: plan.outputs.loss[0], gradient: plan.outputs.gradient.slice() });
  });
}

/**
 * The loss of every batch; a free worker takes the next one.
 * @param {Float32Array[]} batches
 * @param {Int32Array} labels
 * @param {number} size
 * @returns {Promise<number[]>}
 */
async function share(batches, labels, size) {
  const losses = batches.map(() => 0);
  let next = 0;
  const work = async () => {
    const worker = new Worker(new URL(import.meta.url));
    while (next < batches.length) {
      const id = next++;
      worker.postMessage({ id, logits: batches[id], labels });
      const [answer] = await once(worker, 'message');
      losses[answer.id] = answer.loss;
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: size }, work));
  return losses;
}
// prints:
// 12 batches, mean loss 4.8400
// the same bits as on one thread
