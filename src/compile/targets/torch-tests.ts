// The tests that go with a `torch.autograd.Function`: differences, second derivatives, torch's own differentiation.
// Not here: the function (`python-autograd.ts`).
// Invariant: sizes are at least 2 and all different, numbers are in double precision, upstream gradients are drawn.
import { indented, written } from './python-module.ts';

/** One argument of the function: its name, the names or numbers of its axes' sizes, what it holds. */
export interface TestedInput {
  readonly name: string;
  readonly sizes: readonly string[];
  readonly holds: 'numbers' | 'positions';
  readonly isDifferentiated: boolean;
}

/** What the function's module is called, and how `_forward` is called. */
export interface Tested {
  readonly name: string;
  readonly inputs: readonly TestedInput[];
  /** Names of sizes that the function is given beside its inputs, and that `_forward` is given. */
  readonly asked: readonly string[];
  readonly more: readonly string[];
}

const drawn = (i: TestedInput): string => {
  const shape = i.sizes.length === 0 ? '()' : `(${i.sizes.join(', ')},)`;
  return i.holds === 'positions'
    ? `${i.name} = torch.randint(0, 2, ${shape})`
    : `${i.name} = 0.25 + 0.6 * torch.rand(${shape}, dtype=torch.float64)`;
};

/** The file of tests, for pytest. */
export function torchTests(t: Tested): string {
  const sizes = [...new Set([...t.inputs.flatMap((i) => i.sizes), ...t.asked])].filter((s) => !/^\d+$/.test(s));
  const given = (i: TestedInput): string => (i.isDifferentiated ? `${i.name}.requires_grad_()` : i.name);
  const asked = t.asked.map((a) => `, ${a}`).join('');
  return written([
    `# Tests of ${t.name}: written by whygrad. Double precision, sizes that all differ, random upstream gradients.`,
    'import pytest',
    'import torch',
    '',
    `from ${t.name} import _forward, ${t.name}`,
    '',
    ...sizes.map((s, n) => `${s} = ${n + 2}`),
    '',
    '',
    'def inputs(seed):',
    ...indented(['torch.manual_seed(seed)', ...t.inputs.map(drawn), `return [${t.inputs.map(given).join(', ')}]`]),
    '',
    '',
    'def function(*given):',
    ...indented([`found = ${t.name}(*given${asked})`, 'return found if isinstance(found, tuple) else (found,)']),
    '',
    '',
    "@pytest.mark.parametrize('seed', range(3))",
    'def test_gradients_agree_with_differences(seed):',
    ...indented(['assert torch.autograd.gradcheck(function, inputs(seed))']),
    '',
    '',
    'def test_second_derivatives_agree_with_differences():',
    ...indented(['assert torch.autograd.gradgradcheck(function, inputs(0))']),
    '',
    '',
    "@pytest.mark.parametrize('seed', range(3))",
    'def test_gradients_agree_with_those_that_torch_finds(seed):',
    ...indented([
      'given = inputs(seed)',
      'wanted = [x for x in given if x.requires_grad]',
      'ours = function(*given)',
      `theirs = _forward(*given${t.more.map((a) => `, ${a}`).join('')})[:len(ours)]`,
      'upstream = [torch.randn_like(x) for x in ours]',
      'found = [torch.autograd.grad(x, wanted, upstream, allow_unused=True) for x in (ours, theirs)]',
      'for x, a, b in zip(wanted, *found):',
      ...indented([
        'a, b = (torch.zeros_like(x) if g is None else g for g in (a, b))',
        'torch.testing.assert_close(a, b, rtol=1e-12, atol=1e-12)',
      ]),
    ]),
  ]);
}
