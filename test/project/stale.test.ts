// That dist/ is the build of the sources under test.
// Not here: what it does.
// Invariant: each test has a folder of its own.
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isBuilt, noteBuilt } from '../../scripts/stale.mjs';
import { root } from './sources.ts';

const past = Date.now() - 1_000_000;
let folder = '';

/** Writes a file and sets its time and that of the folders above it. */
function put(name: string, at: number): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  for (let path = file; path !== folder; path = dirname(path)) utimesSync(path, at / 1000, at / 1000);
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whygrad-stale-'));
  for (const name of [
    'src/term/a.ts',
    'src/cli.ts',
    'library/softmax.md',
    'scripts/build.mjs',
    'package.json',
    'tsconfig.json',
  ])
    put(name, past);
  put('dist/cli.js', past);
  noteBuilt(folder, past + 1000);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a build', () => {
  test('is good while nothing has changed', () => {
    expect(isBuilt(folder)).toBe(true);
  });

  test.each([
    'src/term/a.ts',
    'src/cli.ts',
    'library/softmax.md',
    'scripts/build.mjs',
    'package.json',
    'tsconfig.json',
  ])('is stale once %s has changed', (name) => {
    put(name, past + 2000);
    expect(isBuilt(folder)).toBe(false);
  });

  test('is stale once a source was added or removed', () => {
    put('src/new/b.ts', past);
    expect(isBuilt(folder)).toBe(true);
    rmSync(join(folder, 'src/new/b.ts'));
    expect(isBuilt(folder)).toBe(false);
  });

  test('is stale when a source changed while it ran', () => {
    put('src/cli.ts', past + 1500);
    writeFileSync(join(folder, 'dist/cli.js'), '');
    expect(statSync(join(folder, 'dist/cli.js')).mtimeMs).toBeGreaterThan(past + 1500);
    noteBuilt(folder, past + 1000);
    expect(isBuilt(folder)).toBe(false);
  });

  test('does not count what it writes into src/ itself', () => {
    put('src/library.generated.ts', past + 2000);
    utimesSync(join(folder, 'src'), past / 1000, past / 1000);
    expect(isBuilt(folder)).toBe(true);
  });

  test('is missing where nothing was built', () => {
    rmSync(join(folder, 'dist'), { recursive: true });
    expect(isBuilt(folder)).toBe(false);
  });

  test('of this project is that of the sources under test', () => {
    expect(isBuilt(root), 'the sources have changed since the tests began').toBe(true);
  });
});
