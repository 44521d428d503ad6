// How much time a document and a single claim may take.
// Not here: limits of single formulas (`term/read`).
// Invariant: time is only looked at between attempts; a spent budget never turns a verdict into a slip.

const now = (): number => performance.now();

/** `total` milliseconds for a document, a part of them for naming mistakes; `provable` nodes of claims that are worked out in proved steps. */
export class Budget {
  private readonly end: number;
  private diagnosing: number;
  constructor(
    total = 6000,
    private provable = 4000,
  ) {
    this.end = now() + total;
    this.diagnosing = total / 2;
  }
  get spent(): boolean {
    return now() > this.end;
  }
  /** Milliseconds for the diagnosis of one claim; what many claims use up together is limited too. */
  get diagnosis(): number {
    return Math.max(0, Math.min(700, this.diagnosing, this.end - now()));
  }
  /** Counts what a diagnosis took. */
  diagnosed<T>(work: () => T): T {
    const start = now();
    try {
      return work();
    } finally {
      this.diagnosing -= now() - start;
    }
  }
  /** Whether a claim of so many nodes is worked out in proved steps: counted, so that the same text gives the same certainties. */
  proves(nodes: number): boolean {
    if (nodes > 120 || nodes > this.provable) return false;
    this.provable -= nodes;
    return true;
  }
  claim<T>(work: () => T): T {
    return work();
  }
}
