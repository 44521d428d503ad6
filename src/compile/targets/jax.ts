// A program as a JAX module.
// Not here: the frame of the module (`python.ts`).
// Invariant: only functions that JAX can trace.
import { jaxAutograd } from './python-autograd.ts';
import { python } from './python-module.ts';
import type { PythonWords } from './python.ts';
import type { Target } from './target.ts';

const jnp =
  (fn: string) =>
  (x: string): string =>
    `jnp.${fn}(${x})`;
const along =
  (fn: string) =>
  (x: string, axes: readonly number[]): string =>
    `jnp.${fn}(${x}, axis=${axes.length === 1 ? axes[0] : `(${axes.join(', ')})`})`;

const words: PythonWords = {
  title: 'JAX',
  imports: ['import jax', 'import jax.numpy as jnp'],
  infinity: 'jnp.inf',
  helpers: {},
  unary: {
    neg: (x) => `-(${x})`,
    abs: jnp('abs'),
    sqrt: jnp('sqrt'),
    sign: jnp('sign'),
    exp: jnp('exp'),
    log: jnp('log'),
    sin: jnp('sin'),
    cos: jnp('cos'),
    tan: jnp('tan'),
    asin: jnp('arcsin'),
    acos: jnp('arccos'),
    atan: jnp('arctan'),
    sinh: jnp('sinh'),
    cosh: jnp('cosh'),
    tanh: jnp('tanh'),
    sigmoid: (x) => `jax.nn.sigmoid(${x})`,
    softplus: (x) => `jax.nn.softplus(${x})`,
    relu: (x) => `jax.nn.relu(${x})`,
    erf: (x) => `jax.scipy.special.erf(${x})`,
  },
  extreme: (op, a, b) => `jnp.${op}imum(${a}, ${b})`,
  where: (t, a, b) => `jnp.where(${t}, ${a}, ${b})`,
  arange: (n) => `jnp.arange(${n})`,
  clip: (x, last) => `jnp.clip(${x}, 0, ${last})`,
  transpose: (x, order) => `jnp.transpose(${x}, (${order}))`,
  broadcast: (x, shape) => `jnp.broadcast_to(${x}, ${shape})`,
  reduce: { sum: along('sum'), prod: along('prod'), max: along('max'), min: along('min') },
  einsum: (e, operands) => `jnp.einsum('${e}', ${operands})`,
  inside: {
    test: (x, size, except) =>
      `jnp.all(${[`(${x} >= 0) & (${x} < ${size})`, ...except.map((n) => `(${x} == ${n})`)].join(' | ')})`,
    mark: (test, x) => `jnp.where(${test}, ${x}, jnp.nan)`,
  },
  inverse: jnp('linalg.inv'),
  determinant: jnp('linalg.det'),
  tensor: (x) => `jnp.asarray(${x})`,
  index: (x) => `jnp.asarray(${x}, dtype=jnp.int32)`,
  lift: (x) => `jnp.asarray(${x})`,
  processes: {
    imports: [],
    meshIsArgument: false,
    helpers: {
      _all_reduce: [
        'def _all_reduce(op, axis, *parts):',
        '    # Entry by entry over the devices of the mesh axis; several arrays travel as one.',
        "    if op == 'prod':",
        '        whole = tuple(jnp.prod(jax.lax.all_gather(x, axis), axis=0) for x in parts)',
        '    else:',
        "        whole = {'sum': jax.lax.psum, 'max': jax.lax.pmax, 'min': jax.lax.pmin}[op](parts, axis)",
        '    return whole if len(parts) > 1 else whole[0]',
        '',
      ],
      _gather: [
        'def _gather(x, dim, size, start, axis):',
        '    # The whole of an array that is split along one axis.',
        '    return jax.lax.all_gather(x, axis, axis=dim, tiled=True)',
        '',
      ],
      _place: [
        'def _place(n, axis):',
        '    # The size of the whole, and where the part of this device starts: the parts of shard_map are equal.',
        '    return n * jax.lax.axis_size(axis), n * jax.lax.axis_index(axis)',
        '',
      ],
    },
    reduce: {},
  },
  real: (x) => `(${x}).astype(float)`,
};

export const jax: Target = {
  name: 'jax',
  says: 'a Python module with JAX',
  can: ['autograd', 'shard'],
  emit: (r) => [{ name: `${r.name}.py`, content: r.autograd === undefined ? python(r, words) : jaxAutograd(r, words) }],
};
