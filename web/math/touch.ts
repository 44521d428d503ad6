// Which part of which line is touched, and what lights up with it.
// Not here: finding origins, which the library gives with each step; drawing (`threads.tsx`).
// Invariant: what lights up follows from the record of the derivation alone.
import { signal } from '@preact/signals';
import type { How, Line, Origin } from 'whygrad';

/** A part of a line; lines are numbered by the steps that lead to them (`2`, in smaller steps `2.0`), the question is `q`. */
export interface Touch {
  readonly line: string;
  readonly path: string;
}

export const touched = signal<Touch | null>(null);

/** A line as it stands on the page, with what its parts come from in the line before; the first of a chain has none. */
export interface Row {
  readonly id: string;
  readonly line: Line;
  readonly origins: readonly Origin[] | null;
  readonly title: string;
}

/** A thread from a part of one line to a part of a later one. */
export interface Thread {
  readonly from: Touch;
  readonly to: Touch;
  readonly how: How;
  readonly title: string;
}
export interface Lit {
  readonly parts: ReadonlyMap<string, ReadonlySet<string>>;
  readonly threads: readonly Thread[];
}
export const nothingLit: Lit = { parts: new Map(), threads: [] };

/** The part that stands for a path: itself, or the one above it where a spelling draws both together. */
export function drawn(line: Line, path: string): string {
  const paths = new Set(line.parts.map((p) => p.path));
  let at = path;
  while (at !== '' && !paths.has(at)) at = at.slice(0, Math.max(0, at.lastIndexOf('.')));
  return at === '' ? 'r' : at;
}

const inAddress = (path: string): string => (path === '' ? 'r' : path);
const inRecord = (path: string): string => (path === 'r' ? '' : path);

/** What lights up with a touch: the part itself and its origins in all lines before. */
export function litBy(touch: Touch | null, rows: readonly Row[]): Lit {
  const start = touch === null ? -1 : rows.findIndex((r) => r.id === touch.line);
  if (touch === null || start === -1) return nothingLit;
  const parts = new Map<string, ReadonlySet<string>>([[touch.line, new Set([touch.path])]]);
  const threads: Thread[] = [];
  let paths: ReadonlySet<string> = new Set([inRecord(touch.path)]);
  for (let n = start; n > 0 && rows[n]?.origins !== null && paths.size > 0; n--) {
    const [row, before] = [rows[n], rows[n - 1]];
    if (row === undefined || before === undefined) break;
    const next = new Set<string>();
    for (const o of row.origins ?? []) {
      if (!paths.has(o.to)) continue;
      for (const from of o.from) {
        next.add(from);
        const ends = {
          from: { line: before.id, path: drawn(before.line, from) },
          to: { line: row.id, path: drawn(row.line, o.to) },
        };
        threads.push({ ...ends, how: o.how, title: row.title });
      }
    }
    parts.set(before.id, new Set([...next].map((p) => inAddress(drawn(before.line, p)))));
    paths = next;
  }
  return { parts, threads };
}
