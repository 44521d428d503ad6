// Every example runs and prints what it says it prints.
// Not here: what the examples show.
// Invariant: an example without a `// prints:` block fails.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow, read, root } from './sources.ts';

/** The lines behind `// prints:` at the end of a file. */
function promised(source: string): string | null {
  const block = /^\/\/ prints:\n((?:\/\/.*\n?)+)/m.exec(source)?.[1];
  return block === undefined ? null : block.replace(/^\/\/ ?/gm, '').trimEnd();
}

describe('examples', () => {
  test.each(filesBelow('examples', ['.mjs']).filter((f) => !f.includes('/data/')))(
    '%s prints what it promises',
    (file) => {
      const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, file)], {
        cwd: root,
        encoding: 'utf8',
        timeout: 100_000,
      });
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout.trimEnd()).toBe(promised(read(file)));
    },
  );
});
