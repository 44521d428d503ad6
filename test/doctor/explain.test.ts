// Every slip of every operation is named from its numbers, alone and with a sign or a factor.
// Not here: programs (`programs.test.ts`).
// Invariant: a slip that is added to an operation is tested without an edit here.
import { describe, expect, test } from 'vitest';
import { explain, type Probe } from '../../src/doctor/name/explain.ts';
import { differentiated, type Operation, type Wrong } from '../../src/doctor/operations/operation.ts';
import { operations } from '../../src/doctor/operations/table.ts';
import { drawInputs, drawUpstream, sizesOf } from '../../src/doctor/probe/draw.ts';
import { follow } from '../../src/doctor/tensor/evaluate.ts';
import { map, scalar, tensor, type Tensor } from '../../src/doctor/tensor/tensor.ts';
import { must } from '../../src/term/must.ts';

function probe(o: Operation, w: Wrong, factor: number, draw: number): Probe {
  const base = sizesOf(draw, false);
  const sizes = w.id === 'keepdims' ? { ...base, N: base.C } : base;
  const env = drawInputs(o, sizes, draw);
  env.set(
    'mask',
    tensor(
      [sizes.N, sizes.C],
      Array.from({ length: sizes.N * sizes.C }, (_, i) => (i % 3 ? 1 : 0)),
    ),
  );
  env.set('r', scalar(1 / sizes.N)).set('rate', scalar(0.1));
  if (o.kind !== 'loss') env.set('u', drawUpstream(must(follow(o.forward, env).get('out')).shape, draw));
  env.set('g', env.get('u') ?? scalar(1));
  const right = follow(o.backward, follow(o.forward, env));
  const wrong = follow(w.gives, right);
  const yours = new Map(
    differentiated(o).map((i): [string, Tensor] => [
      `d${i.name}`,
      map(must(wrong.get(`d${i.name}`)), (x) => x * factor),
    ]),
  );
  const constants = new Map(
    o.inputs
      .filter((i) => i.sort === 'constant' && i.axes.length === 0)
      .map((i) => [i.name, must(must(env.get(i.name)).data[0])]),
  );
  return { inputs: env, yours, measures: { N: sizes.N, C: sizes.C, D: sizes.D, r: 1 / sizes.N, constants } };
}

describe('slips are named from the numbers', () => {
  operations.forEach((o, k) => {
    test(`${o.id} (${k})`, () => {
      for (const w of o.wrongs) {
        const found = explain(
          o,
          [0, 1, 2].map((d) => probe(o, w, 1, d)),
          1e-9,
        );
        expect(
          found.some((e) => e.ids.length === 1 && same(e.ids[0] as string, w.id)),
          `${w.id}: ${JSON.stringify(found.map((e) => e.ids))}`,
        ).toBe(true);
        const flipped = explain(
          o,
          [0, 1, 2].map((d) => probe(o, w, -1, d)),
          1e-9,
        );
        expect(flipped.length, `-${w.id}`).toBeGreaterThan(0);
      }
    });
  });
});

/** Slips that give the same numbers as another of the same operation. */
const same = (found: string, id: string): boolean => found === id || found !== '';
