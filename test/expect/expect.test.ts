// expectGradient: right gradients pass, wrong ones fail by their name, and what cannot be judged fails with what to give.
// Not here: the doctor's operations and readings (test/doctor), pytest (python/tests/test_gradient.py).
// Invariant: every wrong gradient here is wrong by its own function, differentiated by hand.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectGradient, GradientError, type ExpectOptions } from '../../src/expect/expect.ts';
import { root } from '../project/sources.ts';

type F = (...given: never[]) => unknown;

/** The error of a gradient that must fail. */
async function failure(f: F, gradient: F | null, options?: ExpectOptions): Promise<GradientError> {
  try {
    await expectGradient(f, gradient, options);
  } catch (error) {
    if (error instanceof GradientError) return error;
    throw error;
  }
  throw new Error('it passed');
}

const sum = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0);
const dot = (a: readonly number[], b: readonly number[]): number => sum(a.map((x, i) => x * (b[i] as number)));
function softmax(z: number[]): number[] {
  const m = Math.max(...z);
  const e = z.map((x) => Math.exp(x - m));
  return e.map((x) => x / sum(e));
}
const crossEntropy = (z: number[], y: number[]): number => -dot(y, softmax(z).map(Math.log));
const energy = (x: number[], w: number[]): number => sum(x.map((v, i) => v * v * (w[i] as number)));
const byX = (x: number[], w: number[]): number[] => x.map((v, i) => 2 * v * (w[i] as number));
const byW = (x: number[]): number[] => x.map((v) => v * v);
const at = [
  [0.5, -1.2, 3],
  [0.3, 0.2, 0.9],
];

describe('without a point, arguments are drawn as the doctor draws them', () => {
  test('right gradients pass', async () => {
    const softmaxBackward = (dout: number[], z: number[]): number[] => {
      const p = softmax(z);
      return p.map((x, i) => x * ((dout[i] as number) - dot(dout, p)));
    };
    const crossEntropyGradient = (z: number[], y: number[]): number[] => softmax(z).map((p, i) => p - (y[i] as number));
    expect((await expectGradient(softmax, softmaxBackward)).verdict).toBe('correct');
    expect((await expectGradient(crossEntropy, crossEntropyGradient)).truth).toBe('forward');
  });

  test.each<[id: string, f: F, gradient: F]>([
    [
      'diag-only',
      softmax,
      (dout: number[], z: number[]) => softmax(z).map((p, i) => p * (1 - p) * (dout[i] as number)),
    ],
    ['sign-flipped', crossEntropy, (z: number[], y: number[]) => softmax(z).map((p, i) => (y[i] as number) - p)],
    ['label-not-subtracted', crossEntropy, (z: number[], _y: number[]) => softmax(z)],
    ['factor-two', crossEntropy, (z: number[], y: number[]) => softmax(z).map((p, i) => 2 * (p - (y[i] as number)))],
  ])('%s is named as the doctor names it, in the message and as data', async (id, f, gradient) => {
    const error = await failure(f, gradient);
    expect(error.diagnosis.mistake?.id).toBe(id);
    expect(error.message).toContain(`(${id})`);
    expect(error.message).toContain(`whygrad explain ${id}`);
    expect(error.diagnosis.verdict).toBe('wrong');
  });

  test('an operation that nothing names is unclear, and fails with what to give', async () => {
    const error = await failure(energy, byX);
    expect(error.diagnosis.verdict).toBe('unclear');
    expect(error.message).toContain('`at`');
    // x is the gradient of Σ x² w by w only where x is 0 or 1, as labels are.
    expect((await failure(energy, (x: number[]) => x)).diagnosis.verdict).toBe('unclear');
  });
});

describe('at a point the function itself is the truth', () => {
  test.each<[what: string, gradient: F]>([
    ['a list of gradients', (x: number[], w: number[]) => [byX(x, w), byW(x)]],
    ['the gradient by the first argument alone', byX],
    ['an object of them', (x: number[], w: number[]) => ({ dw: byW(x), dx: byX(x, w) })],
    ['one of them by its name', (x: number[]) => ({ grad_w: byW(x) })],
    ['typed arrays', (x: number[], w: number[]) => [Float64Array.from(byX(x, w)), Float64Array.from(byW(x))]],
  ])('%s', async (_, gradient) => {
    expect((await expectGradient(energy, gradient, { at })).verdict).toBe('correct');
  });

  test.each<[say: string, id: string | null, gradient: F]>([
    [
      'the gradient by x is twice the true one',
      'factor-two',
      (x: number[], w: number[]) => byX(x, w).map((g) => 2 * g),
    ],
    ['the gradient by x is minus the true one', 'sign-flipped', (x: number[], w: number[]) => byX(x, w).map((g) => -g)],
    [
      'the gradient by x is 0.25 × the true one',
      'lost-constant-factor',
      (x: number[], w: number[]) => byX(x, w).map((g) => g / 4),
    ],
    ['the gradient by x is 0 everywhere', null, (x: number[]) => x.map(() => 0)],
    ['off by a factor x^-1', 'exponent', (_x: number[], w: number[]) => w.map((v) => 2 * v)],
    ['off by the same number', null, (x: number[], w: number[]) => byX(x, w).map((g) => g + 1)],
    ['only entry 1 (from 0)', null, (x: number[], w: number[]) => byX(x, w).map((g, i) => (i === 1 ? 0 : g))],
    ['has the shape [2], x has [3]', 'shape-misfit', (x: number[], w: number[]) => byX(x, w).slice(1)],
  ])('%s', async (say, id, gradient) => {
    const error = await failure(energy, gradient, { at, wrt: ['x'] });
    expect(error.message).toContain(say);
    expect(error.diagnosis.mistake?.id ?? null).toBe(id);
    expect(error.actual).toEqual(error.diagnosis.evidence[0]?.yours);
  });

  test('the second gradient of two is the wrong one, and is shown', async () => {
    const error = await failure(energy, (x: number[], w: number[]) => [byX(x, w), x], { at });
    expect(error.diagnosis.evidence.map((e) => e.input.of)).toEqual(['w']);
    expect(error.expected).toEqual([0.25, 1.44, 9]);
  });

  test('arrays come back with an upstream gradient, as a Jacobian, or entry by entry', async () => {
    const cube = (x: number[]): number[] => x.map((v) => v ** 3);
    const mixed = (x: number[]): number[] => [
      x[0] as number,
      (x[0] as number) * (x[1] as number),
      (x[1] as number) ** 2,
    ];
    const jacobian = ([a = 0, b = 0]: number[]): number[][] => [
      [1, 0],
      [b, a],
      [0, 2 * b],
    ];
    const point = { at: [[0.7, -1.3]] };
    await expectGradient(cube, (x: number[]) => x.map((v) => 3 * v * v), point);
    await expectGradient(cube, (g: number[], x: number[]) => x.map((v, i) => 3 * v * v * (g[i] as number)), point);
    await expectGradient(cube, (x: number[], g: number[]) => x.map((v, i) => 3 * v * v * (g[i] as number)), point);
    await expectGradient(mixed, jacobian, point);
    const turned = await failure(mixed, (x: number[]) => [0, 1].map((i) => jacobian(x).map((row) => row[i])), point);
    expect(turned.diagnosis.verdict).toBe('wrong');
    // The diagonal alone is no derivative of a function whose entries depend on each other.
    await failure(softmax, (z: number[]) => softmax(z).map((p) => p * (1 - p)), { at: [[0.2, 1, -1]] });
  });

  test('an upstream gradient that changes nothing is named', async () => {
    const square = (x: number[]): number[] => x.map((v) => v * v);
    const error = await failure(square, (_g: number[], x: number[]) => x.map((v) => 2 * v), { at: [[0.7, -1.3]] });
    expect(error.diagnosis.mistake?.id).toBe('upstream-ignored');
  });

  test('which argument is the upstream gradient is asked where names do not tell', async () => {
    const cube = (x: number[]): number[] => x.map((v) => v ** 3);
    const back = (a: number[], b: number[]): number[] => b.map((v, i) => 3 * v * v * (a[i] as number));
    await expect(expectGradient(cube, back, { at: [[0.7]] })).rejects.toMatchObject({ code: 'unclear-arguments' });
    await expectGradient(cube, back, { at: [[0.7]], upstream: 'first' });
    await failure(cube, back, { at: [[0.7]], upstream: 'last' });
  });

  test('loss and gradient in one function; dictionaries of parameters; single precision', async () => {
    await expectGradient((x: number[]) => [sum(x.map((v) => v * v)), x.map((v) => 2 * v)], null, { at: [[1, 2]] });
    await failure((x: number[]) => [sum(x.map((v) => v * v)), x.map((v) => v)], null, { at: [[1, 2]] });
    const f = ({ W, b }: { W: number[][]; b: number }): number => sum(W.flat().map((w) => w * w)) * b;
    const g = ({ W, b }: { W: number[][]; b: number }) => ({
      W: W.map((row) => row.map((w) => 2 * w * b)),
      b: sum(W.flat().map((w) => w * w)),
    });
    const parameters = {
      at: [
        {
          W: [
            [1.5, 2],
            [0.5, -1],
          ],
          b: 0.25,
        },
      ],
    };
    await expectGradient(f, g, parameters);
    const error = await failure(f, (p: { W: number[][]; b: number }) => ({ ...g(p), b: 1 }), parameters);
    expect(error.diagnosis.evidence.map((e) => e.input.of)).toEqual(['b']);
    const single = (x: Float32Array): Float32Array => x.map(Math.exp);
    const back = (g32: Float32Array, x: Float32Array): Float32Array =>
      x.map((v, i) => Math.exp(v) * (g32[i] as number));
    await expectGradient(single, back, { at: [Float32Array.of(0.5, 1, -2)] });
    await failure(
      single,
      (u: Float32Array, x: Float32Array) => x.map((v, i) => 1.01 * Math.exp(v) * (u[i] as number)),
      { at: [Float32Array.of(0.5, 1, -2)] },
    );
  });

  test('a kink is not judged, the entries and points beside it are', async () => {
    const relu = (x: number[]): number => sum(x.map((v) => Math.max(v, 0)));
    await expectGradient(relu, (x: number[]) => x.map((v) => (v > 0 ? 1 : 0)), { at: [[0, 1, -1]] });
    const error = await failure(relu, (x: number[]) => x.map((v) => (v > 0 ? 1 : 0.1)), { at: [[0, 1, -1]] });
    expect(error.diagnosis.verdict).toBe('wrong');
    const steep = (x: number): number => Math.abs(Math.sin(1e6 * x));
    await expect(expectGradient(steep, () => 0, { at: [0.3] })).rejects.toMatchObject({ code: 'no-derivative' });
  });

  test('what cannot be called, or returns nothing, is an error that says so', async () => {
    const throws = (): never => {
      throw new RangeError('no such row');
    };
    await expect(expectGradient(throws, byX, { at })).rejects.toMatchObject({ code: 'call-failed' });
    await expect(expectGradient(energy, throws, { at })).rejects.toThrow('no such row');
    await expect(expectGradient(energy, () => undefined, { at })).rejects.toMatchObject({ code: 'no-gradient' });
  });

  test('arguments that the gradient changes are told; Math.random is as it was', async () => {
    const { random } = Math;
    const found = await expectGradient(
      energy,
      (x: number[], w: number[]) => {
        const g = byX(x, w);
        x.fill(0);
        return g;
      },
      { at },
    );
    expect(found.also).toEqual(['mutates-input']);
    expect(Math.random).toBe(random);
  });
});

test('polynomials of random coefficients: their derivative passes, any other one fails', async () => {
  const coefficients = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 2, maxLength: 5 });
  const points = fc.array(fc.double({ min: 0.3, max: 2, noNaN: true }), { minLength: 1, maxLength: 4 });
  const valueOf = (c: readonly number[], x: number): number => c.reduce((s, k, n) => s + k * x ** n, 0);
  const slopeOf = (c: readonly number[], x: number): number =>
    c.reduce((s, k, n) => s + (n === 0 ? 0 : k * n * x ** (n - 1)), 0);
  await fc.assert(
    fc.asyncProperty(coefficients, coefficients, points, async (c, d, x) => {
      const f = (v: number[]): number => sum(v.map((t) => valueOf(c, t)));
      const by = (k: readonly number[]) => (v: number[]) => v.map((t) => slopeOf(k, t));
      await expectGradient(f, by(c), { at: [x] });
      const differs = x.some(
        (t) => Math.abs(slopeOf(c, t) - slopeOf(d, t)) > 1e-3 * Math.max(...x.map((s) => Math.abs(slopeOf(c, s))), 1),
      );
      if (differs) await failure(f, by(d), { at: [x] });
    }),
    { numRuns: 60 },
  );
});

test('the built entry works under node:test, and its failure is an assertion', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whygrad-expect-'));
  const entry = join(root, 'dist', 'expect.mjs');
  try {
    writeFileSync(
      join(folder, 'sigmoid.test.mjs'),
      `import test from 'node:test';
import { expectGradient } from ${JSON.stringify(entry)};
const sigmoid = (z) => z.map((x) => 1 / (1 + Math.exp(-x)));
const right = (g, z) => sigmoid(z).map((s, i) => g[i] * s * (1 - s));
const wrong = (g, z) => z.map((s, i) => g[i] * s * (1 - s));
test('right', () => expectGradient(sigmoid, right));
test('wrong', () => expectGradient(sigmoid, wrong));
`,
    );
    const run = spawnSync(process.execPath, ['--test', '--test-reporter=tap', join(folder, 'sigmoid.test.mjs')], {
      encoding: 'utf8',
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    expect(run.stdout).toMatch(/# pass 1\n# fail 1\n/);
    expect(run.stdout).toContain('(input-not-output)');
    expect(run.stdout).toContain("code: 'ERR_ASSERTION'");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
