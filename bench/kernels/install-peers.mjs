// Installs the JavaScript peers into bench/kernels/installed (heavy, for measuring only): node bench/kernels/install-peers.mjs
// Not here: torch and numpy, which come with the system's Python.
// Invariant: no install script of a package is run; what cannot be installed is named.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'installed');
const packages = [
  'onnxruntime-node@1.30.0',
  'onnxruntime-web@1.30.0',
  '@tensorflow/tfjs@4.22.0',
  '@tensorflow/tfjs-backend-wasm@4.22.0',
  '@jax-js/jax@0.1.25',
];

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
for (const name of packages) {
  const run = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', name], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  console.log(`${name}: ${run.status === 0 ? 'installed' : 'could not be installed'}`);
}
