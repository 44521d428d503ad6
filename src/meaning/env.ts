// What the parts of a reader ask of the whole: values of sub-formulas, the names in force, where faults and choices go.
// Not here: the two readers that answer, `typed/reader.ts` (givens and questions: what is doubtful is an error with its
// place) and `elaborate/elaborator.ts` (documents: the habits of a text decide, and what cannot be read has no value).
// Invariant: a part reaches the other parts through this interface alone, so that one meaning of a node serves both.
import type { Span } from '../term/error.ts';
import type { Index, Range, Term } from '../term/term.ts';
import type { Surface } from '../language/surface.ts';
import type { Algebra, Value } from './value.ts';

export interface Env extends Algebra {
  /** Throws where the formula has no value. */
  value(s: Surface): Value;
  /** The term of a node that has to be a number. */
  term(s: Surface): Term;

  /** Ends with a fault at a place: an error for givens and questions, `Unreadable` in a document. */
  fail(at: Span, code: string, message: string, hint?: string): never;
  /** Runs an operation on values; where they do not fit, the fault is at `s`. */
  fitting<T>(s: Surface, f: () => T): T;
  /** Refuses to copy what is too big to be copied. */
  copying(s: Surface, t: Term, times?: number): void;
  /** Tells a choice that was taken in reading a part of the text. */
  tell(s: Span, as: string, because: string): void;

  /** Whether the text is written as a program (`@`, `**`, `np.`): there `*` and `**` work entry by entry. */
  readonly programming?: boolean;
  /** Runs with letters bound; `explicit`: their range is written out. */
  within<T>(letters: readonly string[], explicit: boolean, f: () => T): T;
  isBound(letter: string): boolean;
  /** Whether the text says what a name is. */
  isGiven(name: string): boolean;

  /** The index that a script stands for; `of`: the name that carries it. */
  index(s: Surface, of?: string): Index;
  /** The indices of a subscript; the rank decides whether `12` is one index or two. */
  indices(parts: readonly Surface[], rank?: number | null): Index[];
  /** The index scripts of a name; null where a surface is no name. */
  scriptsOf(s: Surface): readonly Surface[] | null;
  /** The index letters in scripts. */
  lettersOf(parts: readonly Surface[]): readonly string[];
  /** The number of its place, where a bare index letter stands in a sum with a number. */
  placeNumber(s: Surface): Value | null;
  /** Whether a comparison of these speaks of positions, not of numbers. */
  arePositions(left: Surface, right: Surface): boolean;
  /** Whether a surface names a quantity, not an index. */
  isQuantity(s: Surface): boolean;
  /** All of a tensor. */
  whole(name: string): Value;
  /** The tensor that ∂_j differentiates by, where the text says which. */
  readonly operator: string | null;
  /** What a term leads to through definitions and is not defined itself. */
  inputsOf(t: Term): { readonly name: string; readonly rank: number }[];
  /** ∂of/∂by, for what is written so. */
  differentiated(of: Value, by: Value, written: Surface, target: Surface): Value;
  /** A vector (one row of entries) or a matrix that is written out. */
  written(rows: readonly (readonly Term[])[]): Value;
  /** The range of a sum with dots, up to what its last term is written with, or to the end. */
  dottedRange(from: Index, to: Surface | null): Range;
  /** A letter that stands for nothing in the text. */
  unusedLetter(): string;
}
