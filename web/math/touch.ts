// Which part of which line is touched, and what lights up with it.
// Not here: finding origins, which the library gives with each step.
// Invariant: what lights up follows from the record of the derivation alone.
import { signal } from '@preact/signals';
import type { Line, Step } from 'whygrad';

/** A part of a line; lines are numbered by the steps that lead to them (`2`, in smaller steps `2.0`), the question is `q`. */
export interface Touch {
  readonly line: string;
  readonly path: string;
}

export const touched = signal<Touch | null>(null);

/** A line as it stands on the page: how it is named, what it holds, and the step that leads to it. */
export interface Row {
  readonly id: string;
  readonly line: Line;
  readonly step: Step | null;
}

export type Lit = ReadonlyMap<string, ReadonlySet<string>>;
export const nothingLit: Lit = new Map();

/** What lights up with a touch: the part itself and its origins in the lines above. */
export function litBy(touch: Touch | null): Lit {
  if (touch === null) return nothingLit;
  return new Map([[touch.line, new Set([touch.path])]]);
}
