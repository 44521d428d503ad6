// Softmax over a Float32Array: two rows of three logits.
import { softmax } from 'whygrad';

const logits = Float32Array.of(1, 2, 3, 0, 0, 0);
const probabilities = softmax(logits, { rows: 2, columns: 3 });

console.log([...probabilities.subarray(0, 3)].map((p) => p.toFixed(4)).join(' '));
console.log([...probabilities.subarray(3)].map((p) => p.toFixed(4)).join(' '));
// prints:
// 0.0900 0.2447 0.6652
// 0.3333 0.3333 0.3333
