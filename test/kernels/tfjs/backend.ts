// A backend `ours` for tfjs: a copy of its CPU backend in which every kernel that we have, or can compile from a formula, is replaced.
// Not here: the formulas (`formulas.ts`), the operators that tfjs has no kernel for (`operators.ts`).
// Invariant: what is not float32 (our kernels take floats) goes to tfjs's own kernel and is not counted.
import * as tf from '@tensorflow/tfjs-core';
import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { compile } from '../../../src/kernels/formula.ts';
import {
  logSoftmax,
  logSumExp,
  matmul,
  relu,
  sigmoid,
  softmax,
  softplus,
  tanh,
  type Floats,
} from '../../../src/kernels/index.ts';
import { binary, comparisons, reductions, scalars, unary } from './formulas.ts';
import { note } from './reached.ts';

interface Info {
  readonly dataId: object;
  readonly shape: number[];
  readonly dtype: string;
}
interface Backend {
  readonly data: { get(id: object): { values: Float32Array<ArrayBuffer> } };
  makeTensorInfo(shape: number[], dtype: string, values: ArrayLike<number>): Info;
}
type Attributes = Readonly<Record<string, unknown>>;
interface Arguments {
  readonly inputs: Readonly<Record<string, Info>>;
  readonly attrs: Attributes;
  readonly backend: Backend;
}
type Kernel = (args: Arguments) => Info;

tf.registerBackend('ours', () => new MathBackendCPU());
tf.copyRegisteredKernels('cpu', 'ours');

/** tfjs keeps integers that were cast to float32 in the array that they came in. */
function valuesOf(backend: Backend, x: Info): Float32Array<ArrayBuffer> {
  const { values } = backend.data.get(x.dataId);
  return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
}
const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Puts a kernel in the place of tfjs's; where `takes` says no, tfjs's own runs. */
function replace(
  name: string,
  kernel: Kernel,
  takes: (args: Arguments) => boolean = ({ inputs }) =>
    Object.values(inputs).every((x) => x === undefined || x.dtype === 'float32'),
): void {
  const theirs = tf.getKernel(name, 'ours') as { kernelFunc: Kernel } | undefined;
  if (theirs !== undefined) tf.unregisterKernel(name, 'ours');
  tf.registerKernel({
    kernelName: name,
    backendName: 'ours',
    kernelFunc: (args: never) => {
      if (theirs !== undefined && !takes(args)) return theirs.kernelFunc(args);
      note(name);
      return kernel(args);
    },
  } as never);
}

type Plan = ReturnType<typeof compile>;
const plans = new Map<string, Plan>();
/** The result of a formula `y = …` for inputs by name. */
function evaluate(
  formula: string,
  sizes: Readonly<Record<string, number | readonly number[]>>,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
): Float32Array<ArrayBuffer> {
  const key = JSON.stringify([formula, sizes]);
  const plan = plans.get(key) ?? compile(formula, { outputs: ['y'], sizes });
  plans.set(key, plan);
  for (const [name, values] of Object.entries(inputs)) plan.inputs[name]?.set(values as Float32Array);
  plan.run();
  return (plan.outputs['y'] as Float32Array).slice() as Float32Array<ArrayBuffer>;
}

/** An operand stretched over the shape of the result. */
function broadcast(
  values: Float32Array<ArrayBuffer>,
  shape: readonly number[],
  to: readonly number[],
): Float32Array<ArrayBuffer> {
  if (sizeOf(shape) === sizeOf(to)) return values;
  const strides = to.map((_, k) => {
    const own = k - (to.length - shape.length);
    return own < 0 || shape[own] === 1 ? 0 : sizeOf(shape.slice(own + 1));
  });
  return Float32Array.from({ length: sizeOf(to) }, (_, at) => {
    let from = 0,
      rest = at;
    for (let k = to.length - 1; k >= 0; k--) {
      from += (rest % (to[k] as number)) * (strides[k] as number);
      rest = Math.floor(rest / (to[k] as number));
    }
    return values[from] as number;
  });
}
/** The same numbers with the given axes moved to the end. */
function reducedLast(
  values: Float32Array<ArrayBuffer>,
  shape: readonly number[],
  axes: readonly number[],
): { values: Float32Array<ArrayBuffer>; kept: number[]; count: number } {
  const keptAxes = shape.map((_, k) => k).filter((k) => !axes.includes(k));
  const order = [...keptAxes, ...axes];
  const sizes = order.map((k) => shape[k] as number);
  const strides = order.map((k) => sizeOf(shape.slice(k + 1)));
  const moved = Float32Array.from({ length: values.length }, (_, at) => {
    let from = 0,
      rest = at;
    for (let k = order.length - 1; k >= 0; k--) {
      from += (rest % (sizes[k] as number)) * (strides[k] as number);
      rest = Math.floor(rest / (sizes[k] as number));
    }
    return values[from] as number;
  });
  return {
    values: moved,
    kept: keptAxes.map((k) => shape[k] as number),
    count: sizeOf(axes.map((k) => shape[k] as number)),
  };
}

const named = { Sigmoid: sigmoid, Tanh: tanh, Relu: relu, Softplus: softplus } as const;
for (const [name, f] of Object.entries(named))
  replace(name, ({ inputs: { x }, backend }) =>
    backend.makeTensorInfo((x as Info).shape, 'float32', f(valuesOf(backend, x as Info))),
  );

for (const [name, f] of [
  ['Softmax', softmax],
  ['LogSoftmax', logSoftmax],
] as const) {
  replace(name, ({ inputs: { logits }, attrs, backend }) => {
    const { shape } = logits as Info;
    return backend.makeTensorInfo(
      shape,
      'float32',
      f(valuesOf(backend, logits as Info), { shape, axis: (attrs['dim'] ?? attrs['axis']) as number }),
    );
  });
}
replace('LogSumExp', ({ inputs: { x }, attrs, backend }) => {
  const { values, kept, count } = reducedLast(
    valuesOf(backend, x as Info),
    (x as Info).shape,
    attrs['axes'] as number[],
  );
  return backend.makeTensorInfo(kept, 'float32', logSumExp(values, { rows: sizeOf(kept), columns: count }));
});

for (const [name, body] of Object.entries(unary)) {
  replace(name, ({ inputs, attrs, backend }) => {
    const x = Object.values(inputs)[0] as Info;
    const letters = Object.entries(scalars[name] ?? {}).map(([letter, v]): [string, number[]] => [
      letter,
      [typeof v === 'number' ? v : (attrs[v] as number)],
    ]);
    const values = valuesOf(backend, x);
    return backend.makeTensorInfo(
      x.shape,
      'float32',
      values.length === 0
        ? values.slice()
        : evaluate(`y_i = ${body}`, { x: [values.length] }, { x: values, ...Object.fromEntries(letters) }),
    );
  });
}

function elementwise(name: string, body: string, dtype: 'float32' | 'bool'): void {
  replace(name, ({ inputs, backend }) => {
    const [a, b] = Object.values(inputs) as [Info, Info];
    const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const n = sizeOf(shape);
    const operands = {
      a: broadcast(valuesOf(backend, a), a.shape, shape),
      b: broadcast(valuesOf(backend, b), b.shape, shape),
    };
    const result = n === 0 ? new Float32Array(0) : evaluate(`y_i = ${body}`, { a: [n], b: [n] }, operands);
    return backend.makeTensorInfo(shape, dtype, dtype === 'bool' ? Uint8Array.from(result) : result);
  });
}
for (const [name, body] of Object.entries(binary)) elementwise(name, body, 'float32');
for (const [name, sign] of Object.entries(comparisons)) elementwise(name, `if(a_i ${sign} b_i, 1, 0)`, 'bool');

for (const [name, body] of Object.entries(reductions)) {
  replace(
    name,
    ({ inputs: { x }, attrs, backend }) => {
      const { shape } = x as Info;
      const axes = tf.util.parseAxisParam((attrs['axis'] ?? attrs['reductionIndices']) as number[], shape);
      const { values, kept, count } = reducedLast(valuesOf(backend, x as Info), shape, axes);
      const rows = sizeOf(kept);
      const result = evaluate(
        `y_i = ${body}`,
        { x: [rows, count], ...(body.includes('m}') ? { m: count } : {}) },
        { x: values },
      );
      return backend.makeTensorInfo(
        attrs['keepDims'] === true ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept,
        'float32',
        result,
      );
    },
    ({ inputs: { x } }) => (x as Info).dtype === 'float32' && sizeOf((x as Info).shape) > 0,
  );
}

const swapped = (shape: readonly number[], swap: unknown): number[] => {
  const [r, c] = shape.slice(-2) as [number, number];
  return swap === true ? [c, r] : [r, c];
};
function transposed(values: Floats, rows: number, columns: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: values.length },
    (_, k) => values[(k % rows) * columns + Math.floor(k / rows)] as number,
  );
}
/** Batches of products; a batch of one serves all. */
function batchMatMul(a: Info, b: Info, attrs: Attributes, backend: Backend): Info {
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [rows, inner] = swapped(a.shape, attrs['transposeA']) as [number, number];
  const [same, columns] = swapped(b.shape, attrs['transposeB']) as [number, number];
  tf.util.assert(
    inner === same,
    () =>
      `Error in matMul: inner shapes (${inner}) and (${same}) of Tensors with shapes ${a.shape} and ${b.shape} and transposeA=${attrs['transposeA']} and transposeB=${attrs['transposeB']} must match.`,
  );
  const whole = {
    a: broadcast(valuesOf(backend, a), a.shape, [...outer, ...a.shape.slice(-2)]),
    b: broadcast(valuesOf(backend, b), b.shape, [...outer, ...b.shape.slice(-2)]),
  };
  const result = new Float32Array(sizeOf(outer) * rows * columns);
  for (let k = 0; k < sizeOf(outer); k++) {
    const part = (v: Float32Array<ArrayBuffer>, size: number): Float32Array<ArrayBuffer> =>
      v.slice(k * size, (k + 1) * size);
    const [left, right] = [part(whole.a, rows * inner), part(whole.b, inner * columns)];
    result.set(
      matmul(
        attrs['transposeA'] === true ? transposed(left, inner, rows) : left,
        attrs['transposeB'] === true ? transposed(right, columns, inner) : right,
        { rows, inner, columns },
      ),
      k * rows * columns,
    );
  }
  return backend.makeTensorInfo([...outer, rows, columns], 'float32', result);
}
replace('BatchMatMul', ({ inputs: { a, b }, attrs, backend }) => batchMatMul(a as Info, b as Info, attrs, backend));

/** A subscript string is a formula: `ij,jk->ik` is y_ik = Σ_j a_ij b_jk. */
replace(
  'Einsum',
  ({ inputs, attrs, backend }) => {
    const tensors = Object.values(inputs);
    const equation = (attrs['equation'] as string).replaceAll(/\s/g, '');
    const { allDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, tensors.length);
    tf.backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as never);
    const [left, right] = equation.split('->') as [string, string];
    const terms = left.split(',');
    const summed = [...new Set(left.replaceAll(',', ''))].filter((c) => !right.includes(c));
    const names = ['alpha', 'beta', 'gamma', 'eta'];
    const entryOf = (name: string, letters: string): string =>
      letters === '' ? name : `${name}_{${[...letters].join(',')}}`;
    const formula = `${entryOf('y', right)} = ${summed.length > 0 ? `sum_{${summed.join(',')}} ` : ''}${terms.map((t, k) => entryOf(names[k] as string, t)).join(' ')}`;
    const sizes = Object.fromEntries(
      terms.flatMap((t, k) => (t === '' ? [] : [[names[k] as string, (tensors[k] as Info).shape]])),
    );
    const values = Object.fromEntries(tensors.map((t, k) => [names[k] as string, valuesOf(backend, t)]));
    const shape = [...right].map((c) => {
      const k = terms.findIndex((t) => t.includes(c));
      return (tensors[k] as Info).shape[(terms[k] as string).indexOf(c)] as number;
    });
    return backend.makeTensorInfo(shape, 'float32', evaluate(formula, sizes, values));
  },
  ({ inputs, attrs }) =>
    Object.values(inputs).every((x) => x.dtype === 'float32') &&
    /^[a-z\s,]*->[a-z\s]*$/i.test(attrs['equation'] as string) &&
    Object.values(inputs).length < 5,
);
