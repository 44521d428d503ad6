// Exchanges with the server as an assistant has them: a tool, its arguments, what its answer must hold.
// Not here: sending them (`server.test.ts`).
// Invariant: the truth of each is known from mathematics.

export interface Exchange {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** Parts of the structured answer. */
  readonly holds?: Readonly<Record<string, unknown>>;
  /** What an error says. */
  readonly error?: RegExp;
}

const softmax = ['p_j = exp(z_j)/sum_k exp(z_k)', 'L = -sum_j y_j log(p_j)'];
const labels = [...softmax, 'sum_j y_j = 1'];
const layer = ['a = W x + b', 'h = tanh(a)', 'L = 1/2 ||h - t||^2'];
const step = (given: readonly string[], from: string, to: string, holds: Exchange['holds'], more = {}): Exchange => ({
  tool: 'check_step',
  args: { given, from, to, ...more },
  holds: holds ?? {},
});
const holds = { verdict: 'holds' };
const slip = { verdict: 'slip' };

export const exchanges: readonly Exchange[] = [
  // An assistant's derivation, line by line, with a slip that is mended.
  step(labels, 'dL/dz_i', '-sum_j y_j/p_j * dp_j/dz_i', holds),
  step(labels, 'dp_j/dz_i', 'p_j (1 - p_i)', { ...slip, mistake: 'diagonal-only', fix: 'p_j (delta_ij - p_i)' }),
  step(labels, 'dp_j/dz_i', 'p_j (delta_ij - p_i)', holds),
  step(labels, '-sum_j y_j/p_j * dp_j/dz_i', '-sum_j y_j (delta_ij - p_i)', holds),
  step(labels, '-sum_j y_j (delta_ij - p_i)', '-y_i - p_i sum_j y_j', { ...slip }),
  step(labels, '-sum_j y_j (delta_ij - p_i)', '-y_i + p_i sum_j y_j', holds),
  step(labels, '-y_i + p_i sum_j y_j', 'p_i - y_i', holds, { goal: 'p_i - y_i' }),
  step(softmax, '-y_i + p_i sum_j y_j', 'p_i - y_i', { verdict: 'unclear', needs: ['sum_k y_k = 1', 'y one-hot'] }),
  step(labels, 'dL/dz_i', 'y_i - p_i', { ...slip, mistake: 'sign' }),
  step([...softmax, 'i != j'], 'dp_j/dz_i', '-p_j p_i', holds),
  step(softmax, 'dp_j/dz_i', '-p_j p_i', { ...slip, needs: ['j != i'] }),
  // Matrices.
  step(layer, 'dL/dW', '((h - t) ⊙ (1 - h^2)) x^T', holds),
  step(layer, 'dL/dW', 'x ((h - t) ⊙ (1 - h^2))^T', { ...slip }),
  step(layer, 'dL/dx', 'W^T ((h - t) ⊙ (1 - h^2))', holds),
  step(layer, 'dL/db', '(h - t) ⊙ (1 - h^2)', holds),
  step([], '(A B)^T', 'B^T A^T', holds),
  step([], '(A B)^T', 'A^T B^T', { ...slip, fix: 'B^T A^T' }),
  step([], 'd/dx x^T A x', '2 A x', { needs: ['A symmetric'] }),
  step(['A symmetric'], 'd/dx x^T A x', '2 A x', holds),
  // Functions of one number, in every spelling.
  step([], '\\frac{d}{dx} \\sin(x^2)', '2x\\cos(x^2)', holds),
  step([], '\\frac{d}{dx} \\sin(x^2)', '\\cos(x^2)', slip),
  step(['s = 1/(1 + e^{-a})'], '\\frac{ds}{da}', 's(1-s)', holds),
  step(['s = 1/(1 + e^{-a})'], '\\frac{ds}{da}', 's(1+s)', { ...slip, fix: 's(1-s)' }),
  step([], 'e^{x+y}', 'e^x + e^y', slip),
  step([], '√(1/n)', '1/√n', holds),
  step([], '1 - 1/e', '1 + 1/e', { ...slip, mistake: 'sign' }),
  step(['x > 0'], 'sqrt(x^2)', 'x', holds),
  step([], 'sqrt(x^2)', 'x', slip),
  { tool: 'check_step', args: { from: 'a +', to: 'b' }, error: /unexpected-end[\s\S]*\^/ },
  { tool: 'check_step', args: { from: 'a = b', to: 'c' }, error: /not-an-expression/ },
  { tool: 'check_step', args: { from: 3 }, error: /must be string/ },
  // The other tools.
  { tool: 'derive', args: { question: 'dL/dz_i', in: 'softmax-cross-entropy' }, holds: { result: 'p_i - y_i' } },
  {
    tool: 'derive',
    args: { question: 'dp_j/do_i', given: ['p_j = exp(o_j)/sum_k exp(o_k)'], by: 'log' },
    holds: { result: 'p_j*(delta_ij - p_i)' },
  },
  { tool: 'derive', args: { question: 'dL/dq_i', in: 'softmax-cross-entropy' }, error: /unknown-name[\s\S]*hint/ },
  { tool: 'derive', args: { question: 'dp_j/dz_i', in: 'no-such-document' }, error: /unknown-document/ },
  { tool: 'derive', args: { question: 'dp_j/dz_i', in: '../secret.md' }, error: /no-files/ },
  {
    tool: 'lint',
    args: { text: 'Let $s = 1/(1+e^{-a})$. Then $ds/da = s(1+s)$.' },
    holds: { counts: { definition: 1, slip: 1 } },
  },
  { tool: 'lint', args: { text: '' }, holds: { counts: {}, claims: [] } },
  {
    tool: 'lint',
    args: { text: 'Let $f = x^2$. Then $df/dx = 2x$.', verdicts: ['holds'] },
    holds: { counts: { definition: 1, holds: 1 } },
  },
  { tool: 'evaluate', args: { expression: 'sum_i x_i^2', values: { x: [1, 2, 3] } }, holds: { value: 14, axes: [] } },
  { tool: 'evaluate', args: { expression: 'x_i + y', values: { x: [1], y: [1, 2] } }, error: /hint/ },
  { tool: 'emit', args: { document: 'softmax', questions: ['dp_j/dz_i'], to: 'numpy' }, holds: {} },
  { tool: 'emit', args: { document: 'softmax', to: 'fortran' }, error: /to/ },
  { tool: 'explain', args: { mistake: 'diagonal-only' }, holds: {} },
  { tool: 'explain', args: { mistake: 'no-such' }, error: /unknown-mistake/ },
  { tool: 'list', args: {}, holds: {} },
  { tool: 'list', args: { what: 'mistakes' }, holds: {} },
];
