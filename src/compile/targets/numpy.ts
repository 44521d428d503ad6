// A program as a NumPy module.
// Not here: the frame of the module (`python.ts`).
// Invariant: float64 throughout, whatever the inputs are.
import { pythonFunction } from './python-chunks.ts';
import type { PythonWords } from './python.ts';
import type { Target } from './target.ts';

const np =
  (fn: string) =>
  (x: string): string =>
    `np.${fn}(${x})`;
const along =
  (fn: string) =>
  (x: string, axes: readonly number[]): string =>
    `np.${fn}(${x}, axis=${axes.length === 1 ? axes[0] : `(${axes.join(', ')})`})`;

const words: PythonWords = {
  title: 'NumPy',
  imports: ['import numpy as np'],
  infinity: 'np.inf',
  helpers: {
    _inside: [
      'def _inside(name, x, size, *others):',
      '    outside = (x < 0) | (x >= size)',
      '    for n in others:',
      '        outside = outside & (x != n)',
      '    if np.any(outside):',
      "        raise IndexError(f'{name} has an entry that is none of the positions 0 to {size - 1}')",
    ],
    erf: ['import math', 'erf = np.vectorize(math.erf, otypes=[np.float64])'],
    sigmoid: ['def sigmoid(x):', '    e = np.exp(-np.abs(x))', '    return np.where(x >= 0, 1, e) / (1 + e)'],
    softplus: ['def softplus(x):', '    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))'],
  },
  unary: {
    neg: (x) => `-(${x})`,
    abs: np('abs'),
    sqrt: np('sqrt'),
    sign: np('sign'),
    exp: np('exp'),
    log: np('log'),
    sin: np('sin'),
    cos: np('cos'),
    tan: np('tan'),
    asin: np('arcsin'),
    acos: np('arccos'),
    atan: np('arctan'),
    sinh: np('sinh'),
    cosh: np('cosh'),
    tanh: np('tanh'),
    sigmoid: (x) => `sigmoid(${x})`,
    softplus: (x) => `softplus(${x})`,
    relu: (x) => `np.maximum(${x}, 0)`,
    erf: (x) => `erf(${x})`,
  },
  extreme: (op, a, b) => `np.${op}imum(${a}, ${b})`,
  where: (t, a, b) => `np.where(${t}, ${a}, ${b})`,
  arange: (n) => `np.arange(${n})`,
  clip: (x, last) => `np.clip(${x}, 0, ${last})`,
  transpose: (x, order) => `np.transpose(${x}, (${order}))`,
  broadcast: (x, shape) => `np.broadcast_to(${x}, ${shape})`,
  reduce: { sum: along('sum'), prod: along('prod'), max: along('max'), min: along('min') },
  einsum: (e, operands) => `np.einsum('${e}', ${operands}, optimize=True)`,
  inverse: (x) => `np.linalg.inv(${x})`,
  determinant: (x) => `np.linalg.det(${x})`,
  tensor: (x) => `np.asarray(${x}, dtype=np.float64)`,
  inside: { raise: (name, x, size, except) => `_inside('${name}', ${[x, size, ...except].join(', ')})` },
  index: (x) => `np.asarray(${x}).astype(np.int64, casting='same_kind', copy=False)`,
  lift: (x) => `np.float64(${x})`,
  chunk: {
    whole: (x) => `np.asarray(${x})`,
    part: (x) => `np.asarray(${x}, dtype=np.float64)`,
    empty: (shape, like) => `np.empty(${shape}, dtype=np.result_type(${like}, np.float32))`,
    full: (shape, value) => `np.full(${shape}, ${value})`,
    bytes: () => '8',
  },
  real: (x) => `(${x}).astype(np.float64)`,
};

export const numpy: Target = {
  name: 'numpy',
  says: 'a Python module with NumPy',
  can: ['chunk'],
  emit: (r) => [{ name: `${r.name}.py`, content: pythonFunction(r, words) }],
};
