// What emitted gradients of networks hold at once, counted in bytes, beside torch's own autograd.
// Not here: whether the values are right (targets.test.ts, test/kernels/library-targets.test.ts).
// Invariant: both count what their allocator gives out above the inputs; the sizes differ, so that no array is taken for another.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { emit, libraryDocument } from '../../src/index.ts';
import { must } from '../../src/term/must.ts';

const PYTHON = '/usr/bin/python3';
const available = spawnSync(PYTHON, ['-c', 'import numpy, torch'], { stdio: 'ignore' }).status === 0;
if (!available && process.env['CI'] === 'true') throw new Error('numpy and torch are missing: run scripts/setup-tests');

/** What torch differentiates; results of the last line in the order of the gradients. */
const forward: Readonly<Record<string, { readonly loss: string; readonly by: string; readonly formula: string }>> = {
  'two-layer-network': { loss: 'L', by: 'W b V c', formula: 'soft(torch.tanh(x @ V + c) @ W + b)' },
  'networks/one-hidden-layer-tanh': { loss: 'L', by: 'w b v c', formula: 'soft(torch.tanh(x @ v + c) @ w + b)' },
  'networks/one-hidden-layer-relu': { loss: 'L', by: 'w b v c', formula: 'soft(torch.relu(x @ v + c) @ w + b)' },
  'networks/two-hidden-layers-tanh': {
    loss: 'L',
    by: 'w b v u',
    formula: 'soft(torch.tanh(torch.tanh(x @ u + a) @ v + c) @ w + b)',
  },
  'networks/softmax-regression': { loss: 'L', by: 'w b', formula: 'soft(x @ w + b)' },
  'networks/two-hidden-layers-relu': {
    loss: 'L',
    by: 'w b v u',
    formula: 'soft(torch.relu(torch.relu(x @ u + a) @ v + c) @ w + b)',
  },
  'networks/squared-error-softmax': {
    loss: 'E',
    by: 'w b',
    formula: '((torch.softmax(x @ w + b, 1) - y) ** 2).sum() / N / 2',
  },
};
const questions = (name: string): string[] =>
  must(/<!-- whygrad: question (.*) -->/.exec(libraryDocument(name))?.[1]).split('; ');

interface Report {
  readonly name: string;
  readonly autograd: number;
  readonly torch: number;
  readonly numpy: number;
  readonly error: number;
}

function run(): Report[] {
  const jobs = Object.entries(forward).map(([name, f]) => ({
    name,
    ...f,
    torch: must(emit(name, { to: 'torch', name: 'f', outputs: [f.loss, ...questions(name)] })[0]).content,
    numpy: must(emit(name, { to: 'numpy', name: 'f', outputs: [f.loss, ...questions(name)] })[0]).content,
  }));
  const done = spawnSync(PYTHON, ['-c', program], { input: JSON.stringify(jobs), encoding: 'utf8' });
  expect(done.status, done.stderr).toBe(0);
  return JSON.parse(must(done.stdout.trim().split('\n').at(-1))) as Report[];
}

const program = `
import json, sys, inspect, tracemalloc, numpy, torch
from torch.profiler import profile, ProfilerActivity
torch.set_default_dtype(torch.float64)
N, D, E, V = 96, 80, 64, 1300
draw = lambda *s: torch.randn(*s) / s[0] ** 0.5
def counted(f):
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as p: r = f()
    live = top = 0
    for e in sorted((e for e in p.profiler.kineto_results.events() if e.name() == '[memory]'), key=lambda e: e.start_us()):
        live += e.nbytes(); top = max(top, live)
    return top, r
def traced(f):
    tracemalloc.start(); before = tracemalloc.get_traced_memory()[0]; tracemalloc.reset_peak(); r = f(); top = tracemalloc.get_traced_memory()[1]; tracemalloc.stop()
    return top - before, r
out = []
for job in json.load(sys.stdin):
    torch.manual_seed(1)
    spaces = [{}, {}]
    for s, k in zip(spaces, ('torch', 'numpy')): exec(job[k], s)
    names = list(inspect.signature(spaces[0]['f']).parameters)
    deep, hidden = 'u' in names, 'v' in names or 'V' in names
    shapes = {'x': (N, D), 'y': (N, V), 'u': (D, E), 'a': (E,), 'v': (E, E) if deep else (D, E), 'V': (D, E), 'c': (E,), 'w': (E if hidden else D, V), 'W': (E, V), 'b': (V,)}
    d = {n: draw(*shapes[n]) for n in names}
    if job['loss'] == 'L': d['y'] = torch.softmax(d['y'], 1)
    leaves = [d[n].clone().requires_grad_(True) for n in job['by'].split()]
    def autograd():
        space = dict(d, **dict(zip(job['by'].split(), leaves)), torch=torch, N=N, soft=lambda z: -(d['y'] * torch.log_softmax(z, 1)).sum() / N)
        loss = eval(job['formula'], space)
        return (loss,) + torch.autograd.grad(loss, leaves)
    autograd()
    a, want = counted(autograd)
    t, got = counted(lambda: spaces[0]['f'](*[d[n] for n in names]))
    arrays = [d[n].numpy() for n in names]
    n, also = traced(lambda: spaces[1]['f'](*arrays))
    order = lambda r: sorted((tuple(x.shape), float(abs(x).sum())) for x in map(torch.as_tensor, r))
    error = max(abs(p[1] - q[1]) / (1 + abs(q[1])) for r in (got, also) for p, q in zip(order(r[:1 + len(leaves)]), order(want)))
    out.append(dict(name=job['name'], autograd=a, torch=t, numpy=n, error=error))
print(json.dumps(out))
`;

describe.skipIf(!available)('memory of emitted gradients', () => {
  it('is at most 1.2 times what autograd holds, in torch and in numpy', () => {
    const reports = run();
    expect(reports.length).toBe(Object.keys(forward).length);
    const over = reports.flatMap((r) =>
      [r.torch, r.numpy].some((b) => b > 1.2 * r.autograd)
        ? [`${r.name}: torch ${r.torch}, numpy ${r.numpy}, autograd ${r.autograd}`]
        : [],
    );
    if (process.env['SHOW'] !== undefined) console.log(reports);
    expect(over).toEqual([]);
    for (const r of reports) expect(r.error, r.name).toBeLessThan(1e-10);
  });
});
