// The example that trains with the vocabulary on one process and on four, run as its README line says.
// Not here: split programs in general (shard.test.ts).
// Invariant: both print the same losses, and each of four processes holds at most 0.3 of what one holds.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pythonWith } from './python.ts';

const python = pythonWith('torch');

describe.skipIf(python === null)('examples/vocab-parallel/run', () => {
  it('prints the same loss for one process and for four, and the memory of each', () => {
    const run = join(import.meta.dirname, '../../examples/vocab-parallel/run');
    const env = { ...process.env, PYTHON: python ?? '' };
    const { stdout, stderr, status } = spawnSync('bash', [run, '48', '2003', '16', '4'], { encoding: 'utf8', env });
    expect([status, stdout === '' ? stderr : '']).toEqual([0, '']);
    const losses = [...stdout.matchAll(/step \d: loss on one process ([\d.]+), on four ([\d.]+)/g)];
    expect(losses.length).toBe(4);
    for (const [, one, four] of losses) expect(four).toBe(one);
    expect(Number(losses[3]?.[1])).toBeLessThan(Number(losses[0]?.[1]));
    const shares = [...stdout.matchAll(/process \d, words .* MiB, ([\d.]+) of that/g)].map((m) => Number(m[1]));
    expect(shares.length).toBe(4);
    for (const s of shares) expect(s).toBeLessThanOrEqual(0.3);
  });
});
