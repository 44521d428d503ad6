// The softmax family however it was written: recognised, run by the row schedule, and right.
// Not here: the row schedule's own accuracy (test/kernels).
// Invariant: the expected numbers come from the meaning of the formulas in float64.
import { describe, expect, it } from 'vitest';
import { compileTerm } from '../../src/check/evaluate.ts';
import { seeded } from '../../src/check/random.ts';
import { compileProgram, scheduleProgram } from '../../src/compile/plan.ts';
import type { Program } from '../../src/compile/program.ts';
import { emptyContext } from '../../src/term/context.ts';
import { program } from './written-programs.ts';

interface Case {
  readonly lines: readonly string[];
  readonly output: string;
}
const cases: Readonly<Record<string, Case>> = {
  softmax: { lines: ['p_nj = exp(z_nj)/sum_k exp(z_nk)'], output: 'p' },
  'softmax by a named sum': { lines: ['S_n = sum_k exp(z_nk)', 'p_nj = exp(z_nj)/S_n'], output: 'p' },
  'softmax by named exponentials': { lines: ['u_nj = exp(z_nj)', 'p_nj = u_nj/sum_k u_nk'], output: 'p' },
  'softmax shifted by the author': {
    lines: ['m_n = max_k z_nk', 'p_nj = exp(z_nj - m_n)/sum_k exp(z_nk - m_n)'],
    output: 'p',
  },
  'softmax as a power of the sum': { lines: ['p_nj = (sum_k exp(z_nk))^(-1) exp(z_nj)'], output: 'p' },
  'softmax with the quotient turned over': { lines: ['p_nj = 1/sum_k exp(z_nk - z_nj)'], output: 'p' },
  'softmax with a temperature': { lines: ['p_nj = exp(z_nj/t)/sum_k exp(z_nk/t)'], output: 'p' },
  'softmax with a mask': {
    lines: ['a_nj = if(y_nj < 0, -1000, z_nj)', 'p_nj = exp(a_nj)/sum_k exp(a_nk)'],
    output: 'p',
  },
  'log-softmax': { lines: ['l_nj = log(exp(z_nj)/sum_k exp(z_nk))'], output: 'l' },
  'log-softmax as a difference': { lines: ['l_nj = z_nj - log(sum_k exp(z_nk))'], output: 'l' },
  'log-sum-exp': { lines: ['l_n = log(sum_k exp(z_nk))'], output: 'l' },
  'cross-entropy by a folded name': {
    lines: ['p_nj = exp(z_nj)/sum_k exp(z_nk)', 'L_n = -sum_j y_nj log p_nj'],
    output: 'L',
  },
  'the mean loss': { lines: ['p_nj = exp(z_nj)/sum_k exp(z_nk)', 'L = -sum_n sum_j y_nj log p_nj'], output: 'L' },
  'gradient of cross-entropy': { lines: ['p_nj = exp(z_nj)/sum_k exp(z_nk)', 'g_nj = p_nj - y_nj'], output: 'g' },
  'backward pass of softmax': {
    lines: ['p_nj = exp(z_nj)/sum_k exp(z_nk)', 'g_nj = p_nj (y_nj - sum_k p_nk y_nk)'],
    output: 'g',
  },
  'attention over rows': { lines: ['p_nj = exp(z_nj)/sum_k exp(z_nk)', 'o_ni = sum_j p_nj y_ij'], output: 'o' },
};

function meaning(
  p: Program,
  output: string,
  values: ReadonlyMap<string, { shape: number[]; data: Float64Array }>,
  sizes: ReadonlyMap<string, number>,
): number[] {
  const shapes = new Map([
    ...p.inputs.map((i) => [i.name, i.sets] as const),
    ...p.definitions.map((d) => [d.name, d.params.map((x) => x.set)] as const),
  ]);
  const context = { ...emptyContext, definitions: new Map(p.definitions.map((d) => [d.name, d])), shapes };
  const o = p.outputs.find((x) => x.name === output);
  if (o === undefined) throw new Error(`no output ${output}`);
  const at = compileTerm(o.body, o.letters, context).in({ context, values, sizes, indices: new Map(), seed: 1 });
  const tuples = o.sets.reduce<number[][]>(
    (all, s) => all.flatMap((x) => Array.from({ length: sizes.get(s) as number }, (_, k) => [...x, k + 1])),
    [[]],
  );
  return tuples.map((x) => at(x));
}

describe.each(Object.entries(cases))('%s', (_, { lines, output }) => {
  it.each([
    [3, 5],
    [4, 33],
    [2, 70],
  ])('%i rows of %i', (N, K) => {
    const written = program(lines, [output]);
    const rename = new Map<string, number>();
    for (const i of written.inputs) i.sets.forEach((s, n) => rename.set(s, i.sets.length === 2 && n === 0 ? N : K));
    const random = seeded(N * 1000 + K);
    const values = new Map(
      written.inputs.map((i) => {
        const shape = i.sets.map((s) => rename.get(s) as number);
        return [
          i.name,
          {
            shape,
            data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () =>
              i.sets.length === 0 ? 1.5 : Math.fround(random() * 8 - 4),
            ),
          },
        ];
      }),
    );
    const want = meaning(written, output, values, rename);
    const scale = Math.max(...want.map(Math.abs));
    for (const dtype of ['f32', 'f64'] as const) {
      const plan = compileProgram(written, { sizes: rename, dtype });
      for (const [name, v] of values) plan.inputs[name]?.set(v.data);
      plan.run();
      want.forEach((w, n) => {
        expect(Math.abs((plan.outputs[output]?.[n] as number) - w) / scale).toBeLessThan(
          dtype === 'f32' ? 2e-6 : 1e-14,
        );
      });
    }
    const fused = scheduleProgram(written, { sizes: rename }).nests.some((n) => n.softmax !== undefined);
    expect(fused).toBe(K >= 32);
  });
});

describe('large logits', () => {
  it.each(Object.entries(cases))('%s stays finite', (_, { lines, output }) => {
    const written = program(lines, [output]);
    const sizes = new Map(
      written.inputs.flatMap((i) => i.sets.map((s, n) => [s, i.sets.length === 2 && n === 0 ? 3 : 40] as const)),
    );
    const plan = compileProgram(written, { sizes });
    for (const view of Object.values(plan.inputs))
      for (let n = 0; n < view.length; n++) view[n] = view.length === 1 ? 2 : 10_000 * Math.sin(n);
    plan.run();
    for (const x of plan.outputs[output] ?? []) expect(Number.isFinite(x)).toBe(true);
  });
});
