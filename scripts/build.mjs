// Builds the package: library/ into a module, src/ into dist/, the ready kernels into bytes, and few files of all of it for Node.
// Usage: node scripts/build.mjs [--if-stale]
// Not here: tests, publishing. A published package has dist/ and no src/: then there is nothing to do.
// Invariant: a build that fails ends with exit code 1 and says which part failed; nothing is fetched.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isBuilt, noteBuilt } from './stale.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

const inRoot = (...parts) => join(root, ...parts);

/** The path of a development dependency's file, or null when it is not installed. */
function installed(name) {
  try {
    return require.resolve(name);
  } catch {
    return null;
  }
}

function fail(message) {
  console.error(`build: ${message}`);
  process.exit(1);
}

function compileTypeScript() {
  const manifest = installed('typescript/package.json');
  const tsc = join(dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.tsc);
  const run = spawnSync(process.execPath, [tsc, '-p', inRoot('tsconfig.json')], { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) fail('the TypeScript sources have errors (above)');
}

/** Declarations that older TypeScript reads, too: typed arrays have a type parameter since 5.7, and nothing here depends on it. */
function writeForOlderTypeScript() {
  for (const file of readdirSync(inRoot('dist'), { recursive: true }).map(String)) {
    if (!file.endsWith('.d.ts')) continue;
    const text = readFileSync(inRoot('dist', file), 'utf8');
    const plain = text.replace(/\b((?:Float|Int|Uint|BigInt|BigUint)\d+Array)<ArrayBuffer(?:Like)?>/g, '$1');
    if (plain !== text) writeFileSync(inRoot('dist', file), plain);
  }
}

/** Files of dist/ whose source is gone, the last bundle's parts among them. */
function removeLeftovers() {
  for (const file of readdirSync(inRoot('dist'), { recursive: true })
    .map(String)
    .filter((f) => /\.(?:js|d\.ts)$/.test(f))) {
    if (!existsSync(inRoot('src', file.replace(/\.(?:js|d\.ts)$/, '.ts')))) rmSync(inRoot('dist', file));
  }
}

/** Ready kernels are lowered now, from library documents, and ship as bytes. */
async function prebuildKernels() {
  const step = inRoot('scripts', 'kernels.mjs');
  if (existsSync(step)) await (await import(pathToFileURL(step).href)).writeKernels();
}

async function main() {
  if (!existsSync(inRoot('src', 'index.ts'))) return;
  if (process.argv.includes('--if-stale') && isBuilt(root)) return;
  if (installed('typescript/package.json') === null) {
    console.error(
      'build: skipped, the development dependencies are not installed (npm install, without --omit=dev, builds dist/)',
    );
    return;
  }
  const { writeLibrary, writeOutlines } = await import('./library.mjs');
  writeLibrary();
  const began = Date.now();
  compileTypeScript();
  writeForOlderTypeScript();
  removeLeftovers();
  await writeOutlines();
  await prebuildKernels();
  const { bundleCalls, bundleCommandLine, bundleExpectations, bundleLibrary } = await import('./bundle.mjs');
  await bundleExpectations(inRoot('dist'));
  const { writeHosts } = await import('./hosts.mjs');
  await writeHosts();
  await bundleLibrary(inRoot('dist'));
  await bundleCommandLine(inRoot('dist'));
  await bundleCalls(inRoot('dist'));
  noteBuilt(root, began);
}

await main();
