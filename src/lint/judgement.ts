// The verdict on one member of an equation, with what it rests on.
// Not here: reaching it (`judge.ts`), printing it (`report.ts`).
// Invariant: a plain record.
import type { Surface } from '../language/surface.ts';
import type { Statement } from '../meaning/index.ts';
import type { Attempt, Question } from './attempt.ts';
import type { Diagnosis } from './clinic.ts';
import type { Accusation } from './licence.ts';

export type Verdict = 'holds' | 'slip' | 'definition' | 'assumption' | 'unclear';

export interface Judgement {
  readonly statement: Statement;
  /** Which member of the statement the row is about (what stands after its link). */
  readonly side: number;
  readonly verdict: Verdict;
  readonly certainty: 'proved' | 'tested' | null;
  readonly message: string;
  /** What the member was compared with. */
  readonly left: Surface | null;
  readonly right: Surface | null;
  readonly attempt: Attempt | null;
  readonly question: Question | null;
  readonly diagnosis: Diagnosis | null;
  /** What was found out where the sides differ. */
  readonly accusation?: Accusation;
}
