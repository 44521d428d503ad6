// Nests run in parts: any cut, in any order, gives the bits of one run in one piece.
// Not here: threads (test/kernels).
// Invariant: a failure prints the seed that repeats it.
import { describe, expect, it } from 'vitest';
import { integerBetween, seeded, shuffled } from '../../src/check/random.ts';
import { compileParallel } from '../../src/compile/codegen/module.ts';
import { compileProgram, newMemory, scheduleProgram, views } from '../../src/compile/plan.ts';
import type { Program } from '../../src/compile/program.ts';
import { randomProgram } from './random-program.ts';
import { network, networkSizes, program } from './written-programs.ts';

type Rows = (nest: number, from: number, to: number, scratch: number) => void;

/** The outputs of a program whose nests are cut at random, each part run with the scratch of a random thread. */
function inParts(
  p: Program,
  sizes: ReadonlyMap<string, number>,
  fill: (name: string, view: Float32Array) => void,
  seed: number,
): { outputs: Record<string, ArrayLike<number>>; cuts: number } {
  const random = seeded(seed);
  const threads = 3;
  const s = scheduleProgram(p, { sizes });
  const m = compileParallel(s, { type: 'f32', fast: false }, threads);
  const memory = newMemory(m, true);
  const { rows } = new WebAssembly.Instance(new WebAssembly.Module(m.bytes), { e: { m: memory } }).exports as {
    rows: Rows;
  };
  const { inputs, outputs } = views(s, m, memory, 'f32');
  for (const [name, view] of Object.entries(inputs)) fill(name, view as Float32Array);
  let cuts = 0;
  for (const [nest, { parts }] of m.steps.entries()) {
    const pieces: [number, number][] = [];
    for (let at = 0; at < parts; ) {
      const to = Math.min(parts, at + integerBetween(random, 1, Math.max(1, Math.ceil(parts / 3))));
      pieces.push([at, to]);
      at = to;
    }
    cuts += pieces.length - 1;
    for (const [from, to] of shuffled(random, pieces))
      rows(nest, from, to, m.scratch[integerBetween(random, 0, threads - 1)] as number);
  }
  return { outputs, cuts };
}
function whole(
  p: Program,
  sizes: ReadonlyMap<string, number>,
  fill: (name: string, view: Float32Array) => void,
): Record<string, ArrayLike<number>> {
  const plan = compileProgram(p, { sizes });
  for (const [name, view] of Object.entries(plan.inputs)) fill(name, view as Float32Array);
  plan.run();
  return plan.outputs;
}
const listed = (outputs: Record<string, ArrayLike<number>>): Record<string, number[]> =>
  Object.fromEntries(Object.entries(outputs).map(([name, v]) => [name, Array.from(v)]));

describe('nests in parts', () => {
  it('random programs', () => {
    let cuts = 0;
    for (let seed = 88_000; seed < 88_120; seed++) {
      const r = randomProgram(seed);
      const fill = (name: string, view: Float32Array): void => {
        view.set(r.values.get(name)?.data ?? []);
      };
      const parts = inParts(r.program, r.sizes, fill, seed);
      cuts += parts.cuts;
      expect(listed(parts.outputs), `seed ${seed}`).toEqual(listed(whole(r.program, r.sizes, fill)));
    }
    expect(cuts).toBeGreaterThan(200);
  });

  it.each([
    ['softmax rows', 70, 40],
    ['long softmax rows', 5, 2500],
  ])('%s', (_, N, K) => {
    const p = program(['p_nj = exp(z_nj)/sum_k exp(z_nk)', 'L_n = -sum_j y_nj log p_nj'], ['p', 'L'], {
      z: ['N', 'K'],
      p: ['N', 'K'],
      y: ['N', 'K'],
    });
    const sizes = new Map([
      ['N', N],
      ['K', K],
    ]);
    const fill = (name: string, view: Float32Array): void => {
      const random = seeded(name.length);
      for (let n = 0; n < view.length; n++) view[n] = random() * 8 - 4;
    };
    expect(listed(inParts(p, sizes, fill, 3).outputs)).toEqual(listed(whole(p, sizes, fill)));
  });

  it('a training step', () => {
    const p = network({ hidden: [33, 7], activation: 'relu' });
    const sizes = new Map(Object.entries(networkSizes([33, 7], 29)));
    const fill = (name: string, view: Float32Array): void => {
      const random = seeded(name.length);
      for (let n = 0; n < view.length; n++)
        view[n] = name === 'rows' || name === 'y' ? Math.floor(random() * 3) : name === 't' ? 4 : random();
    };
    expect(listed(inParts(p, sizes, fill, 5).outputs)).toEqual(listed(whole(p, sizes, fill)));
  });
});
