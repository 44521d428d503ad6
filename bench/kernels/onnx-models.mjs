// The smallest ONNX graphs of what is measured, written byte by byte (https://onnx.ai/onnx/repo-docs/IR.html, protocol buffers).
// Not here: running them (`peers.mjs`).
// Invariant: opset 16; inputs and outputs as onnxruntime's cheapest graph for the operation needs them.
const encoder = new TextEncoder();
const varint = (n) => {
  const bytes = [];
  let v = BigInt(n);
  do {
    const low = Number(v & 127n);
    v >>= 7n;
    bytes.push(v > 0n ? low | 128 : low);
  } while (v > 0n);
  return bytes;
};
const number = (field, n) => [...varint(field << 3), ...varint(BigInt.asUintN(64, BigInt(n)))];
const bytes = (field, content) => [...varint((field << 3) | 2), ...varint(content.length), ...content];
const text = (field, s) => bytes(field, encoder.encode(s));
const attribute = (name, value) =>
  typeof value === 'string'
    ? [...text(1, name), ...text(4, value), ...number(20, 3)]
    : Array.isArray(value)
      ? [...text(1, name), ...value.flatMap((v) => number(8, v)), ...number(20, 7)]
      : [...text(1, name), ...number(3, value), ...number(20, 2)];
const node = (op, inputs, outputs, attributes = {}) =>
  bytes(1, [
    ...inputs.flatMap((x) => text(1, x)),
    ...outputs.flatMap((x) => text(2, x)),
    ...text(4, op),
    ...Object.entries(attributes).flatMap(([k, v]) => bytes(5, attribute(k, v))),
  ]);
const value = (field, name, type, dims) =>
  bytes(field, [
    ...text(1, name),
    ...bytes(
      2,
      bytes(1, [
        ...number(1, type),
        ...bytes(
          2,
          dims.flatMap((d) => bytes(1, text(2, d))),
        ),
      ]),
    ),
  ]);
const model = (nodes, inputs, outputs) =>
  Uint8Array.from([
    ...number(1, 8),
    ...bytes(8, number(2, 16)),
    ...bytes(7, [
      ...nodes.flat(),
      ...text(2, 'g'),
      ...inputs.flatMap((v) => value(11, ...v)),
      ...outputs.flatMap((v) => value(12, ...v)),
    ]),
  ]);
const FLOAT = 1,
  INT64 = 7,
  DOUBLE = 11;

export const rowModel = (op, double = false) =>
  model(
    [node(op, ['x'], ['y'], { axis: -1 })],
    [['x', double ? DOUBLE : FLOAT, ['r', 'c']]],
    [['y', double ? DOUBLE : FLOAT, ['r', 'c']]],
  );
/** Mean loss and gradient: softmax, scaled, with 1/r taken away at the labels. */
export const crossEntropyModel = () =>
  model(
    [
      node('Softmax', ['x'], ['p'], { axis: -1 }),
      node('Mul', ['p', 'scale'], ['scaled']),
      node('ScatterElements', ['scaled', 'labels', 'update'], ['gradient'], { axis: 1, reduction: 'add' }),
      node('GatherElements', ['p', 'labels'], ['target'], { axis: 1 }),
      node('Log', ['target'], ['logs']),
      node('ReduceMean', ['logs'], ['mean'], { keepdims: 0 }),
      node('Neg', ['mean'], ['loss']),
    ],
    [
      ['x', FLOAT, ['r', 'c']],
      ['labels', INT64, ['r', 'one']],
      ['scale', FLOAT, []],
      ['update', FLOAT, ['r', 'one']],
    ],
    [
      ['gradient', FLOAT, ['r', 'c']],
      ['loss', FLOAT, []],
    ],
  );
