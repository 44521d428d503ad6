// The door of this room: a text in, one row for every asserted equality out.
// Not here: judging (`judge.ts`), diagnosing (`diagnose.ts`), printing (`report/`).
// Invariant: rows stand in the order of the text; the same text gives the same rows.
import { locator, surveyDocument, type Syntax } from '../document/index.ts';
import { shownDifference } from './attempt.ts';
import { Budget } from './budget.ts';
import { judge, type Judgement, type Verdict } from './judge.ts';

/** A point where the two sides of a claim differ. Indices count from 1. */
export interface ClaimCounterexample {
  readonly sizes: Readonly<Record<string, number>>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly left: number;
  readonly right: number;
}

/** One asserted equality of a document. */
export interface Claim {
  readonly file: string;
  /** Where the first token after the link's `=` stands; both count from 1. */
  readonly line: number;
  readonly column: number;
  readonly formula: string;
  readonly verdict: Verdict;
  /** `proved`: equal normal forms; `tested`: equal at every point tried; null for anything but `holds`. */
  readonly certainty: 'proved' | 'tested' | null;
  readonly message: string;
  /** The id of the likely mistake, for `explain`. */
  readonly mistake: string | null;
  /** What should stand there instead, as LaTeX. */
  readonly fix: string | null;
  readonly counterexample: ClaimCounterexample | null;
}

export interface LintOptions {
  /** The name that rows carry. */
  readonly file?: string;
  /** Recognised from the content when not given. */
  readonly syntax?: Syntax;
  /** Milliseconds for the whole text (8000); what is left then is `unclear`. */
  readonly budget?: number;
  /** The text of a file that a LaTeX document includes. */
  readonly include?: (name: string) => string | null;
}

/** Judges every asserted equality of a Markdown, LaTeX, notebook or plain text. Never throws for anything that the text contains. */
export function lint(text: string, options: LintOptions = {}): Claim[] {
  const survey = surveyDocument(text, { ...(options.syntax === undefined ? {} : { syntax: options.syntax }), ...(options.include === undefined ? {} : { include: options.include }) });
  const at = locator(text);
  return judge(survey, { budget: new Budget(options.budget) }).map((j) => claimOf(j, options.file ?? '', at));
}

function claimOf(j: Judgement, file: string, at: (offset: number) => { line: number; column: number }): Claim {
  const side = j.statement.sides[j.side];
  const before = j.side > 0 ? j.statement.sides[j.side - 1] : undefined;
  const { line, column } = at(side?.offset ?? 0);
  const found = j.attempt !== null && j.verdict === 'slip' ? shownDifference(j.attempt) : null;
  return {
    file, line, column, formula: `${before === undefined ? '' : `${before.text.text.trim()} `}= ${side?.text.text.trim() ?? ''}`.replace(/\s+/g, ' '),
    verdict: j.verdict, certainty: j.certainty, message: j.message, mistake: j.diagnosis?.mistake ?? null, fix: j.diagnosis?.fix ?? null,
    counterexample: found === null ? null : { sizes: found.sizes, values: { ...found.values, ...found.indices }, left: found.left, right: found.right },
  };
}
