// A text with the fixes of its slips put in.
// Not here: finding the fixes (`diagnose.ts`), writing files (`cli/`).
// Invariant: a fix stays only if the same claim, judged again in the changed text, holds, and only if fewer slips are left at the end; everything else of the text is left as it is, character by character.
import { must } from '../term/must.ts';
import type { Mapped } from '../document/mapped.ts';
import { notebookText } from '../document/notebook.ts';
import { lintDetails, type Claim, type ClaimDetail, type LintOptions } from './lint.ts';

/** One fix that was put in: where, what stood there, and what stands there now. */
export interface Change {
  readonly line: number;
  readonly column: number;
  readonly mistake: string | null;
  readonly before: string;
  readonly after: string;
}

/** A text with its fixes. `claims`: what is found in it now. */
export interface Fixed {
  readonly text: string;
  readonly changes: readonly Change[];
  readonly claims: readonly Claim[];
}

/** Enough for any document that a person wrote. */
const mostFixes = 60;

/**
 * Puts in every fix that holds where it is put in. Notebooks keep their JSON; formulas that came from an author's own LaTeX commands,
 * and included files, are left alone. Never throws for anything that the text contains.
 */
export function fixText(text: string, options: LintOptions = {}): Fixed {
  let state: State = { text, details: lintDetails(text, options), changes: [] };
  let best = state;
  const refused = new Set<string>();
  while (state.changes.length < mostFixes) {
    const next = firstImprovement(state, refused, options);
    if (next === null) break;
    state = next;
    if (slipsOf(state) < slipsOf(best)) best = state;
  }
  return { text: best.text, changes: best.changes, claims: best.details.map((d) => d.claim) };
}

interface State {
  readonly text: string;
  readonly details: readonly ClaimDetail[];
  readonly changes: readonly Change[];
}
const slipsOf = (s: State): number => s.details.filter((d) => d.claim.verdict === 'slip').length;

function firstImprovement({ text, details, changes }: State, refused: Set<string>, options: LintOptions): State | null {
  for (const [n, { claim, written }] of details.entries()) {
    const name = `${claim.formula} → ${claim.fix}`;
    if (claim.verdict !== 'slip' || claim.fix === null || written === null || refused.has(name)) continue;
    const place = placeOf(written, text);
    const after = place === null ? '' : dressed(claim.fix, written.text);
    const tried = place === null ? null : text.slice(0, place.start) + place.encode(after) + text.slice(place.end);
    const again = tried === null ? [] : lintDetails(tried, options);
    if (tried !== null && isBetter(details, again, n))
      return {
        text: tried,
        details: again,
        changes: [
          ...changes,
          {
            line: claim.line,
            column: claim.column,
            mistake: claim.mistake,
            before: written.text.trim(),
            after: after.trim(),
          },
        ],
      };
    refused.add(name);
  }
  return null;
}

const badness = { holds: 0, definition: 0, assumption: 0, unclear: 1, slip: 2 } as const;

/** The n-th claim holds now and none got worse, save lines after it that repeat the slip and have a fix of their own. */
const isBetter = (before: readonly ClaimDetail[], after: readonly ClaimDetail[], n: number): boolean =>
  after.length === before.length &&
  after[n]?.claim.verdict === 'holds' &&
  after.every(
    (d, k) =>
      badness[d.claim.verdict] <= badness[must(before[k]).claim.verdict] ||
      (k > n && d.claim.verdict === 'slip' && d.claim.fix !== null),
  );

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
