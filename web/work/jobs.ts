// What the page asks of its worker, by name.
// Not here: the jobs themselves, which are in files of their own so that each is loaded when it is first asked for.
// Invariant: what goes in and out is plain data.
import type { Claim, Derivation, DeriveOptions, EmittedFile, Line, Nested } from 'whygrad';

export interface Jobs {
  derive: (a: { question: string; options: DeriveOptions }) => Derivation;
  /** A reader's next line: its verdict, and which of the derivation's lines it is. */
  turn: (a: { line: string; from: string; lines: readonly string[]; options: DeriveOptions }) => Turn;
  /** The numbers of the lines' parts by path. */
  numbers: (a: {
    lines: readonly Pick<Line, 'text' | 'parts'>[];
    options: DeriveOptions;
    values: Readonly<Record<string, readonly number[]>>;
  }) => readonly Readonly<Record<string, Nested>>[];
  /** Formulas as words. */
  speak: (a: { texts: readonly string[] }) => readonly string[];
  emit: (a: { question: string; options: DeriveOptions; to: 'numpy' | 'torch' }) => readonly EmittedFile[];
  /** The smallest numbers that show a mistake, computed now. */
  mistake: (a: { id: string }) => Shown;
  /** Every claim of a text, with its formula as a line where it can be read by itself. */
  lint: (a: { text: string }) => Judged;
  report: (a: { text: string; name: string; format: 'sarif' | 'text' }) => string;
  document: (a: { name: string }) => Promise<string>;
}
/** A mistake in numbers: where, what is written, what is right. */
export interface Shown {
  readonly at: readonly (readonly [name: string, value: string])[];
  readonly written: string;
  readonly right: string;
}
export interface Turn {
  readonly verdict: 'holds' | 'slip' | 'unclear';
  readonly message: string;
  readonly same: number | null;
  readonly line: Line | null;
}
export interface Row {
  readonly claim: Claim;
  readonly line: Line | null;
  /** What should stand there instead. */
  readonly fixLine: Line | null;
}
export interface Judged {
  readonly rows: readonly Row[];
  readonly milliseconds: number;
}
export type JobName = keyof Jobs;
export type Asked<J extends JobName> = Parameters<Jobs[J]>[0];
export type Answered<J extends JobName> = Awaited<ReturnType<Jobs[J]>>;

/** A fault of what was asked, as the library tells it. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** The text that `span` is a place of. */
  readonly text: string | null;
  readonly span: readonly [number, number] | null;
}
export type Reply = { readonly id: number } & ({ readonly value: unknown } | { readonly fault: Fault });
