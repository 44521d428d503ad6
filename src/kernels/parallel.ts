// A compiled program run by several threads: each nest is cut into parts, and threads take parts until none is left.
// Not here: the threads themselves (`workers.ts`), the code of the nests (`compile/`).
// Invariant: the result has the same bits for every number of threads.
import { must } from '../term/must.ts';
import { compileParallel } from '../compile/codegen/module.ts';
import { checked, closable, newMemory, scheduleProgram, styleOf, views, type Plan } from '../compile/plan.ts';
import type { CompileOptions, Program } from '../compile/program.ts';
import type { RowsFunction } from './protocol.ts';
import { dispatch, dispatchAsync, forgetPlan, sharePlan, type Dispatch } from './workers.ts';

/** Below this much work (in additions, about) waking another thread costs more than it saves. */
const WORTH = 100_000;
/** Parts that each thread takes on average: a static split would wait for a thread that lost its core. */
const SHARE = 4;

/** As compileProgram, for `threads` threads over shared memory. */
export function compileThreaded(program: Program, options: CompileOptions, threads: number): Plan {
  const s = scheduleProgram(program, options);
  const style = styleOf(options);
  const m = compileParallel(s, style, threads);
  const memory = newMemory(m, true);
  const module = new WebAssembly.Module(m.bytes);
  const { rows } = new WebAssembly.Instance(module, { e: { m: memory } }).exports as { rows: RowsFunction };
  const plan = sharePlan({ module, memory, scratch: m.scratch }, threads);
  const scratch = must(m.scratch[0]);
  const steps = m.steps.map(
    ({ parts, work }, record): { readonly alone: () => void; readonly shared: Dispatch | null } => ({
      alone: () => rows(record, 0, parts, scratch),
      shared:
        parts < 2 || work < WORTH
          ? null
          : {
              plan,
              record,
              rows: parts,
              chunk: Math.max(1, Math.ceil(parts / (threads * SHARE))),
              threads,
              compute: rows,
              scratch,
            },
    }),
  );
  const seen = views(s, m, memory, style.type);
  return {
    ...seen,
    bytes: m.bytes,
    ...closable(
      checked(s, seen.inputs, {
        run: () => {
          for (const step of steps)
            if (step.shared === null) step.alone();
            else dispatch(step.shared);
        },
        runAsync: async () => {
          for (const step of steps)
            if (step.shared === null) step.alone();
            else await dispatchAsync(step.shared);
        },
        dispose: () => forgetPlan(plan),
      }),
    ),
  };
}
