// What is published.
// Not here: sizes of functions, speed; what the lock file says (`lock-file.test.ts`).
// Invariant: what package.json promises is there.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { publint } from 'publint';
import { describe, expect, test } from 'vitest';
import { bundledSize } from '../../scripts/size.mjs';
import { filesBelow, read, root } from './sources.ts';

const manifest = JSON.parse(read('package.json'));

describe('the package', () => {
  test('publint finds nothing', async () => {
    const { messages } = await publint({ pkgDir: root, strict: true });
    expect(messages).toEqual([]);
  });

  test('everything that package.json points to exists', () => {
    for (const file of [
      manifest.types,
      manifest.bin.whygrad,
      manifest.exports['.'].types,
      manifest.exports['.'].default,
      manifest.exports['.'].node,
      ...manifest.files.filter((f: string) => !f.startsWith('!')),
    ])
      expect(existsSync(join(root, file)), file).toBe(true);
  });

  test('run-time dependencies are few and used by the command line alone', () => {
    expect(Object.keys(manifest.dependencies ?? {})).toEqual(['picocolors']);
  });

  test('built code holds no way to turn text into code', () => {
    // The protocol's package compiles the schemas of the tools, which are constants of this one (src/mcp/tools.ts).
    const servers = (text: string): boolean => text.includes('notifications/cancelled');
    for (const file of filesBelow('dist', ['.js']).filter((f) => !servers(read(f))))
      expect(read(file), file).not.toMatch(/(?<![\w.$])eval\(|\bnew Function\(|\.innerHTML\b/);
  });
});

describe('the ready kernels', () => {
  test('pull in neither the parser nor the rules', async () => {
    const { files } = await bundledSize('softmax, crossEntropy');
    expect(
      Object.keys(files).filter(
        (f) =>
          /dist\/(?:rules|derive|check|lint|document|learn)\//.test(f) ||
          /dist\/term\/(?:parse|read|print)/.test(f) ||
          f.includes('library.generated'),
      ),
    ).toEqual([]);
  });
});
