// The Python package: its own tests, run by pytest, and pip's installation from the checkout.
// Not here: what it says of mathematics (python/tests).
// Invariant: where CI is set a missing part is an error, elsewhere a skip; no test of the package may be skipped in CI.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pythonWith } from '../compile/python.ts';

const root = join(import.meta.dirname, '../..');
const python = pythonWith('pip, pytest, torch, nbclient, ipykernel');
const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  spawnSync(python ?? '', args, {
    cwd: join(root, 'python'),
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...more },
  });

test.skipIf(python === null)('its own tests', { timeout: 300_000 }, () => {
  const done = run(['-m', 'pytest', '-q', '-p', 'no:cacheprovider'], { PYTHONPATH: '.' });
  expect(done.stdout).toMatch(/\d+ passed/);
  expect(done.stdout).not.toMatch(/skipped|failed|error/);
});

test.skipIf(python === null)('pip installs it from the checkout without a network', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'whygrad-python-'));
  try {
    const installed = run(['-m', 'pip', 'install', '-q', '--no-index', '--target', folder, '.']);
    expect(installed.status, installed.stderr).toBe(0);
    const program = "import whygrad; print(whygrad.derive('dL/dz_i', document='softmax-cross-entropy').result)";
    const used = spawnSync(python ?? '', ['-c', program], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PYTHONPATH: folder },
    });
    expect([used.status, used.stdout.trim()]).toEqual([0, 'p_i - y_i']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
