// Every library document as a function with gradients: torch checks it by differences, and its own differentiation agrees.
// Not here: emitted gradients as plain functions (test/kernels/library-targets.test.ts).
// Invariant: the judge differentiates the emitted forward pass by itself; values and sizes are all different.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { emit, libraryDocument, libraryNames } from '../../src/index.ts';
import { must } from '../../src/term/must.ts';
import { pythonWith } from './python.ts';

/** Documents with a function that is not given (`f(z)`) have no program. */
const documents = libraryNames().filter((name) => !/(?<![A-Za-z])f'?\(/.test(libraryDocument(name)));

interface Verdict {
  readonly name: string;
  readonly first: number;
  readonly second: boolean;
  readonly check: boolean;
  readonly kept: boolean;
}

const jobs = (to: string): string =>
  JSON.stringify(
    documents.map((document, n) => ({
      document,
      name: `case${n}`,
      text: must(emit(document, { to, autograd: true, name: `case${n}` })[0]).content,
    })),
  );
function run(python: string, program: string, to: string): Verdict[] {
  const done = spawnSync(python, ['-c', program], { input: jobs(to), encoding: 'utf8' });
  expect(done.status, done.stderr.slice(-2000)).toBe(0);
  return JSON.parse(must(done.stdout.trim().split('\n').at(-1))) as Verdict[];
}

/** Shapes from the docstring: each size name gets a number of its own. */
const shapes = `
import json, sys, re, inspect
def shapes(f, seed):
    sizes, out = {}, []
    for line in f.__doc__.splitlines():
        found = re.match(r'\\s+(\\w+): (numbers|positions from 0), shape \\((.*?),?\\)', line)
        if found and found[1] in inspect.signature(f).parameters:
            out.append((found[2] == 'numbers', tuple(int(s) if s.isdigit() else sizes.setdefault(s, 2 + (len(sizes) + seed) % 4) for s in filter(None, found[3].split(', ')))))
    return out
`;

const torchProgram = `${shapes}
import torch
torch.manual_seed(3)
out = []
for seed, job in enumerate(json.load(sys.stdin)):
    space = {}
    exec(job['text'], space)
    f, forward = space[job['name']], space['_forward']
    every = [(0.25 + 0.6 * torch.rand(shape, dtype=torch.float64)).requires_grad_() if real else torch.randint(0, 2, shape) for real, shape in shapes(f, seed)]
    whole = [n for n, x in enumerate(every) if not x.is_floating_point()]
    inputs = [x for x in every if x.is_floating_point()]
    def with_whole(g):
        def called(*x):
            left = iter(x)
            return g(*[every[n] if n in whole else next(left) for n in range(len(every))])
        return called
    f, forward = with_whole(f), with_whole(forward)
    tuple_ = lambda r: r if isinstance(r, tuple) else (r,)
    ours = tuple_(f(*inputs))
    theirs = forward(*inputs)[:len(ours)]
    upstream = [torch.randn_like(o) for o in ours]
    both = [torch.autograd.grad(r, inputs, upstream, allow_unused=True) for r in (ours, theirs)]
    first = max(float((a - (torch.zeros_like(a) if b is None else b)).abs().max() / (1 + a.abs().max())) for a, b in zip(*both) if a is not None)
    half = [x.detach().float().requires_grad_() for x in inputs]
    kept = all(r.dtype == torch.float32 for r in tuple_(f(*half))) and all(g is None or g.dtype == torch.float32 for g in torch.autograd.grad(tuple_(f(*half)), half, [u.float() for u in upstream], allow_unused=True))
    one = list(half); one[0] = one[0].detach()
    if len(half) > 1: torch.autograd.grad(tuple_(f(*one)), one[1:], [u.float() for u in upstream], allow_unused=True)
    check = torch.autograd.gradcheck(f, inputs, raise_exception=False)
    second = torch.autograd.gradgradcheck(f, inputs, raise_exception=False)
    out.append(dict(name=job['document'], first=first, check=check, second=second, kept=bool(kept)))
print(json.dumps(out))
`;

const jaxProgram = `${shapes}
import jax, jax.numpy as jnp, numpy
jax.config.update('jax_enable_x64', True)
draw = numpy.random.default_rng(3)
out = []
for n, job in enumerate(json.load(sys.stdin)):
    space = {}
    exec(job['text'], space)
    f, forward = space[job['name']], space['_forward']
    given = [jnp.asarray(0.25 + 0.6 * draw.random(shape)) if real else jnp.asarray(draw.integers(0, 2, shape)) for real, shape in shapes(f, 0)]
    whole = [n for n, x in enumerate(given) if not jnp.issubdtype(x.dtype, jnp.floating)]
    inputs = [x for n, x in enumerate(given) if n not in whole]
    def with_whole(g, given=given, whole=whole):
        def called(*x):
            left = iter(x)
            return g(*[given[n] if n in whole else next(left) for n in range(len(given))])
        return called
    f, forward = with_whole(f), with_whole(forward)
    tuple_ = lambda r: r if isinstance(r, tuple) else (r,)
    count = len(tuple_(f(*inputs)))
    upstream = [jnp.asarray(draw.standard_normal(o.shape)) for o in tuple_(f(*inputs))]
    loss = lambda g, *x: sum((u * o).sum() for u, o in zip(upstream, tuple_(g(*x))))
    every = tuple(range(1, 1 + len(inputs)))
    other = lambda *x: forward(*x)[:count]
    a, b = jax.jit(lambda *x: [jax.grad(loss, every)(g, *x) for g in (f, other)])(*inputs)
    first = max(float(abs(x - y).max() / (1 + abs(y).max())) for x, y in zip(a, b))
    turn = lambda g, *z: jax.grad(lambda *x: sum((jnp.cos(jnp.arange(1., 1 + y.size)).reshape(y.shape) * y).sum() for y in jax.grad(loss, every)(g, *x)), tuple(n - 1 for n in every))(*z)
    # Compiling second derivatives takes jax seconds a document.
    second = n % 4 != 0 or all(bool(jnp.allclose(x, y, rtol=1e-9, atol=1e-9)) for x, y in zip(*jax.jit(lambda *x: (turn(f, *x), turn(other, *x)))(*inputs)))
    narrow = [x.astype(jnp.float32) for x in inputs]
    kept = all(o.dtype == jnp.float32 for o in tuple_(jax.jit(f)(*narrow)))
    out.append(dict(name=job['document'], first=first, check=True, second=second, kept=bool(kept)))
print(json.dumps(out))
`;

describe.each([
  ['torch', torchProgram],
  ['jax', jaxProgram],
])('library documents as functions of %s with gradients', (to, program) => {
  const python = pythonWith(to);
  it.skipIf(python === null)(
    'agree with its own differentiation, twice, and keep the dtype',
    { timeout: 300_000 },
    () => {
      const verdicts = run(must(python ?? undefined), program, to);
      if (process.env['SHOW'] !== undefined) console.log(verdicts);
      expect(verdicts.length).toBe(documents.length);
      expect(verdicts.filter((v) => !(v.first < 1e-12 && v.check && v.second && v.kept))).toEqual([]);
    },
  );
});
