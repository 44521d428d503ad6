// Marks around the parts of a formula while it is printed: characters for private use, which no formula holds.
// Not here: what the parts are for (`line.ts`).
// Invariant: marks nest as the parts do, and a formula printed without them is the one printed with them taken out.
import type { Term } from '../term.ts';
import type { Piece } from './piece.ts';

const begin = '\ue000';
const end = '\ue001';
const digit = 0xe100;
const base = 4096;
const marks = /\ue000..|\ue001/gu;

/** Nodes by number; a node that is not listed is not marked. */
export type Marked = ReadonlyMap<Term, number>;

const around = (text: string, n: number): string =>
  begin + String.fromCharCode(digit + Math.floor(n / base), digit + (n % base)) + text + end;

/** How many nodes can be told apart. */
export const most = base * base;

/** The piece with marks around it. */
export function mark(p: Piece, n: number | undefined): Piece {
  if (n === undefined) return p;
  return { ...p, text: around(p.text, n), closed: p.closed === null ? null : mark(p.closed, n) };
}

/** The text without marks. */
export const bare = (text: string): string => (text.includes(begin) ? text.replace(marks, '') : text);

/** Where a marked part stands in the bare text. */
export interface Place {
  readonly n: number;
  readonly start: number;
  readonly end: number;
}

/** The bare text and the places of its parts, outer ones first. */
export function places(text: string): { readonly text: string; readonly places: readonly Place[] } {
  const found: Place[] = [];
  const open: number[] = [];
  let out = '';
  let from = 0;
  for (const m of text.matchAll(marks)) {
    out += text.slice(from, m.index);
    from = m.index + m[0].length;
    if (m[0] !== end) {
      open.push(found.length);
      found.push({ n: (m[0].charCodeAt(1) - digit) * base + m[0].charCodeAt(2) - digit, start: out.length, end: -1 });
      continue;
    }
    const at = open.pop();
    const place = at === undefined ? undefined : found[at];
    if (at === undefined || place === undefined) throw new Error('bug: a mark ends that has not begun');
    found[at] = { ...place, end: out.length };
  }
  return { text: out + text.slice(from), places: found };
}
