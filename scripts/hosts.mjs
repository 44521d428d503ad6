// Puts the files that run inside of the doctor's child processes into dist/hosts/.
// Not here: what they do (src/doctor/run).
// Invariant: dist/hosts/ holds only what was made from the sources as they are now.
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Copies the Python host; bundles the one for JavaScript and TypeScript with the parsers that it needs. */
export async function writeHosts(dist = join(root, 'dist')) {
  const source = join(root, 'src', 'doctor', 'run');
  if (!existsSync(source)) return;
  rmSync(join(dist, 'hosts'), { recursive: true, force: true });
  mkdirSync(join(dist, 'hosts'), { recursive: true });
  cpSync(join(source, 'python'), join(dist, 'hosts', 'python'), {
    recursive: true,
    filter: (f) => !f.includes('__pycache__'),
  });
  const { build } = await import('esbuild');
  await build({
    entryPoints: { node: join(dist, 'doctor', 'run', 'node', 'main.js') },
    outdir: join(dist, 'hosts'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    // sucrase is CommonJS and asks for parts of Node by require
    banner: {
      js: "import { createRequire as __require } from 'node:module'; const require = __require(import.meta.url);",
    },
    logLevel: 'error',
  });
  // Only the bundle is needed: the modules import packages that are no dependencies of this one.
  rmSync(join(dist, 'doctor', 'run', 'node'), { recursive: true, force: true });
}
