// The meaning of a term as a float64 number; every term is compiled once into closures over index slots.
// Not here: the arithmetic (`dual.ts`), the unit of compilation (`dependencies.ts`), any rewriting.
// Invariant: ∂ is computed by perturbing its entry, never by a rule, so this room cannot repeat a mistake of `rules/`.
import { WhygradError } from '../term/error.ts';
import type { Context } from '../term/context.ts';
import { asAffine, numberValue, type Condition, type Entry, type Index, type IndexVariable, type Kind, type Reduce, type Term } from '../term/term.ts';
import { freeIndices, visit, visitIndices } from '../term/walk.ts';
import { axesOf, inputValue, letterSets, outOfRange, sizeOf, type Environment, type TensorValue } from './environment.ts';
import { dependencies } from './dependencies.ts';
import { add, dual, extreme, fn, mul, pow, powConstant, real, tangentOf, type Value } from './dual.ts';
import { determinantOf, inverseOf } from './linear.ts';
import { randomPolynomial, type Arithmetic } from './unknown.ts';
import { emptyWorld, inside, perturb, type World } from './world.ts';

export type { Environment, TensorValue } from './environment.ts';

/** One evaluation under way: where values come from, what is perturbed, and the index values of the current frame. */
interface State { readonly run: Run; readonly world: World; readonly slots: number[] }
interface Run { readonly env: Environment; readonly sizes: Map<string, number>; tag: number }
type Meaning = (s: State) => Value;
type Position = (s: State) => number;
type Truth = (s: State) => boolean;

/** Where indices live while compiling: slots of free letters, and of bound indices from the outside in. */
interface Scope { readonly context: Context; readonly letters: ReadonlyMap<string, number>; readonly bound: readonly number[]; readonly next: number }

const enter = (scope: Scope, binders: number): Scope => ({
  ...scope, bound: [...scope.bound, ...Array.from({ length: binders }, (_, n) => scope.next + n)], next: scope.next + binders,
});

// --- indices and conditions --------------------------------------------------------------------------------------------

function sizeIn(run: Run, set: string): number {
  let n = run.sizes.get(set);
  if (n === undefined) run.sizes.set(set, n = sizeOf(set, run.env));
  return n;
}

function variable(v: IndexVariable, scope: Scope): Position {
  if (v.kind === 'end') return (s) => sizeIn(s.run, v.set);
  const slot = v.kind === 'free' ? scope.letters.get(v.name) : scope.bound[scope.bound.length - 1 - v.depth];
  if (slot !== undefined) return (s) => s.slots[slot] as number;
  if (v.kind === 'bound') throw new Error('bug: a bound index outside its binder');
  return (s) => s.run.env.indices.get(v.name) ?? missingIndex(v.name);
}

function missingIndex(name: string): never {
  throw new WhygradError('index-missing', `The index ${name} has no value.`, { hint: 'Give a value for it, or make it an axis of the result.' });
}

function index(i: Index, scope: Scope): Position {
  if (i.kind === 'at') return () => i.position;
  if (i.kind !== 'affine') return variable(i, scope);
  const parts = i.terms.map((t) => ({ at: variable(t.variable, scope), times: t.times }));
  return (s) => parts.reduce((sum, p) => sum + p.times * p.at(s), i.plus);
}

const compare: { readonly [K in '=' | '!=' | '<' | '<=' | '>' | '>=']: (a: number, b: number) => boolean } = {
  '=': (a, b) => a === b, '!=': (a, b) => a !== b, '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b,
};

function truth(c: Condition, scope: Scope): Truth {
  switch (c.kind) {
    case 'compare': { const [l, r, op] = [node(c.left, scope), node(c.right, scope), compare[c.op]]; return (s) => op(real(l(s)), real(r(s))); }
    case 'position': { const [l, r, op] = [index(c.left, scope), index(c.right, scope), compare[c.op]]; return (s) => op(l(s), r(s)); }
    case 'and': { const all = c.all.map((x) => truth(x, scope)); return (s) => all.every((x) => x(s)); }
    case 'or': { const all = c.all.map((x) => truth(x, scope)); return (s) => all.some((x) => x(s)); }
    case 'not': { const of = truth(c.of, scope); return (s) => !of(s); }
  }
}

// --- what stays the same while outer indices run -------------------------------------------------------------------------

/** Slots of the frame that a term below `scope` reads. */
function slotsUsed(t: Term, scope: Scope): number[] {
  const used = new Set<number>();
  visitIndices(t, (i, depth) => {
    for (const { variable: v } of asAffine(i).terms) {
      const slot = v.kind === 'free' ? scope.letters.get(v.name) : v.kind === 'bound' && v.depth >= depth ? scope.bound[scope.bound.length - 1 - (v.depth - depth)] : undefined;
      if (slot !== undefined) used.add(slot);
    }
  });
  return [...used];
}

/** The last result again while the slots that it was computed from, and the world, are the same. */
function remembering<T>(used: readonly number[], compute: (s: State) => T): (s: State) => T {
  let world: World | null = null;
  let at: readonly number[] = [];
  let last: T;
  return (s) => {
    if (world === s.world && used.every((slot, n) => s.slots[slot] === at[n])) return last;
    const now = used.map((slot) => s.slots[slot] as number);
    last = compute(s);
    world = s.world;
    at = now;
    return last;
  };
}

// --- entries ---------------------------------------------------------------------------------------------------------------

type Lookup = (at: readonly number[], s: State) => Value;

const tupleKey = (at: readonly number[]): number | string =>
  at.length === 0 ? 0 : at.length === 1 ? (at[0] as number) : at.length === 2 ? (at[0] as number) * 67108864 + (at[1] as number) : at.join();

const floats: Arithmetic<Value> = { add, mul, coefficient: (bits) => (bits / 4294967296 - 0.5) * 1.2 };

/** How an entry of `name` gets its value before perturbation. */
function source(name: string, arity: number, context: Context): Lookup {
  const definition = context.definitions.get(name);
  const dependsOn = context.depends.get(name);
  if (definition === undefined && dependsOn === undefined) return (at, s) => inputValue(name, at, s.run.env);
  if (definition !== undefined && definition.params.length !== arity) {
    throw new WhygradError('wrong-rank', `${name} is defined with ${definition.params.length} indices, but stands here with ${arity}.`, { hint: 'Write one index for each axis.' });
  }
  const body = definition !== undefined ? lazily(() => definitionBody(name, context)) : lazily(() => unknownQuantity(name, dependsOn ?? [], context));
  const below = lazily(() => dependencies(name, context));
  return (at, s) => {
    const world = inside(s.world, name, below());
    let values = world.memo.get(name);
    if (values === undefined) world.memo.set(name, values = new Map());
    const k = tupleKey(at);
    let v = values.get(k);
    if (v === undefined) values.set(k, v = body()(at, { run: s.run, world, slots: [] }));
    return v;
  };
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

function definitionBody(name: string, context: Context): Lookup {
  const { params, body } = compiledDefinition(name, context);
  return (at, s) => {
    at.forEach((i, n) => {
      const set = params[n] ?? '';
      const length = set === '' ? Infinity : sizeIn(s.run, set);
      if (i < 1 || i > length) outOfRange(name, n, i, length);
    });
    return body({ ...s, slots: [...at] });
  };
}

interface CompiledDefinition { readonly params: readonly string[]; readonly body: Meaning }
const compiledDefinitions = new WeakMap<Context, Map<string, CompiledDefinition>>();

function compiledDefinition(name: string, context: Context): CompiledDefinition {
  let all = compiledDefinitions.get(context);
  if (all === undefined) compiledDefinitions.set(context, all = new Map());
  let one = all.get(name);
  if (one === undefined) {
    const definition = context.definitions.get(name);
    if (definition === undefined) throw new Error('bug: not a definition');
    const arity = definition.params.length;
    const body = node(definition.body, { context, letters: new Map(), bound: definition.params.map((_, n) => n), next: arity });
    all.set(name, one = { params: axesOf(name, context) ?? [], body });
  }
  return one;
}

/** An unknown quantity is a random polynomial in every entry that it depends on. */
function unknownQuantity(name: string, dependsOn: readonly string[], context: Context): Lookup {
  const parts = dependsOn.map((d) => ({ name: d, axes: axesOf(d, context) ?? [] }));
  const lookups = parts.map((p) => entryLookup(p.name, p.axes.length, context));
  return (at, s) => {
    const args = parts.flatMap((p, n) => tuples(p.axes.map((set) => sizeIn(s.run, set))).map((tuple) => (lookups[n] as Lookup)(tuple, s)));
    return randomPolynomial(`${name}[${at.join()}]`, args, s.run.env.seed, floats);
  };
}

/** All index tuples of a shape, counted from 1, the last index fastest. */
export function tuples(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>((all, n) => all.flatMap((t) => Array.from({ length: n }, (_, i) => [...t, i + 1])), [[]]);
}

/** The value of an entry with the perturbations of that very entry. */
function entryLookup(name: string, arity: number, context: Context): Lookup {
  const value = source(name, arity, context);
  return (at, s) => {
    let v = value(at, s);
    for (const p of s.world.perturbations) {
      if (p.name === name && p.at.length === at.length && p.at.every((i, n) => i === at[n])) v = add(v, dual(p.tag, 0, 1));
    }
    return v;
  };
}

function entryMeaning(e: Entry, scope: Scope): Meaning {
  const lookup = entryLookup(e.name, e.indices.length, scope.context);
  const at = e.indices.map((i) => index(i, scope));
  const [a, b] = at;
  if (a === undefined) return (s) => lookup([], s);
  if (b === undefined) return (s) => lookup([a(s)], s);
  return (s) => lookup(at.map((i) => i(s)), s);
}

// --- nodes -------------------------------------------------------------------------------------------------------------------

function reduceMeaning(t: Reduce, scope: Scope): Meaning {
  const slot = scope.next;
  const within = enter(scope, 1);
  const from = t.range.from === null ? () => 1 : index(t.range.from, scope);
  const to = t.range.to === null ? wholeLength(t, scope) : index(t.range.to, scope);
  const where = t.where === null ? null : truth(t.where, within);
  const body = node(t.body, within);
  const fold = folds[t.op];
  const compute: Meaning = (s) => {
    const values: Value[] = [];
    const last = to(s);
    for (let i = from(s); i <= last; i++) {
      s.slots[slot] = i;
      if (where === null || where(s)) values.push(body(s));
    }
    return fold(values);
  };
  const used = slotsUsed(t, scope);
  return used.length < scope.next ? remembering(used, compute) : compute;
}

const folds: { readonly [K in Reduce['op']]: (values: readonly Value[]) => Value } = {
  sum: (values) => { let sum: Value = 0; for (const v of values) sum = add(sum, v); return sum; },
  prod: (values) => { let product: Value = 1; for (const v of values) product = mul(product, v); return product; },
  max: (values) => extreme(values, 1),
  min: (values) => extreme(values, -1),
};

/** The length of the set that is summed over; where no set was inferred, a tensor that the bound index stands at tells it. */
function wholeLength(t: Reduce, scope: Scope): Position {
  if (t.range.set !== '') return (s) => sizeIn(s.run, t.range.set);
  const axes: { name: string; axis: number }[] = [];
  const look = (x: Term, depth: number): void => {
    if (x.kind !== 'entry') return;
    x.indices.forEach((i, axis) => { if (i.kind === 'bound' && i.depth === depth) axes.push({ name: x.name, axis }); });
  };
  visit(t.body, look);
  return (s) => {
    for (const { name, axis } of axes) {
      const set = axesOf(name, scope.context)?.[axis];
      if (set !== undefined && set !== '') return sizeIn(s.run, set);
      const length = s.run.env.values.get(name)?.shape[axis];
      if (length !== undefined) return length;
    }
    return sizeOf('', s.run.env);
  };
}

function matrix(body: Term, set: string, scope: Scope): (s: State) => Value[][] {
  const entryAt = node(body, enter(scope, 2));
  return (s) => {
    const n = sizeIn(s.run, set);
    return Array.from({ length: n }, (_, r) => Array.from({ length: n }, (__, c) => {
      s.slots[scope.next] = r + 1;
      s.slots[scope.next + 1] = c + 1;
      return entryAt(s);
    }));
  };
}

const isGuard = (t: Term): boolean => t.kind === 'delta' || t.kind === 'bracket';

/** A factor δ or [c] that is 0 makes the product 0 whatever else stands there, as Iverson's convention has it. */
function productMeaning(factors: readonly Term[], scope: Scope): Meaning {
  const guards = factors.filter(isGuard).map((f) => node(f, scope));
  const others = factors.filter((f) => !isGuard(f)).map((f) => node(f, scope));
  return (s) => {
    for (const g of guards) if (g(s) === 0) return 0;
    let product: Value = 1;
    for (const f of others) product = mul(product, f(s));
    return product;
  };
}

const nodes: { readonly [K in Kind]: (t: Extract<Term, { kind: K }>, scope: Scope) => Meaning } = {
  num: (t) => { const v = numberValue(t); return () => v; },
  constant: (t) => { const v = t.name === 'pi' ? Math.PI : Math.E; return () => v; },
  size: (t) => (s) => sizeIn(s.run, t.set),
  position: (t, scope) => index(t.index, scope),
  entry: entryMeaning,
  delta: (t, scope) => { const [l, r] = [index(t.left, scope), index(t.right, scope)]; return (s) => (l(s) === r(s) ? 1 : 0); },
  bracket: (t, scope) => { const c = truth(t.condition, scope); return (s) => (c(s) ? 1 : 0); },
  if: (t, scope) => {
    const [c, yes, no] = [truth(t.condition, scope), node(t.then, scope), node(t.else, scope)];
    return (s) => (c(s) ? yes(s) : no(s));
  },
  add: (t, scope) => {
    const terms = t.terms.map((x) => node(x, scope));
    return (s) => { let sum: Value = 0; for (const x of terms) sum = add(sum, x(s)); return sum; };
  },
  mul: (t, scope) => productMeaning(t.factors, scope),
  pow: (t, scope) => {
    const base = node(t.base, scope);
    if (t.exponent.kind === 'num') { const n = numberValue(t.exponent); return (s) => powConstant(base(s), n); }
    const exponent = node(t.exponent, scope);
    return (s) => pow(base(s), exponent(s));
  },
  call: (t, scope) => { const [f, args] = [fn[t.fn], t.args.map((a) => node(a, scope))]; return (s) => f(args.map((a) => a(s))); },
  apply: (t, scope) => {
    const args = t.args.map((a) => node(a, scope));
    return (s) => applyUnknown(t.fn, args.map((a) => a(s)), t.orders, s.run);
  },
  reduce: reduceMeaning,
  inverse: (t, scope) => {
    const inverted = matrix(t.body, t.set, scope);
    const [row, column] = [index(t.row, scope), index(t.column, scope)];
    const all = remembering(slotsUsed({ kind: 'determinant', letters: t.letters, set: t.set, body: t.body }, scope), (s) => inverseOf(inverted(s)));
    return (s) => {
      const [r, c] = [row(s), column(s)];
      const rows = all(s);
      return rows[r - 1]?.[c - 1] ?? outOfRange('the inverse', rows[r - 1] === undefined ? 0 : 1, rows[r - 1] === undefined ? r : c, rows.length);
    };
  },
  determinant: (t, scope) => {
    const rows = matrix(t.body, t.set, scope);
    return remembering(slotsUsed(t, scope), (s) => determinantOf(rows(s)));
  },
  partial: (t, scope) => {
    const body = node(t.body, scope);
    const at = t.by.indices.map((i) => index(i, scope));
    const held = new Set(t.held);
    return (s) => {
      const tag = ++s.run.tag;
      const world = perturb(s.world, { tag, name: t.by.name, at: at.map((i) => i(s)), held });
      return tangentOf(body({ ...s, world }), tag);
    };
  },
};

/** ∂^orders f at the arguments: every derivative perturbs its argument once more. */
function applyUnknown(name: string, args: readonly Value[], orders: readonly number[], run: Run): Value {
  const next = orders.findIndex((o) => o > 0);
  if (next === -1) return randomPolynomial(name, args, run.env.seed, floats);
  const tag = ++run.tag;
  const perturbed = args.map((a, n) => (n === next ? add(a, dual(tag, 0, 1)) : a));
  return tangentOf(applyUnknown(name, perturbed, orders.map((o, n) => (n === next ? o - 1 : o)), run), tag);
}

function node(t: Term, scope: Scope): Meaning {
  return (nodes[t.kind] as (t: Term, scope: Scope) => Meaning)(t, scope);
}

// --- the door ------------------------------------------------------------------------------------------------------------------

/** A term ready to be evaluated at many points: `at(positions)` takes the values of its letters, counted from 1. */
export interface CompiledTerm { readonly letters: readonly string[]; readonly in: (env: Environment) => (positions: readonly number[]) => number }

const compiledTerms = new WeakMap<Context, WeakMap<Term, Map<string, CompiledTerm>>>();

/** The term as a function of the index letters named; other letters keep the value that the environment gives them. */
export function compileTerm(t: Term, letters: readonly string[], context: Context): CompiledTerm {
  let ofContext = compiledTerms.get(context);
  if (ofContext === undefined) compiledTerms.set(context, ofContext = new WeakMap());
  let ofTerm = ofContext.get(t);
  if (ofTerm === undefined) ofContext.set(t, ofTerm = new Map());
  let compiled = ofTerm.get(letters.join());
  if (compiled === undefined) {
    const body = node(t, { context, letters: new Map(letters.map((l, n) => [l, n])), bound: [], next: letters.length });
    const start = (env: Environment) => {
      const run: Run = { env, sizes: new Map(), tag: 0 };
      const world = emptyWorld();
      return (positions: readonly number[]): number => real(body({ run, world, slots: [...positions] }));
    };
    // A letter that definitions leave free (the c of h_c) has to reach them, and what they computed for another c must not.
    const shared = [...context.definitions.values()].some((d) => freeIndices(d.body).some((l) => letters.includes(l)));
    const withIndices = (env: Environment, positions: readonly number[]): Environment =>
      ({ ...env, indices: new Map([...env.indices, ...letters.map((l, n) => [l, positions[n] as number] as const)]) });
    compiled = { letters, in: shared ? (env) => (positions) => start(withIndices(env, positions))(positions) : start };
    ofTerm.set(letters.join(), compiled);
  }
  return compiled;
}

/** The value of the term in float64; NaN where it is not defined. Throws WhygradError for a missing value, size or index, and for a position outside a tensor. */
export function meaning(t: Term, env: Environment): number {
  const letters = freeIndices(t);
  return compileTerm(t, letters, env.context).in(env)(letters.map((l) => env.indices.get(l) ?? missingIndex(l)));
}

/** All values of the term over the index letters named, in their order. */
export function evaluateTensor(t: Term, letters: readonly string[], env: Environment): TensorValue {
  const sets = letterSets([t], env.context);
  const shape = letters.map((l) => letterLength(l, t, sets, env));
  const at = compileTerm(t, letters, env.context).in(env);
  return { shape, data: Float64Array.from(tuples(shape), (tuple) => at(tuple)) };
}

function letterLength(letter: string, t: Term, sets: ReadonlyMap<string, string>, env: Environment): number {
  const set = sets.get(letter);
  if (set !== undefined) return sizeOf(set, env);
  let length: number | undefined;
  visit(t, (x) => {
    if (x.kind !== 'entry') return;
    x.indices.forEach((i, axis) => { if (i.kind === 'free' && i.name === letter) length ??= env.values.get(x.name)?.shape[axis]; });
  });
  return length ?? sizeOf(letter, env);
}
