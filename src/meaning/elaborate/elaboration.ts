// What the parts of elaboration ask of the whole: values of sub-formulas, names, definitions, and where doubts are
// noted.
// Not here: the elaboration itself (`elaborator.ts`), which puts the parts together.
// Invariant: a part reaches the other parts through this interface alone, so that no file imports itself around a
// corner.
import type { Scripted } from '../../language/scripted.ts';
import type { Surface } from '../../language/surface.ts';
import type { Definition } from '../../term/context.ts';
import type { Index } from '../../term/term.ts';
import type { Env } from '../env.ts';
import type { Source } from '../registry.ts';
import type { Resolved } from '../usage.ts';
import type { Value } from '../value.ts';
import type { Model, Reading, Scope } from './model.ts';

/** The formulas of one claim under one reading. */
export interface Elaboration extends Env {
  readonly model: Model;
  readonly reading: Reading;
  /** The definitions that the formulas lead to. */
  readonly definitions: Map<string, Definition>;
  readonly depends: Map<string, readonly string[]>;
  readonly ranks: Map<string, number>;
  /** Why a difference would not yet show a slip. */
  readonly doubts: Set<string>;
  /** Formulas that are read and not calculated: what they are, a number or more, is not certain either. */
  readonly uncalculated: Set<string>;
  /** Choices of the reading that the formula met: only these are worth another try. */
  readonly choices: Set<string>;
  /** Letters that definitions leave open. */
  readonly openLetters: Set<string>;
  /** Quantities whose definition could not be used. */
  readonly unused: Set<string>;

  /** A name with its scripts: an entry, a whole tensor, a constant, a size. */
  named(sc: Scripted): Value;
  /** Scripts read by the habits of the document, layers shifted to where the definition is used. */
  resolve(sc: Scripted): Resolved;
  /** Whether the document says what a name is, or uses it with indices. */
  isKnown(id: string): boolean;
  /** An entry of a quantity, or all of it along the axes that carry no index. */
  quantity(id: string, stem: string, indices: readonly Index[]): Value;
  /** Takes the definition of a quantity into the context; the answer is its number of axes. */
  define(id: string, stem: string): number;
  /** Elaborates the body of a definition under its letters and puts it into the context under `id`. */
  /** Runs with another scope, or with parts of it changed. */
  under<T>(change: Partial<Scope>, f: () => T): T;
  readonly scope: Scope;
  install(id: string, source: Source, scope: Scope): number;
  /** A value to a power; −1 of a matrix is its inverse, the square of a vector is entrywise. */
  raised(base: Value, exponent: Surface, written?: Surface): Value;
}
