// Writes bench/README.md from the JSON lines that benches print.
// Usage: node scripts/bench-table.mjs FILE.jsonl… (lines of several runs and Node versions may be mixed)
// Not here: measuring (bench/).
// Invariant: every line of the files stands in a table; nothing is rounded in our favour.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const lines = process.argv.slice(2).flatMap((file) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((l) => JSON.parse(l)),
);
if (lines.length === 0) {
  console.error('bench-table: name the files that the benches wrote');
  process.exit(2);
}

const table = (head, rows) =>
  [
    `| ${head.join(' | ')} |`,
    `|${head.map((_, n) => (n === 0 ? '---' : '--:')).join('|')}|`,
    ...rows.map((r) => `| ${r.map((x) => x ?? '').join(' | ')} |`),
  ].join('\n');
const major = (l) => `Node ${l.node.slice(1).split('.')[0]}`;
const others = (us) =>
  Object.entries(us)
    .filter(([name]) => name !== 'ours')
    .map(([name, t]) => `${name} ${t}`)
    .join(', ');

/** One table a kind of line: which lines, the head, a row. */
const kinds = [
  {
    is: (l) => l.microseconds !== undefined,
    head: ['rows × columns', 'engine', 'style', 'threads', 'ours, µs', 'ours ÷ best peer', 'peers, µs', 'not measured'],
    row: (l) => [
      l.shape,
      major(l),
      l.style,
      l.threads,
      l.microseconds.ours,
      l.ratio === null ? '' : `${l.ratio} of ${l.best}`,
      others(l.microseconds),
      (l.missing ?? []).join(', '),
    ],
  },
  {
    is: (l) => l.nanoseconds !== undefined,
    head: ['1 × 10', 'engine', 'style', 'nanoseconds a call'],
    row: (l) => ['', major(l), l.style, others(l.nanoseconds)],
  },
  {
    is: (l) => l.question === 'cold start',
    head: ['first call', 'engine', 'import, ms', 'first result, ms'],
    row: (l) => [l.of, major(l), l.milliseconds.import, l.milliseconds['first result']],
  },
  {
    is: (l) => l.logSoftmax !== undefined,
    head: ['logits', 'n', 'engine', 'softmax, ulp', 'log-softmax, ulp'],
    row: (l) => [l.distribution, l.n, major(l), others(l.softmax), others(l.logSoftmax)],
  },
  {
    is: (l) => l.bench === 'train',
    head: [
      'data, batch',
      'engine',
      'peer',
      'ms an epoch',
      'times whygrad',
      'processor time, times whygrad',
      'test accuracy',
    ],
    row: (l) => [
      `${l.data}, ${l.batch}`,
      major(l),
      l.peer,
      l.millisecondsAnEpoch ?? `missing: ${l.missing}`,
      l.timesWhygrad,
      l.processorTimesWhygrad,
      l.accuracy,
    ],
  },
  {
    is: (l) => l.bench === 'train, scaling',
    head: ['width', 'batch', 'engine', 'µs a step', 'ns a unit and row'],
    row: (l) => [l.width, l.batch, major(l), l.microsecondsAStep, l.nanosecondsAUnitAndRow],
  },
  {
    is: (l) => l.bench === 'derive, layers',
    head: ['layers', 'engine', 'ms', 'ms a layer'],
    row: (l) => [l.layers, major(l), l.milliseconds, l.perLayer],
  },
  {
    is: (l) => l.bench === 'lint',
    head: ['lines', 'engine', 'claims', 'first run, ms', 'median, ms'],
    row: (l) => [l.lines, major(l), l.claims, l.first, l.median],
  },
  {
    is: (l) => l.milliseconds !== undefined && typeof l.milliseconds === 'number',
    head: ['what', 'engine', 'ms'],
    row: (l) => [l.question ?? l.document ?? l.bench, major(l), l.milliseconds],
  },
];

const titles = [
  ...new Set(lines.map((l) => (l.question !== undefined && l.bench === undefined ? l.question : l.bench))),
];
const sections = titles.map((title) => {
  const own = lines.filter((l) => (l.bench ?? l.question) === title);
  const parts = kinds
    .map((k) => ({ k, rows: own.filter((l) => kinds.find((x) => x.is(l)) === k) }))
    .filter(({ rows }) => rows.length > 0);
  if (parts.reduce((n, { rows }) => n + rows.length, 0) < own.length)
    throw new Error(`bench-table: lines of '${title}' fit no table`);
  return `## ${title[0].toUpperCase()}${title.slice(1)}\n\n${parts.map(({ k, rows }) => table(k.head, rows.map(k.row))).join('\n\n')}\n`;
});
const [first] = lines;
const known = (key) => [...new Set(lines.map((l) => l[key]).filter((x) => x !== undefined))].join(', ');
writeFileSync(
  join(dirname(fileURLToPath(import.meta.url)), '..', 'bench', 'README.md'),
  `# Measured

One file a question; \`npm run bench [-- NAME…]\` runs them, \`node bench/kernels/install-peers.mjs\` installs the JavaScript peers, numpy and torch
are the system's. Peers take turns with us in one run, so the ratios count and the times do not: machines are shared and noisy. A ratio below 1
means that we are faster. This table is written by \`scripts/bench-table.mjs\` from the lines that the benches print.

Machine: ${known('cpu') || known('machine')}, ${first.cores} cores. Engines: ${known('node')}. Commits: ${known('commit')}. Date: ${known('date')}.

${sections.join('\n')}`,
);
