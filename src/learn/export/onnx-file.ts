// An ONNX file (opset 17) from a list of nodes and constants.
// Not here: which nodes a formula needs (onnx-graph.ts), the wire format (`compile/targets/protobuf.ts`).
// Invariant: the file holds no names of machines and no times; equal graphs give equal bytes.
import { encode, message, type Field, type Message } from '../../compile/targets/protobuf.ts';

/** An attribute of a node. */
export type Attribute = number | readonly number[] | string;
/** One operation. */
export interface GraphNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}
/** A constant tensor. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}
/** A dimension: a number or a name. */
export interface ValueInfo {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}
export interface Graph {
  readonly name: string;
  readonly nodes: readonly GraphNode[];
  readonly constants: readonly Constant[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

const FLOAT = 1;
const INT64 = 7;
const IR_VERSION = 8;
const OPSET = 17;

function attribute([name, value]: [string, Attribute]): Field {
  if (typeof value === 'number') return [5, message([1, name], [3, value], [20, 2])];
  if (typeof value === 'string') return [5, message([1, name], [4, value], [20, 3])];
  return [5, message([1, name], ...value.map((v): Field => [8, v]), [20, 7])];
}

const node = (n: GraphNode, at: number): Field => [
  1,
  message(
    ...n.inputs.map((i): Field => [1, i]),
    [2, n.output],
    [3, `${n.op} ${at}`],
    [4, n.op],
    ...Object.entries(n.attributes ?? {}).map(attribute),
  ),
];

function littleEndian(data: Float32Array | BigInt64Array): Uint8Array {
  const out = new Uint8Array(data.byteLength);
  const view = new DataView(out.buffer);
  if (data instanceof Float32Array)
    data.forEach((v, i) => {
      view.setFloat32(4 * i, v, true);
    });
  else
    data.forEach((v, i) => {
      view.setBigInt64(8 * i, v, true);
    });
  return out;
}

const constant = (c: Constant): Field => [
  5,
  message(
    ...c.shape.map((n): Field => [1, n]),
    [2, c.data instanceof Float32Array ? FLOAT : INT64],
    [8, c.name],
    [9, littleEndian(c.data)],
  ),
];

const dimension = (d: number | string): Field => [1, typeof d === 'number' ? message([1, d]) : message([2, d])];
const typed = (shape: readonly (number | string)[]): Message =>
  message([1, message([1, FLOAT], [2, message(...shape.map(dimension))])]);
const valueInfo = (field: number, v: ValueInfo): Field => [field, message([1, v.name], [2, typed(v.shape)])];

/** The bytes of a model file. */
export function onnxFile(graph: Graph): Uint8Array {
  const body = message(
    ...graph.nodes.map(node),
    [2, graph.name],
    ...graph.constants.map(constant),
    ...graph.inputs.map((v) => valueInfo(11, v)),
    ...graph.outputs.map((v) => valueInfo(12, v)),
  );
  return encode(message([1, IR_VERSION], [2, 'whygrad'], [7, body], [8, message([1, ''], [2, OPSET])]));
}
