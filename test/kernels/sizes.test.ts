// Gradients compiled for sizes that are all different, against their meaning by dual numbers.
// Not here: the other targets and the library (`library-targets.test.ts`).
// Invariant: no two index sets of a document have one size, so a sum over the wrong one is seen.
import { describe, expect, it } from 'vitest';
import { mustAgree } from '../../src/compile/agreement.ts';
import { compile, evaluate } from '../../src/index.ts';
import { programOf } from '../../src/kernels/formula.ts';
import { reduce, wholeSet } from '../../src/term/term.ts';
import { closeAll } from '../../src/term/walk.ts';
import { distance } from '../compile/meaning.ts';
import { seeded } from '../../src/check/random.ts';

const softmaxLayer = (mean: string): string =>
  `z_{nk} = sum_j x_{nj} W_{jk} + b_k; p_{nk} = exp(z_{nk})/sum_l exp(z_{nl}); L = ${mean}`;
const documents: readonly (readonly [string, string, readonly string[], Record<string, readonly number[]>])[] = [
  ...[
    [3, 2, 5],
    [6, 4, 3],
    [2, 5, 7],
  ].map(
    ([n, d, v]) =>
      [
        `linear layer, softmax, mean cross-entropy (N = ${n}, V = ${v})`,
        softmaxLayer('-1/N sum_{n=1}^N sum_k y_{nk} log p_{nk}'),
        ['dL/dx_{nj}', 'dL/dW_{jk}', 'dL/db_k', 'dL/dy_{nk}'],
        { x: [n, d], W: [d, v], b: [v], y: [n, v] },
      ] as const,
  ),
  [
    'the mean without a limit',
    softmaxLayer('-1/N sum_n sum_k y_{nk} log p_{nk}'),
    ['dL/dx_{nj}', 'dL/dW_{jk}', 'dL/db_k'],
    { x: [4, 2], W: [2, 6], b: [6], y: [4, 6] },
  ],
  [
    'squared error of a linear layer',
    'a_{ni} = sum_j W_{ij} x_{nj} + b_i; E = sum_n sum_i (a_{ni} - t_{ni})^2',
    ['dE/dx_{mj}', 'dE/dW_{ij}', 'dE/db_i', 'dE/dt_{ni}'],
    { x: [3, 2], W: [5, 2], b: [5], t: [3, 5] },
  ],
  [
    'mean squared error of a linear layer',
    'a_{ni} = sum_j W_{ij} x_{nj} + b_i; E = 1/(2M) sum_{n=1}^M sum_i (a_{ni} - t_{ni})^2',
    ['dE/dx_{mj}', 'dE/dW_{ij}', 'dE/db_i'],
    { x: [5, 4], W: [3, 4], b: [3], t: [5, 3] },
  ],
  [
    'a mean of squares of three factors',
    'u_{bc} = sum_k P_{bk} Q_{kc}; S = 1/K sum_{k=1}^K sum_b P_{bk}^2 + sum_b sum_c u_{bc}^2',
    ['dS/dP_{bk}', 'dS/dQ_{kc}'],
    { P: [4, 3], Q: [3, 2] },
  ],
];

const fill = (shape: readonly number[], random: () => number): unknown =>
  shape.length === 0 ? random() : Array.from({ length: shape[0] as number }, () => fill(shape.slice(1), random));
const flat = (x: unknown): number[] => (Array.isArray(x) ? x.flatMap(flat) : [x as number]);

describe('sizes that are all different', () => {
  it.each(documents)('%s', (_, text, questions, shapes) => {
    const random = seeded(19);
    const values = Object.fromEntries(Object.entries(shapes).map(([n, s]) => [n, fill(s, () => 0.3 + 0.6 * random())]));
    for (const question of questions) {
      const plan = compile(text, { outputs: [question], sizes: shapes, dtype: 'float64' });
      for (const [name, view] of Object.entries(plan.inputs)) view.set(flat(values[name]));
      plan.run();
      const letters = [...(/_\{?(\w+)\}?$/.exec(question)?.[1] ?? '')];
      const want = evaluate(question, { given: text.split(';'), values, axes: letters });
      expect(distance(plan.outputs[question] ?? [], flat(want.value)), question).toBeLessThan(1e-12);
    }
  });
});

describe('a program whose letters run over other sets than their axes', () => {
  it('is a bug, not a result', () => {
    const { program } = programOf('s_i = sum_j A_{ij} v_j', {});
    const [s] = program.definitions;
    if (s === undefined) throw new Error('no definition');
    const wrong = { ...s, params: [{ letter: 'i', set: 'size(v,1)' }] };
    expect(() => mustAgree({ ...program, definitions: [wrong] })).toThrow(/bug: /);
    const output = { name: 'o', letters: ['i'], sets: ['size(v,1)'], body: program.outputs[0]?.body ?? s.body };
    expect(() => mustAgree({ ...program, outputs: [output] })).toThrow(/bug: /);
    const summed = reduce('sum', 'i', closeAll(output.body, ['i']), wholeSet('size(v,1)'));
    expect(() => mustAgree({ ...program, outputs: [{ name: 'o', letters: [], sets: [], body: summed }] })).toThrow(
      /bug/,
    );
    expect(() => mustAgree(program)).not.toThrow();
  });
});
