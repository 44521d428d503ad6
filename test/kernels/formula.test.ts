// Formulas and documents compiled and emitted through the public door.
// Not here: the compiler itself (test/compile).
// Invariant: what a plan computes is compared with `evaluate`, which shares no code with it.
import { describe, expect, it } from 'vitest';
import { compile, emit, evaluate, libraryDocument, libraryNames } from '../../src/index.ts';
import { seeded } from '../../src/check/random.ts';

const random = seeded(41);
const numbers = (n: number): number[] => Array.from({ length: n }, () => random() * 2 - 1);

describe('compile', () => {
  it('gives views to fill and to read', () => {
    const plan = compile('L = sum_i sqrt(r_i^2 + c^2)', {
      outputs: ['L', 'dL/dr_k'],
      sizes: { r: [4] },
      dtype: 'float64',
    });
    plan.inputs['r']?.set([0, 1, -2, 3]);
    plan.inputs['c']?.set([1]);
    plan.run();
    expect(plan.outputs['L']?.[0]).toBeCloseTo(1 + Math.SQRT2 + Math.sqrt(5) + Math.sqrt(10), 14);
    expect([...(plan.outputs['dL/dr_k'] ?? [])]).toEqual(
      [0, Math.SQRT1_2, -2 / Math.sqrt(5), 3 / Math.sqrt(10)].map((x) => expect.closeTo(x, 14)),
    );
    plan.dispose();
  });

  it('takes what no other definition uses as outputs', () => {
    const plan = compile('p_j = exp(z_j)/sum_k exp(z_k)\nL = -sum_j y_j log p_j', { sizes: { z: [3] } });
    expect(Object.keys(plan.outputs)).toEqual(['L']);
    expect(Object.keys(plan.inputs).sort()).toEqual(['y', 'z']);
  });

  it('reads an index letter with one value as an integer input that counts from 0', () => {
    const plan = compile('p_j = exp(z_j)/sum_k exp(z_k); L = -log p_c', {
      outputs: ['L'],
      sizes: { z: [3] },
      dtype: 'float64',
    });
    expect(plan.inputs['c']).toBeInstanceOf(Int32Array);
    plan.inputs['z']?.set([0.5, 2, -1]);
    for (const c of [0, 1, 2]) {
      plan.inputs['c']?.set([c]);
      plan.run();
      const want = evaluate('-log p_c', {
        given: ['p_j = exp(z_j)/sum_k exp(z_k)'],
        values: { z: [0.5, 2, -1], c },
        base: 0,
      }).value as number;
      expect(plan.outputs['L']?.[0]).toBeCloseTo(want, 13);
    }
  });

  it('answers grad L with one output an input', () => {
    const plan = compile('L = sum_i sum_j x_i A_ij x_j', {
      outputs: ['grad L'],
      sizes: { A: [3, 3] },
      dtype: 'float64',
    });
    expect(Object.keys(plan.outputs).sort()).toEqual(['dL/dA', 'dL/dx']);
    const [x, A] = [numbers(3), numbers(9)];
    plan.inputs['x']?.set(x);
    plan.inputs['A']?.set(A);
    plan.run();
    expect([...(plan.outputs['dL/dA'] ?? [])]).toEqual(x.flatMap((a) => x.map((b) => expect.closeTo(a * b, 12))));
  });

  it.each([
    ['an unknown output', () => compile('L = x^2', { outputs: ['M'], sizes: {} }), 'unknown-output'],
    ['a missing size', () => compile('L = sum_i x_i', { sizes: {} }), 'unknown-size'],
    ['a shape of the wrong rank', () => compile('L = sum_i x_i', { sizes: { x: [2, 2] } }), 'rank'],
    ['a shape of no tensor', () => compile('L = sum_i x_i', { sizes: { w: [2] } }), 'unknown-tensor'],
    ['shapes that disagree', () => compile('L = sum_i x_i y_i', { sizes: { x: [2], y: [3] } }), 'shape'],
    ['nothing to compute', () => compile('only words here', { sizes: {} }), 'no-output'],
  ])('%s is a named error', (_, run, code) => {
    expect(run).toThrow(expect.objectContaining({ code }));
  });
});

describe('emit', () => {
  const closed = libraryNames().filter((name) => !/\bf\(|f_?'/.test(libraryDocument(name)) || name === 'focal-loss');
  it.each(closed)('%s becomes a JavaScript module', (name) => {
    const [file] = emit(name, { to: 'javascript', name: 'f' });
    expect(file?.content).toMatch(/^export function f\(/m);
  });

  it.each(['dL/dz_i', 'dL/dp_j', 'grad L'])('writes %s as a fraction in LaTeX', (question) => {
    const [file] = emit('focal-loss', { to: 'latex', name: 'f', outputs: [question] });
    expect(file?.content).toContain('\\frac{\\partial L}{\\partial ');
    expect(file?.content).not.toContain('mathrm{dL');
  });
  it.each(['javascript', 'numpy', 'torch', 'jax', 'c'])('keeps every argument of focal loss in %s', (to) => {
    const text = emit('focal-loss', { to, name: 'f', outputs: ['L'] })[0]?.content as string;
    for (const name of ['gamma', 'y', 'z']) expect(text).toMatch(new RegExp(`\\b${name}(?:_2)?\\b`));
  });
  it('names a function as its file is named', () => {
    const [file] = emit('gelu', { to: 'torch', name: 'gelu.torch-2' });
    expect(file?.content).toContain('def gelu_torch_2(');
    expect(file?.content).toContain('dtype=z.dtype');
  });
});
