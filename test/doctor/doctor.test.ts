// Whole programs: opened, read, run, judged and named, as `whygrad doctor` does it.
// Not here: single parts (`operations`, `explain`, `run/`).
// Invariant: each program is written out here with what is true of it.
import { describe, expect, test, vi } from 'vitest';
import { doctor, type Diagnosis } from '../../src/doctor/door.ts';
import { must } from '../../src/term/must.ts';
import { file, noNumpy, noPython, noTorch } from './run/place.ts';

vi.setConfig({ testTimeout: 30_000 });

const verdict = async (name: string, source: string, target: string): Promise<Diagnosis> =>
  must((await doctor(file(name, source))).find((d) => d.function === target));

const idsOf = (d: Diagnosis): string[] =>
  d.mistakes.length > 0 ? [...d.mistakes] : d.mistake === null ? [] : [d.mistake.id];

const NUMPY_SOFTMAX = (jacobian: string): string => `import numpy as np

def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()

def softmax_jacobian(z):
    s = softmax(z)
    return ${jacobian}
`;

describe.skipIf(noNumpy)('numpy', () => {
  test.each([
    ['np.diag(s) - np.outer(s, s)', 'correct', []],
    ['np.diag(s) + np.outer(s, s)', 'wrong', ['sign']],
    ['-np.outer(s, s)', 'wrong', ['outer-only']],
  ])('softmax Jacobian %s', async (jacobian, expected, ids) => {
    const d = await verdict('soft.py', NUMPY_SOFTMAX(jacobian), 'softmax_jacobian');
    expect([d.verdict, idsOf(d)]).toEqual([expected, ids]);
  });

  test.each([
    ['(p - y) / len(z)', 'correct', []],
    ['p - y', 'wrong', ['n-dropped']],
    ['(y - p) / len(z)', 'wrong', ['sign-flipped']],
  ])('cross-entropy gradient %s', async (gradient, expected, ids) => {
    const source = `import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def cross_entropy(z, y):
    return -np.mean(np.sum(y * np.log(softmax(z)), axis=1))

def cross_entropy_grad(z, y):
    p = softmax(z)
    return ${gradient}
`;
    const d = await verdict('loss.py', source, 'cross_entropy_grad');
    expect([d.verdict, idsOf(d), d.truth]).toEqual([expected, ids, 'forward']);
  });
});

describe.skipIf(noTorch)('torch', () => {
  test.each([
    ['grad * out * (1 - out)', 'correct', []],
    ['grad * out', 'wrong', ['lost-term']],
  ])('an autograd function: %s', async (gradient, expected, ids) => {
    const source = `import torch

class Sigmoid(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        out = 1 / (1 + torch.exp(-x))
        ctx.save_for_backward(out)
        return out

    @staticmethod
    def backward(ctx, grad):
        (out,) = ctx.saved_tensors
        return ${gradient}
`;
    const d = await verdict('sigmoid.py', source, 'Sigmoid.backward');
    expect([d.verdict, idsOf(d)[0] ?? null]).toEqual([expected, ids[0] ?? null]);
  });
});

describe('JavaScript', () => {
  test.each([
    ['p[i] * (u[i] - dot)', 'correct', []],
    ['p[i] * u[i]', 'wrong', ['missing-dot']],
    ['u[i]', 'wrong', ['identity-backward']],
  ])('a module: %s', async (entry, expected, ids) => {
    const source = `export function softmax(z) {
  const top = Math.max(...z);
  const e = z.map((v) => Math.exp(v - top));
  const s = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / s);
}
export function softmaxBackward(z, u) {
  const p = softmax(z);
  const dot = p.reduce((s, v, i) => s + v * u[i], 0);
  return z.map((_, i) => ${entry});
}
`;
    const d = await verdict('softmax.mjs', source, 'softmaxBackward');
    expect([d.verdict, idsOf(d)]).toEqual([expected, ids]);
  });
});

describe.skipIf(noPython)('what is not known', () => {
  test('a file without a gradient is unclear, and says so', async () => {
    const [d] = await doctor(file('plain.py', 'def area(a, b):\n    return a * b\n'));
    expect([d?.verdict, d?.because]).toEqual(['unclear', 'no gradient was found in it']);
  });
  test('a wrong gradient of something unheard-of is unclear, not wrong', async () => {
    const [d] = await doctor(file('odd.py', 'def softmax_grad(z):\n    return [v * v * v + 3 for v in z]\n'));
    expect(d?.verdict).toBe('unclear');
  });
});

describe.skipIf(noNumpy)('a script that learns, with a rate of its own', () => {
  const script = (step: string, derivative: string): string => `import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

X = np.array([[0., 0., 1.], [0., 1., 1.], [1., 0., 1.], [1., 1., 1.]])
y = np.array([[0.], [1.], [1.], [0.]])
W = 2 * np.random.random((3, 1)) - 1
for j in range(10):
    out = sigmoid(X.dot(W))
    delta = (y - out)${derivative}
    W += ${step}X.T.dot(delta)
`;
  // The rate belongs to the person; only what no rate explains is wrong.
  test.each(['', '0.5 * ', '7 * '])('%sthe gradient is no mistake', async (step) => {
    expect((await verdict('net.py', script(step, ' * out * (1 - out)'), '<script>')).verdict).toBe('correct');
  });

  test('a derivative evaluated at its output is one', async () => {
    const d = await verdict('net.py', script('', ' * sigmoid(out) * (1 - sigmoid(out))'), '<script>');
    expect([d.verdict, idsOf(d)]).toEqual(['wrong', ['activation-twice']]);
  });
});

test.each([
  ['Int32Array', '/ rows', 'correct', []],
  ['Int32Array', '', 'wrong', ['n-dropped']],
  ['Uint8Array', '/ rows', 'correct', []],
] as const)('logits in one flat array, class numbers in an %s: %s', async (labels, mean, expected, ids) => {
  const softmax = `    let max = -Infinity;
    for (let c = 0; c < columns; c++) max = Math.max(max, logits[r * columns + c]);
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += Math.exp(logits[r * columns + c] - max);`;
  const source = `export function crossEntropy(logits: Float64Array, targets: ${labels}, rows: number, columns: number): number {
  let loss = 0;
  for (let r = 0; r < rows; r++) {
${softmax}
    loss += max + Math.log(sum) - logits[r * columns + targets[r]];
  }
  return loss / rows;
}
export function crossEntropyBackward(logits: Float64Array, targets: ${labels}, rows: number, columns: number): Float64Array {
  const grad = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
${softmax}
    for (let c = 0; c < columns; c++)
      grad[r * columns + c] = (Math.exp(logits[r * columns + c] - max) / sum - (c === targets[r] ? 1 : 0)) ${mean};
  }
  return grad;
}
`;
  const d = await verdict('flat.ts', source, 'crossEntropyBackward');
  expect([d.verdict, idsOf(d)]).toEqual([expected, ids]);
});
