// A checksum that tells a whole file from a torn or changed one.
// Not here: protection against intent; this is CRC-32 (ISO 3309), not a cryptographic hash.
// Invariant: equal bytes give equal sums everywhere.
import { must } from '../../term/must.ts';
const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c >>> 0;
});

/** The CRC-32 of some bytes, as an unsigned number. */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const b of bytes) c = must(table[(c ^ b) & 255]) ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}
