// From a formula as written to its meaning: every kind of surface node to a tensor value, names through their
// definitions.
// Not here: arithmetic (`arithmetic.ts`), calls (`calls.ts`), derivatives (`derivatives.ts`), sums over an index
// (`sums.ts`).
// Invariant: what is not determined throws Unreadable; what is taken for granted is noted as a doubt.
import { isTransposeMark, letterOf, letterParts, lettersIn, scripted, type Scripted } from '../../language/scripted.ts';
import { type Surface, unwrap } from '../../language/surface.ts';
import type { Definition } from '../../term/context.ts';
import type { Span } from '../../term/error.ts';
import { must } from '../../term/must.ts';
import {
  call,
  constant,
  entry,
  freeIndex,
  type Index,
  type Range,
  size,
  type Term,
  wholeSet,
} from '../../term/term.ts';
import { closeAll, freeIndices } from '../../term/walk.ts';
import type { Source } from '../registry.ts';
import { layerId, type Resolved, resolveScripts } from '../usage.ts';
import {
  describe,
  elementwise,
  entryOf,
  freshLetter,
  identity,
  isFresh,
  onesVector,
  rankOf,
  scalar,
  tensor,
  termOf,
  transpose,
  Unreadable,
  type Value,
  type VectorProduct,
} from '../value.ts';
import { keptApart } from './apart.ts';
import { productValue } from './arithmetic.ts';
import { callValue, instanceAt } from './calls.ts';
import { derivativeValue, differentiated, inputsOf, primeValue, speaksOf } from './derivatives.ts';
import type { Elaboration } from './elaboration.ts';
import { raised } from './factors.ts';
import { readEntryDerivative, readGradient } from './gradients.ts';
import { arePositions, indexIn } from './indices.ts';
import { exampleLetter, layerOfId, liftedSource, stemOfId } from './lifting.ts';
import { type Model, outermost, type Reading, type Scope, liesAsRow, isIdentity } from './model.ts';
import { nodesWith } from './nodes.ts';
import { noteUndeclared, opaqueSign, refuseProducts } from './opaque.ts';
import { powerValue, subscriptValue } from './scripts.ts';
import { endAware } from './ranges.ts';
import { reduceValue } from './sums.ts';
import { writtenOut } from './written.ts';

const depthLimit = 60;

const node = nodesWith<Elaborator>({
  name: (e, s) => e.name(s),
  subscript: subscriptValue,
  power: powerValue,
  transpose: (e, s) => transpose(e.value(s.base)),
  prime: (e, s) => primeValue(e, s),
  product: productValue,
  apply: (e, s) => callValue(e, s),
  reduce: reduceValue,
  derivative: derivativeValue,
  entryDerivative: readEntryDerivative,
  gradient: readGradient,
  opaque: opaqueSign,
});

/** Elaborates the formulas of one claim under one reading; collects the definitions that they lead to. */
export class Elaborator implements Elaboration {
  readonly definitions = new Map<string, Definition>();
  readonly depends = new Map<string, readonly string[]>();
  readonly ranks = new Map<string, number>();
  readonly doubts = new Set<string>();
  readonly uncalculated = new Set<string>();
  readonly choices = new Set<string>();
  readonly unused = new Set<string>();
  private readonly busy = new Set<string>();
  private depth = 0;
  private axes = 0;

  constructor(
    readonly model: Model,
    readonly reading: Reading,
    private readonly lowestLayer: number,
    public scope: Scope = outermost([], false),
  ) {}

  axis(): string {
    return freshLetter(++this.axes);
  }
  printed(): string {
    return 'k';
  }
  setOf(): string {
    return '';
  }
  alike(): void {}

  /** Runs with another scope, or with parts of it changed. */
  under<T>(change: Partial<Scope>, f: () => T): T {
    const before = this.scope;
    this.scope = { ...before, ...change };
    try {
      return f();
    } finally {
      this.scope = before;
    }
  }

  value(s: Surface): Value {
    if (++this.depth > depthLimit) {
      this.depth = 0;
      throw new Unreadable('the formula is nested too deeply');
    }
    try {
      if (s.kind === 'fraction') refuseProducts([s.num, s.den]);
      return node(this, s);
    } finally {
      this.depth--;
    }
  }

  term(s: Surface): Term {
    const v = this.value(s);
    if (rankOf(v) > 0) throw new Unreadable(`a number is needed here, not ${describe(v)}`, true);
    return termOf(v, this);
  }

  readonly strict = false;
  vectorProduct(): VectorProduct {
    this.choices.add('vectors');
    return this.reading.vectors;
  }
  fail(_: Span, __: string, message: string): never {
    throw new Unreadable(message);
  }
  fitting<T>(_: Surface, f: () => T): T {
    return f();
  }
  /** What is copied is counted as work. */
  copying(): void {}
  tell(): void {}
  within<T>(letters: readonly string[], _: boolean, f: () => T): T {
    return this.under({ bound: new Set([...this.scope.bound, ...letters]) }, f);
  }
  isBound(letter: string): boolean {
    return this.scope.bound.has(letter);
  }
  isGiven(name: string): boolean {
    return this.isKnown(name);
  }
  index(s: Surface, name = ''): Index {
    return indexIn(this, s, this.model.usage.zeroBased.has(name));
  }
  indices(parts: readonly Surface[]): Index[] {
    return parts.flatMap(letterParts).map((p) => this.index(p));
  }
  scriptsOf(s: Surface): readonly Surface[] | null {
    const sc = scripted(s);
    const r = sc === null || sc.transposed ? null : this.resolve(sc);
    return r === null || r.powers.length > 0 ? null : r.indices;
  }
  lettersOf(parts: readonly Surface[]): string[] {
    return parts.flatMap(letterParts).flatMap(lettersIn);
  }
  placeNumber(): null {
    return null;
  }
  arePositions(left: Surface, right: Surface): boolean {
    return arePositions(left, right, this.model.usage, this.scope.bound);
  }
  isQuantity(s: Surface): boolean {
    const sc = scripted(unwrap(s));
    return sc !== null && sc.subs.length === 0 && this.isKnown(sc.name) && !this.model.usage.indexLetters.has(sc.name);
  }
  whole(name: string): Value {
    return this.quantity(name, stemOfId(name), []);
  }
  get operator(): string | null {
    return this.model.facts.entryOf;
  }
  inputsOf(t: Term): { readonly name: string; readonly rank: number }[] {
    return inputsOf(this, t);
  }
  differentiated(of: Value, by: Value, written: Surface, target: Surface): Value {
    return differentiated(this, of, by, written, target);
  }
  written(rows: readonly (readonly Term[])[]): Value {
    return writtenOut(this, rows);
  }
  unusedLetter(): string {
    const { names, indexLetters, sizes } = this.model.usage;
    const isUsed = (l: string): boolean => names.has(l) || indexLetters.has(l) || sizes.has(l);
    return [...'kmnpqrsuvwij'].find((l) => !isUsed(l)) ?? 'k';
  }
  dottedRange(from: Index, last: Surface | null): Range {
    const isFirst = from.kind === 'at' && from.position === 1;
    const isEnd = last === null || unwrap(last).kind === 'name';
    if (isEnd) return isFirst ? wholeSet() : { set: '', from, to: null };
    return { set: '', from, to: endAware(this, last) };
  }

  name(s: Surface): Value {
    const sc = scripted(s);
    if (sc === null) throw new Unreadable('this is not understood as a name');
    return this.named(sc);
  }

  named(sc: Scripted): Value {
    noteUndeclared(this, sc.name);
    const r = this.resolve(sc);
    const special = this.special(sc, r);
    if (special !== null) return special;
    if (sc.name.endsWith("'") || sc.primes > 0) return primeValue(this, null, sc);
    return this.powers(
      this.quantity(
        r.id,
        r.stem,
        r.indices.map((i) => this.index(i, sc.name)),
      ),
      r,
    );
  }

  resolve(sc: Scripted): Resolved {
    const r = resolveScripts(sc, this.model.usage);
    const to = r.layer === null ? undefined : this.scope.layers.get(r.layer.letter);
    if (r.layer === null || to === undefined) return r;
    const layer = { letter: to.letter, plus: r.layer.plus + to.plus, style: r.layer.style };
    return { ...r, layer, id: layerId(r.stem, layer) };
  }

  private powers(v: Value, r: Resolved): Value {
    return r.powers.reduce((base, p) => this.raised(base, p.value), v);
  }

  private special(sc: Scripted, r: Resolved): Value | null {
    const known = this.isKnown(r.id);
    const letters = r.indices;
    if (
      (sc.name === 'delta' || this.model.facts.deltas.has(sc.name) || sc.name === 'D') &&
      letters.length === 2 &&
      !this.model.registry.isListed(r.id)
    ) {
      return scalar({
        kind: 'delta',
        left: this.index(must(letters[0])),
        right: this.index(must(letters[1])),
      });
    }
    if (isIdentity(this.model, sc)) return identity(this);
    if (known) return null;
    if (letters.length === 0) {
      const asIndex = letterOf({ kind: 'name', name: sc.name, bold: false, run: false, start: 0, end: 0 });
      if (this.scope.bound.has(sc.name) && asIndex !== null)
        return this.powers(scalar({ kind: 'position', index: freeIndex(sc.name) }), r);
      if (this.model.usage.sizes.has(sc.name)) return this.powers(scalar(size(sc.name)), r);
      if (sc.name === 'pi') return this.powers(scalar(constant('pi')), r);
      if (sc.name === 'e' && this.model.usage.names.get('e')?.vectorAt.has(0)) {
        this.doubts.add('e is taken for the vector of ones');
        return onesVector(this);
      }
      if (sc.name === 'e' && !sc.bold) return this.powers(scalar(constant('e')), r);
      if (sc.name === 'infinity') throw new Unreadable('infinity is not a number to calculate with');
    }
    return null;
  }

  isKnown(id: string): boolean {
    if (id === 'e' && !this.scope.replaced.has('e'))
      return this.model.registry.isListed('e') || (this.model.usage.names.get('e')?.subLetters.size ?? 0) > 0;
    return (
      this.scope.replaced.has(id) ||
      this.model.registry.isListed(id) ||
      (this.model.ranks.rankOf(id) > 0 && id !== 'delta') ||
      id.includes('^2')
    );
  }

  quantity(id: string, stem: string, indices: readonly Index[]): Value {
    const replaced = this.scope.replaced.get(id);
    if (replaced !== undefined) return indices.length === 0 ? replaced : entryOf(replaced, indices, this, id);
    const square = this.squareRoot(id, stem);
    if (square !== null) return square;
    const current = this.currentArgument(id);
    if (current !== null) return instanceAt(this, current.source, id, current.argument, indices);
    const n = Math.max(this.define(id, stem), indices.length);
    if (indices.length === 0 && n === 1 && this.reading.implicit) {
      const letter = this.model.registry.lookUp(id)?.letters[0];
      if (letter !== undefined) return scalar(entry(id, freeIndex(letter)));
    }
    if (indices.length > n) throw new Unreadable(`${id} has ${n} axes but carries ${indices.length} indices`, true);
    this.ranks.set(id, n);
    const axes = Array.from({ length: n - indices.length }, () => this.axis());
    return {
      ...tensor(entry(id, ...indices, ...axes.map(freeIndex)), axes, liesAsRow(this.model.facts, id, axes)),
      whole: indices.length === 0 && n > 0 ? { of: id, by: null, ofAxes: 0 } : null,
    };
  }

  /** `σ_i` after `σ(a)` although σ was defined for z. */
  private currentArgument(id: string): { source: Source; argument: string } | null {
    const argument = this.model.current.get(id);
    const source = argument === undefined ? null : this.model.registry.lookUp(id);
    const formal = source?.formals?.length === 1 ? source.formals[0] : undefined;
    return argument === undefined ||
      source === null ||
      formal === undefined ||
      formal.kind !== 'name' ||
      formal.id === argument ||
      this.busy.has(id)
      ? null
      : { source, argument };
  }

  /** σ where the document speaks of σ² as a quantity of its own. */
  private squareRoot(id: string, stem: string): Value | null {
    if (!this.model.usage.squares.has(stem) || id.endsWith('^2') || this.model.registry.isListed(id)) return null;
    if (!this.model.registry.isListed(`${id}^2`) && this.model.usage.squares.size === 0) return null;
    return elementwise(this.quantity(`${id}^2`, `${stem}^2`, []), this, (t) => call('sqrt', t));
  }

  define(id: string, stem: string): number {
    const done = this.definitions.get(id);
    if (done !== undefined) return done.params.length;
    const known = this.ranks.get(id);
    if (known !== undefined) return known;
    const registry = this.model.registry;
    const source = this.model.values.get(id) ?? registry.lookUp(id) ?? this.layerSource(id, stem);
    if (source === null || this.busy.has(id) || this.model.inferred.has(id) || this.leadsBack(id, source))
      return this.input(id);
    if (registry.isTwofold(id, this.model.usage))
      this.doubts.add(`${id} is defined in two ways under different letters`);
    this.busy.add(id);
    try {
      const layers = this.layersFor(id, source);
      const n = this.install(id, source, {
        bound: new Set(source.letters),
        head: new Set(source.letters),
        replaced: new Map(),
        layers,
        einstein: source.einstein,
        variable: null,
      });
      if (n >= this.model.ranks.rankOf(id)) return n;
      if (n === 0 && this.reading.lift !== 'none') {
        this.definitions.delete(id);
        return this.install(id, liftedSource(this, source), outermost([exampleLetter], source.einstein));
      }
      // A definition for one example of what carries an index elsewhere says nothing about the index.
      this.definitions.delete(id);
      this.unused.add(id);
      if (n === 0) this.choices.add('lift');
      if (n > 0) this.doubts.add(`${id} stands for two things with different numbers of indices`);
      return this.input(id);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.doubts.add(`the definition of ${id} is not understood: ${error.message}`);
      return this.input(id);
    } finally {
      this.busy.delete(id);
    }
  }
  /**
   * A definition that only stands further down, and that leads back to what is being defined, belongs to another place.
   */
  private leadsBack(id: string, source: Source): boolean {
    return (
      this.busy.size > 0 &&
      !this.model.registry.isInForce(id) &&
      [...this.busy].some((b) => speaksOf(this, source.body, b))
    );
  }

  install(id: string, source: Source, scope: Scope): number {
    const depth = this.depth;
    this.depth = 0;
    try {
      const body = this.under({ ...scope, bound: new Set([...scope.bound, ...source.letters]) }, () =>
        this.value(source.body),
      );
      const v = source.log ? elementwise(body, this, (t) => call('exp', t)) : body;
      const params = [...source.letters, ...v.axes];
      const term = termOf(v, this);
      const free = freeIndices(term).filter((l) => !params.includes(l) && !isFresh(l));
      const missing =
        free.length > 0 && source.letters.length === 0 && this.model.ranks.rankOf(id) === free.length + v.axes.length
          ? free
          : [];
      const all = [...missing, ...params];
      const open = free.filter((l) => !missing.includes(l));
      const body2 = open.length > 0 ? keptApart(this, term, open) : term;
      this.definitions.set(id, {
        name: id,
        params: all.map((letter) => ({ letter: letter.replace('·', 'i'), set: '' })),
        body: closeAll(body2, all),
      });
      this.ranks.set(id, all.length);
      return all.length;
    } finally {
      this.depth = depth;
    }
  }

  /** Letters that definitions leave open. */
  readonly openLetters = new Set<string>();

  private input(id: string): number {
    const n = this.model.ranks.rankOf(id);
    const on = this.model.facts.depends.get(id) ?? this.model.inferred.get(id);
    this.ranks.set(id, n);
    if (on !== undefined && !this.depends.has(id)) {
      this.depends.set(id, on);
      this.under(outermost([], false), () => {
        for (const d of on) this.quantity(d, stemOfId(d), []);
      });
    }
    return n;
  }

  private layerSource(id: string, stem: string): Source | null {
    const source = this.model.registry.lookUpLayer(stem);
    const wanted = layerOfId(id);
    return source === null || wanted === null || wanted.plus < this.lowestLayer ? null : source;
  }
  private layersFor(id: string, source: Source): Scope['layers'] {
    const wanted = layerOfId(id);
    return source.layer === null || wanted === null
      ? new Map()
      : new Map([[source.layer.letter, { letter: wanted.letter, plus: wanted.plus - source.layer.plus }]]);
  }

  raised(base: Value, exponent: Surface, written: Surface = exponent): Value {
    const e = unwrap(exponent);
    if (isTransposeMark(e)) return transpose(base);
    return e.kind === 'name' && (e.name === 'star' || e.name === '*')
      ? base
      : raised(this, written, written, base, exponent);
  }
}
