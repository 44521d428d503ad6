// Results that depend on terms alone, remembered from one judging of a document to the next.
// Not here: what is worked out (`attempt.ts`, `proved.ts`).
// Invariant: what is remembered counts as much work as when it was worked out, once a judging: so a document is judged
// alike, whatever was judged before.
import { work, workDone } from '../term/work.ts';

interface Remembered {
  readonly value: unknown;
  readonly took: number;
}

/** Texts edited by hand need a few hundred comparisons. */
const most = 20_000;

/** What is kept over several judgings; the oldest is forgotten first. */
export class Memory {
  private readonly all = new Map<string, Remembered>();
  private seen = new Set<string>();

  /** Begins another judging. */
  begin(): void {
    this.seen = new Set();
  }

  /** The result of a task whose name says all that it depends on. */
  recall<T>(name: string, task: () => T): T {
    const before = this.all.get(name);
    if (before !== undefined) {
      if (!this.seen.has(name)) work(before.took);
      this.seen.add(name);
      return before.value as T;
    }
    const started = workDone();
    const value = task();
    this.all.set(name, { value, took: workDone() - started });
    this.seen.add(name);
    if (this.all.size > most) this.all.delete(this.all.keys().next().value as string);
    return value;
  }
}
