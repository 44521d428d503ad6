// A program as an ONNX model (https://github.com/onnx/onnx/blob/main/docs/IR.md), operator set 18.
// Not here: the order of operations (`arrays.ts`), the wire format (`protobuf.ts`).
// Invariant: only operators of the default domain; sizes are symbolic dimensions, so one model serves all sizes.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import type { Comparison } from '../../term/term.ts';
import type { ArrayProgram, Tensor, UnaryOp } from '../loops.ts';
import { extentOf, printStages, type ArrayDialect, type Extent } from './arrays.ts';
import { encode, message, type Field, type Message } from './protobuf.ts';
import type { EmitRequest, Target } from './target.ts';

export const onnx: Target = {
  name: 'onnx',
  says: 'an ONNX model',
  emit: (r) => [{ name: `${r.name}.onnx`, content: model(r) }],
};

const FLOAT = 1;
const INT64 = 7;
const BOOL = 9;
const DOUBLE = 11;
const IR_VERSION = 8;
const OPSET = 18;

const unaryNames: { readonly [K in UnaryOp]: string } = {
  neg: 'Neg',
  abs: 'Abs',
  sqrt: 'Sqrt',
  sign: 'Sign',
  exp: 'Exp',
  log: 'Log',
  sin: 'Sin',
  cos: 'Cos',
  tan: 'Tan',
  asin: 'Asin',
  acos: 'Acos',
  atan: 'Atan',
  sinh: 'Sinh',
  cosh: 'Cosh',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  relu: 'Relu',
  erf: 'Erf',
};
const binaryNames = { add: 'Add', sub: 'Sub', mul: 'Mul', div: 'Div', max: 'Max', min: 'Min', pow: 'Pow' } as const;
const comparisonNames: { readonly [K in Comparison]: string } = {
  '=': 'Equal',
  '!=': 'Equal',
  '<': 'Less',
  '<=': 'LessOrEqual',
  '>': 'Greater',
  '>=': 'GreaterOrEqual',
};
const reduceNames = { sum: 'ReduceSum', prod: 'ReduceProd', max: 'ReduceMax', min: 'ReduceMin' } as const;

type Attribute = { readonly name: string; readonly value: number | string | readonly number[] };

function model(r: EmitRequest): Uint8Array {
  const { program } = r.arrays();
  const type = r.dtype === 'f32' ? FLOAT : DOUBLE;
  const graph = new Graph(program, type);
  printStages(program, dialect(graph));
  const tensors = [...program.tensors.values()];
  const info = (t: Tensor): Message =>
    message(
      [1, t.name],
      [
        2,
        message([
          1,
          message(
            [1, t.dtype === 'index' ? INT64 : type],
            [
              2,
              {
                fields: t.dims.map((size, n): Field => {
                  const e = extentOf({ size, set: t.sets[n] });
                  return [1, 'set' in e ? message([2, e.set]) : message([1, e.size])];
                }),
              },
            ],
          ),
        ]),
      ],
    );
  const inputs = tensors.filter((t) => t.role === 'input' || t.role === 'state').map((t): Field => [11, info(t)]);
  const outputs = tensors.filter((t) => t.role === 'output').map((t): Field => [12, info(t)]);
  const body: Message = {
    fields: [
      ...graph.nodes.map((n): Field => [1, n]),
      [2, r.name],
      ...graph.constants.map((x): Field => [5, x]),
      ...inputs,
      ...outputs,
    ],
  };
  return encode(message([1, IR_VERSION], [2, 'whygrad'], [7, body], [8, message([1, ''], [2, OPSET])]));
}

/** Nodes and constants as they are asked for; equal ones are made once. */
class Graph {
  readonly nodes: Message[] = [];
  readonly constants: Message[] = [];
  readonly type: number;
  readonly program: ArrayProgram;
  readonly #made = new Map<string, string>();
  #count = 0;
  constructor(program: ArrayProgram, type: number) {
    this.program = program;
    this.type = type;
  }

  #name(): string {
    let name: string;
    do name = `v${++this.#count}`;
    while (this.program.tensors.has(name));
    return name;
  }
  node(op: string, inputs: readonly string[], attributes: readonly Attribute[] = [], output?: string): string {
    const key = `${op}(${inputs.join()})${JSON.stringify(attributes)}`;
    const known = this.#made.get(key);
    if (known !== undefined && output === undefined) return known;
    const name = output ?? this.#name();
    this.nodes.push({
      fields: [
        ...inputs.map((x): Field => [1, x]),
        [2, name],
        [4, op],
        ...attributes.map((a): Field => [5, attribute(a)]),
      ],
    });
    if (output === undefined) this.#made.set(key, name);
    return name;
  }
  /** A constant tensor: no dims for a single number. */
  constant(type: number, values: readonly number[], scalar = false): string {
    const key = `${type}:${scalar}:${values.map((x) => (Object.is(x, -0) ? '-0' : x)).join()}`;
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const name = this.#name();
    const raw =
      type === INT64
        ? BigInt64Array.from(values, BigInt)
        : type === FLOAT
          ? Float32Array.from(values)
          : Float64Array.from(values);
    this.constants.push({
      fields: [...(scalar ? [] : [[1, values.length] as Field]), [2, type], [8, name], [9, new Uint8Array(raw.buffer)]],
    });
    this.#made.set(key, name);
    return name;
  }
  integer(n: number): string {
    return this.constant(INT64, [n], true);
  }
  /** The size as an int64 scalar. */
  extent(e: Extent): string {
    if ('size' in e) return this.integer(e.size);
    for (const t of this.program.tensors.values()) {
      const axis = t.sets.indexOf(e.set);
      if (axis !== -1 && (t.role === 'input' || t.role === 'state'))
        return this.node('Gather', [this.node('Shape', [t.name]), this.integer(axis)]);
    }
    throw new WhygradError(
      'unknown-size',
      `The size '${e.set}' belongs to no input, so an ONNX model cannot know it.`,
      { hint: 'Give an input that has it as an axis.' },
    );
  }
  shape(all: readonly Extent[]): string {
    if (all.length === 0) return this.constant(INT64, []);
    return this.node(
      'Concat',
      all.map((e) => this.node('Unsqueeze', [this.extent(e), this.constant(INT64, [0])])),
      [{ name: 'axis', value: 0 }],
    );
  }
}

function attribute(a: Attribute): Message {
  if (typeof a.value === 'number') return message([1, a.name], [3, a.value], [20, 2]);
  if (typeof a.value === 'string') return message([1, a.name], [4, a.value], [20, 3]);
  return { fields: [[1, a.name], ...a.value.map((x): Field => [8, x]), [20, 7]] };
}

/** Whether all entries that have to be positions are; a model cannot raise, so its outputs are NaN where one is not. */
function allInside(g: Graph): string | null {
  const tests = [...g.program.tensors.values()].flatMap((t) => {
    if (t.of === undefined) return [];
    const low = g.node('GreaterOrEqual', [t.name, g.integer(0)]);
    const high = g.node('Less', [t.name, g.extent(extentOf(t.of))]);
    const fits = t.of.except.reduce(
      (all, e) => g.node('Or', [all, g.node('Equal', [t.name, g.integer(e)])]),
      g.node('And', [low, high]),
    );
    const both = g.node('Cast', [fits], [{ name: 'to', value: INT64 }]);
    return [
      g.node('Cast', [g.node('ReduceMin', [both], [{ name: 'keepdims', value: 0 }])], [{ name: 'to', value: BOOL }]),
    ];
  });
  return tests.length === 0 ? null : tests.reduce((a, b) => g.node('And', [a, b]));
}

function dialect(g: Graph): ArrayDialect<string> {
  const unsqueeze = (h: string, axes: readonly number[]): string =>
    axes.length === 0 ? h : g.node('Unsqueeze', [h, g.constant(INT64, axes)]);
  const cast = (h: string): string => g.node('Cast', [h], [{ name: 'to', value: g.type }]);
  return {
    number: (x) => g.constant(g.type, [x], true),
    extent: (e) => g.extent(e),
    sizeNumber: (e) => cast(g.extent(e)),
    tensor: (t) => t.name,
    arrange: (h, order, pattern) => {
      const moved = order.some((n, k) => n !== k) ? g.node('Transpose', [h], [{ name: 'perm', value: order }]) : h;
      return unsqueeze(
        moved,
        pattern.flatMap((isNew, n) => (isNew ? [n] : [])),
      );
    },
    iota: (e, at, rank) =>
      unsqueeze(
        g.node('Range', [g.integer(0), g.extent(e), g.integer(1)]),
        Array.from({ length: rank }, (_, n) => n).filter((n) => n !== at),
      ),
    integer: (op, a, b) => g.node(op === 'add' ? 'Add' : 'Mul', [a, b]),
    clip: (h, last) => g.node('Min', [g.node('Max', [h, g.integer(0)]), last]),
    real: cast,
    take: (t, at) => {
      // A position in the flat tensor: ((i·m + j)·k + …).
      const flat = at
        .slice(1)
        .reduce(
          (sum, x, n) =>
            g.node('Add', [
              g.node('Mul', [sum, g.extent(extentOf({ size: must(t.dims[n + 1]), set: t.sets[n + 1] }))]),
              x,
            ]),
          must(at[0]),
        );
      return g.node('Gather', [g.node('Reshape', [t.name, g.constant(INT64, [-1])]), flat]);
    },
    unary: (op, a) => g.node(unaryNames[op], [a]),
    binary: (op, a, b) => g.node(binaryNames[op], [a, b]),
    compare: (op, a, b) => {
      const h = g.node(comparisonNames[op], [a, b]);
      return op === '!=' ? g.node('Not', [h]) : h;
    },
    logic: (op, all) => all.reduce((a, b) => g.node(op === 'and' ? 'And' : 'Or', [a, b])),
    not: (a) => g.node('Not', [a]),
    where: (test, a, b) => g.node('Where', [test, a, b]),
    broadcast: (h, shape) => g.node('Expand', [h, g.shape(shape)]),
    reduce: (op, h, axes) => g.node(reduceNames[op], [h, g.constant(INT64, axes)], [{ name: 'keepdims', value: 0 }]),
    einsum: (equation, operands) => g.node('Einsum', operands, [{ name: 'equation', value: equation }]),
    matrix: (op, h) => {
      if (op === 'determinant') return g.node('Det', [h]);
      throw new WhygradError('not-in-target', 'ONNX has no operator for the inverse of a matrix.', {
        hint: 'Emit to another target, or write the formula without an inverse.',
      });
    },
    assign: (t, h) => {
      const inside = t.role === 'output' ? allInside(g) : null;
      if (inside === null) g.node('Identity', [h], [], t.name);
      else g.node('Where', [inside, h, g.constant(g.type, [Number.NaN], true)], [], t.name);
    },
  };
}
