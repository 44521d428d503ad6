// A program as a PyTorch module.
// Not here: the frame of the module (`python.ts`).
// Invariant: the dtype and the device are those of the inputs.
import { testedAs, torchAutograd } from './python-autograd.ts';
import { pythonFunction } from './python-chunks.ts';
import type { PythonWords } from './python.ts';
import type { Target } from './target.ts';
import { torchTests } from './torch-tests.ts';

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
  helpers: {
    _inside: [
      'def _inside(name, x, size, *others):',
      '    outside = (x < 0) | (x >= size)',
      '    for n in others:',
      '        outside = outside & (x != n)',
      '    if bool(outside.any()):',
      "        raise IndexError(f'{name} has an entry that is none of the positions 0 to {size - 1}')",
    ],
  },
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
  arange: (n, like) => `torch.arange(${n}${like === null ? '' : `, device=${like}.device`})`,
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
  inside: { raise: (name, x, size, except) => `_inside('${name}', ${[x, size, ...except].join(', ')})` },
  index: (x) => `torch.as_tensor(${x}, dtype=torch.int64)`,
  lift: (x, like) => `torch.as_tensor(${x}${like === null ? '' : `, dtype=${like}.dtype, device=${like}.device`})`,
  chunk: {
    whole: (x) => `torch.as_tensor(${x})`,
    part: (x) => x,
    empty: (shape, like) => `${like}.new_empty(${shape})`,
    full: (shape, value, like) => `${like}.new_full(${shape}, ${value})`,
    bytes: (like) => `${like}.element_size()`,
  },
  processes: {
    imports: ['import torch.distributed as dist'],
    meshIsArgument: true,
    helpers: {
      _all_reduce: [
        'def _all_reduce(op, group, *parts):',
        '    # Entry by entry over the processes of the group; several arrays travel as one.',
        "    op = {'sum': dist.ReduceOp.SUM, 'prod': dist.ReduceOp.PRODUCT, 'max': dist.ReduceOp.MAX, 'min': dist.ReduceOp.MIN}[op]",
        '    if len(parts) == 1:',
        '        whole = parts[0].detach().clone(memory_format=torch.contiguous_format)',
        '        dist.all_reduce(whole, op=op, group=group)',
        '        return whole',
        '    flat = torch.cat([x.detach().reshape(-1) for x in parts])',
        '    dist.all_reduce(flat, op=op, group=group)',
        '    return tuple(x.view(p.shape) for x, p in zip(flat.split([p.numel() for p in parts]), parts))',
        '',
      ],
      _gather: [
        'def _gather(x, dim, size, start, group):',
        '    # The whole of an array that is split along one axis, into parts of any sizes.',
        '    whole = x.new_zeros([*x.shape[:dim], size, *x.shape[dim + 1:]])',
        '    whole.narrow(dim, start, x.shape[dim]).copy_(x)',
        '    dist.all_reduce(whole, group=group)',
        '    return whole',
        '',
      ],
      _place: [
        'def _place(n, group):',
        '    # The size of the whole, and where the part of this process starts.',
        '    sizes = [torch.zeros(1, dtype=torch.int64) for _ in range(dist.get_world_size(group))]',
        '    dist.all_gather(sizes, torch.tensor([n]), group=group)',
        '    sizes = [int(x) for x in sizes]',
        '    return sum(sizes), sum(sizes[:dist.get_rank(group)])',
        '',
      ],
      _extreme: [
        'def _extreme(f, x, dim, empty):',
        '    # The part of a process may be empty.',
        '    if all(x.shape[d] for d in dim):',
        '        return f(x, dim=dim)',
        '    return x.new_full([n for d, n in enumerate(x.shape) if d not in dim], empty)',
        '',
      ],
      _entry: [
        'def _entry(x, *at):',
        '    # Entries that a condition around drops may be asked of an empty part.',
        '    at = [torch.as_tensor(i, device=x.device) for i in at]',
        '    if x.numel():',
        '        return x[tuple(at)]',
        '    return x.new_zeros(torch.broadcast_shapes(*[i.shape for i in at]))',
        '',
      ],
    },
    reduce: {
      max: (x, axes) => `_extreme(torch.amax, ${x}, (${axes.join(', ')}${axes.length === 1 ? ',' : ''}), -torch.inf)`,
      min: (x, axes) => `_extreme(torch.amin, ${x}, (${axes.join(', ')}${axes.length === 1 ? ',' : ''}), torch.inf)`,
    },
    entry: (x, at) => `_entry(${x}, ${at})`,
  },
  real: (x, like) => `(${x}).to(${like === null ? 'torch.get_default_dtype()' : `${like}.dtype`})`,
};

export const pytorch: Target = {
  name: 'torch',
  says: 'a Python module with PyTorch',
  can: ['autograd', 'shard', 'chunk'],
  emit: (r) => [
    { name: `${r.name}.py`, content: r.autograd === undefined ? pythonFunction(r, words) : torchAutograd(r, words) },
    ...(r.tests === true ? [{ name: `test_${r.name}.py`, content: torchTests(testedAs(r, words)) }] : []),
  ],
};
