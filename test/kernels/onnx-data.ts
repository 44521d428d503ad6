// ONNX's own test data (Debian's libonnx-testdata): reads models of one node, their inputs and expected outputs.
// Not here: the kernels that are tested.
// Invariant: a missing folder is an error where CI=true, else a reported skip.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const FOLDER = '/usr/share/libonnx-testdata/data/node';
export const available = existsSync(FOLDER);
if (!available && process.env.CI === 'true') throw new Error(`${FOLDER} is missing: apt-get install libonnx-testdata`);

type Field = { readonly number: number; readonly value: bigint | Uint8Array | number };

/** The fields of a protocol-buffer message (https://protobuf.dev/programming-guides/encoding/). */
function* fields(bytes: Uint8Array): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const b = bytes[at++] as number;
      value |= BigInt(b & 127) << shift;
      if (b < 128) return BigInt.asUintN(64, value);
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const number = key >> 3;
    if ((key & 7) === 0) yield { number, value: varint() };
    else if ((key & 7) === 5) {
      yield { number, value: view.getFloat32(at, true) };
      at += 4;
    } else if ((key & 7) === 1) {
      yield { number, value: view.getFloat64(at, true) };
      at += 8;
    } else {
      const n = Number(varint());
      yield { number, value: bytes.subarray(at, at + n) };
      at += n;
    }
  }
}
const text = (b: unknown): string => new TextDecoder().decode(b as Uint8Array);
/** Packed or single integers. */
function integers(value: Field['value']): number[] {
  if (typeof value === 'bigint') return [Number(BigInt.asIntN(64, value))];
  const list: number[] = [];
  const bytes = value as Uint8Array;
  for (let at = 0; at < bytes.length; ) {
    let n = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const b = bytes[at++] as number;
      n |= BigInt(b & 127) << shift;
      if (b < 128) break;
    }
    list.push(Number(BigInt.asIntN(64, n)));
  }
  return list;
}

export interface Tensor {
  readonly dims: readonly number[];
  readonly data:
    | Float32Array<ArrayBuffer>
    | Float64Array<ArrayBuffer>
    | Int32Array<ArrayBuffer>
    | BigInt64Array<ArrayBuffer>
    | Uint8Array<ArrayBuffer>
    | null;
}

/** A TensorProto (onnx.proto: dims 1, data_type 2, float_data 4, int32_data 5, int64_data 7, raw_data 9, double_data 10). */
export function readTensor(bytes: Uint8Array): Tensor {
  const dims: number[] = [];
  let type = 0;
  let raw: Uint8Array | null = null;
  const loose: number[] = [];
  for (const { number, value } of fields(bytes)) {
    if (number === 1) dims.push(...integers(value));
    else if (number === 2) type = Number(value);
    else if (number === 9) raw = value as Uint8Array;
    else if (number === 4)
      loose.push(...(typeof value === 'number' ? [value] : new Float32Array((value as Uint8Array).slice().buffer)));
    else if (number === 10)
      loose.push(...(typeof value === 'number' ? [value] : new Float64Array((value as Uint8Array).slice().buffer)));
    else if (number === 5 || number === 7) loose.push(...integers(value));
  }
  const buffer = raw?.slice().buffer;
  if (type === 1) return { dims, data: buffer ? new Float32Array(buffer) : Float32Array.from(loose) };
  if (type === 11) return { dims, data: buffer ? new Float64Array(buffer) : Float64Array.from(loose) };
  if (type === 6) return { dims, data: buffer ? new Int32Array(buffer) : Int32Array.from(loose) };
  if (type === 7) return { dims, data: buffer ? new BigInt64Array(buffer) : BigInt64Array.from(loose, BigInt) };
  // Booleans, a byte each.
  if (type === 9) return { dims, data: Uint8Array.from(raw ?? loose) };
  return { dims, data: null };
}

export interface Node {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, number | string | readonly number[]>;
}

/** The nodes of a ModelProto (graph 7; node 1: input 1, output 2, op_type 4, attribute 5: name 1, f 2, i 3, s 4, floats 7, ints 8). */
function readNodes(bytes: Uint8Array): Node[] {
  const nodes: Node[] = [];
  for (const model of fields(bytes))
    if (model.number === 7)
      for (const graph of fields(model.value as Uint8Array))
        if (graph.number === 1) nodes.push(readNode(graph.value as Uint8Array));
  return nodes;
}
function readNode(bytes: Uint8Array): Node {
  const inputs: string[] = [],
    outputs: string[] = [];
  let op = '';
  const attributes = new Map<string, number | string | readonly number[]>();
  for (const { number, value } of fields(bytes)) {
    if (number === 1) inputs.push(text(value));
    else if (number === 2) outputs.push(text(value));
    else if (number === 4) op = text(value);
    else if (number === 5) {
      let name = '';
      let content: number | string | readonly number[] = 0;
      const ints: number[] = [];
      for (const a of fields(value as Uint8Array)) {
        if (a.number === 1) name = text(a.value);
        else if (a.number === 2) content = a.value as number;
        else if (a.number === 3) content = integers(a.value)[0] as number;
        else if (a.number === 4) content = text(a.value);
        else if (a.number === 8) ints.push(...integers(a.value));
      }
      attributes.set(name, ints.length > 0 ? ints : content);
    }
  }
  return { op, inputs, outputs, attributes };
}

export interface Case {
  readonly name: string;
  readonly node: Node;
  readonly inputs: readonly (Tensor | null)[];
  readonly outputs: readonly Tensor[];
}

/** The cases whose model is one node of the given operators. */
export function readCases(operators: { has(name: string): boolean }): Case[] {
  if (!available) return [];
  return readdirSync(FOLDER)
    .sort()
    .flatMap((name) => {
      const nodes = readNodes(new Uint8Array(readFileSync(join(FOLDER, name, 'model.onnx'))));
      const [node] = nodes;
      if (nodes.length !== 1 || node === undefined || !operators.has(node.op)) return [];
      const file = (kind: string, k: number): string => join(FOLDER, name, 'test_data_set_0', `${kind}_${k}.pb`);
      let next = 0;
      const inputs = node.inputs.map((input) =>
        input === '' ? null : readTensor(new Uint8Array(readFileSync(file('input', next++)))),
      );
      const outputs = node.outputs.flatMap((_, k) =>
        existsSync(file('output', k)) ? [readTensor(new Uint8Array(readFileSync(file('output', k))))] : [],
      );
      return [{ name, node, inputs, outputs }];
    });
}
