// The mean cross-entropy of a batch and its gradient by the logits, in one call; then the same as a plan that allocates nothing.
import { crossEntropy } from 'whygrad';

const rows = 2;
const columns = 3;
const logits = Float32Array.of(2, 1, 0, 0, 1, 2);
const labels = Int32Array.of(0, 1);

const { loss, gradient } = crossEntropy(logits, labels, { rows, columns, gradient: true });
console.log(loss.toFixed(4));
console.log([...gradient].map((g) => g.toFixed(4)).join(' '));

const plan = crossEntropy.plan({ rows, columns, gradient: true });
plan.inputs.logits.set(logits);
plan.inputs.targets.set(labels);
plan.run();
console.log(plan.outputs.loss[0].toFixed(4));
plan.dispose();
// prints:
// 0.9076
// -0.1674 0.1224 0.0450 0.0450 -0.3776 0.3326
// 0.9076
