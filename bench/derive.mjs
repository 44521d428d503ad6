// How long a checked derivation takes: warm in process, and as a command from cold.
// Not here: whether it is right.
// Invariant: JSON lines, medians of interleaved rounds, with machine and commit; needs a built dist/.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { emit, median } from './derive-measure.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { derive } = await import('whygrad');
const softmax = 'p_j = exp(o_j)/sum_k exp(o_k)';
const questions = {
  'softmax, p_j by o_i': () => derive('dp_j/do_i', { given: [softmax] }),
  'softmax with cross-entropy, L by z_i': () => derive('dL/dz_i', { in: 'softmax-cross-entropy' }),
  'the same, all detail': () => derive('dL/dz_i', { in: 'softmax-cross-entropy', detail: 'all' }),
  'its Hessian': () => derive('d^2L/dz_i dz_j', { in: 'softmax-cross-entropy' }),
  'layer norm, y_i by x_k': () => derive('dy_i/dx_k', { in: 'layer-norm' }),
  'attention, O_ib by Q_mc': () => derive('dO_{ib}/dQ_{mc}', { in: 'attention' }),
  'two-layer network, L by V_ij': () => derive('dL/dV_{ij}', { in: 'two-layer-network' }),
};
const times = new Map(Object.keys(questions).map((q) => [q, []]));
for (let round = 0; round < 30; round++) {
  for (const [name, run] of Object.entries(questions)) {
    const start = performance.now();
    run();
    if (round >= 5) times.get(name).push(performance.now() - start);
  }
}
for (const [name, all] of times) emit({ bench: 'derive, warm', question: name, milliseconds: median(all) });

const commands = {
  'node, nothing': ['-e', '0'],
  'whygrad --version': [join(root, 'dist', 'cli.js'), '--version'],
  'whygrad derive dL/dz_i --in softmax-cross-entropy': [
    join(root, 'dist', 'cli.js'),
    'derive',
    'dL/dz_i',
    '--in',
    'softmax-cross-entropy',
  ],
};
const cold = new Map(Object.keys(commands).map((c) => [c, []]));
for (let round = 0; round < 12; round++) {
  for (const [name, args] of Object.entries(commands)) {
    const start = performance.now();
    spawnSync(process.execPath, args);
    if (round >= 2) cold.get(name).push(performance.now() - start);
  }
}
for (const [name, all] of cold) emit({ bench: 'derive, cold', question: name, milliseconds: median(all) });

// Questions as people type them: each once in this process that has already derived (what a page or a server does),
// then thrice more; refused ones take part, because a refusal takes time, too.
const asked = readFileSync(join(root, 'test', 'derive', 'asked.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
for (let pass = 1; pass <= 4; pass++) {
  const all = asked.map(({ question, given }) => {
    const start = performance.now();
    try {
      derive(question, { given });
    } catch (error) {
      if (error.code === undefined) throw error;
    }
    return performance.now() - start;
  });
  const milliseconds = median(all);
  emit({
    bench: 'derive, asked',
    question: `${all.length} questions, pass ${pass}`,
    milliseconds,
    most: Math.max(...all),
  });
}
