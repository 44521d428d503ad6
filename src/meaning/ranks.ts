// The number of axes of each quantity of a document.
// Not here: how evidence is weighed (`solve.ts`), what finds it (`evidence/`), what scripts are (`usage.ts`).
// Invariant: a rank is never smaller than the number of indices that the quantity carries anywhere.
import { must } from '../term/must.ts';
import type { Surface } from '../language/surface.ts';
import type { ExtractOptions } from '../document/extract.ts';
import { equationHeuristics } from './evidence/equations.ts';
import { neighbourHeuristics } from './evidence/neighbours.ts';
import { notationHeuristics } from './evidence/notation.ts';
import type { RankHeuristic } from './evidence/record.ts';
import { type Equation, solveRanks, type Solution, type Stated } from './solve.ts';
import type { Usage } from './usage.ts';

/** Every heuristic that tells a rank. */
export const rankHeuristics: readonly RankHeuristic[] = [
  ...notationHeuristics,
  ...neighbourHeuristics,
  ...equationHeuristics,
];

export interface Ranks {
  /** Axes of a quantity that has no definition (a definition may say more). */
  readonly rankOf: (id: string) => number;
  /** Whether there is more to say for the rank than the absence of indices. */
  readonly isSettled: (id: string) => boolean;
  /** Whether words or a set (`x ∈ ℝ^n`) say the rank. */
  readonly isDeclared: (id: string) => boolean;
  readonly solution: Solution;
}

export interface RankOptions {
  readonly stated?: readonly Stated[];
  /** Equations of the text, two sides each. */
  readonly equations?: readonly Equation[];
  /** Names of heuristics that are switched off. */
  readonly without?: ReadonlySet<string>;
  readonly at?: (text: Surface, part: Surface) => number | null;
}

/** How a document is read; `without`: names of heuristics that are switched off. */
export interface SurveyOptions extends ExtractOptions {
  readonly without?: ReadonlySet<string>;
}

/** The ranks of all quantities of these formulas. */
export function surveyRanks(texts: readonly Surface[], usage: Usage, options: RankOptions = {}): Ranks {
  const stated = options.stated ?? [];
  const solution = solveRanks({
    texts,
    equations: options.equations ?? [],
    usage,
    stated,
    heuristics: rankHeuristics.filter((h) => options.without?.has(h.name) !== true),
    same: (id) => withoutLayer(id, usage),
    at: options.at ?? (() => null),
  });
  const declared = new Set(stated.map((s) => withoutLayer(s.of, usage)));
  return {
    rankOf: (id) => Math.max(solution.rank(id) ?? 0, solution.indices(id)),
    isSettled: (id) => solution.indices(id) > 0 || solution.rank(id) !== null,
    isDeclared: (id) => declared.has(withoutLayer(id, usage)),
    solution,
  };
}

/** All layers of a quantity have the same rank. */
function withoutLayer(id: string, usage: Usage): string {
  const found = usage.layers.size === 0 ? null : /\^\{([A-Za-z]+)(?:[+-]\d+)?\}$/.exec(id);
  return found !== null && (usage.layers.has(must(found[1])) || found[1] === 'L') ? id.slice(0, found.index) : id;
}
