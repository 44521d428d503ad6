// How much work a piece of reasoning may take: counted in nodes worked on, never in time, so that the same text gets
// the same answer on any machine.
// Not here: how much is granted for what (`lint/budget.ts`).
// Invariant: what is counted depends on the formulas alone; without a grant nothing is limited.

/** Thrown where the work granted is used up. Only `granted` catches it. */
export class OutOfWork extends Error {}

let done = 0;
let most = Infinity;

/** Counts work, in nodes. Throws OutOfWork where more is done than was granted. */
export function work(nodes: number): void {
  done += nodes;
  if (done > most) throw new OutOfWork('bug: work beyond a grant was not caught');
}

/** How much was counted so far. */
export const workDone = (): number => done;

/**
 * The result of a task that may do so much work; what `spent` gives where that is not enough. A grant inside another is
 * never larger than it.
 */
export function granted<T>(nodes: number, task: () => T, spent: () => T): T {
  const [before, outer] = [done, most];
  most = Math.min(outer, before + nodes);
  try {
    const result = task();
    // Somebody on the way may have taken the end of the work for an ordinary failure.
    if (done > most) throw new OutOfWork('bug: work beyond a grant was not caught');
    return result;
  } catch (error) {
    if (!(error instanceof OutOfWork) || done > outer) throw error;
    return spent();
  } finally {
    most = outer;
  }
}

/**
 * A task whose result is remembered from one formula to the next: it counts for nobody, since only the first to ask
 * would pay.
 */
export function uncounted<T>(task: () => T): T {
  const [before, outer] = [done, most];
  most = Infinity;
  try {
    return task();
  } finally {
    done = before;
    most = outer;
  }
}
