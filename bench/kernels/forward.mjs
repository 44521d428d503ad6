// One measurement for all row functions: the forward pass at the three shapes, one thread and two, beside the peers that have it.
// Not here: which function and which peers (the files of `bench/`).
// Invariant: every contestant reads inputs that lie ready; peers may reuse their output where they can.
import { compare, fillLogits, SHAPES } from './measure.mjs';
import { ours, styles } from './ours.mjs';
import { pythonPeers } from './peers.mjs';

/** `peersFor(threads)`: peers besides numpy and torch; `plain(rows, columns)`: contestants of one thread that need no setting up. */
export async function benchForward(op, question, peersFor, plain = () => ({})) {
  for (const threads of [1, 2]) {
    const python = await pythonPeers(threads);
    const peers = [python, ...(await peersFor(threads))];
    const missing = peers.flatMap((p) => p.missing);
    for (const [rows, columns] of SHAPES) {
      const others = { ...(threads === 1 ? plain(rows, columns) : {}) };
      for (const p of peers) Object.assign(others, await p.of(op, rows, columns));
      for (const { style, fast } of styles) {
        const plan = ours[op].plan({ rows, columns, fast, threads });
        fillLogits(plan.inputs.x);
        // Helper threads start while nothing is measured.
        plan.run();
        await new Promise((resolve) => {
          setTimeout(resolve, 300);
        });
        await compare(question, { shape: `${rows}x${columns}`, style, threads }, () => plan.run(), others, missing);
        plan.dispose();
      }
    }
    python.close();
  }
  process.exit(0);
}
