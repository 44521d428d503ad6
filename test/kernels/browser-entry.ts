// What the page and Node both compute: a digest for each result.
// Not here: the page (`browser.test.ts`), the results (`everything.ts`).
// Invariant: digests are of all bytes, NaN bit patterns included.
import { compile } from '../../src/kernels/formula.ts';
import * as kernels from '../../src/kernels/index.ts';
import { everyFormula, everyKernel } from './everything.ts';

type Digests = Readonly<Record<string, string>>;

async function digests(parts: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): Promise<Digests> {
  const out: Record<string, string> = {};
  for (const [name, bytes] of parts)
    out[name] = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))]
      .map((b) => b.toString(16).padStart(2, '0'))
      .join('')
      .slice(0, 16);
  return out;
}
export const kernelDigests = (threads: number): Promise<Digests> => digests(everyKernel(kernels, threads));
export const formulaDigests = (): Promise<Digests> => digests(everyFormula(compile));

Object.assign(globalThis, { kernelDigests, formulaDigests });
