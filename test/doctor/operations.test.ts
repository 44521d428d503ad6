// The doctor's gradients are the derivatives of its forward passes.
// Not here: programs (`programs.test.ts`).
// Invariant: an operation that is added to the table is tested without an edit here.
import { describe, expect, test } from 'vitest';
import { differentiated, type Operation } from '../../src/doctor/operations/operation.ts';
import { operations } from '../../src/doctor/operations/table.ts';
import { drawInputs, drawUpstream, sizesOf } from '../../src/doctor/probe/draw.ts';
import { follow } from '../../src/doctor/tensor/evaluate.ts';
import { add, relativeError, scalar, tensor, zip, type Tensor } from '../../src/doctor/tensor/tensor.ts';
import { must } from '../../src/term/must.ts';
import { mistakes } from '../../src/rules/mistakes.ts';

const environment = (o: Operation, draw: number, square = false): Map<string, Tensor> => {
  const sizes = square ? { ...sizesOf(draw, false), N: 5, C: 5 } : sizesOf(draw, false);
  const env = drawInputs(o, sizes, draw);
  env.set(
    'mask',
    tensor(
      [sizes.N, sizes.C],
      Array.from({ length: sizes.N * sizes.C }, (_, i) => (i % 3 ? 1 : 0)),
    ),
  );
  return env.set('r', scalar(0.7)).set('rate', scalar(0.1));
};

/** What the upstream gradient sees: Σ u·out, or the loss times its factor. */
const objective = (o: Operation, env: Map<string, Tensor>): number => {
  const all = follow(o.forward, env);
  if (o.kind === 'loss') return 0.7 * add(must(all.get('l')).data);
  return add(zip(must(all.get('out')), must(env.get('u')), (x, y) => x * y).data);
};

function numeric(o: Operation, env: Map<string, Tensor>, name: string): Tensor {
  const x = must(env.get(name));
  const h = 3e-4;
  const at = (i: number, by: number): number => {
    const moved = { shape: x.shape, data: x.data.map((v, k) => (k === i ? v + by : v)) };
    return objective(o, new Map(env).set(name, moved));
  };
  const slope = (i: number): number => (8 * (at(i, h) - at(i, -h)) - (at(i, 2 * h) - at(i, -2 * h))) / (12 * h);
  return { shape: x.shape, data: x.data.map((_, i) => slope(i)) };
}

describe('backward is the derivative of forward', () => {
  operations.forEach((o, k) => {
    test(`${o.id} (${k})`, () => {
      for (const draw of [0, 1]) {
        const env = environment(o, draw);
        const forward = follow(o.forward, env);
        if (o.kind !== 'loss') env.set('u', drawUpstream(must(forward.get('out')).shape, draw));
        const all = follow(o.backward, follow(o.forward, env));
        const wrt = differentiated(o);
        // A gradient that goes through softmax or sigmoid before the inputs that are given has nothing to compare with.
        for (const input of wrt)
          expect(relativeError(must(all.get(`d${input.name}`)), numeric(o, env, input.name)), input.name).toBeLessThan(
            1e-7,
          );
      }
    });
  });
});

test('every slip can be followed and differs from what is right', () => {
  for (const o of operations) {
    const env = environment(o, 0, true);
    const forward = follow(o.forward, env);
    if (o.kind !== 'loss') env.set('u', drawUpstream(must(forward.get('out')).shape, 0));
    env.set('g', env.get('u') ?? scalar(1));
    const right = follow(o.backward, follow(o.forward, env));
    for (const w of o.wrongs.filter((x) => x.id !== 'unnormalised-targets')) {
      const wrong = follow(w.gives, right);
      const changed = w.gives.filter((s) => /^d/.test(s.name) && right.has(s.name));
      expect(changed.length, `${o.id} ${w.id}`).toBeGreaterThan(0);
      expect(
        changed.some((s) => relativeError(must(wrong.get(s.name)), must(right.get(s.name))) > 1e-6),
        `${o.id} ${w.id}: ${JSON.stringify(w.gives[0])}`,
      ).toBe(true);
    }
  }
});

test('every slip is in the catalogue', () => {
  const known = new Set(mistakes.map((m) => m.id));
  const used = operations.flatMap((o) => [...o.wrongs, ...o.wrongForwards].flatMap((w) => w.id.split('+')));
  expect([...new Set(used)].filter((id) => !known.has(id))).toEqual([]);
});
