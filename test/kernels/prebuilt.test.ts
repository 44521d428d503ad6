import { describe, expect, it } from 'vitest';
import { prebuilt, type KernelSource } from '../../src/kernels/instance.ts';

const files = import.meta.glob<Record<string, KernelSource>>('../../src/kernels/bytes/*.ts', { eager: true });

describe('prebuilt kernels', () => {
  it('are the bytes that assembling gives, after the way through base64', () => {
    let count = 0;
    for (const sources of Object.values(files)) for (const source of Object.values(sources)) for (const type of ['f32', 'f64'] as const) for (const fast of [false, true]) {
      const bytes = source.bytes(type, fast);
      const key = `${type}${fast ? ' fast' : ''}`;
      expect(prebuilt({ [key]: Buffer.from(bytes).toString('base64') }).bytes(type, fast)).toEqual(bytes);
      count += 1;
    }
    expect(count).toBeGreaterThan(100);
  });
});
