// A program as a JAX module.
// Not here: the frame of the module (`python.ts`).
// Invariant: only functions that JAX can trace.
import { python, type PythonWords } from './python.ts';
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
  inverse: jnp('linalg.inv'),
  determinant: jnp('linalg.det'),
  tensor: (x) => `jnp.asarray(${x})`,
  index: (x) => `jnp.asarray(${x}, dtype=jnp.int32)`,
  lift: (x) => `jnp.asarray(${x})`,
  real: (x) => `(${x}).astype(float)`,
};

export const jax: Target = {
  name: 'jax',
  says: 'a Python module with JAX',
  emit: (r) => [{ name: `${r.name}.py`, content: python(r, words) }],
};
