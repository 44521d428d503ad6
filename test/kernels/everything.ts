// One computation that visits every ready kernel and a set of compiled formulas, and gives all bytes of all results.
// Not here: comparing them (`browser.test.ts`).
// Invariant: needs nothing but the public door, so it runs in Node and in a page; NaN and infinities are among the inputs.
import type * as kernels from '../../src/kernels/index.ts';
import type { compile } from '../../src/kernels/formula.ts';

type Kernels = typeof kernels;
type Array32 = Float32Array<ArrayBuffer>;

class Notes {
  readonly parts = new Map<string, Uint8Array<ArrayBuffer>>();
  add(name: string, a: ArrayBufferView | number): void {
    const bytes =
      typeof a === 'number'
        ? new Uint8Array(Float64Array.of(a).buffer)
        : new Uint8Array(a.buffer as ArrayBuffer, a.byteOffset, a.byteLength).slice();
    this.parts.set(`${this.parts.size} ${name}`, bytes);
  }
}

/** Numbers from a linear congruential generator, three of them special. */
function inputs(
  Floats: typeof Float32Array | typeof Float64Array,
  rows: number,
  columns: number,
): { x: Array32; g: Array32; labels: Int32Array } {
  const x = new Floats(rows * columns);
  let state = 1;
  for (let i = 0; i < x.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    x[i] = (state / 4294967296 - 0.5) * 30;
  }
  x[5] = -Infinity;
  x[columns + 3] = NaN;
  x[2 * columns] = 20000;
  x[3 * columns + 1] = Infinity;
  // A NaN with another bit pattern.
  new Uint8Array(x.buffer).set(
    x.BYTES_PER_ELEMENT === 4 ? [1, 0, 0xc0, 0xff] : [1, 0, 0, 0, 0, 0, 0xf8, 0xff],
    (4 * columns + 2) * x.BYTES_PER_ELEMENT,
  );
  return {
    x: x as Array32,
    g: x.map((v) => v / 3) as Array32,
    labels: Int32Array.from({ length: rows }, (_, i) => (i * 31) % columns),
  };
}

/** Every ready kernel in float32 and float64. */
export function everyKernel(k: Kernels, threads: number): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const notes = new Notes();
  for (const Floats of [Float32Array, Float64Array]) {
    const rows = 80,
      columns = 1003;
    const { x, g, labels } = inputs(Floats, rows, columns);
    const shape = { rows, columns, threads };
    const mask = Uint8Array.from({ length: columns }, (_, c) => (c % 3 === 0 ? 0 : 1));
    for (const name of ['softmax', 'logSoftmax', 'logSumExp'] as const) {
      notes.add(name, k[name](x, shape));
      notes.add(`${name}, masked`, k[name](x, { ...shape, mask }));
    }
    for (const name of ['softmaxBackward', 'logSoftmaxBackward', 'hessianVectorProduct'] as const)
      notes.add(name, k[name](x, g, shape));
    notes.add(
      'softmaxJacobian',
      k.softmaxJacobian(x.slice(0, 20 * columns), { columns: 59, rows: (20 * columns) / 59, threads }),
    );
    const weight = g
      .slice(0, columns)
      .map(Math.abs)
      .map((v) => (v < 100 ? v : 1)) as Array32;
    for (const [name, targets, extra] of [
      ['labels', labels, {}],
      ['smooth labels', labels, { labelSmoothing: 0.1 }],
      ['weighted labels', labels, { weight }],
      ['probabilities', weighted(x), {}],
    ] as const) {
      for (const reduction of ['none', 'mean'] as const) {
        const { loss, gradient } = k.crossEntropy(x, targets as Int32Array, {
          ...shape,
          gradient: true,
          reduction,
          ...extra,
        });
        notes.add(`crossEntropy of ${name}`, loss);
        notes.add(`gradient for ${name}`, gradient as Array32);
      }
    }
    notes.add('negativeLogLikelihood', k.negativeLogLikelihood(x, labels, { ...shape, reduction: 'none' }).loss);
    for (const name of ['sigmoid', 'relu', 'tanh', 'gelu', 'silu', 'softplus'] as const) {
      notes.add(name, k[name](x, { threads }));
      notes.add(`${name}, backward`, k[name].backward(x, g, { threads }));
    }
    for (const name of ['layerNorm', 'rmsNorm'] as const) {
      notes.add(name, k[name](x, shape));
      const back = k[name].backward(x, g, shape);
      notes.add(`${name}, backward`, back.x);
      notes.add(`${name}, γ`, back.gamma);
    }
    notes.add(
      'matmul',
      k.matmul(x.slice(6 * columns, 6 * columns + 60 * 70), g.slice(6 * columns, 6 * columns + 70 * 50), {
        rows: 60,
        inner: 70,
        columns: 50,
        threads,
      }),
    );
  }
  return notes.parts;
}
const weighted = (x: Array32): Array32 => x.map((v) => (Number.isFinite(v) ? Math.abs(v) / 1000 : 0)) as Array32;

/** Formulas of different kinds: elementwise functions, reductions, products, conditions, windows, a loss with its gradients. */
export const formulas: readonly {
  readonly text: string;
  readonly outputs: readonly string[];
  readonly sizes: Readonly<Record<string, readonly number[]>>;
}[] = [
  ...[
    'exp(x_i)',
    'log(x_i)',
    'sqrt(x_i)',
    'sin(x_i)',
    'cos(1000 x_i)',
    'tan(x_i)',
    'asin(x_i/20)',
    'acos(x_i/20)',
    'atan(x_i)',
    'sinh(x_i)',
    'cosh(x_i)',
    'tanh(x_i)',
    'erf(x_i)',
    'sigmoid(x_i)',
    'softplus(x_i)',
    'abs(x_i)',
    'sign(x_i)',
    '1/x_i',
    'x_i^3',
    'abs(x_i)^(1/3)',
    'max(x_i, 0) + min(x_i, 1)',
    'if(x_i > 0, x_i, exp(x_i) - 1)',
  ].map((f) => ({ text: `y_i = ${f}`, outputs: ['y'], sizes: { x: [515] } })),
  ...['sum_j', 'max_j', 'prod_j'].map((f) => ({ text: `y_i = ${f} x_ij`, outputs: ['y'], sizes: { x: [21, 133] } })),
  { text: 'C_ik = sum_j A_ij B_jk', outputs: ['C'], sizes: { A: [33, 47], B: [47, 29] } },
  { text: 'y_i = sum_{k=1}^{3} w_k x_{i+k}', outputs: ['y'], sizes: { y: [100], x: [103], w: [3] } },
  { text: 'p_j = exp(z_j)/sum_k exp(z_k)\nL = -sum_j y_j log p_j', outputs: ['L', 'dL/dz_i'], sizes: { z: [1000] } },
  {
    text: 'h_nj = tanh(sum_i x_ni W_ij + b_j)\nL = sum_n sum_j h_nj^2',
    outputs: ['L', 'grad L'],
    sizes: { x: [12, 7], W: [7, 9] },
  },
];

/** Every formula in float32 and float64, its inputs filled with numbers between −10 and 10, some of them special. */
export function everyFormula(compileFormula: typeof compile): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const notes = new Notes();
  for (const dtype of ['float32', 'float64'] as const)
    for (const { text, outputs, sizes } of formulas) {
      const plan = compileFormula(text, { outputs, sizes, dtype });
      let state = 7;
      for (const name of Object.keys(plan.inputs).sort()) {
        const view = plan.inputs[name] as Float32Array;
        for (let i = 0; i < view.length; i++) {
          state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
          view[i] = (state / 4294967296 - 0.5) * 20;
        }
        if (view.length > 500) {
          view[3] = NaN;
          view[7] = Infinity;
          view[9] = -Infinity;
          view[11] = 0;
          view[12] = -0;
        }
      }
      plan.run();
      for (const name of Object.keys(plan.outputs).sort())
        notes.add(`${text}: ${name}`, plan.outputs[name] as Float32Array);
    }
  return notes.parts;
}
