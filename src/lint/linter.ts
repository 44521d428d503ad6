// Lint that remembers: after an edit only what the edit touches is worked out again.
// Not here: judging (`judge.ts`), what is remembered (`memory.ts`).
// Invariant: an update gives exactly what `lint` gives for the same text and options.
import { mistakeNamed, type Mistake } from '../rules/mistakes.ts';
import { WhygradError, type Span } from '../term/error.ts';
import type { ClaimCounterexample } from './checked.ts';
import { fixEdits, type FixEdit } from './fix.ts';
import { type Claim, lintDetails, type LintDetails, type LintOptions } from './lint.ts';
import { Memory } from './memory.ts';

/** What is known of a claim that is false or open. */
export interface ClaimDiagnosis {
  readonly message: string;
  /** The likely mistake of the catalogue. */
  readonly mistake: Mistake | null;
  readonly fix: string | null;
  /** The smallest part that is wrong, as offsets in the file. */
  readonly part: Span | null;
  readonly counterexample: ClaimCounterexample | null;
}

/** A document under somebody's hands. */
export interface Linter {
  /** The claims of the text as it is now: the same as those of `lint`. Never throws for what a text contains. */
  update(text: string): Claim[];
  /** The fixes of the last update's slips, as edits of its text. */
  fixes(): FixEdit[];
  /** One claim of the last update, by its number from 0 or itself. Throws WhygradError('unknown-claim'). */
  diagnose(row: number | Claim): ClaimDiagnosis;
}

/** A lint that remembers, for editors: `update` after each edit. */
export function linter(options: LintOptions = {}): Linter {
  const memory = new Memory();
  let last: { text: string; details: LintDetails; claims: Claim[] } | null = null;
  return {
    update(text) {
      if (last?.text !== text) {
        const details = lintDetails(text, { ...options, memory });
        last = { text, details, claims: details.details.map((d) => d.claim) };
      }
      return [...last.claims];
    },
    fixes: () => (last === null ? [] : fixEdits(last.text, last.details)),
    diagnose(row) {
      const claim = typeof row === 'number' ? last?.claims[row] : last?.claims.find((c) => c === row);
      if (claim === undefined)
        throw new WhygradError('unknown-claim', 'The last update has no such claim.', {
          hint: 'Take a claim that the last update gave, or its number from 0.',
        });
      const { message, mistake, fix, part, counterexample } = claim;
      return {
        ...{ message, fix, part, counterexample },
        mistake: mistake === null ? null : (mistakeNamed(mistake) ?? null),
      };
    },
  };
}
