// How long from a finished import to the first result?
// Usage: node bench/cold-start.mjs
// Not here: the import itself, which is reported beside it.
// Invariant: a fresh process for every measurement.
import { execFileSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { median, report } from './kernels/measure.mjs';
import { builtFolder } from './kernels/ours.mjs';

const calls = {
  softmax: 'k.softmax(Float32Array.of(1, 2, 3))',
  'cross-entropy':
    'k.crossEntropy(Float32Array.of(1, 2, 3), Int32Array.of(1), { rows: 1, columns: 3, gradient: true })',
};
for (const [name, call] of Object.entries(calls)) {
  const runs = Array.from({ length: 15 }, () =>
    JSON.parse(
      execFileSync(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          `
    const a = performance.now();
    const k = await import(${JSON.stringify(pathToFileURL(`${builtFolder}/kernels/index.js`).href)});
    const b = performance.now();
    ${call};
    const c = performance.now();
    console.log(JSON.stringify([b - a, c - b]));`,
        ],
        { encoding: 'utf8' },
      ),
    ),
  );
  report({
    question: 'cold start',
    of: name,
    milliseconds: {
      import: Number(median(runs.map((r) => r[0])).toFixed(2)),
      'first result': Number(median(runs.map((r) => r[1])).toFixed(2)),
    },
  });
}
