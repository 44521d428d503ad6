// Where a claim stands in its file, and which part of it is wrong.
// Not here: finding the mistake (`diagnose.ts`).
// Invariant: offsets count UTF-16 units of the file that the claim stands in; a part lies within its formula.
import { originOf, trim, type Mapped } from '../document/mapped.ts';
import type { Diagnosis } from './clinic.ts';
import type { Judgement } from './judgement.ts';

/** Half open, in the text as it was surveyed. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Where a text stands, from its first character to behind its last. */
export function stretchOf(m: Mapped, from = 0, to = m.text.length): Stretch {
  const start = originOf(m, from);
  return { start, end: to > from ? Math.max(start, originOf(m, to - 1) + 1) : start };
}

/** The member that a row is about. */
export function memberOf(j: Judgement): Stretch {
  const side = j.statement.sides[j.side];
  return side === undefined ? { start: 0, end: 0 } : stretchOf(trim(side.text));
}

/** The smallest part that has to change; the whole member where no small edit is known. Null for what is no slip. */
export function wrongPart(j: Judgement): Stretch | null {
  if (j.verdict !== 'slip') return null;
  const d: Diagnosis | null = j.diagnosis;
  const at = d?.side === 'left' ? j.side - 1 : j.side;
  const text = j.statement.sides[at]?.text;
  if (text === undefined) return memberOf(j);
  const written = trim(text);
  if (d?.fix == null || d.by !== 'edit') return stretchOf(written);
  const [from, to] = difference(written.text, d.fix.trim());
  return from === 0 && to === written.text.length ? stretchOf(written) : stretchOf(written, from, to);
}

const isBlank = (c: string | undefined): boolean => c !== undefined && /\s/.test(c);

/**
 * The characters of `a` that `b` has otherwise, out to whole commands and numbers; where `b` only adds, what stands
 * behind.
 */
export function difference(a: string, b: string): [from: number, to: number] {
  let [from, to] = withoutBlanks(a, changed(a, b));
  if (from === to) {
    const next = a.slice(from).search(/\S/);
    from = next >= 0 ? from + next : Math.max(0, a.trimEnd().length - 1);
    to = Math.min(a.length, from + 1);
  }
  while (isOneWord(a, from)) from -= 1;
  while (isOneWord(a, to)) to += 1;
  return [from, to];
}

/** Between the beginning and the end that both have. */
function changed(a: string, b: string): [number, number] {
  const shorter = Math.min(a.length, b.length);
  let from = 0;
  while (from < shorter && a[from] === b[from]) from += 1;
  let same = 0;
  while (same < shorter - from && a[a.length - 1 - same] === b[b.length - 1 - same]) same += 1;
  return [from, a.length - same];
}

function withoutBlanks(a: string, [start, end]: readonly [number, number]): [number, number] {
  let [from, to] = [start, end];
  while (from < to && isBlank(a[from])) from += 1;
  while (from < to && isBlank(a[to - 1])) to -= 1;
  return [from, to];
}

/** Whether the characters on both sides of a place belong to one command or one number. */
function isOneWord(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return false;
  if (/[\d.]/.test(text[at] ?? '') && /[\d.]/.test(text[at - 1] ?? '')) return true;
  return /\\[A-Za-z]*$/.test(text.slice(0, at)) && /[A-Za-z]/.test(text[at] ?? '');
}
