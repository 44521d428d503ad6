// Every slip of every operation is named from its numbers, alone and with a sign or a factor.
// Not here: programs (`programs.test.ts`).
// Invariant: a slip that is added to an operation is tested without an edit here.
import { describe, expect, test } from 'vitest';
import { errors, explain, type Probe } from '../../src/doctor/name/explain.ts';
import { differentiated, type Operation, type Wrong } from '../../src/doctor/operations/operation.ts';
import { operations } from '../../src/doctor/operations/table.ts';
import { drawInputs, drawUpstream, sizesOf } from '../../src/doctor/probe/draw.ts';
import { show } from '../../src/doctor/tensor/notation.ts';
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
  if (w.id === 'unnormalised-targets') env.set('y', drawUpstream(must(env.get('y')).shape, draw));
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

const isRight = (o: Operation, p: Probe): boolean => [...errors(o, p).values()].every((e) => e < 1e-9);

describe('slips are named from the numbers', () => {
  operations.forEach((o, k) => {
    test.each(o.wrongs.map((w) => [w.id, show(must(w.gives.at(-1)).value), w] as const))(
      `${o.id} (${k}): %s %s`,
      { timeout: 30_000 },
      (_id, _formula, w) => {
        for (const factor of [1, -1]) {
          const probes = [0, 1, 2].map((d) => probe(o, w, factor, d));
          const found = explain(o, probes, 1e-9);
          if (factor === 1)
            expect(
              found.map((e) => [...e.ids].sort().join('+')),
              JSON.stringify(found),
            ).toContain(w.id.split('+').sort().join('+'));
          else expect(found.length > 0 || probes.every((p) => isRight(o, p))).toBe(true);
        }
      },
    );
  });
});
