// linearCrossEntropy beside torch: loss and gradients for every combination of options, both types, many sizes of
// chunks.
// Not here: walks of other documents (test/compile/chunk.test.ts), time and memory (bench/linear-cross-entropy.mjs).
// Invariant: torch computes the logits whole and differentiates by itself.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { linearCrossEntropy, type LinearCrossEntropyOptions } from '../../src/index.ts';
import { must } from '../../src/term/must.ts';
import { pythonWith } from '../compile/python.ts';

const shape = { rows: 7, features: 5, columns: 11 };
const numbers = (n: number, seed: number): number[] =>
  Array.from({ length: n }, (_, k) => 1.5 * Math.sin(1 + 1.7 * k + seed));
const x = numbers(35, 0);
const W = numbers(55, 1);
const weight = numbers(11, 2).map((v) => 1.6 + v);

/** Rows that do not count, all combinations of the rest. */
const cases: readonly { readonly options: LinearCrossEntropyOptions; readonly targets: readonly number[] }[] = [
  0, 0.1,
].flatMap((labelSmoothing) =>
  [0, 0.03].flatMap((zLoss) =>
    [undefined, weight].flatMap((w) =>
      [
        { ignoreIndex: -100, targets: [3, -100, 10, 0, 3, -100, 7] },
        { ignoreIndex: 2, targets: [2, 5, 10, 0, 2, 9, 7] },
      ].map(({ ignoreIndex, targets }, n) => ({
        options: {
          ...{ ...shape, labelSmoothing, zLoss, ignoreIndex, chunk: n === 0 ? 4 : 11 },
          ...(w === undefined ? {} : { weight: Float64Array.from(w) }),
        },
        targets,
      })),
    ),
  ),
);

const program = `
import json, sys, torch
out = []
given = json.load(sys.stdin)
for c in given['cases']:
    x = torch.tensor(given['x'], dtype=torch.float64).reshape(7, 5).requires_grad_()
    W = torch.tensor(given['W'], dtype=torch.float64).reshape(5, 11).requires_grad_()
    t = torch.tensor(c['targets'])
    w = torch.tensor(c['weight'], dtype=torch.float64) if c['weight'] else None
    z = x @ W
    loss = torch.nn.functional.cross_entropy(z, t, weight=w, ignore_index=c['ignoreIndex'], label_smoothing=c['labelSmoothing'])
    counts = t != c['ignoreIndex']
    total = counts.sum() if w is None else w[t[counts]].sum()
    loss = loss + c['zLoss'] * (torch.logsumexp(z, 1) ** 2)[counts].sum() / total
    out.append([[loss.item()], *[g.reshape(-1).tolist() for g in torch.autograd.grad(loss, (x, W))]])
print(json.dumps(out))
`;
const largest = (a: ArrayLike<number>, b: readonly number[]): number =>
  Math.max(Math.abs(a.length - b.length), ...b.map((v, k) => Math.abs(v - (a[k] ?? NaN)) / (1 + Math.abs(v))));

describe('linearCrossEntropy', () => {
  it.skipIf(pythonWith('torch') === null)(
    'equals torch for smoothing, z-loss, weights and labels that do not count',
    () => {
      const told = cases.map(({ options: o, targets }) => ({
        ...o,
        targets,
        weight: o.weight === undefined ? null : Array.from(o.weight),
      }));
      const done = spawnSync(must(pythonWith('torch') ?? undefined), ['-c', program], {
        input: JSON.stringify({ cases: told, x, W }),
        encoding: 'utf8',
      });
      expect(done.status, done.stderr.slice(-1000)).toBe(0);
      const wanted = JSON.parse(done.stdout) as number[][][];
      for (const [n, { options, targets }] of cases.entries()) {
        const [loss, dx, dW] = must(wanted[n]) as [number[], number[], number[]];
        const wide = linearCrossEntropy(Float64Array.from(x), Float64Array.from(W), Int32Array.from(targets), options);
        const says = JSON.stringify(told[n]);
        expect(Math.abs(wide.loss - must(loss[0])), says).toBeLessThan(1e-12);
        expect(largest(must(wide.gradient).x, dx), says).toBeLessThan(1e-12);
        expect(largest(must(wide.gradient).W, dW), says).toBeLessThan(1e-12);
        // One type more is compiled anew, which takes longer than all runs.
        if (n % 5 !== 0) continue;
        const { weight: w, ...rest } = options;
        const narrow = linearCrossEntropy(Float32Array.from(x), Float32Array.from(W), Int32Array.from(targets), {
          ...rest,
          ...(w === undefined ? {} : { weight: Float32Array.from(w) }),
        });
        expect(largest([narrow.loss], loss), says).toBeLessThan(2e-6);
        expect(largest(must(narrow.gradient).W, dW), says).toBeLessThan(2e-6);
      }
    },
    120_000,
  );

  it('gives the same with a plan, again and again, and the loss alone where no gradient is asked for', () => {
    const targets = Int32Array.of(3, 1, 10, 0, 3, -100, 7);
    const [a, b] = [Float64Array.from(x), Float64Array.from(W)];
    const { loss, gradient } = linearCrossEntropy(a, b, targets, shape);
    const plan = linearCrossEntropy.plan({ ...shape, dtype: 'float64', chunk: 3 });
    plan.inputs.x.set(a);
    plan.inputs.W.set(b);
    plan.inputs.targets.set(targets);
    for (let n = 0; n < 3; n++) plan.run();
    expect(Math.abs(loss - must(plan.outputs.loss[0]))).toBeLessThan(1e-13);
    expect(largest(must(plan.outputs.W), Array.from(must(gradient).W))).toBeLessThan(1e-13);
    const alone = linearCrossEntropy(a, b, targets, { ...shape, gradient: false });
    expect(alone.gradient).toBeUndefined();
    expect(Math.abs(alone.loss - loss)).toBeLessThan(1e-13);
  });

  it('is right where logits are large, −∞ in whole chunks, and equal', () => {
    const z = [1000, 1001, -Infinity, -Infinity, 999, 1000];
    const got = linearCrossEntropy(Float64Array.of(1), Float64Array.from(z), Int32Array.of(4), {
      ...{ rows: 1, features: 1, columns: 6, chunk: 2, gradient: false },
    });
    const sum = Math.exp(0) + Math.exp(1) + Math.exp(-1) + Math.exp(0);
    expect(got.loss).toBeCloseTo(Math.log(sum) + 1, 12);
    const front = linearCrossEntropy(
      Float64Array.of(1),
      Float64Array.of(-Infinity, -Infinity, 2, 2),
      Int32Array.of(3),
      {
        ...{ rows: 1, features: 1, columns: 4, chunk: 2, gradient: false },
      },
    );
    expect(front.loss).toBeCloseTo(Math.log(2), 14);
  });

  it.each([
    [{ rows: 0 }, 'shape'],
    [{ columns: 12 }, 'length'],
    [{ labelSmoothing: 2 }, 'option'],
    [{ ignoreIndex: 0.5 }, 'option'],
    [{ zLoss: NaN }, 'option'],
    [{ chunk: 0 }, 'bad-chunk'],
  ])('refuses %j', (o, code) => {
    expect(() =>
      linearCrossEntropy(Float32Array.from(x), Float32Array.from(W), new Int32Array(7), { ...shape, ...o }),
    ).toThrow(expect.objectContaining({ code }) as Error);
  });
  it('refuses a label that is no class', () => {
    expect(() =>
      linearCrossEntropy(Float32Array.from(x), Float32Array.from(W), new Int32Array(7).fill(11), shape),
    ).toThrow(expect.objectContaining({ code: 'index-out-of-range' }) as Error);
  });
});
