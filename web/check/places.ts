// Where a claim stands in a text, and which part of it is wrong.
// Not here: the verdict.
// Invariant: a place that cannot be found is null, never a guess.
import type { Claim } from 'whygrad';

export interface Place {
  readonly from: number;
  readonly to: number;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The offset of a line and column, both from 1. */
export function offsetOf(text: string, line: number, column: number): number {
  let at = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf('\n', at);
    if (next === -1) return text.length;
    at = next + 1;
  }
  return Math.min(text.length, at + column - 1);
}

/** The member of a chain that a claim judges: what stands behind its =. */
export function memberOf(text: string, claim: Claim): Place | null {
  const member = claim.formula.slice(claim.formula.lastIndexOf('= ') + 2).trim();
  const from = offsetOf(text, claim.line, claim.column);
  const pattern = new RegExp(member.split(/\s+/).map(escaped).join('\\s+'), 'y');
  pattern.lastIndex = from;
  const found = pattern.exec(text);
  return found === null ? null : { from, to: from + found[0].length };
}

/** The smallest part of a member that its fix changes, in whole tokens; the member where there is no fix. */
export function partOf(text: string, member: Place, fix: string | null): Place {
  const written = text.slice(member.from, member.to);
  if (fix === null) return member;
  let start = 0;
  while (start < written.length && written[start] === fix[start]) start++;
  let end = 0;
  while (end < Math.min(written.length, fix.length) - start && written.at(-1 - end) === fix.at(-1 - end)) end++;
  while (start > 0 && /[\w\\]/.test(written[start - 1] ?? '') && /[\w]/.test(written[start] ?? fix[start] ?? ''))
    start--;
  const to = Math.max(written.length - end, start + 1);
  return { from: member.from + start, to: Math.min(member.to, member.from + to) };
}
