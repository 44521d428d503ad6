// A name in front of a bracket: an elementary function, a function that the document defines, an unknown one, or a
// product after all.
// Not here: derivatives of functions (`derivatives.ts`).
// Invariant: an argument that the function cannot take is unreadable and, where its kind is certain, a misfit.
import { letterOf, scripted, type Scripted, scriptText } from '../../language/scripted.ts';
import { type Surface, unwrap, visitSurface } from '../../language/surface.ts';
import { hasMeaning } from '../../term/functions.ts';
import { must } from '../../term/must.ts';
import { apply, call, entry, freeIndex, type Index, indexKey, type Term } from '../../term/term.ts';
import { freeIndices } from '../../term/walk.ts';
import { type Formal, isIndexHere, type Source, squaredFunction } from '../registry.ts';
import {
  elementwise,
  entryOf,
  isFresh,
  product,
  rankOf,
  scalar,
  tensor,
  termOf,
  Unreadable,
  type Value,
  withAxes,
} from '../value.ts';
import { builtin, type Call, naturalRole, raisedBy, readsAsCall, withEntries } from './builtins.ts';
import { differentialCall, functionDerivative } from './derivatives.ts';
import type { Elaboration } from './elaboration.ts';
import { functionSource } from './functions.ts';
import type { Scope } from './model.ts';
import { isWithArguments } from './with-arguments.ts';
import { isStatistic, opaqueCall, statisticCall } from './opaque.ts';

/** The value of a call; `explicit`: the subscripts behind it (`σ(z)_i`). */
export function callValue(e: Elaboration, s: Call, explicit: readonly Index[] = []): Value {
  const head = scripted(s.head);
  if (head === null) return withEntries(e, times(e, s), explicit);
  const opaque = hasMeaning(head.name) && !isStatistic(head.name) ? null : opaqueCall(e, s);
  if (opaque !== null) return opaque;
  if (head.name === 'd') {
    const d = differentialCall(e, s, head);
    if (d !== null) return withEntries(e, d, explicit);
  }
  if (head.primes > 0) return withEntries(e, functionDerivative(e, head, s.args), explicit);
  const written = e.resolve(head);
  const squared = squaredFunction(written);
  const r = e.model.registry.isListed(squared.id) ? squared : written;
  const source = functionSource(e, r.id, r.stem);
  if (source !== null && acceptsArguments(e, source, s, head)) {
    const own = r.indices.map((i) => e.index(i, head.name));
    return raisedBy(e, defined(e, source, r.id, s.args, [...own, ...explicit]), r.powers);
  }
  if (source === null && isWithArguments(e, r.id, s)) return withEntries(e, e.named(head), explicit);
  const known = builtin(e, head, s, explicit);
  if (known !== null) return known;
  if (isProduct(e, head, s)) return withEntries(e, times(e, s), explicit);
  return withEntries(e, unknownFunction(e, head, s), explicit);
}

/** Whether a name and a bracket are a product, so that an exponent behind the bracket is the bracket's alone. */
export function isCallProduct(e: Elaboration, s: Call): boolean {
  const head = scripted(s.head);
  if (head === null) return true;
  const only = s.args.length === 1 ? unwrap(must(s.args[0])) : null;
  if (head.primes > 0 || head.name === 'd' || only === null || only.kind === 'conditional' || only.kind === 'relation')
    return false;
  const r = e.resolve(head);
  const source = functionSource(e, r.id, r.stem);
  if (source !== null && acceptsArguments(e, source, s, head)) return false;
  if (isWithArguments(e, r.id, s)) return false;
  if (e.model.facts.functions.has(head.name) || naturalRole(e, head) !== null) return false;
  if (!e.isKnown(head.name) && readsAsCall(head.name)) return false;
  return isProduct(e, head, s);
}

/** The name times the bracket. */
function times(e: Elaboration, s: Call): Value {
  if (s.args.length !== 1) throw new Unreadable(`${scriptText(s.head)} is not known as a function`);
  const [head, argument] = [e.value(s.head), e.value(must(s.args[0]))];
  return product(head, argument, e);
}

// --- functions that the document defines -----------------------------------------------------------------------------

/** `f (1 − f)`: a value of f by itself stands in the bracket, and no function is its own argument. */
function holdsItself(e: Elaboration, inside: Surface, id: string): boolean {
  let found = false;
  visitSurface(inside, (x) => {
    if (x.kind === 'apply') {
      found ||= x.args.some((a) => holdsItself(e, a, id));
      return false;
    }
    const name = scripted(x);
    if (name === null) return !found;
    found ||= name.primes === 0 && e.resolve(name).id === id;
    return false;
  });
  return found;
}

/** `S_i(1 − S_i)` is a product although S is a function of z. */
function acceptsArguments(e: Elaboration, source: Source, s: Call, head: Scripted): boolean {
  const formals = source.formals as readonly Formal[];
  if (s.args.length !== formals.length) return false;
  const u = unwrap(must(s.args[0]));
  if (u.kind === 'sum' && u.terms.length > 1 && holdsItself(e, u, source.id)) return false;
  if (
    head.subs.length > 0 &&
    u.kind === 'sum' &&
    u.terms.length > 1 &&
    formals.every((f) => f.kind !== 'name' || e.model.ranks.rankOf(f.id) > 0)
  )
    return false;
  return true;
}

interface Bound {
  readonly letters: Map<string, Index>;
  readonly replaced: Map<string, Value>;
  readonly names: string[];
  readonly whole: boolean;
}

/** The value of a defined function at the arguments. */
function defined(
  e: Elaboration,
  source: Source,
  id: string,
  args: readonly Surface[],
  explicit: readonly Index[],
): Value {
  const bound = bindArguments(e, source, args);
  const taken = source.letters.filter((l) => bound.letters.has(l));
  const open = source.letters.filter((l) => !bound.letters.has(l));
  // The i of `Q_i(z_i)` is told twice.
  const told = new Set(taken.map((l) => indexKey(must(bound.letters.get(l)))));
  if (explicit.length > open.length) explicit = explicit.filter((i) => !told.has(indexKey(i)));
  if (explicit.length > open.length && source.letters.length > 0 && taken.length > 0)
    throw new Unreadable(`${id} carries more indices than it has`, true);
  explicit.forEach((i, n) => {
    if (open[n] !== undefined) bound.letters.set(open[n] as string, i);
  });
  const extra = explicit.slice(open.length);
  const base = bound.replaced.size === 0 ? e.quantity(id, source.stem, []) : instance(e, source, id, bound);
  const axes = base.axes.slice(0, source.letters.length);
  if (source.letters.some((l, n) => !bound.letters.has(l) && axes[n] === undefined))
    throw new Unreadable(`the definition of ${id} does not carry all its indices`);
  const at = source.letters.map((l, n): Index => bound.letters.get(l) ?? freeIndex(must(axes[n])));
  const rest = base.axes.slice(source.letters.length);
  const term = withAxes(termOf(base, e), axes, at);
  const left = [...source.letters.flatMap((l, n) => (bound.letters.has(l) ? [] : [must(axes[n])])), ...rest];
  const v = {
    ...tensor(term, left),
    whole: bound.letters.size === 0 && bound.replaced.size === 0 ? { of: id, by: null, ofAxes: 0 } : null,
  };
  return extra.length === 0 ? v : entryOf(v, extra, e, id);
}

function bindArguments(e: Elaboration, source: Source, args: readonly Surface[]): Bound {
  const bound: Bound = { letters: new Map(), replaced: new Map(), names: [], whole: false };
  (source.formals as readonly Formal[]).forEach((formal, n) => bindOne(e, formal, must(args[n]), bound, source));
  return bound;
}

function bindOne(e: Elaboration, formal: Formal, argument: Surface, bound: Bound, source: Source): void {
  const u = unwrap(argument);
  const sc = scripted(u);
  const letter = letterOf(u);
  if (formal.kind === 'letter') {
    if (letter === null && u.kind !== 'number') {
      bindEntryForLetter(e, formal, u, bound, source);
      return;
    }
    bound.letters.set(formal.letter, e.index(u));
    return;
  }
  if (formal.kind === 'entry') {
    bindEntry(e, formal, u, sc, letter, bound, source);
    return;
  }
  if (sc !== null && !sc.transposed) {
    const r = e.resolve(sc);
    if (r.id === formal.id && r.indices.length === 0 && r.powers.length === 0) return;
    if (r.indices.length === 1 && r.id === formal.id && source.letters.length === 1) {
      bound.letters.set(must(source.letters[0]), e.index(must(r.indices[0]), sc.name));
      return;
    }
    if (
      r.indices.length === 1 &&
      source.letters.length === 1 &&
      e.model.ranks.rankOf(formal.id) === 1 &&
      e.model.ranks.rankOf(r.id) === 1 &&
      !e.model.registry.isListed(r.id)
    ) {
      bound.letters.set(must(source.letters[0]), e.index(must(r.indices[0]), sc.name));
      bound.replaced.set(formal.id, e.quantity(r.id, r.stem, []));
      bound.names.push(r.id);
      return;
    }
    if (r.indices.length === 0 && r.powers.length === 0) bound.names.push(r.id);
  }
  bound.replaced.set(formal.id, e.value(u));
}

/** `σ(z_k)` and `σ(k)` for a function declared as `σ(z_j)`. */
function bindEntry(
  e: Elaboration,
  formal: Formal & { kind: 'entry' },
  u: Surface,
  sc: Scripted | null,
  letter: string | null,
  bound: Bound,
  source: Source,
): void {
  const r = sc === null ? null : e.resolve(sc);
  if (r !== null && r.indices.length === 1 && r.powers.length === 0) {
    bound.letters.set(formal.letter, e.index(must(r.indices[0]), sc?.name));
    if (r.id !== formal.id) {
      bound.replaced.set(formal.id, e.quantity(r.id, r.stem, []));
      bound.names.push(r.id);
    }
    return;
  }
  if (r !== null && r.id === formal.id && r.indices.length === 0) return;
  if (letter !== null && isIndexHere(letter, e.model.usage)) {
    if (!e.model.registry.sources().some((o) => o.id === source.id && o.formals?.some((f) => f.kind === 'letter'))) {
      throw new Unreadable(
        `${source.id}(${letter}) applies the function to the index ${letter}; it takes ${formal.id}_${letter}`,
        true,
      );
    }
    bound.letters.set(formal.letter, freeIndex(letter));
    return;
  }
  if (r !== null && r.indices.length === 0 && e.model.ranks.rankOf(r.id) === 1) {
    bound.replaced.set(formal.id, e.quantity(r.id, r.stem, []));
    bound.names.push(r.id);
    return;
  }
  const v = e.value(u);
  if (rankOf(v) === 1) {
    bound.replaced.set(formal.id, v);
    return;
  }
  // `f(x_i)` declared for an entry alone: the body speaks of no other entry.
  bound.letters.set(formal.letter, freeIndex(formal.letter));
  bound.replaced.set(formal.id, tensor(termOf(v, e), [e.axis()]));
}

/** `softmax(z_j)` where it was declared as `softmax(j)`. */
function bindEntryForLetter(
  e: Elaboration,
  formal: Formal & { kind: 'letter' },
  u: Surface,
  bound: Bound,
  source: Source,
): void {
  const sc = scripted(u);
  const r = sc === null ? null : e.resolve(sc);
  if (r === null || r.indices.length !== 1) throw new Unreadable(`${source.id} takes an index here`);
  bound.letters.set(formal.letter, e.index(must(r.indices[0]), sc?.name));
}

/**
 * The function at other arguments: named after them where they are plain names, so that one can differentiate by it.
 */
function instance(e: Elaboration, source: Source, id: string, bound: Bound): Value {
  const name = bound.names.length === bound.replaced.size ? `${id}(${bound.names.join(',')})` : null;
  const inner: Scope = {
    ...e.scope,
    replaced: new Map([...e.scope.replaced, ...bound.replaced]),
    head: new Set(source.letters),
    einstein: source.einstein,
  };
  if (name !== null) {
    if (!e.definitions.has(name)) e.install(name, source, { ...inner, bound: new Set() });
    return e.under({ replaced: new Map() }, () => e.quantity(name, name, []));
  }
  const body = e.under({ ...inner, bound: new Set([...e.scope.bound, ...source.letters]) }, () => e.value(source.body));
  const v = source.log ? elementwise(body, e, (t) => call('exp', t)) : body;
  const axes = source.letters.map(() => e.axis());
  return tensor(withAxes(termOf(v, e), source.letters, axes.map(freeIndex)), [...axes, ...v.axes]);
}

/** A function of a whole quantity, at the quantity named. */
export function instanceAt(
  e: Elaboration,
  source: Source,
  id: string,
  argument: string,
  indices: readonly Index[],
): Value {
  const formal = source.formals?.[0];
  if (formal === undefined || formal.kind !== 'name') throw new Error('bug: not a function of a quantity');
  const bound: Bound = {
    letters: new Map(),
    replaced: new Map([[formal.id, e.under({ replaced: new Map() }, () => e.quantity(argument, argument, []))]]),
    names: [argument],
    whole: true,
  };
  const v = instance(e, source, id, bound);
  return indices.length === 0 ? v : entryOf(v, indices, e, id);
}

// --- unknown functions -----------------------------------------------------------------------------------------------

/** Whether a name in front of a bracket is a factor. */
const functionLetter = /^(?:[fghuvFGHφϕψ]|phi|psi|sigma|varphi|Phi)$/;

function isProduct(e: Elaboration, head: Scripted, s: Call): boolean {
  if (s.args.length !== 1) return false;
  const r = e.resolve(head);
  // A function by its letter and its bracket, where the quantity of that letter is only defined later.
  const isLater = e.model.registry.isListed(r.id) && !e.model.registry.isInForce(r.id);
  if (isLater && functionLetter.test(head.name) && s.direct && s.bracket === '(') return false;
  if (r.indices.length > 0 || e.isKnown(r.id) || e.model.usage.sizes.has(head.name)) return true;
  const u = unwrap(must(s.args[0]));
  const simple = scripted(u) !== null || u.kind === 'number' || (u.kind === 'product' && s.direct);
  if (s.bracket === '[') return true;
  if (functionLetter.test(head.name) && s.direct) return false;
  return !simple || (!s.direct && u.kind !== 'name') || isCoefficient(e, head);
}
const isCoefficient = (e: Elaboration, head: Scripted): boolean => {
  const use = e.model.usage.names.get(head.name);
  return use !== undefined && use.plainBare > 2 && /^[a-eijkmnpqrst]$/.test(head.name);
};

function unknownFunction(e: Elaboration, head: Scripted, s: Call): Value {
  const r = e.resolve(head);
  const statistic = statisticCall(e, r.id, s);
  if (statistic !== null) return statistic;
  const args = s.args.map((a) => e.value(a));
  const names = s.args.map((a) => scripted(unwrap(a)));
  // `L(Y)`, `J(θ)`, `C(w, b)`: a quantity with its dependencies told.
  if (names.every((n) => n !== null && !n.transposed) && args.some((a) => rankOf(a) > 0))
    return dependent(e, r.id, names as Scripted[], args);
  if (head.subs.length > 0 && names.every((n) => n !== null)) return dependent(e, r.id, names as Scripted[], args);
  return args.length === 1 ? elementwise(must(args[0]), e, (t) => apply(r.id, [t])) : scalar(applyAll(e, r.id, args));
}

function applyAll(e: Elaboration, id: string, args: readonly Value[]): Term {
  if (args.some((a) => rankOf(a) > 0)) throw new Unreadable(`${id} is an unknown function of vectors`);
  return apply(
    id,
    args.map((a) => termOf(a, e)),
  );
}

/** An unknown quantity that depends on all entries of its arguments; the letters of the arguments are its indices. */
function dependent(e: Elaboration, id: string, names: readonly Scripted[], args: readonly Value[]): Value {
  const on = names.map((n) => e.resolve(n));
  const label = /_\{(.+)\}$/.exec(id)?.[1];
  const letters = [...new Set(args.flatMap((a) => freeIndices(termOf(a, e))).filter((l) => !isFresh(l)))];
  const name = `${id}(${on.map((r) => r.id).join(',')})`;
  const plain = e.model.registry.isListed(id) ? id : name;
  if (plain === id) return e.quantity(id, id, []);
  const depends = [...on.map((r) => r.id), ...(label !== undefined && e.model.usage.names.has(label) ? [label] : [])];
  e.under({ replaced: new Map() }, () => {
    for (const d of depends) e.quantity(d, d, []);
  });
  e.depends.set(name, [...new Set(depends)]);
  e.ranks.set(name, letters.length);
  return scalar(entry(name, ...letters.map(freeIndex)));
}

/** Whether a bare name can only be a function (`\log`). */
export function isFunctionName(e: Elaboration, sc: Scripted): boolean {
  return ['exp', 'log', 'ln', 'sin', 'cos', 'tan', 'tanh', 'sinh', 'cosh'].includes(sc.name) && !e.isKnown(sc.name);
}

/** A name with scripts and the bracket behind it, where the text defines such a function; null for a product. */
export function groupAsArgument(
  e: Elaboration,
  name: Surface,
  group: Surface | undefined,
  op: string | undefined,
): Surface | null {
  if (group === undefined || op !== 'juxtaposed' || group.kind !== 'group') return null;
  const sc = scripted(name);
  if (sc === null || sc.sups.length === 0) return null;
  const args = group.value.kind === 'list' ? group.value.items : [group.value];
  const r = e.resolve(sc);
  const source = functionSource(e, r.id, r.stem);
  if (source === null || source.formals?.length !== args.length) return null;
  const span = { start: name.start, end: group.end };
  const called = (head: Surface): Surface => ({ kind: 'apply', head, args, direct: true, bracket: '(', ...span });
  if (r.powers.length === 0 || r.id.includes('^')) return called(name);
  const plain: Surface = { ...span, kind: 'name', name: sc.name, bold: sc.bold, run: false };
  return r.powers.reduce(
    (base: Surface, p) => ({ ...span, kind: 'power', base, exponent: p.value, style: 'none' }),
    called(plain),
  );
}
