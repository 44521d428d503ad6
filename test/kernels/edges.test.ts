// The edge cases of softmax, cross-entropy and their relatives, and faults of options, axes, masks and labels.
// Not here: wrong arrays for each kernel (faults.test.ts).
// Invariant: whatever is wrong is named before anything is written.
import { describe, expect, it } from 'vitest';
import {
  crossEntropy,
  gelu,
  hessianVectorProduct,
  layerNorm,
  logSoftmax,
  logSumExp,
  matmul,
  negativeLogLikelihood,
  relu,
  rmsNorm,
  sigmoid,
  silu,
  softmax,
  softmaxBackward,
  softmaxJacobian,
  softplus,
  tanh,
  type Floats,
} from '../../src/kernels/index.ts';
import { WhygradError } from '../../src/term/error.ts';

const arrays = { f32: Float32Array, f64: Float64Array } as const;
const types = ['f32', 'f64'] as const;
function codeOf(f: () => unknown): string {
  try {
    f();
  } catch (e) {
    if (e instanceof WhygradError) return e.code;
    throw e;
  }
  return 'none';
}

describe('edge cases of softmax', () => {
  for (const type of types) {
    const of = (...x: number[]): Floats => arrays[type].of(...x) as Floats;
    it(`an empty axis gives nothing, ${type}`, () => {
      expect(softmax(of()).length).toBe(0);
      expect(softmax(of(), { shape: [3, 0] }).length).toBe(0);
      expect(softmax(of(), { rows: 0, columns: 5 }).length).toBe(0);
    });
    it(`one −∞ gives an exact 0, ${type}`, () => {
      expect(softmax(of(1, -Infinity, 1))).toEqual(of(0.5, 0, 0.5));
      expect(logSoftmax(of(0, -Infinity))).toEqual(of(0, -Infinity));
    });
    it(`nothing but −∞, any NaN and any +∞ give a row of NaN, ${type}`, () => {
      for (const n of [1, 2, 3, 5, 9, 40, 3000])
        for (const bad of [NaN, Infinity]) {
          const x = arrays[type].from({ length: n }, (_, k) => k / n) as Floats;
          x[n - 1] = bad;
          for (const f of [softmax, logSoftmax]) expect([...f(x)].every(Number.isNaN), `${n} ${bad}`).toBe(true);
          expect([...softmax(new arrays[type](n).fill(-Infinity) as Floats)].every(Number.isNaN)).toBe(true);
        }
    });
    it(`every NaN that is written has one bit pattern, ${type}`, () => {
      const x = of(1, NaN, -NaN, Infinity);
      const pattern = new Uint8Array(of(NaN).buffer);
      for (const y of [softmax(x), logSoftmax(x), sigmoid(x), gelu(x), tanh(x), layerNorm(x)]) {
        y.forEach((v, k) => {
          if (Number.isNaN(v))
            expect(new Uint8Array(y.buffer, k * y.BYTES_PER_ELEMENT, y.BYTES_PER_ELEMENT)).toEqual(pattern);
        });
      }
    });
    it(`(3e38, −3e38) gives (1, 0), ${type}`, () => {
      expect(softmax(of(3e38, -3e38))).toEqual(of(1, 0));
    });
    it(`a single element gives 1, whatever it is, ${type}`, () => {
      for (const x of [0, 1, -3.7, 0.1234567, 1e-30, 1e5, -1e30, 1.7e38]) expect([...softmax(of(x))]).toEqual([1]);
    });
    it(`log-sum-exp has its limits, ${type}`, () => {
      expect(logSumExp(of(-Infinity, -Infinity))).toEqual(of(-Infinity));
      expect(logSumExp(of(Infinity, 1))).toEqual(of(Infinity));
      expect(logSumExp(of(NaN, Infinity))).toEqual(of(NaN));
      expect(logSumExp(of(1e30, -1e30))).toEqual(of(1e30));
    });
    it(`a huge row in the middle of a batch leaves its neighbours alone, ${type}`, () => {
      const rows = [of(1, 2, 3), of(1e6, 1e6 + 1, 1e6 - 5), of(NaN, 1, 2), of(-1e9, -1e9, -2e9), of(3, 2, 1)];
      const all = softmax(arrays[type].from(rows.flatMap((r) => [...r])) as Floats, { columns: 3 });
      rows.forEach((r, k) => expect(all.slice(3 * k, 3 * k + 3)).toEqual(softmax(r)));
    });
    it(`axes are walked as they lie, ${type}`, () => {
      const shape = [2, 3, 4];
      const x = arrays[type].from({ length: 24 }, (_, k) => Math.sin(k)) as Floats;
      for (const axis of [0, 1, 2, -1, -2, -3]) {
        const y = softmax(x, { shape, axis });
        const at = axis < 0 ? axis + 3 : axis;
        const stride = [12, 4, 1][at] as number;
        for (let k = 0; k < 24; k++) {
          if (Math.floor(k / stride) % (shape[at] as number) !== 0) continue;
          const row = Array.from({ length: shape[at] as number }, (_, c) => k + c * stride);
          expect(softmax(arrays[type].from(row, (i) => x[i] as number) as Floats)).toEqual(
            arrays[type].from(row, (i) => y[i] as number),
          );
        }
      }
    });
    it(`the result may be written over the argument, and over an overlapping window of it, ${type}`, () => {
      const x = arrays[type].from({ length: 3000 }, (_, k) => Math.sin(k)) as Floats;
      const expected = softmax(x, { columns: 30 });
      const copy = x.slice() as Floats;
      expect(softmax(copy, { columns: 30 }, copy)).toBe(copy);
      expect(copy).toEqual(expected);
      const wide = new arrays[type](3100);
      wide.set(x as Float32Array);
      softmax(wide.subarray(0, 3000) as Floats, { columns: 30 }, wide.subarray(7, 3007) as Floats);
      expect(wide.slice(7, 3007)).toEqual(expected);
    });
    it(`masks hide, ${type}`, () => {
      const x = of(1, 2, 3, 4, NaN, 6);
      const hidden = [true, true, false, true, false, true];
      const expected = of(...softmax(of(1, 2)), 0, softmax(of(4, 6))[0] as number, 0, softmax(of(4, 6))[1] as number);
      for (const mask of [
        hidden,
        Uint8Array.from(hidden, Number),
        arrays[type].from(hidden, (h) => (h ? 0 : -Infinity)) as Floats,
      ]) {
        expect(softmax(x, { columns: 3, mask })).toEqual(expected);
        expect(softmax(x, { columns: 3 }, null, mask)).toEqual(expected);
      }
      expect(softmax(of(1, 2, 3, 4), { columns: 2, mask: [true, false] })).toEqual(of(1, 0, 1, 0));
    });
  }
});

describe('edge cases of cross-entropy', () => {
  it('a label out of range is named with its row, and nothing is written', () => {
    for (const label of [-1, 3, 2 ** 31 - 1, -(2 ** 31)])
      for (const rows of [2, 5000]) {
        const gradient = new Float32Array(3 * rows).fill(7);
        const labels = new Int32Array(rows);
        labels[rows - 1] = label;
        expect(() => crossEntropy(new Float32Array(3 * rows), labels, { rows, columns: 3, gradient })).toThrow(
          `row ${rows - 1} is ${label}`,
        );
        expect(gradient.every((g) => g === 7)).toBe(true);
      }
    expect(
      codeOf(() => crossEntropy(new Float32Array(6), BigInt64Array.of(0n, 2n ** 40n), { rows: 2, columns: 3 })),
    ).toBe('label');
  });
  it('a plan checks its labels before it writes', () => {
    for (const labelSmoothing of [0, 0.1]) {
      const plan = crossEntropy.plan({ rows: 2, columns: 3, gradient: true, labelSmoothing });
      plan.inputs.targets.set([1, 2]);
      plan.run();
      const before = plan.outputs.gradient.slice();
      plan.inputs.targets.set([1, 3]);
      plan.inputs.logits.fill(5);
      expect(() => plan.run()).toThrow('row 1 is 3');
      expect(plan.outputs.gradient).toEqual(before);
    }
  });
  it('a mean over nothing is NaN with a gradient of 0', () => {
    const { loss, gradient } = crossEntropy(Float32Array.of(1, 2, 3, 4), Int32Array.of(-100, -100), {
      rows: 2,
      columns: 2,
      gradient: true,
    });
    expect(loss).toBeNaN();
    expect(gradient).toEqual(new Float32Array(4));
    expect(crossEntropy(new Float32Array(0), new Int32Array(0), { rows: 0, columns: 3 }).loss).toBeNaN();
    expect(crossEntropy(new Float32Array(0), new Int32Array(0), { rows: 0, columns: 3, reduction: 'sum' }).loss).toBe(
      0,
    );
  });
  it('soft targets need not sum to 1', () => {
    const z = Float64Array.of(0.5, -1, 2);
    const y = Float64Array.of(0.2, 0, 1.5);
    const p = softmax(z);
    const { gradient } = crossEntropy(z, y, { rows: 1, columns: 3, gradient: true });
    y.forEach((t, k) => expect((gradient as Float64Array)[k]).toBeCloseTo((p[k] as number) * 1.7 - t, 14));
  });
  it('terms of weight 0 are skipped: 0·(−∞) is 0', () => {
    expect(crossEntropy(Float32Array.of(1, -Infinity), Float32Array.of(1, 0), { rows: 1, columns: 2 }).loss).toBe(0);
    expect(
      crossEntropy(Float32Array.of(1, -Infinity), Int32Array.of(1), {
        rows: 1,
        columns: 2,
        weight: [1, 0],
        reduction: 'sum',
      }).loss,
    ).toBe(0);
    expect(crossEntropy(Float32Array.of(1, -Infinity), Int32Array.of(1), { rows: 1, columns: 2 }).loss).toBe(Infinity);
  });
  it('an ignored label may be a class', () => {
    const z = Float32Array.of(1, 2, 3, 4);
    expect(crossEntropy(z, Int32Array.of(0, 1), { rows: 2, columns: 2, ignoreIndex: 0 }).loss).toBe(
      crossEntropy(z.slice(2), Int32Array.of(1), { rows: 1, columns: 2 }).loss,
    );
  });
  it('labels of 64 bits mean the same', () => {
    const z = Float32Array.from({ length: 12 }, (_, k) => Math.cos(k));
    expect(crossEntropy(z, BigInt64Array.of(0n, 2n, -100n), { rows: 3, columns: 4 })).toEqual(
      crossEntropy(z, Int32Array.of(0, 2, -100), { rows: 3, columns: 4 }),
    );
  });
});

describe('faults are named before anything runs', () => {
  const x = new Float32Array(6);
  const faults: [string, () => unknown][] = [
    ['dtype', () => softmax(Int32Array.of(1, 2) as unknown as Float32Array)],
    ['dtype', () => softmax([1, 2] as unknown as Float32Array)],
    ['dtype', () => softmax(null as unknown as Float32Array)],
    ['dtype', () => softmax(x, {}, new Float64Array(6) as unknown as Float32Array)],
    ['dtype', () => softmax(x, { mask: 'no' as never })],
    ['length', () => softmax(x, { rows: 2, columns: 4 })],
    ['length', () => softmax(x, {}, new Float32Array(5))],
    ['length', () => softmax(x, { mask: [true], shape: [6] })],
    ['shape', () => softmax(x, { rows: 4 })],
    ['shape', () => softmax(x, { rows: -2, columns: -3 })],
    ['shape', () => softmax(x, { shape: [2, 3.5] })],
    ['axis', () => softmax(x, { shape: [2, 3], axis: 2 })],
    ['axis', () => softmax(x, { shape: [2, 3], axis: -3 })],
    ['axis', () => softmax(x, { shape: [2, 3], axis: 0.5 })],
    ['option', () => softmax(x, { threads: 0 })],
    ['length', () => crossEntropy(x, Int32Array.of(0), { rows: 2, columns: 3 })],
    ['length', () => crossEntropy(x, new Float32Array(5), { rows: 2, columns: 3 })],
    ['dtype', () => crossEntropy(x, new Float64Array(6) as unknown as Float32Array, { rows: 2, columns: 3 })],
    ['option', () => crossEntropy(x, Int32Array.of(0, 1), { rows: 2, columns: 3, labelSmoothing: 1.5 })],
    ['option', () => crossEntropy(x, Int32Array.of(0, 1), { rows: 2, columns: 3, labelSmoothing: NaN })],
    ['option', () => crossEntropy(x, Int32Array.of(0, 1), { rows: 2, columns: 3, reduction: 'average' as 'mean' })],
    ['length', () => crossEntropy(x, Int32Array.of(0, 1), { rows: 2, columns: 3, weight: [1, 2] })],
    ['shape', () => crossEntropy.plan({ rows: 0, columns: 3 })],
    ['dtype', () => crossEntropy.plan({ rows: 1, columns: 3, dtype: 'float16' as 'f32' })],
    ['dtype', () => negativeLogLikelihood(x, new Float32Array(6) as unknown as Int32Array, { rows: 2, columns: 3 })],
    ['length', () => softmaxBackward(x, new Float32Array(5))],
    ['length', () => hessianVectorProduct(x, new Float32Array(5))],
    ['length', () => softmaxJacobian(x, {}, new Float32Array(6))],
    ['length', () => layerNorm(x, { columns: 3, gamma: new Float32Array(2) })],
    ['option', () => rmsNorm(x, { columns: 3, epsilon: -1 })],
    ['length', () => sigmoid.backward(x, new Float32Array(5))],
    ['length', () => matmul(x, x, { rows: 2, inner: 3, columns: 3 })],
    ['shape', () => matmul(x, x, { rows: 2, inner: 1.5, columns: 2 })],
    ['too-large', () => softmax.plan({ rows: 2 ** 20, columns: 2 ** 20 })],
  ];
  faults.forEach(([code, f], k) =>
    it(`${code} (${k})`, () => {
      expect(codeOf(f)).toBe(code);
    }),
  );
  it('a detached array is too short', () => {
    const gone = new Float32Array(6);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    expect(codeOf(() => softmax(gone, { rows: 2, columns: 3 }))).toBe('length');
    expect(codeOf(() => softmax(x, { rows: 2, columns: 3 }, gone))).toBe('length');
  });
  it('a plan that was disposed of says so', () => {
    const plan = softmax.plan({ rows: 1, columns: 3 });
    plan.dispose();
    plan.dispose();
    expect(codeOf(() => plan.run())).toBe('disposed');
  });
});

describe('plans', () => {
  it('do what the calls do, bit for bit', async () => {
    const x = Float32Array.from({ length: 60 }, (_, k) => 3 * Math.sin(k));
    const plan = softmax.plan({ rows: 4, columns: 15 });
    plan.inputs.x.set(x);
    await plan.runAsync();
    expect(plan.outputs.y).toEqual(softmax(x, { rows: 4, columns: 15 }));
    const masked = softmax.plan({ rows: 4, columns: 15, mask: true });
    masked.inputs.x.set(x);
    masked.inputs.mask?.fill(-Infinity, 10, 15);
    masked.run();
    expect(masked.outputs.y.slice(0, 10)).toEqual(softmax(x.slice(0, 10)));
    expect(masked.outputs.y.slice(15)).toEqual(softmax(x.slice(15), { columns: 15 }));
    const loss = crossEntropy.plan({
      rows: 4,
      columns: 15,
      gradient: true,
      targets: 'probability',
      weight: Float32Array.from({ length: 15 }, (_, k) => k),
      reduction: 'none',
    });
    const y = softmax(
      x.map((v) => -v),
      { columns: 15 },
    );
    loss.inputs.logits.set(x);
    loss.inputs.targets.set(y);
    loss.run();
    const called = crossEntropy(x, y, {
      rows: 4,
      columns: 15,
      gradient: true,
      weight: Float32Array.from({ length: 15 }, (_, k) => k),
      reduction: 'none',
    });
    expect(loss.outputs.loss).toEqual(called.loss);
    expect(loss.outputs.gradient).toEqual(called.gradient);
    for (const f of [relu, silu, softplus]) {
      const p = f.plan({ length: 60 });
      p.inputs.x.set(x);
      p.run();
      expect(p.outputs.y).toEqual(f(x));
    }
  });
});
