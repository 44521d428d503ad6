// Puts the files that run inside of the doctor's child processes into dist/hosts/.
// Not here: what they do (src/doctor/run).
// Invariant: dist/hosts/ holds only what was made from the sources as they are now.
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Copies the Python host. */
export function writeHosts(dist = join(root, 'dist')) {
  const source = join(root, 'src', 'doctor', 'run');
  if (!existsSync(source)) return;
  rmSync(join(dist, 'hosts'), { recursive: true, force: true });
  mkdirSync(join(dist, 'hosts'), { recursive: true });
  cpSync(join(source, 'python'), join(dist, 'hosts', 'python'), {
    recursive: true,
    filter: (f) => !f.includes('__pycache__'),
  });
}
