// Where the bytes of a kernel come from: assembled here, or written into the package at build time.
// Not here: the kernels (`compile/schedules/`), instances of them (`instance.ts`).
// Invariant: both ways give the same bytes.
import { kernelBytes, type KernelRecord } from '../compile/schedules/kernels.ts';
import type { KernelSource } from './instance.ts';

/** The bytes are assembled when they are first asked for (the build replaces this by the bytes themselves). */
export function assembled(record: KernelRecord): KernelSource {
  const known = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    bytes(type, fast) {
      const key = `${type}${fast ? ' fast' : ''}`;
      const bytes = known.get(key) ?? kernelBytes(record, type, fast);
      known.set(key, bytes);
      return bytes;
    },
  };
}
