// How many units of the last place are softmax and log-softmax off, against float64?
// Usage: node bench/accuracy.mjs
// Not here: speed.
// Invariant: the same logits for everybody; entries below 2^−126 are left out.
import { spawnSync } from 'node:child_process';
import { report } from './kernels/measure.mjs';
import { ours, styles } from './kernels/ours.mjs';

let state = 1;
const uniform = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return (state + 0.5) / 4294967296;
};
const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
const distributions = {
  'N(0,3)': () => 3 * normal(),
  'U(±40)': () => 80 * uniform() - 40,
  '10 % −∞': () => (uniform() < 0.1 ? -Infinity : 3 * normal()),
  '10⁴ + N(0,3)': () => 1e4 + 3 * normal(),
};
const spacing = (v) => 2 ** Math.max(Math.floor(Math.log2(Math.abs(v))) - 23, -149);

function truth(x) {
  const top = x.indexOf(Math.max(...x));
  const m = x[top];
  let rest = 0;
  x.forEach((v, k) => {
    if (k !== top) rest += Math.exp(v - m);
  });
  return {
    softmax: Float64Array.from(x, (v) => Math.exp(v - m) / (1 + rest)),
    logSoftmax: Float64Array.from(x, (v) => v - m - Math.log1p(rest)),
  };
}
const worst = (got, want) =>
  want.reduce(
    (most, w, k) =>
      w === 0 || !Number.isFinite(w) || Math.abs(w) < 2 ** -126
        ? most
        : Math.max(most, Math.abs(got[k] - w) / spacing(w)),
    0,
  );

function torch(rows) {
  const program =
    'import sys, json, torch\nfor line in sys.stdin:\n    x = torch.tensor([float(v) for v in json.loads(line)], dtype=torch.float32); print(json.dumps([torch.softmax(x, -1).tolist(), torch.log_softmax(x, -1).tolist()]).replace("-Infinity", "null"))';
  const run = spawnSync('/usr/bin/python3', ['-c', program], {
    input: rows
      .map((r) => JSON.stringify([...r].map(String)))
      .join('\n')
      .replaceAll('Infinity', 'inf'),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  return run.status === 0
    ? run.stdout
        .trim()
        .split('\n')
        .map((l) => JSON.parse(l))
    : null;
}

for (const [name, draw] of Object.entries(distributions))
  for (const n of [10, 1000, 50257]) {
    const rows = Array.from({ length: Math.max(2, Math.floor(200_000 / n)) }, () =>
      Float32Array.from({ length: n }, draw),
    );
    const truths = rows.map(truth);
    const errors = {};
    const note = (who, op, list) => {
      (errors[op] ??= {})[who] = Number(Math.max(...list.map((y, k) => worst(y, truths[k][op]))).toFixed(2));
    };
    for (const { style, fast } of styles)
      for (const op of ['softmax', 'logSoftmax'])
        note(
          `ours ${style}`,
          op,
          rows.map((x) => ours[op](x, { fast })),
        );
    const theirs = n <= 1000 ? torch(rows) : null;
    if (theirs !== null) {
      note(
        'torch',
        'softmax',
        theirs.map((t) => t[0]),
      );
      note(
        'torch',
        'logSoftmax',
        theirs.map((t) => t[1]),
      );
    }
    report({
      question: 'accuracy in units of the last place',
      distribution: name,
      n,
      ...errors,
      ...(theirs === null ? { missing: [n > 1000 ? 'torch (not asked for rows this wide)' : 'torch'] } : {}),
    });
  }
