// Every example runs and prints what it says it prints.
// Not here: what the examples show.
// Invariant: an example without a `// prints:` block fails.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { pythonWith } from '../compile/python.ts';
import { filesBelow, read, root } from './sources.ts';

/** The lines behind `// prints:` at the end of a file. */
function promised(source: string): string | null {
  const block = /^\/\/ prints:\n((?:\/\/.*\n?)+)/m.exec(source)?.[1];
  return block === undefined ? null : block.replace(/^\/\/ ?/gm, '').trimEnd();
}

/** Whether what a `// needs:` line names (modules of Python) is missing here; in CI that is an error. */
function lacks(file: string): boolean {
  const modules = /^\/\/ needs: (.*)$/m.exec(read(file))?.[1];
  return modules !== undefined && pythonWith(modules) === null;
}

vi.setConfig({ testTimeout: 300_000 });

describe('examples', () => {
  test.for(filesBelow('examples', ['.mjs']).filter((f) => !f.includes('/data/')))(
    '%s prints what it promises',
    (file, { skip }) => {
      skip(lacks(file));
      const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, file)], {
        cwd: root,
        encoding: 'utf8',
        timeout: 280_000,
      });
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout.trimEnd()).toBe(promised(read(file)));
    },
  );
});
