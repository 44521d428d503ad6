// How much work one claim may take: comparing it, proving it in steps, finding out what is wrong with it.
// Not here: the counting (`term/work.ts`), limits of single formulas (`meaning/`).
// Invariant: work is granted claim by claim and counted, so what is said of a claim depends neither on the machine nor
// on the length of the document; a spent budget never turns a verdict into a slip.
import { granted, workDone } from '../term/work.ts';

/**
 * Nodes worked on: several times what the longest claims of long public documents take, and less than a second each.
 */
const usual = { comparing: 250_000, proving: 120_000, showing: 250_000, repairing: 600_000, residual: 300_000 };

/** What a row says whose claim was not judged for lack of work granted. */
export const beyondBudget = 'budget: more work than a claim is granted';
/** What a slip says where not everything that might mend it was tried. */
export const searchCut = 'budget: not every repair was tried';

/** Whether a message says that a budget was spent. */
export const speaksOfBudget = (message: string): boolean => /\bbudget: /.test(message);
/** Whether a message says that a formula is too large to be read. */
export const speaksOfLimit = (message: string): boolean => /\blimit: /.test(message);

/** Work that several attempts share. */
export interface Allowance {
  /** Whether some attempt went without. */
  readonly spent: boolean;
  /** The result of an attempt; null where the rest of the work is not enough for it. */
  attempt<T>(task: () => T): T | null;
}

/** The grants for a document's claims; `times` as much as usual. Without `naming` what is false is not looked into. */
export class Budget {
  constructor(
    private readonly times = 1,
    private readonly naming = true,
  ) {}

  /** A comparison under all its readings. */
  comparing<T>(task: () => T, spent: () => T): T {
    return granted(this.times * usual.comparing, task, spent);
  }
  /** A claim that holds, worked out in proved steps. */
  proving<T>(task: () => T, spent: () => T): T {
    return granted(this.times * usual.proving, task, spent);
  }
  /** What all repairs of one claim share. */
  repairing(): Allowance {
    return allowance(this.naming ? this.times * usual.repairing : 0);
  }
  /** What the difference of both sides tells of one claim. */
  residual(): Allowance {
    return allowance(this.naming ? this.times * usual.residual : 0);
  }
  /** A difference made small and round. */
  showing<T>(task: () => T, spent: () => T): T {
    return this.naming ? granted(this.times * usual.showing, task, spent) : spent();
  }
}

function allowance(nodes: number): Allowance {
  let left = nodes;
  let spent = false;
  return {
    get spent() {
      return spent;
    },
    attempt: (task) => {
      if (left <= 0) {
        spent = true;
        return null;
      }
      const before = workDone();
      const result = granted(left, task, () => {
        spent = true;
        return null;
      });
      left -= workDone() - before;
      return result;
    },
  };
}
