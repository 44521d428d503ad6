// The state of turning one text into a term: the world, letters in scope, fresh letters, and how faults are placed.
// Not here: the meaning of any node (`elaborate.ts` and its neighbours, which all work on a Reader).
// Invariant: errors carry the span of the node that is at fault; the size of what is built is bounded.
import { must } from '../../term/must.ts';
import type { Reading } from '../../term/context.ts';
import { WhygradError } from '../../term/error.ts';
import type { Term } from '../../term/term.ts';
import { children } from '../../term/walk.ts';
import type { Surface } from '../../language/surface.ts';
import type { Survey } from './survey.ts';
import { limits } from '../../language/tokens.ts';
import { type Algebra, ChainFault, freshLetter, RankFault, scalar, termOf, type Value } from '../value.ts';
import { isGiven, type World } from './world.ts';

/** The meanings that files of the elaboration ask of each other. */
export interface Meanings {
  readonly value: (r: Reader, s: Surface) => Value;
}

const printedLetters = [...'ijklmnpqrstuvwabcdgho'];

export class Reader implements Algebra {
  /** Shapes have to fit. */
  readonly vectors = null;
  /** Letters bound by an enclosing Σ or head, and whether their range was written out. */
  readonly scope: { letter: string; explicit: boolean }[] = [];
  /** Letters that stand outside of every Σ without index. */
  outside: ReadonlySet<string> = new Set();
  /** Choices that were taken. */
  readonly readings: Reading[] = [];
  private axes = 0;
  private printedCount = 0;
  constructor(
    readonly text: string,
    readonly latex: boolean,
    readonly world: World,
    readonly found: Survey,
    readonly meanings: Meanings,
    /** The tensor that ∂_j differentiates by, where the text says which. */
    readonly operator: string | null = null,
  ) {}

  axis(): string {
    this.axes += 1;
    return freshLetter(this.axes);
  }
  private readonly lengths = new Map<string, string>();
  /** An axis whose entries are written out. */
  writtenAxis(length: number): string {
    const axis = this.axis();
    this.lengths.set(axis, String(length));
    return axis;
  }
  setOf(axis: string): string {
    return this.lengths.get(axis) ?? '';
  }
  alike(axis: string, other: string): void {
    const [a, b] = [this.lengths.get(axis), this.lengths.get(other)];
    if (a !== undefined && b !== undefined && a !== b)
      throw new RankFault(`a product or sum of vectors with ${a} and with ${b} entries`);
    if (a === undefined && b !== undefined) this.lengths.set(axis, b);
    if (b === undefined && a !== undefined) this.lengths.set(other, a);
  }
  /** A letter for a sum that a matrix product brings; the printer keeps letters apart. */
  printed(): string {
    for (let tries = 0; tries < printedLetters.length; tries += 1) {
      const letter = must(printedLetters[this.printedCount % printedLetters.length]);
      this.printedCount += 1;
      if (!this.isBound(letter) && !isGiven(this.world, letter) && !this.world.sizes.has(letter)) return letter;
    }
    return 'i';
  }

  isBound(letter: string): boolean {
    return this.scope.some((b) => b.letter === letter);
  }
  binding(letter: string): { letter: string; explicit: boolean } | undefined {
    return this.scope.findLast((b) => b.letter === letter);
  }

  /** Runs with letters bound. */
  within<T>(letters: readonly string[], explicit: boolean, f: () => T): T {
    const depth = this.scope.length;
    this.scope.push(...letters.map((letter) => ({ letter, explicit })));
    try {
      return f();
    } finally {
      this.scope.length = depth;
    }
  }

  fail(s: { start: number; end: number }, code: string, message: string, hint = ''): never {
    throw new WhygradError(code, message, { text: this.text, span: { start: s.start, end: s.end }, hint });
  }

  /** Runs an operation on ranks; where they do not fit, the fault is at `s`. */
  fitting<T>(s: Surface, f: () => T): T {
    try {
      return f();
    } catch (error) {
      if (error instanceof RankFault)
        this.fail(
          s,
          'rank-mismatch',
          `${error.message}: the ranks do not fit`,
          'check which names are vectors and matrices, and where a transpose is missing',
        );
      if (error instanceof ChainFault) this.fail(s, 'too-deep', error.message, 'split the product into definitions');
      throw error;
    }
  }

  private operations = 0;
  value(s: Surface): Value {
    this.operations += 1;
    if (this.operations > 4 * limits.nodes)
      this.fail(s, 'too-many-nodes', 'reading this takes too many steps', 'split the formula into definitions');
    return this.meanings.value(this, s);
  }

  /** The term of a node that must be a number. */
  term(s: Surface): Term {
    const v = this.value(s);
    if (v.axes.length > 0)
      this.fail(
        s,
        'rank-mismatch',
        `a number was expected, this has ${v.axes.length} open ${v.axes.length === 1 ? 'index' : 'indices'}`,
        'name the entry with a subscript, or sum over it',
      );
    return termOf(v, this);
  }
  scalar(t: Term): Value {
    return scalar(t);
  }

  /** Refuses to copy what is too big to be copied. */
  copying(s: Surface, t: Term, times = 2): void {
    if (termSize(t) * times > limits.nodes)
      this.fail(
        s,
        'too-many-nodes',
        `written out, this has more than ${limits.nodes} parts`,
        'give the inner part a name',
      );
  }
}

const sizes = new WeakMap<Term, number>();
/** The number of nodes, remembered for each node. */
export function termSize(t: Term): number {
  let n = sizes.get(t);
  if (n === undefined) {
    n = children(t).reduce((sum, c) => sum + termSize(c.term), 1);
    sizes.set(t, n);
  }
  return n;
}
