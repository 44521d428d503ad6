// The door of this room: a text in, one row for every asserted equality out.
// Not here: judging (`judge.ts`), diagnosing (`diagnose.ts`), printing (`report.ts`).
// Invariant: rows stand in the order of the text; the same text gives the same rows.
import type { Asked } from '../document/extract.ts';
import type { Mapped } from '../document/mapped.ts';
import { fileOf, isFresh, locator, surveyDocument, type Survey, type Syntax } from '../meaning/index.ts';
import { shownDifference, type Attempt } from './attempt.ts';
import { Budget } from './budget.ts';
import type { ClaimCounterexample } from './checked.ts';
import { Memory } from './memory.ts';
import { memberOf, wrongPart } from './part.ts';
import type { Span } from '../term/error.ts';
import { unreadIn } from './unread.ts';
import { judge } from './judge.ts';
import type { Judgement, Verdict } from './judgement.ts';

/** One asserted equality of a document. */
export interface Claim {
  readonly file: string;
  /** Where the first token after the link's `=` stands; both count from 1. */
  readonly line: number;
  readonly column: number;
  /** Where the member ends: behind its last character. */
  readonly endLine: number;
  readonly endColumn: number;
  /** The member's offsets in the file, in UTF-16 units, half open. */
  readonly span: Span;
  /** The smallest part that is wrong, as offsets in the file; null for anything but a slip. */
  readonly part: Span | null;
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

/** How a document is read and how much work each claim may take. */
export interface LintOptions {
  /** The name that rows carry. */
  readonly file?: string;
  /** Recognised from the content when not given. */
  readonly syntax?: Syntax;
  /** How many times the usual work a claim may take (1); what takes more is `unclear`, and its message says so. */
  readonly budget?: number;
  /** Told, now and then, which share of the text has been judged (0 to 1). */
  readonly progress?: (share: number) => void;
  /** The text of a file that a LaTeX document includes. */
  readonly include?: (name: string) => string | null;
}

/** Mathematics that could not be read and of which no claim says so. */
export interface Unread {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly formula: string;
  readonly message: string;
}

/** What is said of a document: its claims, and what of it was not read. */
export interface LintedDocument {
  readonly claims: readonly Claim[];
  readonly unread: readonly Unread[];
}

/** The same as `lint`, with the formulas that were not read. */
export function lintDocument(text: string, options: LintOptions = {}): LintedDocument {
  const { details, unread } = lintDetails(text, options);
  return { claims: details.map((d) => d.claim), unread };
}

/**
 * Judges every asserted equality of a Markdown, LaTeX, notebook or plain text. Never throws for anything that the text
 * contains.
 */
export function lint(text: string, options: LintOptions = {}): Claim[] {
  return lintDetails(text, options).details.map((d) => d.claim);
}

/** A claim with the text that its fix would replace; null in code, which is nobody's to change. */
export interface ClaimDetail {
  readonly claim: Claim;
  readonly written: Mapped | null;
}

export interface LintDetails {
  readonly details: readonly ClaimDetail[];
  readonly unread: readonly Unread[];
}

/** The same as `lintDocument`, with the places of the fixes. */
export function lintDetails(text: string, options: LintOptions & { readonly memory?: Memory } = {}): LintDetails {
  const { survey, rows, places } = judgedDocument(text, options);
  const details = rows.map(({ judgement: j, claim }) => ({
    claim: claim(),
    written: j.statement.code
      ? null
      : (j.statement.sides[j.diagnosis?.side === 'left' ? j.side - 1 : j.side]?.text ?? null),
  }));
  const told = new Set(rows.map((r) => r.judgement.statement));
  const unread = unreadIn(survey, told).map(({ offset, ...u }) => {
    const { file, line, column } = places(offset);
    return { file, line, column, ...u };
  });
  return { details, unread };
}

export interface JudgedDocument {
  readonly survey: Survey;
  readonly rows: readonly { readonly judgement: Judgement; readonly claim: () => Claim }[];
  readonly places: Places;
}

/** A document's judgements; `asked` is judged as if it stood at its end. `whetherTrue`: no mistake is named. */
export function judgedDocument(
  text: string,
  options: LintOptions & { readonly asked?: Asked; readonly memory?: Memory; readonly whetherTrue?: boolean },
): JudgedDocument {
  const survey = surveyDocument(text, {
    ...(options.syntax === undefined ? {} : { syntax: options.syntax }),
    ...(options.include === undefined ? {} : { include: options.include }),
    ...(options.asked === undefined ? {} : { asked: options.asked }),
  });
  const places = placesIn(text, survey.files, options.file ?? '');
  const budget = new Budget(options.budget, options.whetherTrue !== true);
  const memory = options.memory ?? new Memory();
  memory.begin();
  const judgements = judge(survey, { budget, memory, progress: options.progress });
  return {
    survey,
    places,
    rows: judgements.map((j) => ({ judgement: j, claim: () => claimOf(j, places, budget, memory) })),
  };
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** From the beginning of its file. */
  readonly at: number;
}
type Places = (offset: number) => Place;

/** Included files count their own lines and carry their own names, beside the file that includes them. */
function placesIn(text: string, files: Survey['files'], file: string): Places {
  const folder = file.replace(/[^/\\]*$/, '');
  const locators = files.map((f, n) => locator(n === 0 ? text : f.text));
  return (offset) => {
    const place = fileOf(offset);
    const at = locators[place.file] ?? locator('');
    const name = place.file === 0 ? file : folder + (files[place.file]?.name ?? '');
    return { file: name, at: place.offset, ...at(place.offset) };
  };
}

function claimOf(j: Judgement, places: Places, budget: Budget, memory: Memory): Claim {
  const side = j.statement.sides[j.side];
  const before = j.side > 0 ? j.statement.sides[j.side - 1] : undefined;
  const member = memberOf(j);
  const start = side?.offset ?? member.start;
  const { file, line, column, at } = places(start);
  const end = places(Math.max(start, member.end));
  const wrong = wrongPart(j);
  const found = j.attempt !== null && j.verdict === 'slip' ? shownDifference(j.attempt, budget, memory) : null;
  const positions = positionsOf(j.attempt, found?.indices ?? {});
  return {
    file,
    line,
    column,
    endLine: end.line,
    endColumn: end.column,
    span: { start: at, end: end.at },
    part: wrong === null ? null : { start: places(wrong.start).at, end: places(wrong.end).at },
    formula: `${before === undefined ? '' : `${before.text.text.trim()} `}= ${side?.text.text.trim() ?? ''}`.replace(
      /\s+/g,
      ' ',
    ),
    verdict: j.verdict,
    certainty: j.certainty,
    message: j.message,
    mistake: j.diagnosis?.mistake ?? null,
    fix: j.diagnosis?.fix ?? null,
    counterexample:
      found === null
        ? null
        : { sizes: found.sizes, values: { ...found.values, ...positions }, left: found.left, right: found.right },
  };
}

/** The place where the sides differ; axes that the claim writes no letter for have the name that people give them. */
function positionsOf(found: Attempt | null, indices: Readonly<Record<string, number>>): Record<string, number> {
  const axes = found?.kind === 'compared' ? found.axes : [];
  const open = Object.keys(indices).filter(isFresh);
  const inOrder = [...axes.filter((l) => open.includes(l)), ...open.filter((l) => !axes.includes(l))];
  const words = inOrder.length === 1 ? ['entry'] : inOrder.length === 2 ? ['row', 'column'] : [];
  const nameOf = (letter: string): string =>
    isFresh(letter) ? (words[inOrder.indexOf(letter)] ?? `axis ${inOrder.indexOf(letter) + 1}`) : letter;
  return Object.fromEntries(Object.entries(indices).map(([letter, n]) => [nameOf(letter), n]));
}
