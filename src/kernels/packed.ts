// Packed bytes unpacked: the variants of a kernel repeat each other, so most of them are copies of what came before.
// Not here: the packing (`scripts/pack.mjs`), which runs at build time.
// Invariant: a prefix can be unpacked alone, so a variant costs only what stands before it.

import { must } from '../term/must.ts';
interface Decoders {
  readonly Buffer?: { from(text: string, encoding: 'base64'): Uint8Array };
  readonly Uint8Array: { fromBase64?(text: string): Uint8Array };
}
/** The bytes of a base64 text. */
function decode(base64: string): Uint8Array {
  // The engine's own decoders are fast from the first call on; the loop is for browsers that have none.
  const { Buffer, Uint8Array: bytesOf } = globalThis as unknown as Decoders;
  if (bytesOf.fromBase64 !== undefined) return bytesOf.fromBase64(base64);
  if (Buffer !== undefined) return Buffer.from(base64, 'base64');
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

/** No copy is shorter. */
const SHORTEST = 4;

/**
 * The first `end` bytes of a packed text (base64). A token is a byte with a number of literals (upper half) and the
 * length of a copy less 4 (lower half; 15 in either half: more follows
 * in sevens of bits, least first), the literals, and how far back the copy starts (0: as far as the last one).
 */
export function unpack(text: string, end: number): Uint8Array<ArrayBuffer> {
  const from = decode(text);
  const to = new Uint8Array(end);
  let at = 0,
    out = 0,
    back = 0;
  const number = (): number => {
    let n = 0;
    for (let shift = 0; ; shift += 7) {
      const b = must(from[at++]);
      n |= (b & 127) << shift;
      if (b < 128) return n;
    }
  };
  while (out < end) {
    const token = must(from[at++]);
    const literals = token >> 4 === 15 ? 15 + number() : token >> 4;
    // A long run is copied by the engine: the code here runs once and is never made fast.
    if (literals > 15) {
      to.set(from.subarray(at, at + Math.min(literals, end - out)), out);
      out += literals;
      at += literals;
    } else for (let k = 0; k < literals && out < end; k++) to[out++] = must(from[at++]);
    if (out >= end) break;
    back = number() || back;
    const length = SHORTEST + ((token & 15) === 15 ? 15 + number() : token & 15);
    for (let k = 0; k < length && out < end; k++, out++) to[out] = must(to[out - back]);
  }
  return to;
}
