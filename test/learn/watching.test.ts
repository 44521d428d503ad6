// A network asked while it trains, and mistakes as gradients.
// Not here: training itself.
// Invariant: what is asked decides no bit of the run, and equals what a model made at that moment says.
import { describe, expect, test } from 'vitest';
import { makeMoons } from '../../src/learn/data/generate.ts';
import { train } from '../../src/learn/train.ts';
import { mistakeGradient } from '../../src/lint/mistake-gradient.ts';
import { mistakes } from '../../src/rules/mistakes.ts';

const data = makeMoons({ samples: 120, noise: 0.2, seed: 3 });
const start = (more: object = {}) =>
  train('networks/two-hidden-layers-tanh', data, {
    hidden: [8, 8],
    optimizer: 'sgd',
    learningRate: 0.2,
    epochs: 12,
    seed: 1,
    standardise: false,
    testSplit: 0,
    ...more,
  });

test('scores after each epoch are those of the model at that epoch, and leave the run as it is', () => {
  const [asked, left] = [start(), start()];
  const points = Float32Array.of(0, 0, 1, 0.5, -1, 2, 0.3, -0.4);
  for (let n = 0; n < 12; n++) {
    asked.next();
    left.next();
    expect([...asked.scores(points)]).toEqual([...asked.model.predict(points).scores]);
  }
  expect(asked.history).toEqual(left.history);
});

describe('mistakes as gradients', () => {
  const returning = mistakes.filter((m) => m.returns?.kind === 'gradient');
  test.each(returning.map((m) => [m.id, m] as const))(
    '%s trains, or stops with a named error, or has none',
    (id, m) => {
      const gradients = mistakeGradient(id);
      if (gradients === null) {
        expect(m.returns?.formula).toMatch(/\bg_/);
        return;
      }
      const run = start({ gradients });
      try {
        while (run.next() !== null);
        expect(run.history.length).toBe(12);
      } catch (error) {
        expect((error as { code?: string }).code).toBe('training-diverged');
      }
    },
  );

  test('the right formula as a mistake gives the derived run, to rounding', () => {
    const [right, derived] = [start({ gradients: mistakeGradient('bce-with-diag') }), start()];
    while (right.next() !== null) derived.next();
    right.history.forEach((e, n) => expect(e.loss).toBeCloseTo(derived.history[n]?.loss ?? Number.NaN, 3));
  });

  test('a mistake that is unknown is an error that names near ones', () => {
    expect(() => mistakeGradient('softmax-of-nothing')).toThrow(/no mistake called/);
  });
});
