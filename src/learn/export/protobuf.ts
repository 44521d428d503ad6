// The few shapes of protocol buffers that ONNX files are made of.
// Not here: ONNX itself.
// Invariant: fields are written in the order given, so equal values give equal bytes.

const utf8 = new TextEncoder();

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) { out.set(p, at); at += p.length; }
  return out;
}

/** A number as a base-128 varint; negative numbers as 64-bit two's complement. */
export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  do { bytes.push(Number(left & 127n) | (left > 127n ? 128 : 0)); left >>= 7n; } while (left > 0n);
  return Uint8Array.from(bytes);
}

/** A field that holds a whole number. */
export const int = (field: number, value: number | bigint): Uint8Array => concat([varint(field * 8), varint(value)]);
/** A field that holds bytes: text, a nested message, packed numbers. */
export const bytes = (field: number, value: Uint8Array): Uint8Array => concat([varint(field * 8 + 2), varint(value.length), value]);
export const text = (field: number, value: string): Uint8Array => bytes(field, utf8.encode(value));
export const message = (field: number, ...parts: readonly Uint8Array[]): Uint8Array => bytes(field, concat(parts));
/** A field that holds a float32. */
export function float(field: number, value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setFloat32(0, value, true);
  return concat([varint(field * 8 + 5), out]);
}
