// Whether dist/ was built from the sources as they stand now.
// Not here: the build (build.mjs).
// Invariant: a source that was changed, added or removed since the last build began, while it ran even, makes dist/ stale.
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** What dist/ is made of; a folder counts with everything below it. */
const parts = ['src', 'library', 'scripts', 'package.json', 'tsconfig.json'];
/** The file that a build writes last: it carries the time when that build began. */
const start = (root) => join(root, 'dist', 'cli.js');

/** The latest change at or below a path, in milliseconds; 0 when it is not there. Generated sources are no sources. */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return path.endsWith('.generated.ts') ? 0 : stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

export function isBuilt(root) {
  if (!existsSync(start(root))) return false;
  return statSync(start(root)).mtimeMs >= Math.max(...parts.map((part) => newest(join(root, part))));
}

/** Notes that dist/ was built from the sources as they stood at `began`, in milliseconds. */
export function noteBuilt(root, began) {
  utimesSync(start(root), began / 1000, began / 1000);
}
