// Wrong arguments to every public kernel: a named error, and nothing written.
// Not here: labels and options of cross-entropy, axes and masks (edges.test.ts).
// Invariant: a kernel that is exported and has no entry here fails the test.
import { describe, expect, it } from 'vitest';
import * as exported from '../../src/kernels/index.ts';
import type { Floats } from '../../src/kernels/index.ts';
import { WhygradError } from '../../src/term/error.ts';

const ROWS = 2,
  COLUMNS = 3;
/** By name: not every entry says which. */
const kernels = { ...exported };
const shape = { rows: ROWS, columns: COLUMNS };
type Call = (arrays: Readonly<Record<string, Floats>>, out: Floats | undefined) => unknown;
/** How a kernel is called: the lengths of its arrays and of its result, and the call. */
interface Entry {
  readonly arrays: Readonly<Record<string, number>>;
  readonly result: number;
  readonly call: Call;
  readonly plan?: (dtype: never, n: number) => { dispose(): void };
}

const all = ROWS * COLUMNS;
const row = (name: 'softmax' | 'logSoftmax' | 'logSumExp', result: number): Entry => ({
  arrays: { x: all },
  result,
  call: (a, out) => kernels[name](a['x'] as Floats, shape, out),
  plan: (dtype, n) => kernels[name].plan({ rows: n, columns: 3, dtype }),
});
const twoArrays = (name: 'softmaxBackward' | 'logSoftmaxBackward' | 'hessianVectorProduct'): Entry => ({
  arrays: { x: all, second: all },
  result: all,
  call: (a, out) => kernels[name](a['x'] as Floats, a['second'] as Floats, shape, out),
  plan: (dtype, n) => kernels[name].plan({ rows: n, columns: 3, dtype }),
});
type Activation = 'sigmoid' | 'relu' | 'tanh' | 'gelu' | 'silu' | 'softplus';
const activation = (name: Activation): Entry => ({
  arrays: { x: all },
  result: all,
  call: (a, out) => kernels[name](a['x'] as Floats, {}, out),
  plan: (dtype, n) => kernels[name].plan({ length: n, dtype }),
});
const backward = (name: Activation): Entry => ({
  arrays: { x: all, upstream: all },
  result: all,
  call: (a, out) => kernels[name].backward(a['x'] as Floats, a['upstream'] as Floats, {}, out),
});
const given = (out: Floats | undefined, name = 'out'): object => (out === undefined ? {} : { [name]: out });
const norm = (name: 'layerNorm' | 'rmsNorm'): Entry => ({
  arrays: { x: all, gamma: COLUMNS, beta: COLUMNS },
  result: all,
  call: (a, out) =>
    kernels[name](a['x'] as Floats, { ...shape, gamma: a['gamma'] as Floats, beta: a['beta'] as Floats }, out),
  plan: (dtype, n) => kernels[name].plan({ rows: n, columns: 3, dtype }),
});
const normBackward = (name: 'layerNorm' | 'rmsNorm'): Entry => ({
  arrays: { x: all, upstream: all, gamma: COLUMNS },
  result: all,
  call: (a, out) =>
    kernels[name].backward(a['x'] as Floats, a['upstream'] as Floats, {
      ...shape,
      gamma: a['gamma'] as Floats,
      ...given(out),
    }),
});
const labels = Int32Array.of(0, 2);

const entries: Readonly<Record<string, Entry>> = {
  softmax: row('softmax', all),
  logSoftmax: row('logSoftmax', all),
  logSumExp: row('logSumExp', ROWS),
  softmaxBackward: twoArrays('softmaxBackward'),
  logSoftmaxBackward: twoArrays('logSoftmaxBackward'),
  hessianVectorProduct: twoArrays('hessianVectorProduct'),
  softmaxJacobian: {
    arrays: { x: all },
    result: all * COLUMNS,
    call: (a, out) => kernels.softmaxJacobian(a['x'] as Floats, shape, out),
    plan: (dtype, n) => kernels.softmaxJacobian.plan({ rows: n, columns: 3, dtype }),
  },
  ...Object.fromEntries(
    (['sigmoid', 'relu', 'tanh', 'gelu', 'silu', 'softplus'] as const).flatMap((name) => [
      [name, activation(name)],
      [`${name}.backward`, backward(name)],
    ]),
  ),
  layerNorm: norm('layerNorm'),
  rmsNorm: norm('rmsNorm'),
  'layerNorm.backward': normBackward('layerNorm'),
  'rmsNorm.backward': normBackward('rmsNorm'),
  matmul: {
    arrays: { a: all, b: all },
    result: 4,
    call: (a, out) => kernels.matmul(a['a'] as Floats, a['b'] as Floats, { rows: 2, inner: 3, columns: 2 }, out),
    plan: (dtype, n) => kernels.matmul.plan({ rows: n, inner: 3, columns: 2, dtype }),
  },
  crossEntropy: {
    arrays: { logits: all, weight: COLUMNS },
    result: all,
    call: (a, out) =>
      kernels.crossEntropy(a['logits'] as Floats, labels, {
        ...shape,
        weight: a['weight'] as Floats,
        ...given(out, 'gradient'),
      }),
    plan: (dtype, n) => kernels.crossEntropy.plan({ rows: n, columns: 3, dtype }),
  },
  'crossEntropy of probabilities': {
    arrays: { logits: all, targets: all },
    result: all,
    call: (a, out) =>
      kernels.crossEntropy(a['logits'] as Floats, a['targets'] as Floats, { ...shape, ...given(out, 'gradient') }),
  },
  negativeLogLikelihood: {
    arrays: { logits: all, weight: COLUMNS },
    result: all,
    call: (a, out) =>
      kernels.negativeLogLikelihood(a['logits'] as Floats, labels, {
        ...shape,
        weight: a['weight'] as Floats,
        ...given(out, 'gradient'),
      }),
  },
};

const types = { float32: Float32Array, float64: Float64Array } as const;
const arraysOf = (e: Entry, dtype: keyof typeof types): Record<string, Floats> =>
  Object.fromEntries(
    Object.entries(e.arrays).map(([name, n]) => [
      name,
      types[dtype].from({ length: n }, (_, k) => Math.sin(k)) as Floats,
    ]),
  );
function detached<T extends Floats>(x: T): T {
  structuredClone(x.buffer, { transfer: [x.buffer] });
  return x;
}
/** The code of the error; the result array keeps every byte. */
function codeOf(e: Entry, arrays: Readonly<Record<string, Floats>>, out?: Floats): string {
  const before = out === undefined || out.length === 0 ? null : out.slice();
  try {
    e.call(arrays, out);
  } catch (error) {
    if (!(error instanceof WhygradError)) throw error;
    if (before !== null) expect(out).toEqual(before);
    expect(error.message.length).toBeGreaterThan(10);
    return error.code;
  }
  return 'none';
}

describe('every public kernel', () => {
  it('has an entry here', () => {
    expect([...new Set(Object.keys(entries).map((name) => name.split(/[. ]/)[0]))].sort()).toEqual(
      Object.keys(kernels).sort(),
    );
  });
  for (const [name, e] of Object.entries(entries))
    for (const dtype of ['float32', 'float64'] as const) {
      const [Own, Other] = dtype === 'float32' ? [Float32Array, Float64Array] : [Float64Array, Float32Array];
      it(`${name} takes the right arrays and names what is wrong with others, ${dtype}`, () => {
        const filled = (n: number): Floats => new Own(n).fill(7) as Floats;
        expect(codeOf(e, arraysOf(e, dtype), filled(e.result))).toBe('none');
        for (const wrong of [filled(e.result - 1), filled(e.result + 1), filled(0)])
          expect(codeOf(e, arraysOf(e, dtype), wrong)).toBe('length');
        expect(codeOf(e, arraysOf(e, dtype), detached(filled(e.result)))).toBe('length');
        expect(codeOf(e, arraysOf(e, dtype), new Other(e.result).fill(7) as Floats)).toBe('dtype');
        expect(codeOf(e, arraysOf(e, dtype), new Int32Array(e.result) as unknown as Floats)).toBe('dtype');
        Object.keys(e.arrays).forEach((input, at) => {
          const swap = (x: unknown): Record<string, Floats> => ({ ...arraysOf(e, dtype), [input]: x as Floats });
          const n = e.arrays[input] as number;
          // An Int32Array of targets holds labels.
          const others = input === 'targets' ? [] : [Int32Array.from({ length: n })];
          for (const x of [...others, Uint8Array.from({ length: n }), 'text', null, 3])
            expect(codeOf(e, swap(x), filled(e.result)), `${input} is ${String(x)}`).toBe('dtype');
          // The first array says which type is meant.
          if (at > 0) expect(codeOf(e, swap(new Other(n)), filled(e.result)), input).toBe('dtype');
          // An activation takes any length, so its result does not fit.
          expect(codeOf(e, swap(new Own(n + 1)), filled(e.result)), input).toBe('length');
          expect(codeOf(e, swap(detached(new Own(n))), filled(e.result)), input).toBe('length');
        });
      });
      if (e.plan !== undefined && dtype === 'float32')
        it(`${name}.plan names sizes and types that do not exist`, () => {
          const plan = e.plan as NonNullable<Entry['plan']>;
          plan('float32' as never, 2).dispose();
          const code = (dtype: string, n: number): string => {
            try {
              plan(dtype as never, n).dispose();
            } catch (error) {
              if (error instanceof WhygradError) return error.code;
              throw error;
            }
            return 'none';
          };
          for (const n of [0, -1, 1.5, NaN, Infinity, '2' as unknown as number])
            expect(code('float32', n), String(n)).toBe('shape');
          for (const type of ['float16', 'int32', 'bool', '']) expect(code(type, 2), type).toBe('dtype');
          expect(code('float64', 2 ** 33)).toBe('too-large');
        });
    }
});
