// JavaScript and TypeScript programs: every way to write a module, what their outline tells, how scenarios run.
// Not here: programs that misbehave (hostile.test.ts).
// Invariant: no program here has a package.json beside it.
import { describe, expect, test } from 'vitest';
import type { SyntaxNode } from '../../../src/doctor/run/program.ts';
import { must } from '../../../src/term/must.ts';
import { file, float, numbers, outcome, program, result } from './place.ts';
import { open } from '../../../src/doctor/run/open.ts';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

describe('every way to write a module', () => {
  const ways: readonly (readonly [name: string, source: string, path?: string])[] = [
    ['esm.js', 'export const half = (x) => x / 2;'],
    ['default.js', 'export default function half(x) { return x / 2; }'],
    ['anonymous.mjs', 'export default (x) => x / 2;', 'default'],
    ['list.mjs', 'function half(x) { return x / 2; }\nexport { half };'],
    ['hidden.js', 'const two = 2;\nconst half = (x) => x / two;\nexport const other = 1;'],
    ['script.js', 'function half(x) { return x / 2; }'],
    ['exports.js', 'exports.half = function (x) { return x / 2; };'],
    ['module.cjs', 'module.exports = { half(x) { return x / 2; } };'],
    ['shorthand.js', "'use strict';\nconst half = (x) => x / 2;\nmodule.exports = { half };"],
    [
      'wrapped.js',
      '(function (root, make) { module.exports = make(); })(this, function () { function half(x) { return x / 2; } return { half: half }; });',
    ],
    [
      'space.js',
      'var net = net || {};\n(function (global) { var half = function (x) { return x / 2; };\n global.half = half; })(net);',
      'net.half',
    ],
    ['typed.ts', 'type N = number;\nexport const half = (x: N): N => (x as number) / 2;'],
    ['enum.ts', 'enum By { Two = 2 }\nexport function half(x: number): number { return x / By.Two; }'],
    ['module.mts', 'export function half<T extends number>(x: T): number { return x! / 2; }'],
    [
      'import.ts',
      "import { sqrt } from 'node:fs';\nimport type { A } from './nowhere';\nexport const half = (x: number) => x / 2;",
    ],
    ['await.mjs', 'const two = await Promise.resolve(2);\nexport const half = (x) => x / two;'],
    ['object.js', 'export const maths = { half(x) { return x / 2; } };', 'maths.half'],
    ['hashbang.js', '#!/usr/bin/env node\nexport const half = (x) => x / 2;'],
    ['meta.mjs', 'const here = import.meta.url;\nexport const half = (x) => x / (here.length > 0 ? 2 : 1);'],
  ];
  for (const [name, source, path = 'half'] of ways) {
    test(name, async () => {
      const p = await program(name, source);
      expect(await result(p, { call: path, args: [float(5)] })).toEqual(float(2.5));
      const listed = p.outline.functions.filter((f) => f.isNested !== true).map((f) => f.name);
      expect(listed).toContain(path);
    });
  }

  test('classes in a name space are called by it', async () => {
    const p = await program(
      'space.js',
      'var net = {};\n(function (global) { var Relu = function () {}; Relu.prototype = { forward: function (x) { return Math.max(0, x); } }; global.Relu = Relu; })(net);',
    );
    expect(p.outline.classes.map((c) => [c.name, c.methods.map((m) => m.name)])).toEqual([
      ['net.Relu', ['net.Relu.forward']],
    ]);
    expect(await result(p, { let: 'r', call: 'net.Relu', args: [] }, { call: 'r.forward', args: [float(-1)] })).toEqual(
      float(0),
    );
  });

  test('a file beside it is read whatever its syntax', async () => {
    const path = file(
      'main.js',
      "import { two } from './two';\nconst { three } = require('./three.js');\nexport const f = (x) => two * three * x;",
    );
    writeFileSync(join(dirname(path), 'two.ts'), 'export const two: number = 2;');
    writeFileSync(join(dirname(path), 'three.js'), 'exports.three = 3;');
    const p = await open(path);
    expect(await result(p, { call: 'f', args: [float(1)] })).toEqual(float(6));
    await p.close();
  });

  test('a package that is not installed can be named, and says so when it is called', async () => {
    const p = await program(
      'm.js',
      "import { multiply, matrix } from 'no-such-maths';\nexport const f = (x) => 2 * x;\nexport const g = (x) => multiply(x, x);",
    );
    expect(p.outline.loaded).toBe('whole');
    expect(await result(p, { call: 'f', args: [float(2)] })).toEqual(float(4));
    expect((await outcome(p, [{ call: 'g', args: [float(2)] }])).error).toMatchObject({
      type: 'run-missing-module',
      line: 3,
    });
  });
});

describe('the outline', () => {
  test('functions with parameters, types, comments, calls, assigned names and returned expressions', async () => {
    const p = await program(
      'a.ts',
      `/**
 * the usual one
 * @param z logits
 */
export function softmax(z: number[], T = 1, ...rest: number[]): number[] {
  const e = z.map((v) => Math.exp(v / T));
  let s = 0;
  for (const v of e) s += v;
  return e.map((v) => v / s);
}
// a layer
export class Layer extends Object {
  rate = 0.1;
  constructor(private readonly n: number, public k?: number) { super(); this.out = null; }
  forward(x: number[]) { this.out = softmax(x); return this.out; }
  static double(x: number) { return 2 * x; }
  backward = (g: number[]) => g;
}
function makeSoftmax() {
  let kept: number[];
  return { forward(z: number[]) { kept = softmax(z); return kept; }, backward: (g: number[]) => g };
}
console.log(softmax([1]));
`,
    );
    const { functions, classes } = p.outline;
    expect(functions.map((f) => [f.name, f.isNested ?? false, f.isExported])).toEqual([
      ['softmax', false, true],
      ['makeSoftmax', false, false],
      ['makeSoftmax.forward', true, false],
      ['makeSoftmax.backward', true, false],
      ['<module>', false, undefined],
    ]);
    expect(must(functions[0])).toMatchObject({
      parameters: [
        { name: 'z', hint: 'number[]' },
        { name: 'T', default: '1' },
        { name: 'rest', hint: 'number[]', rest: true },
      ],
      returns: 'number[]',
      line: 5,
      endLine: 10,
      assigns: ['e', 's', 'v'],
      returned: ['e.map((v) => v / s)'],
    });
    expect(must(functions[0]).doc).toContain('the usual one');
    expect(must(functions[0]).calls).toEqual([
      { callee: 'z.map', args: ['(v) => Math.exp(v / T)'], line: 6, assigned: ['e'] },
      { callee: 'Math.exp', args: ['v / T'], line: 6 },
      { callee: 'e.map', args: ['(v) => v / s'], line: 9 },
    ]);
    expect(must(classes[0])).toMatchObject({
      name: 'Layer',
      bases: ['Object'],
      doc: 'a layer',
      fields: ['rate', 'n', 'k', 'out'],
    });
    expect(must(classes[0]).constructor?.parameters).toEqual([
      { name: 'n', hint: 'number' },
      { name: 'k', hint: 'number', default: 'undefined' },
    ]);
    expect(must(classes[0]).methods.map((m) => [m.name, m.isStatic ?? false])).toEqual([
      ['Layer.forward', false],
      ['Layer.double', true],
      ['Layer.backward', false],
    ]);
  });

  test('constructors in the old way are classes', async () => {
    const p = await program(
      'v.js',
      'var Vol = function (n) { this.w = new Float64Array(n); };\nVol.prototype = { fill: function (c) { this.w.fill(c); return this; } };\nVol.prototype.sum = function () { return this.w.reduce((a, b) => a + b, 0); };',
    );
    expect(p.outline.classes.map((c) => [c.name, c.fields, c.methods.map((m) => m.name)])).toEqual([
      ['Vol', ['w'], ['Vol.fill', 'Vol.sum']],
    ]);
    const out = await outcome(
      p,
      [
        { let: 'v', call: 'Vol', args: [float(3)] },
        { call: 'v.fill', args: [float(2)] },
        { let: 's', call: 'v.sum', args: [] },
      ],
      { want: ['s', 'v.w'] },
    );
    expect(out.values).toEqual({ s: float(6), 'v.w': numbers([2, 2, 2], [3], 'typed') });
  });

  test('loops that descend along gradients become functions of their free names', async () => {
    const p = await program(
      'script.js',
      `const xs = [1, 2], ys = [2, 4];
let w = 0.5;
for (let epoch = 0; epoch < 3; epoch++) {
  const pred = xs.map((x) => w * x); // forward
  let dw = 0;
  for (let i = 0; i < xs.length; i++) dw += 2 * (pred[i] - ys[i]) * xs[i];
  if (dw > 100) continue;
  w -= 0.01 * dw;
}
`,
    );
    const script = must(p.outline.functions.find((f) => f.isLifted === true));
    expect([script.name, script.parameters.map((q) => q.name), script.line]).toEqual([
      '<script>',
      ['xs', 'w', 'ys'],
      3,
    ]);
    expect(script.defaults?.ys).toEqual(numbers([2, 4]));
    const out = await result(p, { call: '<script>', args: [numbers([1, 3]), float(1), numbers([0, 0])] });
    expect(out).toEqual({ as: 'dict', fields: { pred: numbers([1, 3]), dw: float(20), w: float(0.8) } });
  });

  test('nodes have places and operators', async () => {
    const source =
      "const f = (x) => {\n  const a = '𝕏', y = -x * 2.5;\n  if (y >= 1) return y[0] ** 2;\n  return (x as any).data;\n};";
    const p = await program('n.ts', source);
    const flat = (list: readonly SyntaxNode[]): readonly SyntaxNode[] => list.flatMap((n) => [n, ...flat(n.children)]);
    const all = flat(await p.nodes('f'));
    for (const node of all) expect(source.slice(node.start, node.end)).toBe(node.text);
    expect(all.filter((n) => n.operator !== undefined).map((n) => [n.kind, n.operator])).toEqual([
      ['binary', '*'],
      ['unary', '-'],
      ['compare', '>='],
      ['binary', '**'],
    ]);
  });
});

describe('scenarios', () => {
  const source = `let calls = 0;
const cache = { n: 0, kept: [1, 2] };
const counts = new Float64Array(2);
export function count() { calls++; cache.n++; cache.kept.push(3); counts[0] += 1; return [calls, cache.n, cache.kept.length, counts[0]]; }
export const outer = (x) => inner(x, 2);
const inner = (x, scale) => x * scale;
export class Layer {
  #hidden = 1;
  forward(x) { this.x = x; return x.map((v) => 3 * v); }
  backward(g, out) { for (let i = 0; i < g.length; i++) out[i] += 3 * g[i] * this.#hidden; return out; }
}
export const bad = (x) =>
  x.y.z;
export async function later(x) { return 2 * x; }
export const random = () => Math.random();
`;
  test('objects are made and called; what a call changes and shares is told', async () => {
    const p = await program('s.js', source);
    const out = await outcome(
      p,
      [
        { let: 'h', call: 'Layer', args: [] },
        { call: 'h.forward', args: [numbers([1, 2])] },
        { call: 'h.backward', args: [numbers([1, 2], [2], 'typed'), numbers([10, 10], [2], 'typed')] },
      ],
      { watch: true },
    );
    expect(out.error).toBeUndefined();
    expect(out.steps[1]).toMatchObject({
      result: numbers([3, 6]),
      object: { class: 'Layer', fields: { x: numbers([1, 2]) } },
    });
    expect(out.steps[2]).toMatchObject({ args: [{}, numbers([13, 16], [2], 'typed')], shares: [1] });
  });

  test('each scenario starts from the same state, and random numbers are the same', async () => {
    const p = await program('s.js', source);
    const steps = [
      { call: 'count', args: [] },
      { call: 'count', args: [] },
      { call: 'random', args: [] },
    ];
    const [a, b] = await p.run([{ steps }, { steps }]);
    expect(a?.steps.map((s) => s.result).slice(0, 2)).toEqual([numbers([1, 1, 3, 1]), numbers([2, 2, 4, 2])]);
    expect(b).toEqual(a);
  });

  test('calls of inner functions are written down with their caller', async () => {
    const p = await program('s.js', source);
    const out = await outcome(p, [{ call: 'outer', args: [float(4)] }], { record: ['inner'] });
    expect(out.recorded).toEqual([
      { function: 'inner', by: 'outer', args: [float(4), float(2)], named: {}, returned: float(8) },
    ]);
  });

  test("an error has the program's line and its step; promises are awaited", async () => {
    const p = await program('s.js', source);
    const out = await outcome(p, [
      { let: 'y', call: 'later', args: [float(3)] },
      { call: 'bad', args: [{ ref: 'y' }] },
    ]);
    expect(out.steps[0]?.result).toEqual(float(6));
    expect(out.error).toMatchObject({ step: 1, type: 'TypeError', line: 13 });
  });

  test('NaN and infinities travel; an edited text runs beside the first one', async () => {
    const p = await program('s.js', source);
    const value = numbers([Number.NaN, Number.POSITIVE_INFINITY, -0]);
    expect(await result(p, { let: 'v', value })).toEqual(numbers([Number.NaN, Number.POSITIVE_INFINITY, 0]));
    const q = await p.edited(source.replace('x * scale', 'x + scale'));
    expect(await result(q, { call: 'outer', args: [float(5)] })).toEqual(float(7));
    expect(await result(p, { call: 'outer', args: [float(5)] })).toEqual(float(10));
  });

  test('a text that cannot be read is refused with its line', async () => {
    await expect(program('bad.ts', 'export const a = 1;\nexport const = 2;\n')).rejects.toMatchObject({
      code: 'run-syntax',
      line: 2,
    });
  });
});
