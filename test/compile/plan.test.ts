// Plans: views, states written in place, gathers, memory that nobody else touches, the same bytes every time.
// Not here: what random programs compute (`differential.test.ts`).
// Invariant: a digest recorded here holds on every machine.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { compileProgram } from '../../src/compile/plan.ts';
import type { Program } from '../../src/compile/program.ts';
import { affine, entry } from '../../src/term/term.ts';
import { seeded } from '../../src/check/random.ts';
import { network, networkSizes, program } from './written-programs.ts';

describe('plans', () => {
  it('inputs and outputs are views that stay the same', () => {
    const plan = compileProgram(program(['y_i = 2 x_i'], ['y']), { sizes: { 'size(x,1)': 3 } });
    const { x } = plan.inputs;
    const { y } = plan.outputs;
    x?.set([1, 2, 3]);
    plan.run();
    x?.set([4, 5, 6]);
    plan.run();
    expect([...(y ?? [])]).toEqual([8, 10, 12]);
    expect(plan.outputs['y']).toBe(y);
  });

  it('a state is replaced by its output at the end of the run, reads before it see the old value', () => {
    const p: Program = { ...program(['a_i = x_i + 1', 'b_i = sum_j x_j + 0*x_i'], ['a', 'b']), state: { x: 'a' } };
    const plan = compileProgram(p, { sizes: { 'size(x,1)': 4 }, dtype: 'f64' });
    plan.inputs['x']?.set([1, 2, 3, 4]);
    plan.run();
    expect([...(plan.outputs['b'] ?? [])]).toEqual([10, 10, 10, 10]);
    expect([...(plan.inputs['x'] ?? [])]).toEqual([2, 3, 4, 5]);
    plan.run();
    expect([...(plan.outputs['b'] ?? [])]).toEqual([14, 14, 14, 14]);
  });

  it('states that need each other swap', () => {
    const p: Program = {
      ...program(['a_i = v_i + 0*u_i', 'b_i = u_i + 0*v_i'], ['a', 'b']),
      state: { u: 'a', v: 'b' },
    };
    const plan = compileProgram(p, { sizes: { 'size(v,1)': 5, 'size(u,1)': 5 }, dtype: 'f64' });
    plan.inputs['u']?.set([1, 2, 3, 4, 5]);
    plan.inputs['v']?.set([6, 7, 8, 9, 10]);
    plan.run();
    expect([...(plan.inputs['u'] ?? [])]).toEqual([6, 7, 8, 9, 10]);
    expect([...(plan.inputs['v'] ?? [])]).toEqual([1, 2, 3, 4, 5]);
  });

  it('a state is reversed through a copy, not over itself', () => {
    const reversed = affine(
      [
        { variable: { kind: 'end', set: 'n' }, times: 1 },
        { variable: { kind: 'free', name: 'i' }, times: -1 },
      ],
      1,
    );
    const p: Program = {
      inputs: [{ name: 'x', sets: ['n'] }],
      definitions: [],
      outputs: [{ name: 'r', letters: ['i'], sets: ['n'], body: entry('x', reversed) }],
      state: { x: 'r' },
    };
    const plan = compileProgram(p, { sizes: { n: 9 }, dtype: 'f64' });
    plan.inputs['x']?.set([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    plan.run();
    expect([...(plan.inputs['x'] ?? [])]).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('rows are gathered by an index input; a row outside gives 0', () => {
    const base = program(['s_nk = 2 x_nk'], ['s'], { x: ['B', 'K'] });
    const p: Program = {
      ...base,
      inputs: [
        { name: 'X', sets: ['N', 'K'] },
        { name: 'rows', sets: ['B'], dtype: 'index' },
      ],
      gathers: [{ name: 'x', from: 'X', rows: 'rows' }],
    };
    const plan = compileProgram(p, { sizes: { N: 3, K: 2, B: 4 } });
    plan.inputs['X']?.set([1, 2, 3, 4, 5, 6]);
    plan.inputs['rows']?.set([2, 0, 7, -1]);
    plan.run();
    expect([...(plan.outputs['s'] ?? [])]).toEqual([10, 12, 2, 4, 0, 0, 0, 0]);
  });

  it.each([
    ['a size that is not given', () => compileProgram(program(['y_i = x_i'], ['y']), { sizes: {} }), 'unknown-size'],
    [
      'a size that is no whole number',
      () => compileProgram(program(['y_i = x_i'], ['y']), { sizes: { 'size(x,1)': 1.5 } }),
      'bad-size',
    ],
    [
      'an entry that does not exist',
      () => compileProgram(program(['y_i = x_{i+1}'], ['y'], { y: ['n'], x: ['n'] }), { sizes: { n: 3 } }),
      'index-out-of-range',
    ],
    ['an unknown function', () => compileProgram(program(['y = f(x)'], ['y']), { sizes: {} }), 'unknown-function'],
    [
      'a state of another shape',
      () => compileProgram({ ...program(['y = sum_i x_i'], ['y']), state: { x: 'y' } }, { sizes: { 'size(x,1)': 2 } }),
      'shape',
    ],
    [
      'a state of no tensor',
      () => compileProgram({ ...program(['y = sum_i x_i'], ['y']), state: { x: 'z' } }, { sizes: { 'size(x,1)': 2 } }),
      'unknown-tensor',
    ],
  ])('%s is a named error', (_, run, code) => {
    expect(run).toThrow(expect.objectContaining({ code }));
  });
});

describe('bytes', () => {
  it('the same program gives the same module', () => {
    const once = (): Uint8Array =>
      compileProgram(network({ hidden: [16], activation: 'tanh' }), { sizes: networkSizes([16]) }).bytes;
    expect(createHash('sha256').update(once()).digest('hex')).toBe(createHash('sha256').update(once()).digest('hex'));
  });

  it('a hundred steps of training give the recorded bytes', () => {
    const plan = compileProgram(network({ hidden: [16, 16], activation: 'tanh' }), { sizes: networkSizes([16, 16]) });
    const random = seeded(7);
    for (const [name, view] of Object.entries(plan.inputs)) {
      for (let i = 0; i < view.length; i++)
        view[i] =
          name === 'rows'
            ? Math.floor(random() * 100)
            : name === 'y'
              ? Math.floor(random() * 3)
              : /^[mv]_|^t$/.test(name)
                ? 0
                : random() - 0.5;
    }
    for (let step = 0; step < 100; step++) plan.run();
    const hash = createHash('sha256');
    for (const name of Object.keys(plan.inputs)
      .filter((n) => /^[wb]\d$/.test(n))
      .sort()) {
      const v = plan.inputs[name] as Float32Array;
      hash.update(new Uint8Array(v.buffer, v.byteOffset, v.byteLength));
    }
    expect(hash.digest('hex')).toBe('3935db8bc4e52c823e580bb6297787c646c3bd3bb372a9564f1686a6a8c8936f');
  });
});
