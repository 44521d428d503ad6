// The state of turning one text into a term: the world, letters in scope, fresh letters, and how faults are placed.
// Not here: the meaning of any node (`elaborate.ts` and its neighbours, which all work on a Reader).
// Invariant: errors carry the span of the node that is at fault; the size of what is built is bounded.
import type { Surface } from '../../language/surface.ts';
import { limits } from '../../language/tokens.ts';
import type { Reading } from '../../term/context.ts';
import { type Span, WhygradError } from '../../term/error.ts';
import { must } from '../../term/must.ts';
import {
  add,
  at,
  delta,
  endIndex,
  freeIndex,
  type Index,
  mul,
  type Range,
  type Term,
  wholeSet,
} from '../../term/term.ts';
import { children, entryNames } from '../../term/walk.ts';
import { partialOf, wholeTensor } from '../elaborate/gradients.ts';
import type { Env } from '../env.ts';
import { ChainFault, freshLetter, RankFault, tensor, termOf, type Value } from '../value.ts';
import { nameOf } from './names.ts';
import { lettersIn, type Survey } from './survey.ts';
import { isGiven, type World } from './world.ts';

/** The meanings that files of the elaboration ask of each other. */
export interface Meanings {
  readonly value: (r: Reader, s: Surface) => Value;
  readonly index: (r: Reader, s: Surface) => Index;
  readonly indices: (r: Reader, parts: readonly Surface[], rank: number | null) => Index[];
  readonly arePositions: (r: Reader, left: Surface, right: Surface) => boolean;
  readonly placeNumber: (r: Reader, s: Surface) => Value | null;
}

const printedLetters = [...'ijklmnpqrstuvwabcdgho'];

export class Reader implements Env {
  readonly strict = true;
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

  fail(s: Span, code: string, message: string, hint = ''): never {
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
  // --- what the common meanings ask ---------------------------------------------------------------------------------

  vectorProduct(): never {
    throw new Error('bug: loose products where shapes have to fit');
  }
  isGiven(name: string): boolean {
    return isGiven(this.world, name);
  }
  index(s: Surface): Index {
    return this.meanings.index(this, s);
  }
  indices(parts: readonly Surface[], rank: number | null = null): Index[] {
    return this.meanings.indices(this, parts, rank);
  }
  scriptsOf(s: Surface): readonly Surface[] | null {
    return nameOf(s, this.world, this.latex)?.indices ?? null;
  }
  lettersOf(parts: readonly Surface[]): string[] {
    return parts.flatMap(lettersIn);
  }
  placeNumber(s: Surface): Value | null {
    return this.meanings.placeNumber(this, s);
  }
  arePositions(left: Surface, right: Surface): boolean {
    return this.meanings.arePositions(this, left, right);
  }
  get programming(): boolean {
    return this.world.programming;
  }
  isQuantity(s: Surface): boolean {
    const named = nameOf(s, this.world, this.latex);
    return named !== null && named.indices.length === 0 && (this.world.ranks.get(named.name) ?? 0) > 0;
  }
  whole(name: string): Value {
    return wholeTensor(this, name, this.world.ranks.get(name) ?? 0);
  }
  inputsOf(t: Term): { name: string; rank: number }[] {
    const inputs = new Set<string>();
    const seen = new Set<string>();
    const follow = (x: Term): void => {
      for (const name of entryNames(x)) {
        if (seen.has(name)) continue;
        seen.add(name);
        const definition = this.world.defined.has(name) ? this.world.definition(name) : null;
        if (definition !== null) follow(definition.body);
        else inputs.add(name);
      }
    };
    follow(t);
    return [...inputs].map((name) => ({ name, rank: this.world.ranks.get(name) ?? 0 }));
  }
  differentiated(of: Value, by: Value, _: Surface, target: Surface): Value {
    return partialOf(this, of, by, target);
  }
  tell(s: Span, as: string, because: string): void {
    this.readings.push({ text: this.text.slice(s.start, s.end), as, because });
  }

  /** Entries as a sum over deltas at their places. */
  written(rows: readonly (readonly Term[])[]): Value {
    const [first] = rows;
    const column = this.writtenAxis(must(first).length);
    const cell = (t: Term, n: number): Term => mul(delta(freeIndex(column), at(n + 1)), t);
    if (rows.length === 1) return tensor(add(...must(first).map(cell)), [column]);
    const row = this.writtenAxis(rows.length);
    const terms = rows.flatMap((cells, n) => cells.map((t, k) => mul(delta(freeIndex(row), at(n + 1)), cell(t, k))));
    return tensor(add(...terms), [row, column]);
  }
  unusedLetter(): string {
    return this.printed();
  }
  dottedRange(from: Index, last: Surface): Range {
    const isEnd = last.kind === 'name' && !this.isBound(last.name) && !this.standsOutside(last.name);
    const to = isEnd ? endIndex(last.name) : this.index(last);
    if (to.kind === 'end') this.world.sizes.add(to.set);
    const isWhole = from.kind === 'at' && from.position === 1 && to.kind === 'end';
    return isWhole ? wholeSet(to.set) : { set: '', from, to };
  }
  private standsOutside(name: string): boolean {
    return this.outside.has(name) && !/^[nmNMK]$/.test(name);
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
