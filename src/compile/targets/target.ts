// What a target is: a name, what it needs to know, and how it writes its files.
// Not here: the table of targets (`../emit.ts`).
// Invariant: a target only writes text or bytes; it runs nothing.
import type { Schedule } from '../schedule.ts';
import type { LoopProgram } from '../loops.ts';
import type { Program } from '../program.ts';

/** A file that was written: a name without a folder, and its content. */
export interface EmittedFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** What a target may ask for. */
export interface EmitRequest {
  readonly program: Program;
  /** The name of the function, an identifier. */
  readonly name: string;
  /** What it computes, for the first line. */
  readonly title: string;
  readonly dtype: 'f32' | 'f64';
  /** Nests with sizes as parameters. */
  loops(): Schedule;
  /** Stages with sizes as parameters, one array operation each. */
  arrays(): { readonly program: LoopProgram };
  /** Nests for the given sizes; null where none are given. Throws `unknown-size`. */
  fixed(): Schedule | null;
}

export interface Target {
  readonly name: string;
  /** One line for `--help`. */
  readonly says: string;
  emit(r: EmitRequest): readonly EmittedFile[];
}
