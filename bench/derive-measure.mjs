// Medians and result lines for the derivation benches.
// Not here: what is measured.
// Invariant: every line names the machine, Node and the commit.
import { execSync } from 'node:child_process';
import { cpus } from 'node:os';

export const median = (all) => Number([...all].sort((a, b) => a - b)[all.length >> 1].toFixed(2));

const commit = (() => {
  try {
    return execSync('git rev-parse --short HEAD', { encoding: 'utf8' }).trim();
  } catch {
    return null;
  }
})();
export const emit = (row) =>
  console.log(
    JSON.stringify({
      ...row,
      node: process.version,
      machine: cpus()[0]?.model,
      cores: cpus().length,
      commit,
      date: new Date().toISOString().slice(0, 10),
    }),
  );
