// Given texts as a context: definitions, assumptions, remarks on sizes, what unknown quantities depend on.
// Not here: the grammar; how index sets are inferred (`term/sets.ts`).
// Invariant: definitions may come in any order and refer to each other; a cycle is a named error.
import { lastOf, must } from '../../term/must.ts';
import type { Assumption, Context, Definition, Reading } from '../../term/context.ts';
import { WhygradError } from '../../term/error.ts';
import { inferSets } from '../../term/sets.ts';
import type { Term } from '../../term/term.ts';
import { closeAll, entryNames, freeIndices } from '../../term/walk.ts';
import { refuseCycles } from './cycles.ts';
import { meanings } from './elaborate.ts';
import { readStatements } from '../../language/parse.ts';
import { headOf, mentions, type Head } from './heads.ts';
import { readAssumption, secondDefinition, withoutLogarithm } from './equations.ts';
import { inferRanks } from './ranks.ts';
import { unroll } from './recursions.ts';
import { noteRemark, noteShape, readRemark, type Remark, withoutOpening } from './remarks.ts';
import { primeOfDefined } from './primes.ts';
import { Reader } from './reader.ts';
import { noticeNumbered } from './numbered.ts';
import { type Surface, unwrap, visitSurface } from '../../language/surface.ts';
import { definedWords } from './defined-words.ts';
import { Runs } from './runs.ts';
import { emptySurvey, lettersOutside, notice, noticeLayers, survey, type Survey } from './survey.ts';
import { limits, recogniseSpelling, type Spelling } from '../../language/tokens.ts';
import { termOf, withAxes, type Value } from '../value.ts';
import { addValues, emptyWorld, isProgram, noteDerivatives, type World } from './world.ts';

export interface GivenOptions {
  readonly values?: Record<string, unknown> | undefined;
  readonly also?: readonly string[] | undefined;
  readonly letters?: readonly string[] | undefined;
  readonly spelling?: Spelling | undefined;
}

/** One statement with the text that it stands in. */
interface Statement {
  readonly text: string;
  readonly latex: boolean;
  readonly surface: Surface;
  /** Its left side, where the right side mentions the same name. */
  readonly self?: Head;
}
interface Defining extends Statement {
  readonly head: Head;
  readonly body: Surface;
}

/** The context that given texts make; throws a WhygradError in the text at fault. */
export function readGivens(givens: readonly string[], options: GivenOptions = {}): Context {
  const world = emptyWorld();
  addValues(world, options.values ?? {});
  const remarks: Remark[] = [];
  const statements: Statement[] = [];
  const words = new Set(givens.flatMap(definedWords));
  for (const given of givens) {
    const text = withoutOpening(given);
    const remark = readRemark(text);
    if (remark !== null) remarks.push(...remark);
    else statements.push(...statementsOf(text, world, words, options.spelling));
  }
  const others = (options.also ?? []).flatMap((text) => {
    try {
      return statementsOf(text, world, words, options.spelling);
    } catch (error) {
      if (error instanceof WhygradError) return [];
      throw error;
    }
  });
  for (const remark of remarks) noteRemark(remark, world);
  const unrolled = unroll(statements, others);
  const context = new Gathering(world, unrolled.statements, unrolled.others, remarks, options.letters ?? []).context();
  return unrolled.open.size === 0 ? context : { ...context, open: unrolled.open };
}

function statementsOf(text: string, world: World, words: ReadonlySet<string>, spelling?: Spelling): Statement[] {
  const actual = spelling ?? recogniseSpelling(text);
  // A name that is defined in the text is no differential (`dist = …; dist/dim`).
  const heads = new Set([...text.matchAll(/(?:^|[;,])\s*([A-Za-z]\w*)\s*=/g)].map((m) => must(m[1])));
  const known = (name: string): boolean => heads.has(name) || words.has(name) || world.supplied.has(name);
  return readStatements(text, { spelling: actual, known }).map((surface) => ({
    text,
    latex: actual === 'latex',
    surface: withoutLogarithm(surface),
  }));
}

/** The right side of a definition: the last link of its chain. */
const bodyOf = (s: Surface): Surface | undefined => {
  const u = unwrap(s);
  return u.kind === 'relation' ? u.links.at(-1)?.value : undefined;
};

class Gathering {
  readonly found: Survey;
  readonly defining = new Map<string, Defining>();
  readonly equations: Statement[] = [];
  /** Further definitions of names that have one. */
  readonly again: Defining[] = [];
  readonly definitions = new Map<string, Definition>();
  readonly fixed = new Set<string>();
  readonly readings: Reading[] = [];
  private readonly open = new Set<string>();

  constructor(
    readonly world: World,
    readonly statements: readonly Statement[],
    readonly others: readonly Statement[],
    readonly remarks: readonly Remark[],
    letters: readonly string[],
  ) {
    this.found = emptySurvey(letters);
  }

  context(): Context {
    this.world.programming = [...this.statements, ...this.others].some((s) => isProgram(s.text));
    noticeLayers(
      [...this.statements, ...this.others].map((s) => s.surface),
      this.world,
    );
    noticeNumbered(this.statements, this.others, this.world, (name, whole, first) => {
      const head = { key: name, name, letters: [], call: null };
      this.defining.set(name, { ...first, surface: whole, head, body: whole });
      this.world.defined.add(name);
    });
    for (const s of this.statements) this.sort(s);
    this.leavePrimes();
    notice(
      [...this.statements, ...this.others].map((s) => s.surface),
      this.world,
    );
    const runs = new Runs(this.world, [...this.statements, ...this.others]);
    const split = <S extends Statement>(s: S): S => ({ ...s, surface: runs.splitOrAsk(s, this.readings) });
    const resplit = (d: Defining): Defining => {
      const s = split(d);
      return { ...s, body: bodyOf(s.surface) ?? s.body };
    };
    for (const [key, d] of this.defining) this.defining.set(key, resplit(d));
    this.again.splice(0, this.again.length, ...this.again.map(resplit));
    this.equations.splice(0, this.equations.length, ...this.equations.map(split));
    // What cannot be read in a question is said where it is read for itself.
    const others = this.others.map((s) => ({ ...s, surface: runs.split(s, [], () => {}) }));
    const all = [...this.defining.values(), ...this.equations, ...others];
    for (const latex of [false, true])
      survey(
        all.filter((s) => s.latex === latex).map((s) => s.surface),
        this.world,
        latex,
        this.found,
      );
    this.ranksOfHeads();
    for (const latex of [false, true])
      inferRanks(
        all.filter((s) => s.latex === latex).map((s) => s.surface),
        this.world,
        latex,
      );
    this.world.definition = (name) => this.define(name);
    for (const key of this.defining.keys()) this.define(key);
    refuseCycles(this.definitions, this.defining);
    const assumptions = this.assumptions();
    for (const s of others) this.noteDependence(s);
    return this.assembled(assumptions);
  }

  /** A statement is a definition when its left side is a new name that its right side does not use. */
  private sort(s: Statement): void {
    const surface = unwrap(s.surface);
    const links = surface.kind === 'relation' ? surface.links : [];
    const first = links[0];
    if (surface.kind !== 'relation' || first === undefined) {
      if (!this.isRange(surface)) this.equations.push(s);
      return;
    }
    if ((first.op !== '=' && first.op !== ':=') || links.some((l) => l.op !== '=' && l.op !== ':=')) {
      if (!this.isRange(surface)) this.equations.push(s);
      return;
    }
    const body = lastOf(links).value;
    const head = headOf(surface.first, body, this.world, s.latex);
    if (head === null || this.isNumberOfSize(head, body) || mentions(body, head.name, this.world, s.latex)) {
      this.equations.push(head === null || this.isNumberOfSize(head, body) ? s : { ...s, self: head });
      return;
    }
    if (this.defining.has(head.key)) {
      this.again.push({ ...s, head, body });
      return;
    }
    this.defining.set(head.key, { ...s, head, body });
    this.world.defined.add(head.key);
    if (head.call !== null) this.world.functions.set(head.name, head.call);
  }

  /** `h'(r) = …` beside a definition of h(r) says something of h; it defines nothing. */
  private leavePrimes(): void {
    const isFunction = (name: string): boolean => this.world.functions.has(name);
    for (const [key, d] of this.defining) {
      if (primeOfDefined(d.head.name, isFunction) === null || d.head.call === null) continue;
      this.defining.delete(key);
      this.world.defined.delete(key);
      this.world.functions.delete(d.head.name);
      this.equations.push(d);
    }
  }

  private isNumberOfSize(head: Head, body: Surface): boolean {
    return (
      unwrap(body).kind === 'number' &&
      head.letters.length === 0 &&
      head.call === null &&
      this.world.sizes.has(head.name)
    );
  }

  /** `j ∈ {1, …, n}` and `i = 1, …, n` only say what indices range over. */
  private isRange(s: Surface): boolean {
    if (s.kind === 'ellipsis' || s.kind === 'number' || (s.kind === 'name' && !s.bold)) return true;
    return s.kind === 'relation' && s.links.some((l) => l.op === '∈' || l.op === '→');
  }

  private ranksOfHeads(): void {
    for (const d of this.defining.values()) {
      if (d.head.letters.length > 0) this.world.ranks.set(d.head.key, d.head.letters.length);
    }
  }

  reader(s: Statement): Reader {
    const r = new Reader(s.text, s.latex, this.world, this.found, meanings);
    r.outside = lettersOutside(s.surface);
    return r;
  }

  /** The definition of a name, read when it is first asked for. */
  define(key: string): Definition | null {
    const done = this.definitions.get(key);
    if (done !== undefined) return done;
    const d = this.defining.get(key);
    if (d === undefined) return null;
    if (this.open.has(key))
      throw new WhygradError('cyclic-definition', `the definition of ${key} leads back to itself`, {
        text: d.text,
        span: d.surface,
        hint: 'define it by other quantities',
      });
    if (this.open.size > limits.depth)
      throw new WhygradError('too-deep', `definitions may use each other ${limits.depth} deep`, {
        text: d.text,
        span: d.surface,
        hint: 'write fewer definitions',
      });
    this.open.add(key);
    const definition = this.read(d);
    this.open.delete(key);
    this.definitions.set(key, definition);
    return definition;
  }

  private read(d: Defining): Definition {
    const r = this.reader(d);
    const value = r.within(d.head.letters, false, () => r.value(d.body));
    this.readings.push(...r.readings);
    const { letters, body, sets } = this.parameters(r, d, value);
    const args =
      d.head.call === null
        ? {}
        : {
            args: d.head.call.args,
            ...(d.head.call.indexArgs.some(Boolean) ? { indexArgs: d.head.call.indexArgs } : {}),
          };
    this.world.ranks.set(d.head.key, letters.length);
    for (const name of freeIndices(body)) if (!letters.includes(name)) this.fixed.add(name);
    return {
      name: d.head.key,
      params: letters.map((letter, n) => ({ letter, set: sets[n] ?? '' })),
      body: closeAll(body, letters),
      ...args,
    };
  }

  /** A head without indices takes the open axes of its body. */
  private parameters(
    r: Reader,
    d: Defining,
    value: Value,
  ): { letters: readonly string[]; body: Term; sets: readonly string[] } {
    const term = termOf(value, r);
    const known = this.world.subscripted.get(d.head.key);
    if (d.head.letters.length === 0 && known !== undefined && known > value.axes.length)
      r.fail(
        d.body,
        'rank-mismatch',
        `${d.head.key} has ${known} ${known === 1 ? 'index' : 'indices'} elsewhere, but its definition has ${value.axes.length}`,
        'name the entries in the definition',
      );
    if (value.axes.length === 0) return { letters: d.head.letters, body: term, sets: [] };
    const own = d.head.letters;
    if (own.length > 0 && this.world.ranks.get(d.head.key) !== own.length + value.axes.length)
      r.fail(
        d.body,
        'rank-mismatch',
        `${d.head.key} has ${d.head.letters.length} ${d.head.letters.length === 1 ? 'index' : 'indices'} on the left, but the right side has ${value.axes.length} more`,
        'name the entries on both sides',
      );
    const taken = new Set([...freeIndices(term), ...own]);
    const letters = [...'ijklmnpqrst']
      .filter((l) => !taken.has(l) && !this.world.sizes.has(l))
      .slice(0, value.axes.length);
    return {
      letters: [...own, ...letters],
      body: withAxes(
        term,
        value.axes,
        letters.map((name) => ({ kind: 'free', name })),
      ),
      sets: [...own.map(() => ''), ...value.axes.map((axis) => r.setOf(axis))],
    };
  }

  // --- assumptions ------------------------------------------------------------------------------------------------

  private assumptions(): Assumption[] {
    const assumptions: Assumption[] = this.remarks.flatMap((m): Assumption[] =>
      m.kind === 'property' ? [{ kind: 'property', of: m.name, property: m.property }] : [],
    );
    for (const s of this.equations) assumptions.push(...readAssumption(this.reader(s), s.surface, s.self ?? null));
    for (const s of this.again) assumptions.push(...this.second(s));
    return assumptions;
  }

  private second(s: Defining): Assumption[] {
    const first = must(this.defining.get(s.head.key));
    const written = first.text.slice(first.surface.start, first.surface.end);
    return secondDefinition(this.reader(s), s.surface, must(this.definitions.get(s.head.key)), written);
  }

  // --- the whole ---------------------------------------------------------------------------------------------------

  /** ∂L/∂Y with an L that is nowhere defined says that L depends on Y. */
  private noteDependence(s: Statement): void {
    const r = this.reader(s);
    visitSurface(s.surface, (x) => {
      if (x.kind !== 'derivative') return;
      try {
        noteDerivatives(termOf(r.value(x), r), this.world);
      } catch (error) {
        if (!(error instanceof WhygradError)) throw error;
      }
    });
  }

  private assembled(assumptions: readonly Assumption[]): Context {
    for (const d of this.definitions.values()) noteDerivatives(d.body, this.world);
    const depends = new Map(
      [...this.world.depends]
        .map(([name, on]) => [name, this.nearest([...on])] as const)
        .filter(([name]) => !this.definitions.has(name)),
    );
    const shapes = new Map<string, string[]>();
    for (const [name, rank] of this.world.ranks)
      if (!this.world.functions.has(name) || this.definitions.has(name) || this.world.supplied.has(name))
        shapes.set(
          name,
          Array.from({ length: rank }, () => ''),
        );
    for (const m of this.remarks) noteShape(m, shapes);
    for (const name of this.usedNames()) if (!shapes.has(name)) shapes.set(name, []);
    for (const key of shapes.keys()) if (!this.definitions.has(key) && !this.isUsed(key)) shapes.delete(key);
    const ordered = new Map([...this.defining.keys()].map((k) => [k, must(this.definitions.get(k))]));
    const { readings } = this;
    return inferSets({ definitions: ordered, assumptions, shapes, depends, fixed: this.fixed, readings }, []).context;
  }

  private used: Set<string> | null = null;
  private usedNames(): Set<string> {
    if (this.used !== null) return this.used;
    this.used = new Set<string>();
    for (const d of this.definitions.values()) for (const n of entryNames(d.body)) this.used.add(n);
    return this.used;
  }
  private isUsed(name: string): boolean {
    return this.usedNames().has(name) || this.world.supplied.has(name) || this.world.ranks.get(name) !== 0;
  }

  /** Of the names that a quantity depends on, those that no other of them is made from. */
  private nearest(names: readonly string[]): string[] {
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
      if (seen.has(from)) return false;
      seen.add(from);
      const d = this.definitions.get(from);
      const next = d === undefined ? [...(this.world.depends.get(from) ?? [])] : [...entryNames(d.body)];
      return next.some((n) => n === to || reaches(n, to, seen));
    };
    return names.filter((n) => !names.some((other) => other !== n && reaches(other, n)));
  }
}
