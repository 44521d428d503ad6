// Cross-entropy of a linear layer over a vocabulary, loss and both gradients: logits never stored (ours, torch in
// chunks) and stored.
// Usage: node bench/linear-cross-entropy.mjs [--rows 2048] [--features 256] [--columns 50257] [--rounds 3] [--small]
// [--only torch]
// Not here: cross-entropy of logits that are there (cross-entropy.mjs).
// Invariant: every program runs in a process of its own, on one thread, in turns; a line holds its median time and its
// peak above inputs and ∂W.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emit } from '../dist/index.js';

const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? otherwise : Number(process.argv[at + 1]);
};
const small = process.argv.includes('--small');
const [rows, features, columns] = [
  option('rows', small ? 256 : 2048),
  option('features', small ? 64 : 256),
  option('columns', small ? 8192 : 50257),
];
const rounds = option('rounds', 3);

const own = join(import.meta.dirname, '../node_modules/.python/bin/python');
const python = process.env.PEER_PYTHON ?? (existsSync(own) ? own : '/usr/bin/python3');
const folder = mkdtempSync(join(tmpdir(), 'whygrad-bench-'));
const outputs = ['L', 'dL/dx_{nd}', 'dL/dW_{dv}'];
const text = (to, more) => emit('linear-cross-entropy', { to, name: 'f', outputs, ...more })[0].content;
for (const [name, to, more] of [
  ['torch_chunks', 'torch', { chunk: { v: 1024 } }],
  ['torch_whole', 'torch', {}],
  ['numpy_chunks', 'numpy', { chunk: { v: 256 } }],
])
  writeFileSync(join(folder, `${name}.py`), text(to, more));

const script = join(folder, 'peer.py');
writeFileSync(
  script,
  `
import sys, time, resource, json
sys.path.insert(0, ${JSON.stringify(folder)})
which, N, D, V = sys.argv[1], *map(int, sys.argv[2:5])
import numpy
if which != 'numpy in chunks (ours)':
    import torch
    torch.set_num_threads(1)
k = numpy.arange(N * D, dtype=numpy.float32); x = numpy.sin(k * 1.3).reshape(N, D)
W = numpy.empty((D, V), numpy.float32)
for d in range(D): W[d] = 0.05 * numpy.sin((d * V + numpy.arange(V)) * 1.3)
t = numpy.arange(N) * 7919 % V
if which != 'numpy in chunks (ours)': x, W, t = map(torch.as_tensor, (x, W, t))
def chunks_of_rows(x, W, t, step=512):
    # As people write it: autograd on some rows at a time, gradients added.
    x = x.detach().requires_grad_(); W = W.detach().requires_grad_()
    total = 0.0
    for a in range(0, len(x), step):
        loss = torch.nn.functional.cross_entropy(x[a:a + step] @ W, t[a:a + step], reduction='sum') / len(x)
        loss.backward(); total += loss.item()
    return total, x.grad, W.grad
def stored(x, W, t):
    x = x.detach().requires_grad_(); W = W.detach().requires_grad_()
    loss = torch.nn.functional.cross_entropy(x @ W, t)
    loss.backward()
    return loss.item(), x.grad, W.grad
if which == 'torch, rows in chunks': f = chunks_of_rows
elif which == 'torch, logits stored': f = stored
else:
    name = {'torch in chunks (ours)': 'torch_chunks', 'torch, stored (ours)': 'torch_whole', 'numpy in chunks (ours)': 'numpy_chunks'}[which]
    f = __import__(name).f
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start, used = time.perf_counter(), time.process_time()
result = f(x, W, t)
print(json.dumps(dict(loss=float(result[0]), ms=1000 * (time.perf_counter() - start), cpu=1000 * (time.process_time() - used), mib=(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 - D * V * 4 / 2**20)))
`,
);
const ours = join(folder, 'ours.mjs');
writeFileSync(
  ours,
  `
import { linearCrossEntropy } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
const [N, D, V] = process.argv.slice(3, 6).map(Number);
const plan = linearCrossEntropy.plan({ rows: N, features: D, columns: V, fast: process.argv[2].includes('fast') });
const { x, W, targets } = plan.inputs;
for (let k = 0; k < x.length; k++) x[k] = Math.sin(k * 1.3);
for (let k = 0; k < W.length; k++) W[k] = 0.05 * Math.sin(k * 1.3);
for (let n = 0; n < N; n++) targets[n] = (n * 7919) % V;
globalThis.gc?.();
const before = process.memoryUsage().rss;
const used = process.cpuUsage();
const start = performance.now();
plan.run();
const ms = performance.now() - start;
const { user, system } = process.cpuUsage(used);
const peak = process.resourceUsage().maxRSS * 1024;
const loss = plan.outputs.loss[0];
console.log(JSON.stringify({ loss, ms, cpu: (user + system) / 1000, mib: (peak - before) / 2 ** 20 - (D * V * 4) / 2 ** 20 }));
`,
);
const programs = [
  ['linearCrossEntropy, fast', process.execPath, ['--expose-gc', ours]],
  ['linearCrossEntropy', process.execPath, ['--expose-gc', ours]],
  ['torch in chunks (ours)', python, [script]],
  ['numpy in chunks (ours)', python, [script]],
  ['torch, stored (ours)', python, [script]],
  ['torch, rows in chunks', python, [script]],
  ['torch, logits stored', python, [script]],
];
const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : '';
const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
const found = new Map(programs.map(([name]) => [name, []]));
for (let n = 0; n < rounds; n++)
  for (const [name, program, args] of programs.filter((p) => p[0].includes(only))) {
    const done = spawnSync(program, [...args, name, rows, features, columns].map(String), { encoding: 'utf8', env });
    if (done.status === 0) found.get(name).push(JSON.parse(done.stdout.trim().split('\n').at(-1)));
    else if (n === 0) console.error(`${name}: ${done.stderr.trim().split('\n').at(-1)}`);
  }
const median = (all) => [...all].sort((a, b) => a - b)[all.length >> 1];
for (const [name, all] of found)
  if (all.length > 0)
    console.log(
      JSON.stringify({
        bench: 'linear-cross-entropy',
        name,
        ...{ rows, features, columns, loss: all[0].loss },
        ms: Math.round(median(all.map((x) => x.ms))),
        cpuMs: Math.round(median(all.map((x) => x.cpu))),
        aboveInputsAndWeightGradientMiB: +median(all.map((x) => x.mib)).toFixed(1),
      }),
    );
