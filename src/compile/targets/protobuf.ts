// Protocol-buffer messages as bytes: the few wire types that ONNX uses.
// Not here: field numbers and meanings (`onnx.ts`).
// Invariant: fields are written in the order given.

/** Field number and content: an integer, a text, bytes, or a message inside. */
export type Field = readonly [field: number, value: number | string | Uint8Array | Message];
export interface Message {
  readonly fields: readonly Field[];
}
export const message = (...fields: readonly Field[]): Message => ({ fields });

function varint(n: number): number[] {
  const bytes: number[] = [];
  // A negative int64 is written as its two's complement in ten bytes.
  let x = BigInt.asUintN(64, BigInt(n));
  do {
    const low = Number(x & 127n);
    x >>= 7n;
    bytes.push(x > 0n ? low + 128 : low);
  } while (x > 0n);
  return bytes;
}

/** The bytes of a message. */
export function encode(m: Message): Uint8Array {
  const parts: Uint8Array[] = m.fields.map(([field, value]) => {
    if (typeof value === 'number') return Uint8Array.from([...varint(field * 8), ...varint(value)]);
    const content =
      typeof value === 'string' ? new TextEncoder().encode(value) : value instanceof Uint8Array ? value : encode(value);
    const head = Uint8Array.from([...varint(field * 8 + 2), ...varint(content.length)]);
    return joined([head, content]);
  });
  return joined(parts);
}
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}
