// The Python that has a package: Debian's, or the environment that scripts/setup-tests makes for newer ones.
// Not here: what is run with it.
// Invariant: where CI is set a missing package is an error, elsewhere a skip.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const own = join(import.meta.dirname, '../../node_modules/.python/bin/python');
const debian = '/usr/bin/python3';

/** The path of a Python with the package; null where there is none. `newest` asks the environment first. */
export function pythonWith(name: string, newest = false): string | null {
  const all = newest ? [own, debian] : [debian, own];
  const found = all.find(
    (p) => existsSync(p) && spawnSync(p, ['-c', `import ${name}`], { stdio: 'ignore' }).status === 0,
  );
  if (found === undefined && process.env['CI'] === 'true')
    throw new Error(`${name} is missing: run scripts/setup-tests`);
  return found ?? null;
}
