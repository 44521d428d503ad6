// What the JavaScript peers of the training bench share: arguments, data files, a generator of random numbers.
// Not here: any training.
// Invariant: none of this is measured.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

function readRows(path) {
  const lines = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number));
  const columns = lines[0].length - 1;
  return {
    rows: lines.length,
    columns,
    x: Float32Array.from(lines.flatMap((l) => l.slice(0, columns))),
    y: Int32Array.from(lines, (l) => l[columns]),
  };
}

/** Arguments: folder, data set, batch size or "full", seed, epochs. */
export function settings([folder, name, batch, seed, epochs]) {
  const train = readRows(join(folder, `${name}_train.csv`));
  const test = readRows(join(folder, `${name}_test.csv`));
  return {
    train,
    test,
    columns: train.columns,
    classes: Math.max(...train.y) + 1,
    hidden: name === 'moons' ? [16, 16] : [64],
    rate: name === 'moons' ? 0.01 : 0.001,
    batch: batch === 'full' ? train.rows : Number(batch),
    seed: Number(seed),
    epochs: Number(epochs),
  };
}

/** Uniform numbers from a seed (mulberry32). */
export function uniform(seed) {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function shuffled(n, next) {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** Starts two clocks; the result stops them: wall time and processor time in milliseconds an epoch. */
export function clocks() {
  const busy = process.cpuUsage();
  const start = performance.now();
  return (epochs) => {
    const milliseconds = (performance.now() - start) / epochs;
    const { user, system } = process.cpuUsage(busy);
    return { milliseconds, processor: (user + system) / 1000 / epochs };
  };
}
