// An ONNX file (opset 17) from a list of nodes and constants.
// Not here: which nodes a formula needs (onnx-graph.ts).
// Invariant: the file holds no names of machines and no times; equal graphs give equal bytes.
import { bytes, concat, float, int, message, text, varint } from './protobuf.ts';

/** An attribute of a node. */
export type Attribute = number | readonly number[] | string | { readonly float: number };
/** One operation. */
export interface GraphNode { readonly op: string; readonly inputs: readonly string[]; readonly output: string; readonly attributes?: Readonly<Record<string, Attribute>> }
/** A constant tensor. */
export interface Constant { readonly name: string; readonly shape: readonly number[]; readonly data: Float32Array | BigInt64Array }
/** A dimension: a number or a name. */
export interface ValueInfo { readonly name: string; readonly shape: readonly (number | string)[] }
export interface Graph { readonly name: string; readonly nodes: readonly GraphNode[]; readonly constants: readonly Constant[]; readonly inputs: readonly ValueInfo[]; readonly outputs: readonly ValueInfo[] }

const FLOAT = 1;
const INT64 = 7;
const IR_VERSION = 8;
export const OPSET = 17;

function attribute(name: string, value: Attribute): Uint8Array {
  if (typeof value === 'number') return message(5, text(1, name), int(3, value), int(20, 2));
  if (typeof value === 'string') return message(5, text(1, name), text(4, value), int(20, 3));
  if (Array.isArray(value)) return message(5, text(1, name), ...(value as number[]).map((v) => int(8, v)), int(20, 7));
  return message(5, text(1, name), float(2, (value as { float: number }).float), int(20, 1));
}

const node = (n: GraphNode, at: number): Uint8Array =>
  message(1, ...n.inputs.map((i) => text(1, i)), text(2, n.output), text(3, `${n.op} ${at}`), text(4, n.op), ...Object.entries(n.attributes ?? {}).map(([k, v]) => attribute(k, v)));

function littleEndian(data: Float32Array | BigInt64Array): Uint8Array {
  const out = new Uint8Array(data.byteLength);
  const view = new DataView(out.buffer);
  if (data instanceof Float32Array) data.forEach((v, i) => { view.setFloat32(4 * i, v, true); });
  else data.forEach((v, i) => { view.setBigInt64(8 * i, v, true); });
  return out;
}

const constant = (c: Constant): Uint8Array =>
  message(5, ...(c.shape.length === 0 ? [] : [bytes(1, concat(c.shape.map(varint)))]), int(2, c.data instanceof Float32Array ? FLOAT : INT64), text(8, c.name), bytes(9, littleEndian(c.data)));

const valueInfo = (field: number, v: ValueInfo): Uint8Array =>
  message(field, text(1, v.name), message(2, message(1, int(1, FLOAT), message(2, ...v.shape.map((d) => (typeof d === 'number' ? message(1, int(1, d)) : message(1, text(2, d))))))));

/** The bytes of a model file. */
export function onnxFile(graph: Graph): Uint8Array {
  const body = message(7, ...graph.nodes.map(node), text(2, graph.name), ...graph.constants.map(constant), ...graph.inputs.map((v) => valueInfo(11, v)), ...graph.outputs.map((v) => valueInfo(12, v)));
  return concat([int(1, IR_VERSION), text(2, 'whygrad'), body, message(8, text(1, ''), int(2, OPSET))]);
}
