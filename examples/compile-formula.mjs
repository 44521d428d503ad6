// A formula of one's own, compiled to WebAssembly and run: the Huber-like loss Σ sqrt(r² + c²) and, derived, its gradient.
import { compile, derive } from 'whygrad';

const formula = 'L = sum_i sqrt(r_i^2 + c^2)';
const { result } = derive('dL/dr_k', { given: [formula] });
console.log(`dL/dr_k = ${result.text}`);

const plan = compile(`${formula}\ng_k = ${result.text}`, { outputs: ['L', 'g'], sizes: { r: [4] }, dtype: 'float64' });
plan.inputs.r.set([0, 1, -2, 3]);
plan.inputs.c.set([1]);
plan.run();
console.log(plan.outputs.L[0].toFixed(6));
console.log([...plan.outputs.g].map((g) => g.toFixed(6)).join(' '));
plan.dispose();
// prints:
// dL/dr_k = r_k/sqrt(r_k^2 + c^2)
// 7.812559
// 0.000000 0.707107 -0.894427 0.948683
