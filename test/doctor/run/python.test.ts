// Python programs: what their outline tells, how values go in and come out, how scenarios run.
// Not here: programs that misbehave (hostile.test.ts).
// Invariant: a test that needs a library is skipped only where the library is missing and nobody asked for the whole suite.
import { describe, expect, test } from 'vitest';
import { must } from '../../../src/term/must.ts';
import { float, noNumpy, noPython, noTorch, numbers, outcome, program, result } from './place.ts';

describe.skipIf(noPython)('the outline of a Python file', () => {
  test('functions with parameters, hints, defaults, docstring, calls, assigned names and returned expressions', async () => {
    const p = await program(
      'a.py',
      `import math

# the usual one
def softmax(z: list, T=1.0, *rest, axis=-1, **more) -> list:
    e = [math.exp(v / T) for v in z]
    s = sum(e)
    return [v / s for v in e]

class Layer:
    """A layer."""
    rate = 0.1
    def __init__(self, n):
        self.n = n
    def forward(self, x):
        "goes forward"
        self.out = softmax(x)
        return self.out
    @staticmethod
    def double(x): return 2 * x

half = lambda x: x / 2
def make():
    def inner(y):
        return y
    return inner
if __name__ == '__main__':
    print(softmax([1.0]))
`,
    );
    const { functions, classes, constants, loaded } = p.outline;
    expect(loaded).toBe('whole');
    expect(functions.map((f) => f.name)).toEqual(['softmax', 'half', 'make', 'make.inner', '<module>']);
    expect(must(functions[0])).toMatchObject({
      parameters: [
        { name: 'z', hint: 'list' },
        { name: 'T', default: '1.0' },
        { name: 'rest', rest: true },
        { name: 'axis', default: '-1', keyword: true },
        { name: 'more', rest: true, keyword: true },
      ],
      doc: 'the usual one',
      returns: 'list',
      line: 4,
      endLine: 7,
      assigns: ['e', 's'],
      returned: ['[v / s for v in e]'],
    });
    expect(must(functions[0]).calls).toEqual([
      { callee: 'math.exp', args: ['v / T'], line: 5 },
      { callee: 'sum', args: ['e'], line: 6, assigned: ['s'] },
    ]);
    expect(must(functions[3])).toMatchObject({ isNested: true, returned: ['y'] });
    expect(must(functions[4]).calls.map((c) => c.callee)).toEqual(['print', 'softmax']);
    expect(must(classes[0])).toMatchObject({
      name: 'Layer',
      doc: 'A layer.',
      fields: ['rate', 'n', 'out'],
      constructor: { parameters: [{ name: 'n' }] },
    });
    expect(must(classes[0]).methods.map((m) => [m.name, m.parameters.map((q) => q.name), m.isStatic ?? false])).toEqual(
      [
        ['Layer.forward', ['x'], false],
        ['Layer.double', ['x'], true],
      ],
    );
    expect(constants).toEqual({});
  });

  test('a loop that descends along gradients becomes a function of its free names', async () => {
    const p = await program(
      'script.py',
      `xs, ys = [1.0, 2.0], [2.0, 4.0]
w = 0.5
for epoch in range(3):
    pred = [w * x for x in xs]
    dw = sum(2 * (p - y) * x for p, y, x in zip(pred, ys, xs))
    if epoch % 10 == 0:
        print(epoch)
    w -= 0.01 * dw
`,
    );
    const script = must(p.outline.functions.find((f) => f.isLifted === true));
    expect(script.name).toBe('<script>');
    expect(script.parameters.map((q) => q.name)).toEqual(['w', 'xs', 'ys']);
    expect(script.defaults?.xs).toEqual(numbers([1, 2]));
    const out = await result(p, { call: '<script>', args: [float(1), numbers([1, 3]), numbers([0, 0])] });
    expect(out).toMatchObject({ fields: { pred: numbers([1, 3]), dw: float(20), w: float(0.8) } });
  });

  test('nodes have UTF-16 places, behind letters outside of the first plane, too', async () => {
    const source = "def f(x):\n    '𝕏 → '; y = -x * 2.5\n    return y[0] ** 2\n";
    const p = await program('n.py', source);
    const flat = (list: Awaited<ReturnType<typeof p.nodes>>): readonly (typeof list)[number][] =>
      list.flatMap((n) => [n, ...flat(n.children)]);
    const all = flat(await p.nodes('f'));
    for (const node of all) expect(source.slice(node.start, node.end)).toBe(node.text);
    expect(all.map((n) => n.kind)).toEqual(
      expect.arrayContaining(['assign', 'binary', 'unary', 'number', 'return', 'subscript', 'name']),
    );
    expect(all.filter((n) => n.kind === 'binary').map((n) => n.operator)).toEqual(['*', '**']);
  });
});

describe.skipIf(noPython)('what goes in and comes out', () => {
  const echo = 'def same(x): return x\ndef pair(x): return x, {"a": [x]}\ndef kind(x): return type(x).__name__\n';
  test('every kind of value comes back as it went', async () => {
    const p = await program('echo.py', echo);
    for (const value of [
      numbers([1, 2.5, -3]),
      numbers([1, 2, 3, 4], [2, 2]),
      numbers([1, 2], [2], 'tuple'),
      numbers([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
      float(0.1),
      { number: 3, as: 'int' },
      { number: 1, as: 'bool' },
      { text: 'naïve 𝕏' },
      { none: true },
      { items: [numbers([1]), { text: 'b' }], as: 'tuple' },
    ] as const) {
      expect(await result(p, { call: 'same', args: [value] })).toEqual(value);
    }
    expect(await result(p, { call: 'kind', args: [{ tensor: [1], shape: [], dtype: 'int64', as: 'list' }] })).toEqual({
      text: 'int',
    });
  });

  test.skipIf(noNumpy)('numpy arrays keep shape and precision', async () => {
    const p = await program('echo.py', `import numpy as np\n${echo}def about(x): return str(x.dtype), x.shape`);
    const value = { tensor: [1, 2, 3, 4, 5, 6], shape: [2, 3], dtype: 'float32', as: 'numpy' } as const;
    expect(await result(p, { call: 'same', args: [value] })).toEqual(value);
    expect(await result(p, { call: 'about', args: [value] })).toMatchObject({
      items: [{ text: 'float32' }, { tensor: [2, 3] }],
    });
  });

  test.skipIf(noTorch)('an autograd Function is applied and its gradients come back', async () => {
    const p = await program(
      't.py',
      `import torch
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 3 * x * g
`,
    );
    expect(must(p.outline.classes[0]).autograd).toBe(true);
    const out = await result(p, {
      grad: 'Square.apply',
      args: [numbers([1, 2], [2], 'torch')],
      wrt: [0],
      upstream: numbers([1, 10], [2], 'torch'),
    });
    expect(out).toMatchObject({ items: [{ tensor: [1, 4] }, { tensor: [1, 10] }, { tensor: [3, 60] }] });
  });
});

describe.skipIf(noPython)('scenarios', () => {
  const layers = `cache = {}
calls = 0
class Layer:
    def __init__(self, k): self.k = k
    def forward(self, x):
        self.x = x
        return [self.k * v for v in x]
    def backward(self, g):
        self.dx = [self.k * v for v in g]
def count():
    global calls
    calls += 1
    cache['n'] = calls
    return calls
def clean(x):
    x[0] = 0.0
    return x
def outer(x): return inner(x, scale=2.0)
def inner(x, scale): return x * scale
def bad(x):
    return x[10]
`;
  test('objects are made, called, asked for fields and given them', async () => {
    const p = await program('l.py', layers);
    const out = await outcome(
      p,
      [
        { let: 'h', call: 'Layer', args: [float(3)] },
        { let: 'y', call: 'h.forward', args: [numbers([1, 2])] },
        { call: 'h.backward', args: [{ ref: 'y' }] },
        { set: 'h.k', value: float(5) },
        { let: 'z', call: 'h.forward', args: [{ ref: 'h.dx' }] },
      ],
      { want: ['y', 'h.dx', 'z', 'h.x[0]'] },
    );
    expect(out.values).toEqual({
      y: numbers([3, 6]),
      'h.dx': numbers([9, 18]),
      z: numbers([45, 90]),
      'h.x[0]': float(9),
    });
  });

  test('each scenario starts from the same state', async () => {
    const p = await program('l.py', layers);
    const twice = await p.run([
      {
        steps: [
          { call: 'count', args: [] },
          { call: 'count', args: [] },
          { set: 'calls', value: float(40) },
          { call: 'count', args: [] },
        ],
      },
      { steps: [{ call: 'count', args: [] }, { get: 'cache' }] },
    ]);
    expect(twice.map((o) => o.steps.map((s) => s.result))).toMatchObject([
      [{ number: 1 }, { number: 2 }, { number: 40 }, { number: 41 }],
      [{ number: 1 }, { fields: { n: { number: 1 } } }],
    ]);
  });

  test('what a call changes and shares is told', async () => {
    const p = await program('l.py', layers);
    const out = await outcome(p, [{ call: 'clean', args: [numbers([7, 8])] }], { watch: true });
    expect(out.steps[0]).toMatchObject({ args: [numbers([0, 8])], shares: [0] });
  });

  test('calls of inner functions are written down with their caller', async () => {
    const p = await program('l.py', layers);
    const out = await outcome(p, [{ call: 'outer', args: [float(4)] }], { record: ['inner'] });
    expect(out.recorded).toEqual([
      { function: 'inner', by: 'outer', args: [float(4)], named: { scale: float(2) }, returned: float(8) },
    ]);
    expect((await outcome(p, [{ call: 'outer', args: [float(4)] }])).recorded).toBeUndefined();
  });

  test("an error has the program's line and its step; the next scenario runs", async () => {
    const p = await program('l.py', layers);
    const [first, second] = await p.run([
      {
        steps: [
          { call: 'count', args: [] },
          { call: 'bad', args: [numbers([1])] },
        ],
      },
      { steps: [{ call: 'outer', args: [float(1)] }] },
    ]);
    expect(first?.error).toEqual({ step: 1, type: 'IndexError', message: 'list index out of range', line: 21 });
    expect(second?.steps[0]?.result).toEqual(float(2));
  });

  test('random numbers are the same in every scenario', async () => {
    const p = await program('r.py', 'import random\ndef f(): return random.random()\n');
    const [a, b, c] = await p.run([
      { steps: [{ call: 'f', args: [] }] },
      { steps: [{ call: 'f', args: [] }] },
      { steps: [{ call: 'f', args: [] }], seed: 3 },
    ]);
    expect(a?.steps).toEqual(b?.steps);
    expect(a?.steps).not.toEqual(c?.steps);
  });

  test('an edited text runs beside the first one', async () => {
    const p = await program('l.py', layers);
    const q = await p.edited(layers.replace('x * scale', 'x + scale'));
    expect(await result(p, { call: 'outer', args: [float(5)] })).toEqual(float(10));
    expect(await result(q, { call: 'outer', args: [float(5)] })).toEqual(float(7));
    await q.close();
    expect(await result(p, { call: 'outer', args: [float(5)] })).toEqual(float(10));
  });
});
