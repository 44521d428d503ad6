// What naming a mistake needs to know and what it says: the document's model, the readings in use, the text of
// formulas.
// Not here: the naming (`diagnose.ts`, `residual.ts`).
// Invariant: `holds` asks exactly what judging asks.
import type { Surface } from '../language/surface.ts';
import type { Model, Reading } from '../meaning/index.ts';
import { attempt, type Question } from './attempt.ts';
import type { Allowance } from './budget.ts';

export interface Diagnosis {
  /** Id of the mistake in the catalogue. */
  readonly mistake: string | null;
  readonly say: string;
  /** What should stand there, in the author's own notation; null where no fix was found that holds. */
  readonly fix: string | null;
  /** Which side of the equation the fix is for. */
  readonly side?: 'left' | 'right';
  /** An edit of the author's text that makes the claim true. */
  readonly by?: 'edit';
}

/** What is needed to try repairs. */
export interface Clinic {
  readonly model: Model;
  readonly readings: readonly Reading[];
  readonly reread: (text: string, latex: boolean) => Surface | null;
  /** What the right side may equal as well: the last line that was true. */
  readonly trueLeft: readonly Surface[];
  /** The text of a formula of the document. */
  readonly textOf: (s: Surface) => string | null;
  /** What all repairs of the claim may take together. */
  readonly repairs: Allowance;
  /** What may be asked of the difference itself. */
  readonly residual: Allowance;
}

/** The text of a side, and whether it is LaTeX. */
export interface Written {
  readonly text: string;
  readonly latex: boolean;
  readonly surface: Surface;
}

/** Whether a claim holds under one of the readings in use. */
export function holds(q: Question, clinic: Clinic): boolean {
  return clinic.readings.some((reading) => {
    const a = attempt(q, clinic.model, reading);
    return (
      a.kind === 'compared' && a.misfit === null && (a.equality.verdict === 'proved' || a.equality.verdict === 'tested')
    );
  });
}
