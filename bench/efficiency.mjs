// How close to compiled C is the generated WebAssembly? The same algorithm in C with 128-bit vectors, gcc -O3, one core, float32 softmax.
// Usage: node bench/efficiency.mjs
// Not here: other algorithms.
// Invariant: the C program (kernels/efficiency.c) repeats the passes, the polynomial and the sums of the schedule; fused multiply-add where ours has it.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compare, fillLogits, report, SHAPES } from './kernels/measure.mjs';
import { ours, styles } from './kernels/ours.mjs';

const source = fileURLToPath(new URL('kernels/efficiency.c', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'whygrad-bench-'));
for (const { style, fast } of styles) {
  const program = join(folder, style);
  const built = spawnSync('gcc', [
    '-O3',
    '-mavx2',
    ...(fast ? ['-mfma', '-ffp-contract=fast'] : ['-ffp-contract=off']),
    '-mprefer-vector-width=128',
    '-o',
    program,
    source,
    '-lm',
  ]);
  if (built.status !== 0) {
    report({ question: 'efficiency', style, missing: ['gcc'] });
    continue;
  }
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  for (const [rows, columns] of SHAPES) {
    const plan = ours.softmax.plan({ rows, columns, fast });
    fillLogits(plan.inputs.x);
    const c = {
      async microseconds(ms) {
        child.stdin.write(`${rows} ${columns} ${ms}\n`);
        return Number((await lines.next()).value);
      },
    };
    await compare('efficiency', { shape: `${rows}x${columns}`, style, threads: 1 }, () => plan.run(), { 'gcc -O3': c });
    plan.dispose();
  }
  child.stdin.end();
}
rmSync(folder, { recursive: true, force: true });
