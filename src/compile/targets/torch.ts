// A program as a PyTorch module.
// Not here: the frame of the module (`python.ts`).
// Invariant: the dtype and the device are those of the inputs.
import { python, type PythonWords } from './python.ts';
import type { Target } from './target.ts';

const torch =
  (fn: string) =>
  (x: string): string =>
    `torch.${fn}(${x})`;
const along =
  (fn: string) =>
  (x: string, axes: readonly number[]): string =>
    `torch.${fn}(${x}, dim=(${axes.join(', ')}${axes.length === 1 ? ',' : ''}))`;

const words: PythonWords = {
  title: 'PyTorch',
  imports: ['import torch'],
  infinity: 'torch.inf',
  helpers: {},
  unary: {
    neg: (x) => `-(${x})`,
    abs: torch('abs'),
    sqrt: torch('sqrt'),
    sign: torch('sign'),
    exp: torch('exp'),
    log: torch('log'),
    sin: torch('sin'),
    cos: torch('cos'),
    tan: torch('tan'),
    asin: torch('asin'),
    acos: torch('acos'),
    atan: torch('atan'),
    sinh: torch('sinh'),
    cosh: torch('cosh'),
    tanh: torch('tanh'),
    sigmoid: torch('sigmoid'),
    softplus: (x) => `torch.nn.functional.softplus(${x}, threshold=700)`,
    relu: torch('relu'),
    erf: torch('erf'),
  },
  extreme: (op, a, b) => `torch.${op}imum(${a}, ${b})`,
  where: (t, a, b) => `torch.where(${t}, ${a}, ${b})`,
  arange: (n) => `torch.arange(${n})`,
  clip: (x, last) => `torch.clip(${x}, 0, ${last})`,
  transpose: (x, order) => `${x}.permute(${order})`,
  broadcast: (x, shape) => `torch.broadcast_to(${x}, ${shape})`,
  reduce: {
    sum: along('sum'),
    max: along('amax'),
    min: along('amin'),
    prod: (x, axes) => [...axes].sort((a, b) => b - a).reduce((t, a) => `torch.prod(${t}, dim=${a})`, x),
  },
  einsum: (e, operands) => `torch.einsum('${e}', ${operands})`,
  inverse: torch('linalg.inv'),
  determinant: torch('linalg.det'),
  tensor: (x) => `torch.as_tensor(${x})`,
  index: (x) => `torch.as_tensor(${x}, dtype=torch.int64)`,
  lift: (x, like) => `torch.as_tensor(${x}${like === null ? '' : `, dtype=${like}.dtype, device=${like}.device`})`,
  real: (x, like) => `(${x}).to(${like === null ? 'torch.get_default_dtype()' : `${like}.dtype`})`,
};

export const pytorch: Target = {
  name: 'torch',
  says: 'a Python module with PyTorch',
  emit: (r) => [{ name: `${r.name}.py`, content: python(r, words) }],
};
