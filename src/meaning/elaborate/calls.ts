// A name in front of a bracket: an elementary function, a function that the document defines, an unknown one, or a product after all.
// Not here: derivatives of functions (`derivatives.ts`).
// Invariant: an argument that the function cannot take is unreadable and, where its kind is certain, a misfit.
import { must } from '../../term/must.ts';
import {
  apply,
  call,
  divide,
  entry,
  freeIndex,
  ifThen,
  mul,
  one,
  reduce,
  zero,
  type Index,
  type ReduceOp,
  type Term,
} from '../../term/term.ts';
import { close, freeIndices, substituteFree } from '../../term/walk.ts';
import type { FunctionRow, Meaning, Operation } from '../../term/function-row.ts';
import { functionNamed, functionRow, hasMeaning } from '../../term/functions.ts';
import { unwrap, type Surface } from '../../language/surface.ts';
import { letterOf, scripted, scriptText, type Scripted } from '../../language/scripted.ts';
import { isIndexHere, squaredFunction, type Formal, type Source } from '../registry.ts';
import {
  contract,
  determinantOf,
  diagonal,
  entryOf,
  freshLetter,
  inverted,
  isFresh,
  mapped,
  product,
  rank,
  rowSum,
  scalar,
  sumAll,
  tensor,
  traceOf,
  transpose,
  Unreadable,
  zip,
  type Value,
} from '../tensors.ts';
import type { Elaboration } from './elaboration.ts';
import { differentialCall, functionDerivative } from './derivatives.ts';
import { functionSource } from './functions.ts';
import type { Scope } from './model.ts';

type Call = Extract<Surface, { kind: 'apply' }>;

/** The value of a call; `explicit`: the subscripts behind it (`σ(z)_i`). */
export function callValue(e: Elaboration, s: Call, scope: Scope, explicit: readonly Index[] = []): Value {
  const head = scripted(s.head);
  if (head === null) return withEntries(times(e, s, scope), explicit);
  const opaque = opaqueCall(e, s, scope);
  if (opaque !== null) return opaque;
  if (head.name === 'd') {
    const d = differentialCall(e, s, head, scope);
    if (d !== null) return withEntries(d, explicit);
  }
  if (head.primes > 0) return withEntries(functionDerivative(e, head, s.args, scope), explicit);
  const written = e.resolve(head, scope);
  const squared = squaredFunction(written);
  const r = e.model.registry.isListed(squared.id) ? squared : written;
  const source = functionSource(e, r.id, r.stem);
  if (source !== null && acceptsArguments(e, source, s, head)) {
    const own = r.indices.map((i) => e.index(i, scope, head.name));
    return raisedBy(e, defined(e, source, r.id, s.args, [...own, ...explicit], scope), r.powers, scope);
  }
  const known = builtin(e, head, s, scope, explicit);
  if (known !== null) return known;
  if (isProduct(e, head, s, scope)) return withEntries(times(e, s, scope), explicit);
  return withEntries(unknownFunction(e, head, s, scope), explicit);
}

/** Whether a name and a bracket are a product, so that an exponent behind the bracket is the bracket's alone. */
export function isCallProduct(e: Elaboration, s: Call, scope: Scope): boolean {
  const head = scripted(s.head);
  if (head === null) return true;
  const only = s.args.length === 1 ? unwrap(must(s.args[0])) : null;
  if (head.primes > 0 || head.name === 'd' || only === null || only.kind === 'conditional' || only.kind === 'relation')
    return false;
  const r = e.resolve(head, scope);
  const source = functionSource(e, r.id, r.stem);
  if (source !== null && acceptsArguments(e, source, s, head)) return false;
  if (e.model.facts.functions.has(head.name) || naturalRole(e, head) !== null) return false;
  if (!e.isKnown(head.name, scope) && readsAsCall(head.name)) return false;
  return isProduct(e, head, s, scope);
}

const withEntries = (v: Value, at: readonly Index[]): Value =>
  at.length === 0 || rank(v) === 0 ? v : entryOf(v, at, 'the value');
const raisedBy = (e: Elaboration, v: Value, powers: readonly { readonly value: Surface }[], scope: Scope): Value =>
  powers.reduce((x, p) => e.raised(x, p.value, scope), v);

/** The name times the bracket. */
function times(e: Elaboration, s: Call, scope: Scope): Value {
  if (s.args.length !== 1) throw new Unreadable(`${scriptText(s.head)} is not known as a function`);
  const [head, argument] = [e.value(s.head, scope), e.value(must(s.args[0]), scope)];
  return product(head, argument, e.reading.vectors);
}

/** `p(x | μ)`, `P(O = o | C = c)`: one quantity named by the whole text. */
function opaqueCall(e: Elaboration, s: Call, scope: Scope): Value | null {
  const only = s.args[0] === undefined ? null : unwrap(s.args[0]);
  if (only?.kind !== 'conditional' && only?.kind !== 'relation') return null;
  if (hasMeaning(scripted(s.head)?.name ?? '')) return null;
  const id = scriptText(s);
  const head = scriptText(s.head);
  // π(b|s) beside a definition of π(a|s): the same function elsewhere.
  if (!e.model.registry.isListed(id) && e.model.registry.ids().some((x) => x.startsWith(`${head}(`)))
    throw new Unreadable(`${id} is the function ${head} at another place than where it is defined`);
  return e.quantity(id, id, [], scope);
}

// --- functions that the document defines -----------------------------------------------------------------------------------

/** `S_i(1 − S_i)` is a product although S is a function of z. */
function acceptsArguments(e: Elaboration, source: Source, s: Call, head: Scripted): boolean {
  const formals = source.formals as readonly Formal[];
  if (s.args.length !== formals.length) return false;
  const u = unwrap(must(s.args[0]));
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
  scope: Scope,
): Value {
  const bound = bindArguments(e, source, args, scope);
  const taken = source.letters.filter((l) => bound.letters.has(l));
  const open = source.letters.filter((l) => !bound.letters.has(l));
  if (explicit.length > open.length && source.letters.length > 0 && taken.length > 0)
    throw new Unreadable(`${id} carries more indices than it has`, true);
  explicit.forEach((i, n) => {
    if (open[n] !== undefined) bound.letters.set(open[n] as string, i);
  });
  const extra = explicit.slice(open.length);
  const base =
    bound.replaced.size === 0 ? e.quantity(id, source.stem, [], scope) : instance(e, source, id, bound, scope);
  const axes = base.axes.slice(0, source.letters.length);
  const at = source.letters.map((l, n): Index => bound.letters.get(l) ?? freeIndex(must(axes[n])));
  const rest = base.axes.slice(source.letters.length);
  const term = substituteFree(base.term, new Map(axes.map((a, n): [string, Index] => [a, must(at[n])])));
  const left = [...source.letters.flatMap((l, n) => (bound.letters.has(l) ? [] : [must(axes[n])])), ...rest];
  const v = { ...tensor(term, left), of: bound.letters.size === 0 && bound.replaced.size === 0 ? id : null };
  return extra.length === 0 ? v : entryOf(v, extra, id);
}

function bindArguments(e: Elaboration, source: Source, args: readonly Surface[], scope: Scope): Bound {
  const bound: Bound = { letters: new Map(), replaced: new Map(), names: [], whole: false };
  (source.formals as readonly Formal[]).forEach((formal, n) => bindOne(e, formal, must(args[n]), bound, source, scope));
  return bound;
}

function bindOne(e: Elaboration, formal: Formal, argument: Surface, bound: Bound, source: Source, scope: Scope): void {
  const u = unwrap(argument);
  const sc = scripted(u);
  const letter = letterOf(u);
  if (formal.kind === 'letter') {
    if (letter === null && u.kind !== 'number') {
      bindEntryForLetter(e, formal, u, bound, source, scope);
      return;
    }
    bound.letters.set(formal.letter, e.index(u, scope));
    return;
  }
  if (formal.kind === 'entry') {
    bindEntry(e, formal, u, sc, letter, bound, source, scope);
    return;
  }
  if (sc !== null && !sc.transposed) {
    const r = e.resolve(sc, scope);
    if (r.id === formal.id && r.indices.length === 0 && r.powers.length === 0) return;
    if (r.indices.length === 1 && r.id === formal.id && source.letters.length === 1) {
      bound.letters.set(must(source.letters[0]), e.index(must(r.indices[0]), scope, sc.name));
      return;
    }
    if (
      r.indices.length === 1 &&
      source.letters.length === 1 &&
      e.model.ranks.rankOf(formal.id) === 1 &&
      e.model.ranks.rankOf(r.id) === 1 &&
      !e.model.registry.isListed(r.id)
    ) {
      bound.letters.set(must(source.letters[0]), e.index(must(r.indices[0]), scope, sc.name));
      bound.replaced.set(formal.id, e.quantity(r.id, r.stem, [], scope));
      bound.names.push(r.id);
      return;
    }
    if (r.indices.length === 0 && r.powers.length === 0) bound.names.push(r.id);
  }
  bound.replaced.set(formal.id, e.value(u, scope));
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
  scope: Scope,
): void {
  const r = sc === null ? null : e.resolve(sc, scope);
  if (r !== null && r.indices.length === 1 && r.powers.length === 0) {
    bound.letters.set(formal.letter, e.index(must(r.indices[0]), scope, sc?.name));
    if (r.id !== formal.id) {
      bound.replaced.set(formal.id, e.quantity(r.id, r.stem, [], scope));
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
    bound.replaced.set(formal.id, e.quantity(r.id, r.stem, [], scope));
    bound.names.push(r.id);
    return;
  }
  const v = e.value(u, scope);
  if (rank(v) === 1) {
    bound.replaced.set(formal.id, v);
    return;
  }
  // `f(x_i)` declared for an entry alone: the body speaks of no other entry.
  bound.letters.set(formal.letter, freeIndex(formal.letter));
  bound.replaced.set(formal.id, tensor(v.term, [freshLetter()]));
}

/** `softmax(z_j)` where it was declared as `softmax(j)`. */
function bindEntryForLetter(
  e: Elaboration,
  formal: Formal & { kind: 'letter' },
  u: Surface,
  bound: Bound,
  source: Source,
  scope: Scope,
): void {
  const sc = scripted(u);
  const r = sc === null ? null : e.resolve(sc, scope);
  if (r === null || r.indices.length !== 1) throw new Unreadable(`${source.id} takes an index here`);
  bound.letters.set(formal.letter, e.index(must(r.indices[0]), scope, sc?.name));
}

/** The function at other arguments: named after them where they are plain names, so that one can differentiate by it. */
function instance(e: Elaboration, source: Source, id: string, bound: Bound, scope: Scope): Value {
  const name = bound.names.length === bound.replaced.size ? `${id}(${bound.names.join(',')})` : null;
  const inner: Scope = {
    ...scope,
    replaced: new Map([...scope.replaced, ...bound.replaced]),
    head: new Set(source.letters),
    einstein: source.einstein,
  };
  if (name !== null) {
    if (!e.definitions.has(name)) e.install(name, source, { ...inner, bound: new Set() });
    return e.quantity(name, name, [], { ...scope, replaced: new Map() });
  }
  const body = e.value(source.body, { ...inner, bound: new Set([...scope.bound, ...source.letters]) });
  const v = source.log ? mapped(body, (t) => call('exp', t)) : body;
  const axes = source.letters.map(() => freshLetter());
  const term = substituteFree(
    v.term,
    new Map(source.letters.map((l, n): [string, Index] => [l, freeIndex(must(axes[n]))])),
  );
  return tensor(term, [...axes, ...v.axes]);
}

/** A function of a whole quantity, at the quantity named. */
export function instanceAt(
  e: Elaboration,
  source: Source,
  id: string,
  argument: string,
  indices: readonly Index[],
  scope: Scope,
): Value {
  const formal = source.formals?.[0];
  if (formal === undefined || formal.kind !== 'name') throw new Error('bug: not a function of a quantity');
  const bound: Bound = {
    letters: new Map(),
    replaced: new Map([[formal.id, e.quantity(argument, argument, [], { ...scope, replaced: new Map() })]]),
    names: [argument],
    whole: true,
  };
  const v = instance(e, source, id, bound, scope);
  return indices.length === 0 ? v : entryOf(v, indices, id);
}

// --- functions known by name -------------------------------------------------------------------------------------------------

function builtin(e: Elaboration, head: Scripted, s: Call, scope: Scope, explicit: readonly Index[]): Value | null {
  const role = e.model.facts.functions.get(head.name) ?? naturalRole(e, head);
  if (role === 'sigmoid' && isDoubtfulSigma(e, head)) {
    if (explicit.length > 0) return softmax(e, head, s, scope, explicit);
    e.doubts.add('the text does not say which function σ is');
  }
  if (role === 'softmax') return softmax(e, head, s, scope, explicit);
  const bare = head.subs.length === 0;
  const args = (): Value[] => s.args.map((a) => e.value(a, scope));
  if (role === 'sigmoid' || role === 'tanh' || role === 'relu') {
    if (!bare && !e.model.facts.functions.has(head.name)) return null;
    return raisedBy(
      e,
      withEntries(activation(e, role, s, scope, parameterLabel(e, head)), explicit),
      head.sups.filter((p) => p.style === 'none').map((p) => ({ value: p.value })),
      scope,
    );
  }
  const r = { powers: head.sups.filter((p) => p.style === 'none') };
  const fn = functionNamed(head.name);
  if (fn !== undefined && fn !== 'sigmoid' && bare && !e.isKnown(head.name, scope))
    return raisedBy(e, withEntries(elementary(fn, args()), explicit), r.powers, scope);
  if (fn === 'log' && !bare)
    return mapped(e.value(must(s.args[0]), scope), (t) =>
      divide(call('log', t), call('log', e.term(must(head.subs[0]), scope))),
    );
  if (e.isKnown(head.name, scope)) return null;
  const row = functionRow(head.name);
  const value = row === undefined ? null : ofTable(e, s, scope, row);
  return value === null ? null : withEntries(value, explicit);
}

/** σ beside softmax, and nothing that says which of the two it is. */
function isDoubtfulSigma(e: Elaboration, head: Scripted): boolean {
  const { functions, words } = e.model.facts;
  const named = words.has('sigmoid') || words.has('logistic');
  return head.name === 'sigma' && !functions.has('sigma') && words.has('softmax') && !named;
}

function elementary(fn: Exclude<ReturnType<typeof functionNamed>, undefined>, args: readonly Value[]): Value {
  if (args.length === 1) {
    const v = must(args[0]);
    if ((fn === 'max' || fn === 'min') && rank(v) === 1)
      return scalar(reduce(fn as ReduceOp, 'k', close(v.term, must(v.axes[0]))));
    return mapped(v, (t) => call(fn, t));
  }
  if (fn !== 'max' && fn !== 'min') throw new Unreadable(`${fn} takes one argument`);
  return args.reduce((a, b) => zip(a, b, (x, y) => call(fn, x, y), fn));
}

function naturalRole(e: Elaboration, head: Scripted): 'sigmoid' | 'softmax' | 'tanh' | 'relu' | 'unknown' | null {
  if (/^softmax$/i.test(head.name)) return 'softmax';
  if (head.name === 'sigmoid' || head.name === 'logistic') return 'sigmoid';
  if (/^relu$/i.test(head.name)) return 'relu';
  if (head.name === 'sigma' && !e.model.registry.isListed('sigma')) return 'sigmoid';
  return null;
}

/** The θ of `h_θ(x)`: parameters that the argument is multiplied with. */
function parameterLabel(e: Elaboration, head: Scripted): string | null {
  const sub = head.subs[0] === undefined ? null : scripted(unwrap(head.subs[0]));
  const id =
    sub === null
      ? null
      : e.resolve(sub, {
          bound: new Set(),
          head: new Set(),
          replaced: new Map(),
          layers: new Map(),
          einstein: false,
          variable: null,
        }).id;
  return id !== null && e.model.ranks.rankOf(id) === 1 ? id : null;
}

function activation(
  e: Elaboration,
  role: 'sigmoid' | 'tanh' | 'relu',
  s: Call,
  scope: Scope,
  label: string | null,
): Value {
  const argument = e.value(must(s.args[0]), scope);
  if (rank(argument) === 1 && parametersOf(e) !== null) e.choices.add('linear');
  const linear = rank(argument) === 1 ? (label ?? (e.reading.linear ? parametersOf(e) : null)) : null;
  if (linear !== null) return mapped(contract(e.quantity(linear, linear, [], scope), argument), (t) => call(role, t));
  return mapped(argument, (t) => call(role, t));
}

/** θ or w: the parameters that a data vector is multiplied with. */
function parametersOf(e: Elaboration): string | null {
  for (const name of ['theta', 'w', 'beta'])
    if (e.model.ranks.rankOf(name) === 1 && !e.model.registry.isListed(name)) return name;
  return null;
}

/** softmax of a vector, one of its entries, `softmax_j(S_ij)` along an index, `softmax(z, i)`. */
function softmax(e: Elaboration, head: Scripted, s: Call, scope: Scope, explicit: readonly Index[]): Value {
  const first = must(s.args[0]);
  const asLetter = letterOf(unwrap(first));
  if (s.args.length === 1 && asLetter !== null && isIndexHere(asLetter, e.model.usage))
    throw new Unreadable(`softmax(${asLetter}) applies the function to an index`);
  const v = componentArgument(e, first, scope);
  const letters = head.subs.map((x) => e.index(x, scope));
  const more = s.args.slice(1).map((x) => e.index(x, scope));
  const at = [...letters, ...explicit, ...more];
  const own = letters[0];
  if (
    rank(v.value) === 0 &&
    v.at === null &&
    own !== undefined &&
    own.kind === 'free' &&
    freeIndices(v.value.term).includes(own.name)
  ) {
    const sum = reduce('sum', own.name, close(call('exp', v.value.term), own.name));
    return scalar(divide(call('exp', v.value.term), sum));
  }
  if (rank(v.value) === 0) throw new Unreadable('softmax is taken of a number');
  const row = functionRow('softmax');
  if (row?.means.kind !== 'entries') throw new Error('bug: softmax is no function of entries');
  const all = ofEntries([v.value], row, row.means);
  const place = v.at === null ? at : [v.at, ...at];
  return place.length === 0 ? all : entryOf(all, place, 'softmax');
}

/** `softmax(x_i)` is entry i of softmax(x). */
function componentArgument(e: Elaboration, s: Surface, scope: Scope): { value: Value; at: Index | null } {
  const sc = scripted(unwrap(s));
  if (sc !== null && !sc.transposed) {
    const r = e.resolve(sc, scope);
    const n = Math.max(e.define(r.id, r.stem), r.indices.length);
    if (r.indices.length === 1 && n === 1 && r.powers.length === 0)
      return { value: e.quantity(r.id, r.stem, [], scope), at: e.index(must(r.indices[0]), scope, sc.name) };
  }
  return { value: e.value(s, scope), at: null };
}

// --- rows of the function table --------------------------------------------------------------------------------------------

type Entries = Meaning & { readonly kind: 'entries' };

/** Whether a name in front of a bracket is a function of the table. */
function readsAsCall(name: string): boolean {
  const means = functionRow(name)?.means;
  return means !== undefined && means.kind !== 'refused' && (means.kind !== 'form' || means.form === 'if');
}

function ofTable(e: Elaboration, s: Call, scope: Scope, row: FunctionRow): Value | null {
  const { means } = row;
  const name = must(row.names[0]);
  if (!readsAsCall(name)) return null;
  if (means.kind === 'form') return cases(e, s, scope);
  const values = s.args.map((a) => e.value(a, scope));
  if (row.arity !== 'many' && values.length !== row.arity)
    throw new Unreadable(`${name} takes ${row.arity} ${row.arity === 1 ? 'argument' : 'arguments'}`);
  switch (means.kind) {
    case 'entries':
      return ofEntries(values, row, means);
    case 'operation':
      return operations[means.operation](must(values[0]), values[1] ?? must(values[0]));
    case 'short':
      return ofTerms(values, name, means.term);
    default:
      return null;
  }
}

/** A function of the entries of its arguments, all of one shape (`norm`, `logsumexp`, `CE`). */
function ofEntries(values: readonly Value[], row: FunctionRow, means: Entries): Value {
  const name = must(row.names[0]);
  const first = must(values[0]);
  if (row.takes === 'vector' && values.some((v) => rank(v) === 0)) throw new Unreadable(`${name} of a number`);
  const axes = means.along === 'last' ? first.axes.slice(-1) : first.axes;
  const sum = (t: Term): Term => sumAll(tensor(t, axes)).term;
  const term = means.term(
    values.map((v) => zip(first, v, (_, y) => y, name).term),
    { sum, count: () => sum(one) },
  );
  return row.gives === 'same'
    ? mapped(first, () => term)
    : tensor(term, first.axes.slice(0, rank(first) - axes.length));
}

/** A function that is short for a term, entry by entry. */
function ofTerms(values: readonly Value[], name: string, term: (...args: readonly Term[]) => Term): Value {
  const widest = values.reduce((a, b) => (rank(b) > rank(a) ? b : a));
  const terms = values.map((v) => zip(widest, v, (_, y) => y, name).term);
  return mapped(widest, () => term(...terms));
}

const operations: { readonly [O in Operation]: (a: Value, b: Value) => Value } = {
  trace: traceOf,
  determinant: determinantOf,
  inverse: inverted,
  transpose,
  diagonal,
  'row-sum': rowSum,
  dot: (a, b) => contract(a, b),
  inner: (a, b) => sumAll(zip(a, b, (x, y) => mul(x, y), 'the inner product')),
};

function cases(e: Elaboration, s: Call, scope: Scope): Value {
  const [c, a, b] = s.args;
  if (c === undefined || a === undefined) throw new Unreadable('if(…) takes a condition and two values');
  const condition = e.condition(c, scope);
  return zip(
    e.value(a, scope),
    b === undefined ? scalar(zero) : e.value(b, scope),
    (x, y) => ifThen(condition, x, y),
    'the cases',
  );
}

// --- unknown functions ---------------------------------------------------------------------------------------------------------

/** Whether a name in front of a bracket is a factor. */
function isProduct(e: Elaboration, head: Scripted, s: Call, scope: Scope): boolean {
  if (s.args.length !== 1) return false;
  const r = e.resolve(head, scope);
  if (r.indices.length > 0 || e.isKnown(r.id, scope) || e.model.usage.sizes.has(head.name)) return true;
  const u = unwrap(must(s.args[0]));
  const simple = scripted(u) !== null || u.kind === 'number' || (u.kind === 'product' && s.direct);
  if (s.bracket === '[') return true;
  if (/^(?:[fghuvFGHφϕψ]|phi|psi|sigma|varphi|Phi)$/.test(head.name) && s.direct) return false;
  return !simple || (!s.direct && u.kind !== 'name') || isCoefficient(e, head);
}
const isCoefficient = (e: Elaboration, head: Scripted): boolean => {
  const use = e.model.usage.names.get(head.name);
  return use !== undefined && use.plainBare > 2 && /^[a-eijkmnpqrst]$/.test(head.name);
};

function unknownFunction(e: Elaboration, head: Scripted, s: Call, scope: Scope): Value {
  const r = e.resolve(head, scope);
  const args = s.args.map((a) => e.value(a, scope));
  const names = s.args.map((a) => scripted(unwrap(a)));
  // `L(Y)`, `J(θ)`, `C(w, b)`: a quantity with its dependencies told.
  if (names.every((n) => n !== null && !n.transposed) && args.some((a) => rank(a) > 0))
    return dependent(e, r.id, names as Scripted[], args, scope);
  if (head.subs.length > 0 && names.every((n) => n !== null))
    return dependent(e, r.id, names as Scripted[], args, scope);
  return args.length === 1 ? mapped(must(args[0]), (t) => apply(r.id, [t])) : scalar(applyAll(r.id, args));
}

function applyAll(id: string, args: readonly Value[]): Term {
  if (args.some((a) => rank(a) > 0)) throw new Unreadable(`${id} is an unknown function of vectors`);
  return apply(
    id,
    args.map((a) => a.term),
  );
}

/** An unknown quantity that depends on all entries of its arguments; the letters of the arguments are its indices. */
function dependent(
  e: Elaboration,
  id: string,
  names: readonly Scripted[],
  args: readonly Value[],
  scope: Scope,
): Value {
  const on = names.map((n) => e.resolve(n, scope));
  const label = /_\{(.+)\}$/.exec(id)?.[1];
  const letters = [...new Set(args.flatMap((a) => freeIndices(a.term)).filter((l) => !isFresh(l)))];
  const name = `${id}(${on.map((r) => r.id).join(',')})`;
  const plain = e.model.registry.isListed(id) ? id : name;
  if (plain === id) return e.quantity(id, id, [], scope);
  const depends = [...on.map((r) => r.id), ...(label !== undefined && e.model.usage.names.has(label) ? [label] : [])];
  for (const d of depends) e.quantity(d, d, [], { ...scope, replaced: new Map() });
  e.depends.set(name, [...new Set(depends)]);
  e.ranks.set(name, letters.length);
  return scalar(entry(name, ...letters.map(freeIndex)));
}

/** Whether a bare name can only be a function (`\log`). */
export function isFunctionName(e: Elaboration, sc: Scripted, scope: Scope): boolean {
  return (
    ['exp', 'log', 'ln', 'sin', 'cos', 'tan', 'tanh', 'sinh', 'cosh'].includes(sc.name) && !e.isKnown(sc.name, scope)
  );
}

/** `d²(x, μ)`, `\log \sigma(z)`: a name and a bracket that the grammar left side by side. */
export function groupAsArgument(
  e: Elaboration,
  name: Surface,
  group: Surface | undefined,
  op: string | undefined,
  scope: Scope,
): Value | null {
  if (group === undefined || op !== 'juxtaposed' || group.kind !== 'group') return null;
  const sc = scripted(name);
  if (sc === null || sc.sups.length === 0) return null;
  const inner = group.value.kind === 'list' ? group.value.items : [group.value];
  const r = e.resolve(sc, scope);
  const source = functionSource(e, r.id, r.stem);
  if (source === null || source.formals?.length !== inner.length) return null;
  if (r.powers.length > 0 && !r.id.includes('^'))
    return raisedBy(
      e,
      callValue(
        e,
        {
          kind: 'apply',
          head: { kind: 'name', name: sc.name, bold: sc.bold, run: false, start: name.start, end: name.end },
          args: inner,
          direct: true,
          bracket: '(',
          start: name.start,
          end: group.end,
        },
        scope,
      ),
      r.powers,
      scope,
    );
  return callValue(
    e,
    { kind: 'apply', head: name, args: inner, direct: true, bracket: '(', start: name.start, end: group.end },
    scope,
  );
}
