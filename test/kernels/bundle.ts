// The kernels bundled for Node or a browser into a folder of their own, as a package would be, with the helper threads' file beside them.
// Not here: tests.
// Invariant: nothing outside the folder is written.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const sources = fileURLToPath(new URL('../../src/kernels/', import.meta.url));

export async function bundleKernels(): Promise<{ readonly folder: string; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'whygrad-kernels-'));
  await build({
    entryPoints: [join(sources, 'index.ts'), join(sources, 'worker.ts')],
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    outExtension: { '.js': '.js' },
    logLevel: 'error',
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
