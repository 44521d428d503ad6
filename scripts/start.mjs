// `npm start`: builds what is missing, then does the main job on real input: ∂L/∂z for softmax with cross-entropy, every step checked.
// Not here: the derivation itself, which is `whygrad derive`.
// Invariant: ends with the exit code of the first part that failed.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'dist', 'cli.js');

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

run(join(root, 'scripts', 'build.mjs'), '--if-stale');
run(cli, 'derive', 'dL/dz_i', '--in', 'softmax-cross-entropy');

console.log(`
Try next:
  npx whygrad derive dp_j/dz_i --in softmax --by quotient                  the same with the quotient rule, softmax alone
  npx whygrad derive "d^2L/dz_i dz_j" --in softmax-cross-entropy           the Hessian
  npx whygrad derive dE/dw_j --given "E = 1/2 sum_n (sum_j x_nj w_j - y_n)^2"   your own formula
  npx whygrad serve --open                                                 the page: touch a term and see where it comes from
  npx whygrad list                                                         what the library holds
  npx whygrad --help                                                       everything else`);
