// Measuring side by side: peers and ours take turns in one run, so that only ratios taken under the same load are compared.
// Not here: what is measured (one file a question), the peers themselves (`peers.mjs`).
// Invariant: a line of JSON per result, with machine, versions and commit; a missing peer is named, never dropped silently.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const MILLISECONDS = Number(process.env.MILLISECONDS ?? 300);

export const median = (list) => list.slice().sort((a, b) => a - b)[list.length >> 1];

const commit = (() => {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
})();
const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };

/** The median microseconds of a call, measured for some milliseconds. */
export async function timeOf(call, milliseconds = MILLISECONDS) {
  const first = performance.now();
  await call();
  const once = performance.now() - first;
  // Calls far below the clock's resolution are timed in batches.
  const batch = Math.max(1, Math.floor(0.05 / Math.max(once, 1e-6)));
  const isAsync = call.constructor.name === 'AsyncFunction';
  const times = [];
  const end = performance.now() + milliseconds;
  do {
    const start = performance.now();
    if (isAsync) for (let k = 0; k < batch; k++) await call();
    else for (let k = 0; k < batch; k++) call();
    times.push(((performance.now() - start) * 1000) / batch);
  } while (performance.now() < end);
  return median(times);
}

/** Threads that wait for work by spinning (onnxruntime's do for some 50 ms) would take a core from whoever comes next. */
const calm = () =>
  new Promise((resolve) => {
    setTimeout(resolve, 150);
  });

/**
 * Rounds in which every contestant takes its turn. `contestants`: name → call, or name → { microseconds(ms) } for one that measures itself.
 * The first is ours; the result is the median over rounds of ours over the best of the others.
 */
export async function compare(question, about, ours, others, missing = []) {
  const all = { ours, ...others };
  const times = Object.fromEntries(Object.keys(all).map((name) => [name, []]));
  const ratios = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, contestant] of Object.entries(all)) {
      if (about.threads > 1) await calm();
      const us =
        typeof contestant === 'function' ? await timeOf(contestant) : await contestant.microseconds(MILLISECONDS);
      if (us !== null) times[name].push(us);
    }
    const peers = Object.keys(others).filter((name) => times[name].length > round);
    if (peers.length > 0) ratios.push(times.ours[round] / Math.min(...peers.map((name) => times[name][round])));
  }
  const microseconds = Object.fromEntries(
    Object.entries(times)
      .filter(([, list]) => list.length > 0)
      .map(([name, list]) => [name, Number(median(list).toPrecision(4))]),
  );
  const best =
    Object.entries(microseconds)
      .filter(([name]) => name !== 'ours')
      .sort((a, b) => a[1] - b[1])[0]?.[0] ?? null;
  report({
    question,
    ...about,
    microseconds,
    best,
    ratio: ratios.length > 0 ? Number(median(ratios).toFixed(3)) : null,
    ...(missing.length > 0 ? { missing } : {}),
  });
}

export function report(result) {
  console.log(JSON.stringify({ ...result, ...machine, commit, date: new Date().toISOString().slice(0, 10) }));
}

/** Logits as the bars are stated for: spread like 3·N(0,1), from a fixed sequence. */
export function fillLogits(view) {
  let state = 12345;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  for (let k = 0; k < view.length; k++) {
    let sum = 0;
    for (let j = 0; j < 6; j++) sum += uniform();
    view[k] = (sum - 3) * 4;
  }
}
export function fillLabels(view, columns) {
  for (let k = 0; k < view.length; k++) view[k] = (k * 7919) % columns;
}
export const SHAPES = [
  [256, 1000],
  [64, 50257],
  [8, 128256],
];
