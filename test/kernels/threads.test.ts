// Several threads give what one gives, in Node.
// Not here: browsers (browser.test.ts).
// Invariant: each script runs in a process of its own, on a bundle as a package would be.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleKernels } from './bundle.ts';

let made: Awaited<ReturnType<typeof bundleKernels>>;
beforeAll(async () => {
  made = await bundleKernels();
  writeFileSync(join(made.folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => made.remove());

/** A script in a Node process of its own, next to the bundle; its last line as JSON. */
function inNode(script: string): unknown {
  writeFileSync(
    join(made.folder, 'script.mjs'),
    `import * as k from './index.js';\nconst same = (a, b) => a.length === b.length && a.every((v, i) => Object.is(v, b[i]));\n${script}`,
  );
  const run = spawnSync(process.execPath, [join(made.folder, 'script.mjs')], { encoding: 'utf8', timeout: 60_000 });
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
  return JSON.parse(run.stdout.trim().split('\n').at(-1) as string);
}

describe('threads', () => {
  it('give the same bytes as one thread, whatever their number, and helpers take part', () => {
    expect(
      inNode(`
      const rows = 301, columns = 997;
      const fill = (p) => { for (let i = 0; i < p.inputs.logits.length; i++) p.inputs.logits[i] = 3 * Math.sin(i * 12.9898); for (let i = 0; i < rows; i++) p.inputs.targets[i] = (i * 7919) % columns; };
      const one = k.crossEntropy.plan({ rows, columns, gradient: true }); fill(one); one.run();
      const result = [];
      for (const threads of [2, 3, 4]) {
        const many = k.crossEntropy.plan({ rows, columns, gradient: true, threads }); fill(many);
        for (let round = 0; round < 50; round++) {
          many.outputs.gradient.fill(9); many.run();
          if (!same(many.outputs.gradient, one.outputs.gradient) || !same(many.outputs.loss, one.outputs.loss)) throw new Error('different in round ' + round);
          if (round === 10) await new Promise((r) => setTimeout(r, 200));
        }
        await many.runAsync();
        result.push(same(many.outputs.gradient, one.outputs.gradient));
        many.dispose();
      }
      console.log(JSON.stringify(result));
    `),
    ).toEqual([true, true, true]);
  });
  it('work through calls on arrays, for every kind of kernel', () => {
    expect(
      inNode(`
      const n = 300, rows = 400, x = Float32Array.from({ length: n * rows }, (_, i) => 3 * Math.sin(i)), g = x.map((v, i) => Math.cos(i * v));
      const o = { rows, columns: n }, t = { ...o, threads: 2 };
      const labels = Int32Array.from({ length: rows }, (_, i) => (i * 31) % n);
      const calls = [
        (o) => k.softmax(x, o), (o) => k.logSoftmax(x, o), (o) => k.logSumExp(x, o), (o) => k.softmaxBackward(x, g, o), (o) => k.hessianVectorProduct(x, g, o),
        (o) => k.crossEntropy(x, labels, { ...o, gradient: true }).gradient, (o) => k.crossEntropy(x, labels, { ...o, labelSmoothing: 0.1, gradient: true }).gradient,
        (o) => k.layerNorm(x, o), (o) => k.rmsNorm.backward(x, g, o).gamma, (o) => k.gelu(x, { threads: o.threads }), (o) => k.matmul(x, g, { rows, inner: n, columns: rows, threads: o.threads }),
        (o) => k.softmax(x, { shape: [4, 100, 300], axis: 1, threads: o.threads ?? 1 }),
      ];
      console.log(JSON.stringify(calls.map((f) => same(f({ ...o, threads: 1 }), f(t)) && same(f({ ...o, threads: 1 }), f(t)))));
    `),
    ).toEqual(Array(12).fill(true));
  });
  it('check labels before anything is written, and go on after', () => {
    expect(
      inNode(`
      const p = k.crossEntropy.plan({ rows: 200, columns: 1000, gradient: true, threads: 2 });
      p.inputs.targets[150] = 1000;
      let code; try { p.run(); } catch (e) { code = e.code; }
      const untouched = p.outputs.gradient.every((v) => v === 0);
      p.inputs.targets[150] = 3; p.run();
      console.log(JSON.stringify([code, untouched, p.outputs.loss[0].toFixed(4)]));
    `),
    ).toEqual(['label', true, Math.log(1000).toFixed(4)]);
  });
  it('do not keep the process alive', () => {
    expect(
      inNode(
        'const p = k.softmax.plan({ rows: 100, columns: 1000, threads: 3 }); p.run(); console.log(JSON.stringify(p.outputs.y.length));',
      ),
    ).toBe(100_000);
  });
});
