// Runs the benches one after another: all of them, or those named.
// Usage: npm run bench [-- NAME…]
// Not here: any measurement. Files that end in -measure.mjs and the folders hold what benches share.
// Invariant: a bench that fails is named and makes the exit code 1; the others still run.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const known = readdirSync(here)
  .filter((f) => f.endsWith('.mjs') && f !== 'run.mjs' && !f.endsWith('-measure.mjs'))
  .map((f) => f.slice(0, -'.mjs'.length))
  .sort();
const asked = process.argv.slice(2);
const strangers = asked.filter((name) => !known.includes(name));
if (strangers.length > 0) {
  console.error(`bench: there is no ${strangers.join(', ')}; there are ${known.join(', ')}`);
  process.exit(2);
}
const failed = (asked.length > 0 ? asked : known).filter((name) => {
  console.error(`bench: ${name}`);
  return spawnSync(process.execPath, [join(here, `${name}.mjs`)], { stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) console.error(`bench: failed: ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);
