// Bytes that are read piece by piece: from memory or from an open file.
// Not here: what the bytes mean.
// Invariant: reading the same place twice gives the same bytes.

/** Bytes with random access. */
export interface ByteSource {
  /** How many there are. */
  readonly length: number;
  /** Copies what stands from `at` on into `target`; how many bytes were copied, 0 at the end. */
  read(at: number, target: Uint8Array): number;
}

/** Bytes in memory. */
export const bytesSource = (bytes: Uint8Array): ByteSource => ({
  length: bytes.length,
  read: (at, target) => {
    const part = bytes.subarray(at, at + target.length);
    target.set(part);
    return part.length;
  },
});

/** Fills `target` from `at` on, as far as there is something; how many bytes were copied. */
export function fill(source: ByteSource, at: number, target: Uint8Array): number {
  let filled = 0;
  while (filled < target.length) {
    const count = source.read(at + filled, target.subarray(filled));
    if (count === 0) break;
    filled += count;
  }
  return filled;
}

/** All bytes of a source. */
export function allBytes(source: ByteSource): Uint8Array {
  const bytes = new Uint8Array(source.length);
  return bytes.subarray(0, fill(source, 0, bytes));
}
