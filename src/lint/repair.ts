// One small change of a formula's text, and what all kinds of changes need.
// Not here: the kinds (`repairs.ts`, `repairs-numbers.ts`).
// Invariant: a repair is one edit of the text.
import type { Surface } from '../language/surface.ts';

/** `text` with `start`..`end` replaced by `by`; `say` tells what was wrong. */
export interface Repair {
  readonly mistake: string;
  readonly start: number;
  readonly end: number;
  readonly by: string;
  readonly say: string;
}

export interface RepairScene {
  readonly text: string;
  readonly latex: boolean;
  /** Index letters of both sides, free and bound. */
  readonly letters: readonly string[];
  /** Letters free on the right but not on the left, and the other way round. */
  readonly onlyRight: readonly string[];
  readonly leftLetters: readonly string[];
  readonly sizes: readonly string[];
  /** Entries and names that occur on either side, as the author wrote them. */
  readonly names: readonly string[];
  /** The argument that each function takes: σ ↦ z. */
  readonly formals: ReadonlyMap<string, string>;
  /** The terms of the line before, with their signs. */
  readonly before: readonly string[];
  /** What the other side differentiates by. */
  readonly variables: readonly string[];
}

export const at = (node: Surface, by: string, mistake: string, say: string): Repair => ({
  mistake,
  start: node.start,
  end: node.end,
  by,
  say,
});
export const insert = (where: number, by: string, mistake: string, say: string): Repair => ({
  mistake,
  start: where,
  end: where,
  by,
  say,
});

export const sumSign = (letter: string, { latex }: RepairScene): string =>
  latex ? `\\sum_{${letter}} ` : `sum_${letter} `;
export const isSum = (s: Surface): boolean => s.kind === 'sum' && s.terms.length > 1;
