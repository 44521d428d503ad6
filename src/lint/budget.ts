// How much time a document and a single claim may take.
// Not here: limits of single formulas (`term/read`).
// Invariant: time is only looked at between attempts; a spent budget never turns a verdict into a slip.

const now = (): number => performance.now();

/** `total` milliseconds for a document. */
export class Budget {
  private readonly end: number;
  constructor(total = 8000) { this.end = now() + total; }
  get spent(): boolean { return now() > this.end; }
  claim<T>(work: () => T): T { return work(); }
}
