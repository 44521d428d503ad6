// ONNX operators as formulas that `compile` makes into plans.
// Not here: operators that are ready kernels, and the comparison (`onnx.test.ts`).
// Invariant: each formula is the operator's definition in ONNX's own documentation (https://onnx.ai/onnx/operators).
import { compile } from '../../src/kernels/formula.ts';
import type { Floats } from '../../src/kernels/index.ts';
import type { Case, Tensor } from './onnx-data.ts';

type Operator = (c: Case) => Floats;
const product = (list: readonly number[]): number => list.reduce((a, b) => a * b, 1);
const isFloat = (t: Tensor | null | undefined): boolean =>
  t?.data instanceof Float32Array || t?.data instanceof Float64Array;

/** The first output of a formula for inputs by name. */
function evaluate(
  formula: string,
  output: string,
  like: Tensor,
  sizes: Readonly<Record<string, number | readonly number[]>>,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
): Floats {
  const plan = compile(formula, {
    outputs: [output],
    sizes,
    dtype: like.data instanceof Float64Array ? 'float64' : 'float32',
  });
  for (const [name, values] of Object.entries(inputs)) plan.inputs[name]?.set(values as Float32Array);
  plan.run();
  return (plan.outputs[output] as Floats).slice() as Floats;
}

/** Element by element; letters other than x are attributes with what they are unless given. */
const unary: Readonly<
  Record<string, readonly [formula: string, attributes?: Readonly<Record<string, readonly [string, number]>>]>
> = {
  Abs: ['abs(x_i)'],
  Acos: ['acos(x_i)'],
  Acosh: ['log(x_i + sqrt(x_i - 1) sqrt(x_i + 1))'],
  Asin: ['asin(x_i)'],
  Asinh: ['sign(x_i) log(abs(x_i) + sqrt(x_i^2 + 1))'],
  Atan: ['atan(x_i)'],
  Atanh: ['1/2 log((1 + x_i)/(1 - x_i))'],
  Cos: ['cos(x_i)'],
  Cosh: ['cosh(x_i)'],
  Erf: ['erf(x_i)'],
  Exp: ['exp(x_i)'],
  Log: ['log(x_i)'],
  Neg: ['-x_i'],
  Reciprocal: ['1/x_i'],
  Sign: ['sign(x_i)'],
  Sin: ['sin(x_i)'],
  Sinh: ['sinh(x_i)'],
  Sqrt: ['sqrt(x_i)'],
  Tan: ['tan(x_i)'],
  Softsign: ['x_i/(1 + abs(x_i))'],
  HardSwish: ['x_i max(0, min(1, x_i/6 + 1/2))'],
  Elu: ['if(x_i < 0, a (exp(x_i) - 1), x_i)', { a: ['alpha', 1] }],
  Selu: [
    'if(x_i <= 0, g (a exp(x_i) - a), g x_i)',
    { a: ['alpha', 1.67326319217681884765625], g: ['gamma', 1.05070102214813232421875] },
  ],
  Celu: ['max(0, x_i) + min(0, a (exp(x_i/a) - 1))', { a: ['alpha', 1] }],
  LeakyRelu: ['if(x_i < 0, a x_i, x_i)', { a: ['alpha', 0.01] }],
  ThresholdedRelu: ['if(x_i > a, x_i, 0)', { a: ['alpha', 1] }],
  HardSigmoid: ['max(0, min(1, a x_i + b))', { a: ['alpha', 0.2], b: ['beta', 0.5] }],
  Shrink: ['if(x_i < -l, x_i + b, if(x_i > l, x_i - b, 0))', { l: ['lambd', 0.5], b: ['bias', 0] }],
};
const binary: Readonly<Record<string, string>> = {
  Add: 'a_i + b_i',
  Sub: 'a_i - b_i',
  Mul: 'a_i b_i',
  Div: 'a_i/b_i',
  Pow: 'a_i^b_i',
  PRelu: 'if(a_i < 0, b_i a_i, a_i)',
};
const comparisons: Readonly<Record<string, string>> = {
  Greater: '>',
  GreaterOrEqual: '>=',
  Less: '<',
  LessOrEqual: '<=',
};
/** Of any number of operands, from the left. */
const folded: Readonly<Record<string, (terms: readonly string[]) => string>> = {
  Max: (t) => t.reduce((a, b) => `max(${a}, ${b})`),
  Min: (t) => t.reduce((a, b) => `min(${a}, ${b})`),
  Sum: (t) => t.join(' + '),
  Mean: (t) => `(${t.join(' + ')})/${t.length}`,
};
const reductions: Readonly<Record<string, string>> = {
  ReduceL1: 'sum_j abs(x_ij)',
  ReduceL2: 'sqrt(sum_j x_ij^2)',
  ReduceLogSum: 'log(sum_j x_ij)',
  ReduceLogSumExp: 'log(sum_j exp(x_ij))',
  ReduceMax: 'max_j x_ij',
  ReduceMean: '(1/m) sum_{j=1}^{m} x_ij',
  ReduceMin: '-max_j (-x_ij)',
  ReduceProd: 'prod_j x_ij',
  ReduceSum: 'sum_j x_ij',
  ReduceSumSquare: 'sum_j x_ij^2',
};

/** The shape that operands of these shapes have together. */
function commonShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, k) =>
    shapes.reduce((n, s) => {
      const own = s[k - rank + s.length] ?? 1;
      return own === 1 ? n : own;
    }, 1),
  );
}
function stretched(t: Tensor, to: readonly number[]): number[] {
  const strides = to.map((_, k) => {
    const own = k - (to.length - t.dims.length);
    return own < 0 || t.dims[own] === 1 ? 0 : product(t.dims.slice(own + 1));
  });
  return Array.from({ length: product(to) }, (_, at) => {
    let from = 0,
      rest = at;
    for (let k = to.length - 1; k >= 0; k--) {
      from += (rest % (to[k] as number)) * (strides[k] as number);
      rest = Math.floor(rest / (to[k] as number));
    }
    return Number((t.data as Floats)[from]);
  });
}
function elementwise(c: Case, body: (names: readonly string[]) => string): Floats {
  const tensors = c.inputs as Tensor[];
  const shape = commonShape(tensors.map((t) => t.dims));
  const names = tensors.map((_, k) => 'abcdefgh'[k] as string);
  const n = product(shape);
  return evaluate(
    `y_i = ${body(names.map((name) => `${name}_i`))}`,
    'y',
    tensors[0] as Tensor,
    Object.fromEntries(names.map((name) => [name, [n]])),
    Object.fromEntries(tensors.map((t, k) => [names[k] as string, stretched(t, shape)])),
  );
}

function reduce(c: Case, body: string): Floats {
  const [x, list] = c.inputs as [Tensor, Tensor | undefined];
  const given =
    (c.node.attributes.get('axes') as readonly number[] | undefined) ??
    (list?.data == null ? [] : Array.from(list.data as BigInt64Array, Number));
  if (given.length === 0 && c.node.attributes.get('noop_with_empty_axes') === 1) return x.data as Floats;
  const axes = (given.length === 0 ? x.dims.map((_, k) => k) : given).map((a) => (a < 0 ? a + x.dims.length : a));
  const kept = x.dims.map((_, k) => k).filter((k) => !axes.includes(k));
  const order = [...kept, ...axes];
  const sizes = order.map((k) => x.dims[k] as number),
    strides = order.map((k) => product(x.dims.slice(k + 1)));
  const moved = Array.from({ length: product(sizes) }, (_, at) => {
    let from = 0,
      rest = at;
    for (let k = order.length - 1; k >= 0; k--) {
      from += (rest % (sizes[k] as number)) * (strides[k] as number);
      rest = Math.floor(rest / (sizes[k] as number));
    }
    return (x.data as Floats)[from] as number;
  });
  const count = product(axes.map((k) => x.dims[k] as number));
  return evaluate(
    `y_i = ${body}`,
    'y',
    x,
    { x: [moved.length / count, count], ...(body.includes('m}') ? { m: count } : {}) },
    { x: moved },
  );
}

function gemm(c: Case): Floats {
  const [a, b, plus] = c.inputs as [Tensor, Tensor, Tensor | undefined];
  const number = (name: string, otherwise: number): number =>
    (c.node.attributes.get(name) as number | undefined) ?? otherwise;
  const [left, right] = [number('transA', 0) === 1 ? 'A_ki' : 'A_ik', number('transB', 0) === 1 ? 'B_jk' : 'B_kj'];
  const n = a.dims[number('transA', 0) === 1 ? 1 : 0] as number,
    m = b.dims[number('transB', 0) === 1 ? 0 : 1] as number;
  const values = {
    A: a.data as Floats,
    B: b.data as Floats,
    ...(plus ? { C: stretched(plus, [n, m]) } : {}),
    a: [number('alpha', 1)],
    b: [number('beta', 1)],
  };
  return evaluate(
    `Y_ij = a sum_k ${left} ${right}${plus ? ' + b C_ij' : ''}`,
    'Y',
    a,
    { A: a.dims, B: b.dims, ...(plus ? { C: [n, m] } : {}) },
    values,
  );
}
function einsum(c: Case): Floats {
  const [left, right] = (c.node.attributes.get('equation') as string)
    .replaceAll(/\s/g, '')
    .replaceAll('...', 'z')
    .split('->') as [string, string | undefined];
  const terms = left.split(',');
  const result =
    right ??
    [...new Set(left.replaceAll(',', ''))]
      .filter((l) => left.split(l).length === 2)
      .sort()
      .join('');
  const summed = [...new Set(left.replaceAll(',', ''))].filter((l) => !result.includes(l));
  const at = (name: string, letters: string): string => (letters === '' ? name : `${name}_{${[...letters].join(',')}}`);
  const names = ['alpha', 'beta', 'gamma'];
  const tensors = c.inputs as Tensor[];
  const formula = `${at('y', result)} = ${summed.length > 0 ? `sum_{${summed.join(',')}} ` : ''}${terms.map((t, k) => at(names[k] as string, t)).join(' ')}`;
  return evaluate(
    formula,
    'y',
    tensors[0] as Tensor,
    Object.fromEntries(terms.map((_, k) => [names[k] as string, (tensors[k] as Tensor).dims])),
    Object.fromEntries(tensors.map((t, k) => [names[k] as string, t.data as Floats])),
  );
}
function determinant(c: Case): Floats {
  const x = c.inputs[0] as Tensor;
  const n = x.dims.at(-1) as number;
  const one = (k: number): number =>
    evaluate(
      'y = det(X)',
      'y',
      x,
      { X: [n, n] },
      { X: (x.data as Floats).slice(k * n * n, (k + 1) * n * n) },
    )[0] as number;
  return Float32Array.from({ length: product(x.dims.slice(0, -2)) }, (_, k) => one(k));
}
/** Means over everything behind the second axis. */
function globalAverage(c: Case): Floats {
  const x = c.inputs[0] as Tensor;
  const rows = product(x.dims.slice(0, 2)),
    m = product(x.dims.slice(2));
  return evaluate('y_i = (1/m) sum_{j=1}^{m} x_ij', 'y', x, { x: [rows, m], m }, { x: x.data as Floats });
}
const globalMaximum = (c: Case): Floats => {
  const x = c.inputs[0] as Tensor;
  return evaluate(
    'y_i = max_j x_ij',
    'y',
    x,
    { x: [product(x.dims.slice(0, 2)), product(x.dims.slice(2))] },
    { x: x.data as Floats },
  );
};
/** Channels are the second axis; statistics are inputs. */
function batchNormalization(c: Case): Floats {
  const [x, scale, shift, mean, variance] = c.inputs as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const [n, channels] = x.dims as [number, number];
  const values = {
    x: x.data as Floats,
    g: scale.data as Floats,
    b: shift.data as Floats,
    u: mean.data as Floats,
    v: variance.data as Floats,
    q: [(c.node.attributes.get('epsilon') as number | undefined) ?? 1e-5],
  };
  return evaluate(
    'y_ijk = g_j (x_ijk - u_j)/sqrt(v_j + q) + b_j',
    'y',
    x,
    { x: [n, channels, product(x.dims.slice(2))] },
    values,
  );
}
function instanceNormalization(c: Case): Floats {
  const [x, scale, shift] = c.inputs as [Tensor, Tensor, Tensor];
  const [n, channels] = x.dims as [number, number];
  const m = product(x.dims.slice(2));
  const text =
    'u_ij = (1/m) sum_{k=1}^{m} x_ijk\nv_ij = (1/m) sum_{k=1}^{m} (x_ijk - u_ij)^2\ny_ijk = g_j (x_ijk - u_ij)/sqrt(v_ij + q) + b_j';
  return evaluate(
    text,
    'y',
    x,
    { x: [n, channels, m], m },
    {
      x: x.data as Floats,
      g: scale.data as Floats,
      b: shift.data as Floats,
      q: [(c.node.attributes.get('epsilon') as number | undefined) ?? 1e-5],
    },
  );
}
/** The second axis keeps its own mean and variance. */
function meanVarianceNormalization(c: Case): Floats {
  const x = c.inputs[0] as Tensor;
  const [n, channels] = x.dims as [number, number];
  const p = product(x.dims.slice(2));
  const text =
    'u_j = (1/(n p)) sum_{i=1}^{n} sum_{k=1}^{p} x_ijk\nv_j = (1/(n p)) sum_{i=1}^{n} sum_{k=1}^{p} (x_ijk - u_j)^2\ny_ijk = (x_ijk - u_j)/sqrt(v_j)';
  return evaluate(text, 'y', x, { x: [n, channels, p], n, p }, { x: x.data as Floats });
}
function clip(c: Case): Floats {
  const [x, low, high] = c.inputs as [Tensor, Tensor | null | undefined, Tensor | null | undefined];
  const limit = (t: Tensor | null | undefined, otherwise: number): number[] => [
    t?.data == null ? otherwise : Number((t.data as Floats)[0]),
  ];
  return evaluate(
    'y_i = min(h, max(l, x_i))',
    'y',
    x,
    { x: [(x.data as Floats).length] },
    { x: x.data as Floats, l: limit(low, -Infinity), h: limit(high, Infinity) },
  );
}

export const formulaOperators: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(
    Object.entries(unary).map(([name, [body, attributes = {}]]) => [
      name,
      (c: Case): Floats => {
        const x = c.inputs[0] as Tensor;
        const letters = Object.entries(attributes).map(([letter, [attribute, otherwise]]): [string, number[]] => [
          letter,
          [(c.node.attributes.get(attribute) as number | undefined) ?? otherwise],
        ]);
        return evaluate(
          `y_i = ${body}`,
          'y',
          x,
          { x: [(x.data as Floats).length] },
          { x: x.data as Floats, ...Object.fromEntries(letters) },
        );
      },
    ]),
  ),
  ...Object.fromEntries(Object.entries(binary).map(([name, body]) => [name, (c: Case) => elementwise(c, () => body)])),
  ...Object.fromEntries(
    Object.entries(comparisons).map(([name, sign]) => [
      name,
      (c: Case) => elementwise(c, ([a, b]) => `if(${a} ${sign} ${b}, 1, 0)`),
    ]),
  ),
  ...Object.fromEntries(Object.entries(folded).map(([name, fold]) => [name, (c: Case) => elementwise(c, fold)])),
  ...Object.fromEntries(Object.entries(reductions).map(([name, body]) => [name, (c: Case) => reduce(c, body)])),
  Where: (c) => {
    const [condition, a, b] = c.inputs as [Tensor, Tensor, Tensor];
    return elementwise({ ...c, inputs: [a, b, condition] }, ([x, y, z]) => `if(${z} > 0, ${x}, ${y})`);
  },
  Gemm: gemm,
  Einsum: einsum,
  Det: determinant,
  GlobalAveragePool: globalAverage,
  GlobalMaxPool: globalMaximum,
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
  MeanVarianceNormalization: meanVarianceNormalization,
  Clip: clip,
};
/** Whether a case is about floats: other element types are no formula's. */
export const isAboutFloats = (c: Case): boolean => {
  const tensors = c.inputs.filter((t) => t !== null);
  const values =
    c.node.op === 'Where' ? tensors.slice(1) : c.node.op.startsWith('Reduce') ? tensors.slice(0, 1) : tensors;
  return (
    values.length > 0 &&
    values.every(isFloat) &&
    c.outputs.length > 0 &&
    (isFloat(c.outputs[0]) || c.outputs[0]?.data instanceof Uint8Array)
  );
};
