// Edits that make a wrong gradient right: found by running, told with their line, written only when asked.
// Not here: verdicts and names (`doctor.test.ts`).
// Invariant: the edited program is judged again, and is right.
import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { doctor } from '../../src/doctor/door.ts';
import { must } from '../../src/term/must.ts';
import { whygrad } from '../project/command.ts';
import { file, noNumpy } from './run/place.ts';

vi.setConfig({ testTimeout: 60_000 });

const program = (entry: string, dot = 'p.reduce((s, v, i) => s + v * u[i], 0)'): string => `export function softmax(z) {
  const top = Math.max(...z);
  const e = z.map((v) => Math.exp(v - top));
  const s = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / s);
}
export function softmaxBackward(z, u) {
  const p = softmax(z);
  const dot = ${dot};
  return z.map((_, i) => ${entry});
}
`;

describe('a tried edit', () => {
  test.each([
    ['p[i] * (u[i] + dot)', 10],
    ['p[i] * (dot - u[i])', 10],
    ['2 * p[i] * (u[i] - dot)', 10],
    ['p[i] * p[i] * (u[i] - dot)', 10],
  ])('%s', async (entry, line) => {
    const source = program(entry);
    const [d] = await doctor(file('a.mjs', source), { function: 'softmaxBackward', patience: 20_000 });
    const { edit, tried } = must(d);
    expect([edit?.line, tried?.includes('equals the true gradient')]).toEqual([line, true]);
    const mended =
      source.slice(0, must(edit ?? undefined).start) + edit?.text + source.slice(must(edit ?? undefined).end);
    const [again] = await doctor(file('b.mjs', mended), { function: 'softmaxBackward' });
    expect(again?.verdict).toBe('correct');
  });
});

describe.skipIf(noNumpy)('the formula in the names of a numpy program', () => {
  const numpy = (value: string): string => `import numpy as np

class Softmax:
    def forward(self, x):
        e = np.exp(x - x.max(axis=-1, keepdims=True))
        self.out = e / e.sum(axis=-1, keepdims=True)
        return self.out

    def backward(self, up):
        return ${value}
`;
  test.each(['self.out * up', 'up', 'self.out * (1 - self.out) * up'])('%s', async (value) => {
    const [d] = await doctor(file('soft.py', numpy(value)), { function: 'Softmax.backward' });
    expect(d?.edit?.after).toBe('return self.out * (up - np.sum(up * self.out, axis=-1, keepdims=True))');
  });
});

describe('--fix', () => {
  const source = program('p[i] * (u[i] + dot)');
  test('shows a diff and leaves the file; with --yes the file is changed and right', async () => {
    const place = file('c.mjs', source);
    const shown = whygrad(['doctor', place, '--fix']);
    expect(shown.out).toContain('-return z.map((_, i) => p[i] * (u[i] + dot));\n+return z.map(');
    expect(readFileSync(place, 'utf8')).toBe(source);
    whygrad(['doctor', place, '--fix', '--yes']);
    expect(readFileSync(place, 'utf8')).not.toBe(source);
    const [d] = await doctor(place, { function: 'softmaxBackward' });
    expect(d?.verdict).toBe('correct');
  });
});
