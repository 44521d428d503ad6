// What formulas are lowered to: the order of contractions, shared temporaries, choices instead of sums, exponentials made safe.
// Not here: numbers (`differential.test.ts`).
// Invariant: stages are compared by what they loop over, not by their names.
import { describe, expect, it } from 'vitest';
import { javascriptText } from '../../src/compile/targets/javascript.ts';
import type { MapStage, Stage } from '../../src/compile/loops.ts';
import { scheduleProgram } from '../../src/compile/plan.ts';
import type { Program } from '../../src/compile/program.ts';
import { stabilise } from '../../src/compile/stable.ts';
import { loopsOf, volume } from '../../src/compile/stages.ts';
import { parse, readContext } from '../../src/meaning/parse.ts';
import { print } from '../../src/term/print.ts';
import { network, networkSizes, program } from './written-programs.ts';

const sizes = { N: 32, I: 64, J: 48, O: 10 };
const stagesOf = (p: Program, given: Record<string, number> = sizes): MapStage[] =>
  scheduleProgram(p, { sizes: given })
    .nests.flatMap((n) => n.stages)
    .filter((s: Stage): s is MapStage => s.kind === 'map');
const work = (stages: readonly MapStage[]): number => stages.reduce((sum, s) => sum + volume(loopsOf(s)), 0);
const shapes = {
  x: ['N', 'I'],
  V: ['J', 'O'],
  D: ['N', 'O'],
  H: ['N', 'J'],
  g: ['I', 'J'],
  b: ['J'],
  u: ['N'],
  w: ['I'],
  s: ['N', 'N'],
  y: ['N', 'I'],
};

describe('contractions', () => {
  it('a product over two indices is ordered so that the work is least', () => {
    const stages = stagesOf(program(['g_ij = sum_n sum_o x_ni D_no V_jo H_nj'], ['g'], shapes));
    // Σ_o first (N·J·O), then Σ_n (N·I·J): 15,360 + 98,304, not N·I·J·O = 983,040.
    expect(work(stages)).toBeLessThan(150_000);
  });

  it('the same inner sum in two outputs is computed once', () => {
    const both = work(
      stagesOf(
        program(['g_ij = sum_n x_ni H_nj (sum_o D_no V_jo)', 'b_j = sum_n H_nj (sum_o D_no V_jo)'], ['g', 'b'], shapes),
      ),
    );
    const one = work(stagesOf(program(['g_ij = sum_n x_ni H_nj (sum_o D_no V_jo)'], ['g'], shapes)));
    expect(both - one).toBeLessThan(32 * 48 * 4);
  });

  it('what does not depend on the index leaves the sum', () => {
    const stages = stagesOf(program(['s_nm = sum_i u_n x_ni u_m w_i'], ['s'], shapes));
    expect(work(stages)).toBeLessThan(32 * 64 + 3 * 32 * 32);
  });

  it('a costly operand is computed once, not at every product', () => {
    const stages = stagesOf(program(['g_ij = sum_n tanh(x_ni) exp(H_nj)'], ['g'], shapes));
    const costly = stages.filter(
      (s) => JSON.stringify(s.body).includes('tanh') || JSON.stringify(s.body).includes('exp'),
    );
    expect(work(costly)).toBe(32 * 64 + 32 * 48);
  });
});

describe('choices', () => {
  it('a sum over a δ or a bracket of an index input reads one entry', () => {
    const text = javascriptText(
      scheduleProgram(network({ hidden: [8], activation: 'relu' }), { sizes: networkSizes([8]) }, true),
      { name: 'f' },
    );
    expect(text).toMatch(/rows\[(\w+)\] >= 0 && rows\[\1\] < N \? X\[rows\[\1\] \* D \+ \w+\] : 0/);
    expect(text).not.toMatch(/=== rows\[/);
  });

  it('a matrix with a diagonal is written without a comparison at each entry', () => {
    const stages = stagesOf(program(['s_nm = u_n (delta_nm - u_m)'], ['s'], shapes));
    expect(stages).toHaveLength(2);
    expect(JSON.stringify(stages.map((s) => s.body))).not.toContain('places');
  });

  it('a training step has no matrix over classes and classes', () => {
    const given = { ...networkSizes([16]), K: 97 };
    expect(
      stagesOf(network({ hidden: [16], activation: 'tanh' }), given).every(
        (s) => s.axes.filter((a) => a.size === 97).length < 2,
      ),
    ).toBe(true);
  });
});

describe('exponentials', () => {
  const stable = (text: string, givens: readonly string[] = []): string => {
    const context = readContext(givens, { also: [text, 'z_i'] });
    return print(stabilise(parse(text, { context }), context.definitions), { context });
  };
  it.each([
    ['log(1 + exp(x))', 'softplus(x)'],
    ['1/(1 + exp(-x))', 'sigmoid(x)'],
    ['exp(x)/(1 + exp(x))', 'sigmoid(x)'],
    ['exp(-x)/(1 + exp(-x))^2', 'sigmoid(-x)*sigmoid(x)'],
    ['log(1/(1 + exp(-x)))', '-softplus(-x)'],
    ['log(1 - 1/(1 + exp(-x)))', '-softplus(x)'],
    ['exp(a)/(exp(a) + exp(b))', 'sigmoid(a - b)'],
    ['log(exp(a) + exp(b))', 'b + softplus(a - b)'],
    ['exp(a)*exp(b)', 'exp(a)*exp(b)'],
  ])('%s becomes %s', (from, to) => {
    expect(stable(from)).toBe(to);
  });

  it('a quotient is shifted by the maximum of its denominator', () => {
    expect(stable('exp(z_i)/sum_k exp(z_k)')).toMatch(/exp\(z_i - max_\{?k\}? z_k\)/);
  });
  it('names of exponentials and sums are looked through', () => {
    expect(stable('u_i/S', ['u_i = exp(z_i)', 'S = sum_k u_k'])).toMatch(/exp\(z_i - max_\{?k\}? z_k\)/);
    expect(stable('log p_i', ['p_i = exp(z_i)/sum_k exp(z_k)'])).toMatch(/^z_i - max_\{?k\}? z_k - log\(?/);
  });
  it('a shift by the author cancels, whatever it is', () => {
    expect(stable('exp(z_i - c)/sum_k exp(z_k - c)')).not.toContain('c');
  });
});

describe('text with sizes as parameters', () => {
  it('two index sets are never taken for one another', () => {
    const p = program(['a_n = sum_i x_ni', 'b_m = sum_i y_mi'], ['a', 'b'], {
      ...shapes,
      x: ['N', 'I'],
      y: ['M', 'I'],
      a: ['N'],
      b: ['M'],
    });
    const text = javascriptText(scheduleProgram(p, { sizes: {} }, true), { name: 'f' });
    expect(text).toMatch(/n < N/);
    expect(text).toMatch(/m < M/);
  });
});
