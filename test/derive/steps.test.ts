// What is shown of a derivation at each level of detail.
// Not here: whether the steps are right (the other files of this folder).
// Invariant: every library document is shown at every level.
import { describe, expect, it } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import type { Step } from '../../src/derive/derivation.ts';
import { libraryDocument, libraryNames } from '../../src/meaning/library.ts';
import { parseEquation } from '../../src/meaning/parse.ts';

const questionOf = (name: string): string | null =>
  /whygrad: question ([^;\n]+?)\s*(?:;|-->)/.exec(libraryDocument(name))?.[1] ?? null;
const flat = (steps: readonly Step[]): Step[] => steps.flatMap((s) => [s, ...flat(s.steps ?? [])]);

describe('steps', () => {
  for (const name of libraryNames()) {
    const question = questionOf(name);
    if (question === null) continue;
    it(`of ${name} lead from the question to the result at every level, in letters that can be read`, () => {
      for (const detail of ['outline', 'steps', 'all'] as const) {
        const d = derive(question, { in: name, detail });
        expect(d.steps.length).toBeGreaterThan(0);
        expect(d.steps.at(-1)?.to).toBe(d.result.text);
        // New letters for sums are announced before the first line.
        const lines = d.steps.filter((s) => s.rule !== 'rename-bound');
        lines.forEach((s, n) => {
          if (n > 0) expect(s.from).toBe(lines[n - 1]?.to);
        });
        for (const s of flat(d.steps)) {
          expect(`${s.from} ${s.to} ${s.say} ${s.latex}`).not.toMatch(/[#?]/);
          expect(() => parseEquation(`${s.from} = ${s.to}`)).not.toThrow();
        }
      }
    });
  }
});

describe('what is easily mistyped', () => {
  it('is pointed at: a variable that stands in no formula', () => {
    expect(() => derive('dL/dq', { given: ['L = x^2'] })).toThrow(/q stands in none of the formulas/);
  });
  it('is no silent zero: words as names in LaTeX, a loss that nothing defines', () => {
    const given = ['E = \\frac{1}{2} \\sum_k (t_k - o_k)^2', 'o_k = f(net_k)', 'net_k = \\sum_j w_{jk} h_j'];
    expect(derive('dE/dw_{ij}', { given }).result.text).toBe("(o_j - t_j)*f'(net_j)*h_i");
    expect(() => derive('dL/dz_i', { given: ['L = CrossEntropy(softmax(z), y)'] })).toThrow(
      /CrossEntropy is nowhere defined/,
    );
    expect(derive('dL/dz_i', { given: ['L = g(p, y)', 'p = softmax(z)'] }).result.text).toContain('d(g, p_i)');
  });
});

describe('cases', () => {
  it.each([
    ['dL/dz_i', 'L = sum_i (max(z_i, 0) + alpha*min(z_i, 0))', 'if(z_i >= 0, 1, alpha)'],
    ['dL/de_k', 'L = sum_k max(tau*e_k, (tau - 1)*e_k)', 'if(e_k >= 0, tau, tau - 1)'],
    ['dL/du_k', 'L = sum_k max(0, 1 - u_k)^2', '-2*max(0, 1 - u_k)'],
    ['dc_j/dx_i', 'c_j = sum_{i=1}^{j} x_i', '1{i <= j}'],
  ])('of %s for %s are put together', (question, given, result) => {
    const d = derive(question, { given: [given] });
    expect(d.result.text).toBe(result);
    expect(d.check.verdict).toBe('proved');
  });
});
