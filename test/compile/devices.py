# Runs emitted jax programs inside shard_map over 4 devices of this machine, against the same program unsplit and jax.grad.
# Not here: what is emitted (shard.test.ts).
# Invariant: what is split is read from the docstring; parts are equal, as shard_map has them.
import os

os.environ['XLA_FLAGS'] = '--xla_force_host_platform_device_count=4'
os.environ['JAX_PLATFORMS'] = 'cpu'
import inspect, json, re, sys
import jax, jax.numpy as jnp, numpy as np
from jax.sharding import Mesh, PartitionSpec as P

jax.config.update('jax_enable_x64', True)
mesh = Mesh(np.array(jax.devices()), ('tp',))


def about(f):
    out = []
    for line in f.__doc__.splitlines():
        found = re.match(r'\s+(\w+): (?:numbers|positions from 0), shape \((.*?),?\)(.*)', line)
        if found:
            split = {int(a) - 1: m for a, m in re.findall(r'axis (\d+) is split over (\w+)', found[3])}
            out.append((found[1], [s for s in found[2].split(', ') if s], split))
    return out


def whole_numbers(f):
    """The arguments that are positions."""
    return re.findall(r'\s+(\w+): positions from 0', f.__doc__)


def spec(shape, split):
    return P(*[split.get(n) for n in range(len(shape))])


def load(text):
    space = {}
    exec(text, space)
    return space


tuple_ = lambda r: r if isinstance(r, tuple) else (r,)
far = lambda a, b: max(float(abs(x - y).max() / (1 + abs(y).max())) for x, y in zip(a, b))
draw = np.random.default_rng(4)
out = []
for job in json.load(sys.stdin):
    whole, split = load(job['whole']), load(job['split'])
    arguments = list(inspect.signature(whole['f']).parameters)
    told = about(split['f'])
    given = [t for t in told if t[0] in arguments]
    results = [t for t in told if t[0] not in arguments]
    sizes, values = {}, []
    for name, shape, _ in [t for t in about(whole['f']) if t[0] in arguments]:
        dims = [sizes.setdefault(s, 4 * (1 + len(sizes) % 3)) for s in shape]
        is_whole = name in whole_numbers(whole['f'])
        values.append(jnp.asarray(draw.integers(0, 4, dims) if is_whole else 0.25 + 0.6 * draw.random(dims)))
    specs = [spec(s, cut) for _, s, cut in results]
    mapped = jax.shard_map(split['f'], mesh=mesh, in_specs=tuple(spec(s, c) for _, s, c in given), out_specs=specs[0] if len(specs) == 1 else tuple(specs))
    want, got = tuple_(whole['f'](*values)), tuple_(jax.jit(mapped)(*values))
    error = far(got, want)
    if job['autograd']:
        upstream = [jnp.asarray(draw.standard_normal(w.shape)) for w in want]
        total = lambda f: lambda *x: sum((u * o).sum() for u, o in zip(upstream, tuple_(f(*x))))
        every = tuple(n for n, v in enumerate(values) if jnp.issubdtype(v.dtype, jnp.floating))
        plain = lambda *x: whole['_forward'](*x)[:len(want)]
        a = jax.jit(jax.grad(total(mapped), every))(*values)
        b = jax.jit(jax.grad(total(plain), every))(*values)
        error = max(error, far(a, b))
    out.append(dict(what=job['what'], error=error))
print(json.dumps(out))
