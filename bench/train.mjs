// Milliseconds an epoch and test accuracy on make-moons (2-16-16-2) and 8×8 digits (64-64-10): whygrad, torch, scikit-learn, plain loops, TensorFlow.js.
// Not here: the runs (peers/train*).
// Invariant: all read the same files; runs are interleaved, one computing thread each (`--pin`: the whole process on one core, engines' compilers included); a peer that is missing is named; processor time stands beside wall time for machines that are busy. Needs a built dist/. `--rounds N` (3).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emit, median } from './derive-measure.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const python = '/usr/bin/python3';
const peer = (file) => join(here, 'peers', file);
const runners = {
  whygrad: (args) => [process.execPath, [peer('train-whygrad.mjs'), ...args]],
  torch: (args) => [python, [peer('train.py'), 'torch', ...args]],
  'scikit-learn': (args) => [python, [peer('train.py'), 'sklearn', ...args]],
  'plain loops': (args) => [process.execPath, [peer('train-plain.mjs'), ...args]],
  'tfjs 4.22 cpu': (args) => [process.execPath, [peer('train-tfjs.mjs'), ...args]],
};
const cases = [
  ['moons', '32', 300],
  ['digits', '32', 60],
  ['digits', 'full', 60],
];
const pin = process.argv.includes('--pin');
const flag = process.argv.indexOf('--rounds');
const rounds = flag === -1 ? 3 : Number(process.argv[flag + 1]);

const folder = mkdtempSync(join(tmpdir(), 'whygrad-bench-'));
const made = spawnSync(python, [peer('train-data.py'), folder], { encoding: 'utf8' });
if (made.status !== 0) {
  console.error(`the data need ${python} with scikit-learn: ${made.stderr ?? ''}`);
  process.exit(1);
}

/** One run of one peer, or the reason why there is none. */
function once(name, args) {
  const [command, all] = runners[name](args);
  const run = spawnSync(...(pin ? ['taskset', ['-c', '0', command, ...all]] : [command, all]), {
    encoding: 'utf8',
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  });
  const line = run.stdout?.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line);
  } catch {
    return { missing: (run.stderr ?? String(run.error)).trim().split('\n').at(-1) };
  }
}

for (const [data, batch, epochs] of cases) {
  const found = new Map(Object.keys(runners).map((name) => [name, []]));
  const missing = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const name of found.keys()) {
      if (missing.has(name)) continue;
      const result = once(name, [folder, data, batch, String(round), String(epochs)]);
      if (result.missing === undefined) found.get(name).push(result);
      else missing.set(name, result.missing);
    }
  }
  const ours = median(found.get('whygrad').map((r) => r.milliseconds));
  const oursBusy = median(found.get('whygrad').map((r) => r.processor));
  for (const [name, all] of found) {
    if (missing.has(name)) {
      emit({ bench: 'train', data, batch, peer: name, missing: missing.get(name) });
      continue;
    }
    const milliseconds = median(all.map((r) => r.milliseconds));
    const processor = median(all.map((r) => r.processor));
    emit({
      bench: 'train',
      data,
      batch,
      peer: name,
      millisecondsAnEpoch: milliseconds,
      timesWhygrad: Number((milliseconds / ours).toFixed(2)),
      processorMilliseconds: processor,
      processorTimesWhygrad: Number((processor / oursBusy).toFixed(2)),
      accuracy: Number((all.reduce((s, r) => s + r.accuracy, 0) / all.length).toFixed(4)),
      ...(name === 'whygrad' ? { deriveAndCompile: median(all.map((r) => r.setup)) } : {}),
    });
  }
}
rmSync(folder, { recursive: true });
