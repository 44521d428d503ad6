// The way of the kernels' bytes into the package and back.
// Not here: what the bytes compute.
// Invariant: what a prebuilt kernel gives is what assembling gives.
import { describe, expect, it } from 'vitest';
import { pack } from '../../scripts/pack.mjs';
import { prebuilt, type KernelSource } from '../../src/kernels/instance.ts';
import { unpack } from '../../src/kernels/packed.ts';
import { generator, SEED } from './random.ts';

const files = import.meta.glob<Record<string, KernelSource>>('../../src/kernels/bytes/*.ts', { eager: true });
const built = import.meta.glob<Record<string, KernelSource>>('../../dist/kernels/bytes/*.js', { eager: true });
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

describe('prebuilt kernels', () => {
  it('are the bytes that assembling gives, packed and unpacked', () => {
    let count = 0;
    for (const sources of Object.values(files))
      for (const type of ['f32', 'f64'] as const) {
        const parts = Object.values(sources).flatMap((source) =>
          [false, true].map((fast) => ({ fast, bytes: source.bytes(type, fast) })),
        );
        const text = base64(pack(new Uint8Array(Buffer.concat(parts.map((p) => p.bytes)))));
        let end = 0;
        for (const { fast, bytes } of parts) {
          const from = end;
          end += bytes.length;
          expect(prebuilt({ [`${type}${fast ? ' fast' : ''}`]: [text, from, end] }).bytes(type, fast)).toEqual(bytes);
          count += 1;
        }
      }
    expect(count).toBeGreaterThan(100);
  });
  it.skipIf(Object.keys(built).length === 0)('each file of the built package exports what its source does', () => {
    expect(
      Object.fromEntries(
        Object.entries(built).map(([path, sources]) => [
          path.replace(/^.*\//, '').replace('.js', ''),
          Object.keys(sources).sort(),
        ]),
      ),
    ).toEqual(
      Object.fromEntries(
        Object.entries(files).map(([path, sources]) => [
          path.replace(/^.*\//, '').replace('.ts', ''),
          Object.keys(sources).sort(),
        ]),
      ),
    );
  });
});

describe(`packing (seed ${SEED})`, () => {
  it('gives back every byte, and every prefix', () => {
    const r = generator();
    for (let k = 0; k < 500; k++) {
      const letters = r.pick([1, 2, 4, 256]);
      const bytes = Uint8Array.from({ length: r.integer(r.pick([3, 20, 300, 5000])) }, () => r.integer(letters));
      // Copies with a byte changed here and there, as variants are.
      const twice =
        r.uniform() < 0.5
          ? bytes
          : Uint8Array.from([...bytes, ...bytes.map((b) => (r.uniform() < 0.05 ? r.integer(256) : b))]);
      const text = base64(pack(twice, r.integer(twice.length + 1)));
      for (const end of [0, r.integer(twice.length + 1), twice.length])
        expect(unpack(text, end)).toEqual(twice.slice(0, end));
    }
  });
});
