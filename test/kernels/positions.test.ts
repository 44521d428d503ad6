// Entries of given whole numbers as indices in programs: plans and JavaScript; what is no position is an error.
// Not here: library documents in every language (library-targets.test.ts), processes (test/compile/shard.test.ts).
// Invariant: the judge is a loop over examples that is written here.
import { describe, expect, it, test } from 'vitest';
import { compile, emit } from '../../src/index.ts';
import { must } from '../../src/term/must.ts';

const document = `$$p_{nj} = \\frac{e^{z_{nj}}}{\\sum_k e^{z_{nk}}}$$
$$L = -\\sum_n 1\\{t_n \\ne -100\\} \\log p_{n,t_n}$$`;
const outputs = ['L', 'dL/dz_nj'];
const [N, V] = [4, 6];
const z = Array.from({ length: N * V }, (_, i) => Math.sin(3 * i + 1));
const t = [5, -100, 0, 2];

function meant(): { loss: number; gradient: number[] } {
  let loss = 0;
  const gradient: number[] = [];
  t.forEach((label, n) => {
    const row = z.slice(n * V, (n + 1) * V).map(Math.exp);
    const sum = row.reduce((a, b) => a + b, 0);
    if (label >= 0) loss -= Math.log(must(row[label]) / sum);
    row.forEach((e, j) => gradient.push(label < 0 ? 0 : e / sum - (j === label ? 1 : 0)));
  });
  return { loss, gradient };
}
const near = (got: ArrayLike<number>, want: readonly number[]): void => {
  expect(got.length).toBe(want.length);
  want.forEach((w, i) => expect(got[i]).toBeCloseTo(w, 12));
};

describe('labels, one of which is none', () => {
  it.each([1, 2])('as a plan of %i threads', (threads) => {
    const plan = compile(document, { outputs, sizes: { z: [N, V] }, dtype: 'float64', threads });
    must(plan.inputs['z']).set(z);
    must(plan.inputs['t']).set(t);
    plan.run();
    near(must(plan.outputs['L']), [meant().loss]);
    near(must(plan.outputs['dL/dz_nj']), meant().gradient);
    for (const wrong of [V, -1, -101]) {
      must(plan.inputs['t'])[3] = wrong;
      expect(() => plan.run()).toThrow(expect.objectContaining({ code: 'index-out-of-range' }));
    }
    plan.dispose();
  });
  it('as JavaScript', async () => {
    const text = must(emit(document, { to: 'javascript', outputs, name: 'loss' })[0]).content as string;
    const { loss } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
      loss(i: object): Record<string, Float64Array>;
    };
    const got = loss({ z, t });
    near(must(got['L']), [meant().loss]);
    near(must(got['dL/dz_nj']), meant().gradient);
    for (const wrong of [V, -1, 1.5]) expect(() => loss({ z, t: [0, 1, 2, wrong] })).toThrow(RangeError);
  });
});

test('a shifted entry is refused: nothing would see to it that it stays inside', () => {
  expect(() => emit('L = sum_n x_{t_n+1} x_{t_n}', { to: 'c' })).toThrow(
    expect.objectContaining({ code: 'shifted-position' }),
  );
});

test('labels need two exchanges forward and none backward where the classes are split', () => {
  const text = must(emit('cross-entropy-labels', { to: 'torch', autograd: true, shard: { 'z.2': 'tp' } })[0])
    .content as string;
  expect(text).toMatch(/# forward: 2 all-reduce/);
  expect(text).toMatch(/# backward: no exchange/);
});
