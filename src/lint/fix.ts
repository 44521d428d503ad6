// A text with the fixes of its slips put in.
// Not here: finding the fixes (`diagnose.ts`), writing files (`cli/`).
// Invariant: a fix stays only if the same claim, judged again in the changed text, holds, and only if fewer slips are
// left at the end; everything else of the text is left as it is, character by character.
import type { Span } from '../term/error.ts';
import { must } from '../term/must.ts';
import type { Mapped } from '../document/mapped.ts';
import { notebookText } from '../document/notebook.ts';
import { lintDetails, type Claim, type LintDetails, type LintOptions, type Unread } from './lint.ts';

/** One fix that was put in: where, what stood there, and what stands there now. */
export interface Change {
  readonly line: number;
  readonly column: number;
  readonly mistake: string | null;
  readonly before: string;
  readonly after: string;
}

/** A text with its fixes. `claims`, `unread`: what is found in it now. */
export interface Fixed {
  readonly text: string;
  readonly changes: readonly Change[];
  readonly claims: readonly Claim[];
  readonly unread: readonly Unread[];
}

/** More rounds than any chain of slips that follow from one another. */
const mostRounds = 40;

/**
 * Puts in every fix that holds where it is put in. Notebooks keep their JSON; formulas that came from an author's own
 * LaTeX commands,
 * included files, and what Markdown shows as code are left alone. Never throws for anything that the text contains.
 */
export function fixText(text: string, options: LintOptions = {}): Fixed {
  let state: State = { text, ...lintDetails(text, options), changes: [] };
  let best = state;
  const refused = new Set<string>();
  for (let round = 0; round < mostRounds; round++) {
    const next = improved(state, candidates(state, refused), refused, options);
    if (next === null) break;
    state = next;
    if (slipsOf(state) < slipsOf(best)) best = state;
  }
  return { text: best.text, changes: best.changes, claims: best.details.map((d) => d.claim), unread: best.unread };
}

/** What a fix would replace, and by what. */
export interface FixEdit {
  /** The number of its claim, from 0. */
  readonly claim: number;
  readonly span: Span;
  readonly text: string;
}

/** The fixes of a document that was judged, each by itself; whether they hold together only `fixText` tells. */
export const fixEdits = (text: string, details: LintDetails): FixEdit[] =>
  candidates({ text, ...details, changes: [] }, new Set()).map(({ claim, place, change }) => ({
    claim,
    span: { start: place.start, end: place.end },
    text: place.encode(change.after),
  }));

interface State extends LintDetails {
  readonly text: string;
  readonly changes: readonly Change[];
}
const slipsOf = (s: State): number => s.details.filter((d) => d.claim.verdict === 'slip').length;

/** A fix with its place in the text. */
interface Candidate {
  readonly name: string;
  /** Which of the claims it is for. */
  readonly claim: number;
  readonly place: Place;
  readonly change: Change;
}

/** The fixes that were not refused yet, in the order of the text, none of them over another. */
function candidates({ text, details }: State, refused: ReadonlySet<string>): Candidate[] {
  const found: Candidate[] = [];
  for (const [n, { claim, written }] of details.entries()) {
    const name = `${claim.formula} → ${claim.fix}`;
    if (claim.verdict !== 'slip' || claim.fix === null || written === null || refused.has(name)) continue;
    const place = placeOf(written, text);
    if (place === null || found.some((c) => c.place.start < place.end && place.start < c.place.end)) continue;
    const after = dressed(claim.fix, written.text);
    const { line, column, mistake } = claim;
    const change = { line, column, mistake, before: written.text.trim(), after };
    found.push({ name, claim: n, place, change });
  }
  return found.sort((a, b) => a.place.start - b.place.start);
}

/**
 * The state with as many of the fixes as hold together; those that don't are refused. All at once first: most texts are
 * done in one round.
 */
function improved(state: State, fixes: readonly Candidate[], refused: Set<string>, options: LintOptions): State | null {
  if (fixes.length === 0) return null;
  const next = applied(state, fixes, options);
  const bad = badOnes(state, next, fixes);
  if (bad.size === 0) return next;
  if (fixes.length === 1) {
    refused.add(must(fixes[0]).name);
    return null;
  }
  // What fails is tried again by itself; if nothing can be blamed, each half is.
  const good = fixes.filter((f) => !bad.has(f));
  const [first, rest] =
    good.length > 0 && good.length < fixes.length
      ? [good, [...bad]]
      : [fixes.slice(0, fixes.length >> 1), fixes.slice(fixes.length >> 1)];
  const better = improved(state, first, refused, options);
  return better ?? improved(state, rest, refused, options);
}

/** The text with the fixes put in, judged again. */
function applied({ text, changes }: State, fixes: readonly Candidate[], options: LintOptions): State {
  let out = '';
  let last = 0;
  for (const { place, change } of fixes) {
    out += text.slice(last, place.start) + place.encode(change.after);
    last = place.end;
  }
  const tried = out + text.slice(last);
  const told = fixes.map((f) => ({ ...f.change, after: f.change.after.trim() }));
  return { text: tried, ...lintDetails(tried, options), changes: [...changes, ...told] };
}

const badness = { holds: 0, definition: 0, assumption: 0, unclear: 1, slip: 2 } as const;

/**
 * The fixes that do not make their claim hold, and the nearest before each claim that got worse. A line after a fix may
 * repeat the slip
 * where it has a fix of its own. Where the claims are other ones than before, all are to blame.
 */
function badOnes(before: State, after: State, fixes: readonly Candidate[]): ReadonlySet<Candidate> {
  if (before.details.length !== after.details.length) return new Set(fixes);
  const bad = new Set(fixes.filter((f) => after.details[f.claim]?.claim.verdict !== 'holds'));
  after.details.forEach(({ claim }, n) => {
    if (badness[claim.verdict] <= badness[must(before.details[n]).claim.verdict]) return;
    const nearest = fixes.filter((f) => f.claim < n).at(-1);
    if (nearest !== undefined && claim.verdict === 'slip' && claim.fix !== null) return;
    const blamed = nearest ?? fixes.find((f) => f.claim > n);
    if (blamed !== undefined) bad.add(blamed);
  });
  return bad;
}

/** A fix with the blanks and the punctuation around what it replaces. */
function dressed(fix: string, written: string): string {
  const [, before = '', , after = ''] = /^(\s*)([\s\S]*?)((?:\\[,;!]|[.,;\s])*)$/.exec(written) ?? [];
  return `${before}${fix.replace(/(?:\\[,;!]|[.,;\s])*$/, '')}${after}`;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly encode: (text: string) => string;
}

/** Where a piece of text stands in the file: character by character, or as a piece of a notebook's JSON string. */
function placeOf(m: Mapped, text: string): Place | null {
  const [start, end] = [m.origins[0] ?? -1, m.origins[m.text.length] ?? -1];
  if (start < 0 || end < start) return null;
  if (notebookText(text) === null)
    return text.slice(start, start + m.text.length) === m.text && m.origins.every((o, n) => o === start + n)
      ? { start, end, encode: (s) => s }
      : null;
  return decoded(text.slice(start, end)) === m.text
    ? { start, end, encode: (s) => JSON.stringify(s).slice(1, -1) }
    : null;
}

function decoded(piece: string): string | null {
  try {
    return JSON.parse(`"${piece}"`) as string;
  } catch {
    return null;
  }
}
