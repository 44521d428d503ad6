// Mistakes are refuted, what is right in their place holds.
// Not here: how a mistake is recognised in a text (`test/lint`).
// Invariant: a mistake that is added to the catalogue is tested without an edit here.
import { describe, expect, test } from 'vitest';
import { equal, testEqual } from '../../src/check/equal.ts';
import { mistakes } from '../../src/rules/mistakes.ts';
import { parse, parseEquation, readContext } from '../../src/meaning/parse.ts';
import { freeIndices } from '../../src/term/walk.ts';

/** Instances within which a mistake has to show. */
const within = 100;

test('ids are unique and entries are complete', () => {
  expect(new Set(mistakes.map((m) => m.id)).size).toBe(mistakes.length);
  for (const m of mistakes)
    expect(
      [m.id, m.name, m.write, m.why, m.right, m.counterexample, ...m.seen].every((x) => x.trim() !== ''),
      m.id,
    ).toBe(true);
});

describe('mistakes in formulas', () => {
  for (const { id, shown } of mistakes) {
    if (shown === undefined) continue;
    const context = readContext(shown.givens, { also: [shown.wrong, shown.right] });
    test(`${id} is refuted within ${within} instances`, () => {
      const { left, right } = parseEquation(shown.wrong, { context });
      const e = equal(left, right, context);
      expect(e.verdict).toBe('different');
      expect(e.counterexample).not.toBeNull();
      expect(testEqual(left, right, context, { shrink: false }).points).toBeLessThanOrEqual(within);
    });
    test(`${id}: what is right holds`, () => {
      const { left, right } = parseEquation(shown.right, { context });
      expect(['proved', 'tested']).toContain(equal(left, right, context).verdict);
    });
  }
});

const softmax = 'p_j = exp(z_j)/sum_k exp(z_k)';
/** What such a program should return: the Jacobian of softmax, its vector–Jacobian product, the gradient of softmax with cross-entropy. */
const truths = { jacobian: 'p_i*(delta_ij - p_j)', vjp: 'p_i*(g_i - sum_k g_k*p_k)', loss: 'p_i - y_i' } as const;
/** Programs with another task. */
const others: Readonly<Record<string, { truth: string; given: readonly string[] }>> = {
  'mse-uses-p-minus-y': { truth: 'p_i*((p_i - y_i) - sum_k p_k*(p_k - y_k))', given: ['sum_i y_i = 1'] },
  'unnormalised-targets': { truth: 'p_i*sum_k y_k - y_i', given: [] },
  'smoothing-not-in-gradient': { truth: 'p_i - (1 - r)*y_i - r/size(z,1)', given: ['sum_i y_i = 1'] },
};
/** What is a mistake and still returns the right gradient. */
const harmless: Readonly<Record<string, string>> = {
  'log-softmax-then-ce': 'log-softmax of log-softmax is log-softmax: it only costs time',
  'bce-with-diag': 'the gradient is that of cross-entropy; the loss that is printed is another one',
};

describe('gradients that wrong programs return', () => {
  for (const { id, group, returns } of mistakes) {
    if (returns === undefined) continue;
    const own = others[id];
    const truth =
      own?.truth ?? (returns.kind === 'jacobian' ? truths.jacobian : group === 'vjp' ? truths.vjp : truths.loss);
    const [formula, ...definitions] = returns.formula.split(';').map((x) => x.trim()) as [string, ...string[]];
    test(`${id} ${harmless[id] === undefined ? `is refuted within ${within} instances` : 'is harmless'}`, () => {
      const context = readContext([softmax, ...definitions, ...(own?.given ?? ['sum_i y_i = 1'])], {
        also: [formula, truth, 'z_i*y_i*g_i'],
      });
      const [wrong, right] = [parse(formula, { context }), parse(truth, { context })];
      expect(freeIndices(wrong).every((l) => l === 'i' || l === 'j')).toBe(true);
      const e = testEqual(right, wrong, context, { shrink: false });
      expect(e.verdict).toBe(harmless[id] === undefined ? 'different' : 'tested');
      expect(e.points).toBeLessThanOrEqual(within);
    });
  }
});
