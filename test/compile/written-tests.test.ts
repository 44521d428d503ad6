// The tests that are written beside a torch.autograd.Function: they pass, and fail where its backward pass is changed.
// Not here: the function (`autograd.test.ts`).
// Invariant: the written files run as they are, by pytest.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { emit } from '../../src/index.ts';
import { whygrad } from '../project/command.ts';
import { pythonWith } from './python.ts';

const python = pythonWith('torch, pytest');
const folder = mkdtempSync(join(tmpdir(), 'whygrad-written-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pytest = (file: string): string =>
  spawnSync(python ?? '', ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', file], { cwd: folder, encoding: 'utf8' })
    .stdout;

describe.skipIf(python === null)('emit --to torch --autograd --test', () => {
  test.each(['softmax-cross-entropy-mean', 'layer-norm', 'embedding', 'attention'])('%s', (document) => {
    const name = document.replaceAll('-', '_');
    const { out, code } = whygrad([
      'emit',
      document,
      '--to',
      'torch',
      '--autograd',
      '--test',
      '--out',
      join(folder, `${name}.py`),
    ]);
    expect([
      code,
      out
        .trim()
        .split('\n')
        .map((f) => f.replace(`${folder}/`, '')),
    ]).toEqual([0, [`${name}.py`, `test_${name}.py`]]);
    expect(pytest(`test_${name}.py`)).toMatch(/7 passed/);
  });

  test('a backward pass that loses its 1/N fails them', () => {
    const path = join(folder, 'softmax_cross_entropy_mean.py');
    const source = readFileSync(path, 'utf8');
    const changed = source.replace(/(grad_z = .*) \/ N\n/, '$1\n');
    expect(changed).not.toBe(source);
    writeFileSync(path, changed);
    // Differences and torch's own gradients, each with three seeds; the second derivatives agree with a wrong first one.
    expect(pytest('test_softmax_cross_entropy_mean.py')).toMatch(/6 failed, 1 passed/);
  });
});

test.each([{ to: 'jax', autograd: true }, { to: 'torch' }, { to: 'torch', autograd: true, shard: { 'z.1': 'dp' } }])(
  'tests are refused for %o',
  (options) => {
    expect(() => emit('softmax-cross-entropy-mean', { ...options, tests: true })).toThrow(
      expect.objectContaining({ code: 'not-in-target' }),
    );
  },
);
