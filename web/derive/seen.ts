// The touched part and the nearest place where it was something else.
// Not here: words and layout (`touched.tsx`).
// Invariant: follows from the record of the derivation alone.
import { computed } from '@preact/signals';
import type { How, Line, Part } from 'whygrad';
import { drawn, litBy, touched, type Row } from '../math/touch.ts';
import { openSteps } from './open.ts';
import { answer } from './asked.ts';
import { rowsOf } from './rows.ts';

/** What a part comes from: parts of an earlier line, and the step that made or picked it. */
export interface Source {
  readonly line: Line;
  readonly parts: readonly Part[];
  readonly how: Exclude<How, 'kept'>;
  readonly title: string;
}
export interface Seen {
  readonly line: Line;
  readonly part: Part;
  readonly source: Source | null;
}

const partAt = (line: Line, path: string): Part | undefined =>
  line.parts.find((p) => p.path === (path === 'r' ? '' : path));

export const touchedNow = computed<Seen | null>(() => {
  const d = answer.value.derivation;
  const touch = touched.value;
  if (d === null || touch === null) return null;
  const rows = rowsOf(d, openSteps());
  const row = rows.find((r) => r.id === touch.line);
  const part = row === undefined ? undefined : partAt(row.line, touch.path);
  return row === undefined || part === undefined ? null : { line: row.line, part, source: sourceOf(rows) };
});

/** The first step, going up, in which the touched part was not just kept. */
function sourceOf(rows: readonly Row[]): Source | null {
  const { threads } = litBy(touched.value, rows);
  const turn = threads.find((t) => t.how !== 'kept');
  if (turn === undefined) return null;
  const line = rows.find((r) => r.id === turn.from.line)?.line;
  if (line === undefined) return null;
  const of = threads.filter((t) => t.to.line === turn.to.line && t.from.line === turn.from.line);
  const paths = [...new Set(of.map((t) => drawn(line, t.from.path)))];
  const parts = paths.flatMap((p) => partAt(line, p) ?? []);
  return turn.how === 'kept' || parts.length === 0 ? null : { line, parts, how: turn.how, title: turn.title };
}
