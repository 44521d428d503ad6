// What a target is: a name, what it needs to know, and how it writes its files.
// Not here: the table of targets (`../emit.ts`).
// Invariant: a target only writes text or bytes; it runs nothing.
import type { Schedule } from '../schedule.ts';
import type { Walk } from '../arrays/passes.ts';
import type { Autograd } from '../autograd.ts';
import type { ArrayProgram } from '../loops.ts';
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
  /** Other names for tensors. */
  readonly names?: ReadonlyMap<string, string>;
  /** The outputs are a function and its gradients, to be called by automatic differentiation. */
  readonly autograd?: Autograd;
  /** Whether tests of the gradients are written beside. */
  readonly tests?: boolean;
  /** The mesh axes of a program that is split over processes. */
  readonly mesh?: readonly string[];
  /** The mesh axis of a split set. */
  readonly meshOf?: (set: string) => string;
  /** The program as passes over a set that is walked in chunks, and how large these are. */
  readonly chunk?: Chunk;
  /** Nests with sizes as parameters. */
  loops(): Schedule;
  /** Stages with sizes as parameters, one array operation each. */
  arrays(): { readonly program: ArrayProgram };
  /** Nests for the given sizes; null where none are given. Throws `unknown-size`. */
  fixed(): Schedule | null;
}

/** A walk in chunks: entries a chunk, or the bytes that all arrays of one chunk may take together. */
export interface Chunk {
  readonly walk: Walk;
  readonly size: ChunkSize;
}
export type ChunkSize = { readonly entries: number } | { readonly bytes: number };

export interface Target {
  readonly name: string;
  /** One line for `--help`. */
  readonly says: string;
  /** What it can write beside a plain function. */
  readonly can?: readonly ('autograd' | 'shard' | 'chunk')[];
  emit(r: EmitRequest): readonly EmittedFile[];
}
