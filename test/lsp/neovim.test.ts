// Debian's Neovim, headless: the whole story of an editor.
// Not here: what Neovim 0.7 lacks (inlay hints, `server.test.ts`).
// Invariant: where CI is set a missing Neovim is an error, elsewhere a skip.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixText } from '../../src/index.ts';
import { root } from '../project/sources.ts';

const found = spawnSync('nvim', ['--version']).status === 0;
if (!found && process.env['CI'] === 'true') throw new Error('neovim is missing: run scripts/setup-tests');

const text = `# Softmax

Let $p_j = e^{z_j}/\\sum_k e^{z_k}$.

$$\\frac{\\partial p_j}{\\partial z_i} = p_j (1 - p_i)$$

Let $f = x^2$. So $df/dx=2x$.
`;

test.skipIf(!found)('open, read, edit, hover, apply the fix, write', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'whygrad-neovim-'));
  try {
    const [file, out] = [join(folder, 'notes.md'), join(folder, 'out.jsonl')];
    writeFileSync(file, text);
    const done = spawnSync(
      'nvim',
      ['--headless', '-u', 'NONE', '-c', `luafile ${join(import.meta.dirname, 'neovim.lua')}`],
      {
        encoding: 'utf8',
        timeout: 100_000,
        env: { ...process.env, NODE: process.execPath, CLI: join(root, 'dist', 'cli.js'), FILE: file, OUT: out },
      },
    );
    expect(done.status, done.stderr).toBe(0);
    const lines = readFileSync(out, 'utf8').trim().split('\n');
    const told = new Map(lines.map((line) => JSON.parse(line) as [string, unknown]));
    const message =
      'the two sides differ: this 1 is right on the diagonal only: off it, it is 0\nshould be: p_j (\\delta_{ij} - p_i)';
    expect(told.get('opened')).toEqual([[5, '1', message]]);
    expect(told.get('edited')).toEqual([
      [5, '1', message],
      [7, '3', expect.stringContaining('should be: 2 x')],
    ]);
    expect(told.get('hover')).toMatch(/\*\*slip\*\*/);
    expect(told.get('fixed')).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe(fixText(text).text);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
