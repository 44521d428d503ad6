// Random instances of an equation between two patterns: metavariables become random terms, letters become indices, sums get index sets.
// Not here: whether the two sides of an instance are equal (`truth.ts`).
// Invariant: an instance is well formed, and each metavariable that a condition of the rule speaks of is known to satisfy it.
import { conditionHolds } from '../../src/rules/conditions.ts';
import { instantiate, type Binder, type Binding, type Substitution } from '../../src/rules/match.ts';
import type { RuleCondition } from '../../src/rules/rule.ts';
import { emptyContext, type Context, type Definition } from '../../src/term/context.ts';
import {
  add,
  at,
  call,
  divide,
  entry,
  freeIndex,
  integer,
  mul,
  negate,
  one,
  pow,
  rational,
  reduce,
  wholeSet,
  zero,
  type Condition,
  type Index,
  type SetId,
  type Term,
} from '../../src/term/term.ts';
import { children, close, closeAll } from '../../src/term/walk.ts';
import { randomTerm, tensors, type Random } from '../term/random-term.ts';

/** Two patterns that are said to be equal under conditions. */
export interface Equation {
  readonly name: string;
  readonly from: Term;
  readonly to: Term;
  readonly where: readonly RuleCondition[];
}
export interface Instance {
  readonly left: Term;
  readonly right: Term;
  readonly substitution: Substitution;
}

const [i, k] = [freeIndex('i'), freeIndex('k')];
const define = (name: string, letters: readonly string[], sets: readonly SetId[], body: Term): [string, Definition] => [
  name,
  { name, params: letters.map((letter, n) => ({ letter, set: sets[n] as SetId })), body: closeAll(body, letters) },
];
/** Definitions, so that conditions have to look through them: q and s move with x, r does not. */
const definitions = new Map([
  define('q', ['i'], ['n'], add(pow(entry('x', i), integer(2)), entry('a'))),
  define('s', [], [], reduce('sum', 'k', close(mul(entry('x', k), entry('y', k)), 'k'), wholeSet('n'))),
  define('r', ['i'], ['m'], call('tanh', entry('z', i))),
]);
export const names: Readonly<Record<string, readonly SetId[]>> = { ...tensors, q: ['n'], s: [], r: ['m'] };
export const instanceContext: Context = { ...emptyContext, definitions, shapes: new Map(Object.entries(names)) };
/** The letters that stand free in instances. */
export const ambient: readonly { readonly letter: string; readonly set: SetId }[] = [
  { letter: 'i', set: 'n' },
  { letter: 'j', set: 'n' },
  { letter: 'l', set: 'm' },
];

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

// --- what a pattern is made of ---------------------------------------------------------------------------------------

/** Metavariables with the letters of their slots, and which letters and slots must have one index set. */
export interface Anatomy {
  readonly metavariables: ReadonlyMap<string, number>;
  readonly variables: ReadonlySet<string>;
  readonly letters: ReadonlySet<string>;
  readonly binders: ReadonlySet<string>;
  readonly square: ReadonlySet<string>;
  /** The representative of a letter or slot (`f/0`). */
  readonly group: (name: string) => string;
}

export function anatomy(patterns: readonly Term[]): Anatomy {
  const parent = new Map<string, string>();
  const find = (a: string): string => {
    const p = parent.get(a);
    return p === undefined || p === a ? a : find(p);
  };
  const join = (a: string, b: string): void => {
    parent.set(find(a), find(b));
  };
  const metavariables = new Map<string, number>();
  const variables = new Set<string>();
  const letters = new Set<string>();
  const binders = new Set<string>();
  const square = new Set<string>();
  const nameOf = (index: Index, stack: readonly string[]): string | null => {
    const name =
      index.kind === 'bound' ? stack[stack.length - 1 - index.depth] : index.kind === 'free' ? index.name : undefined;
    if (index.kind === 'free') letters.add(index.name);
    return name ?? null;
  };
  const meet = (a: Index, b: Index, stack: readonly string[]): void => {
    const [x, y] = [nameOf(a, stack), nameOf(b, stack)];
    if (x !== null && y !== null) join(x, y);
  };
  const condition = (c: Condition, stack: readonly string[]): void => {
    if (c.kind === 'position') meet(c.left, c.right, stack);
    else if (c.kind === 'not') condition(c.of, stack);
    else if (c.kind !== 'compare') for (const x of c.all) condition(x, stack);
  };
  const go = (t: Term, stack: readonly string[]): void => {
    if (t.kind === 'entry') {
      metavariables.set(t.name, t.indices.length);
      t.indices.forEach((index, n) => {
        const x = nameOf(index, stack);
        if (x !== null) join(`${t.name}/${n}`, x);
      });
    }
    if (t.kind === 'delta') meet(t.left, t.right, stack);
    if (t.kind === 'bracket' || t.kind === 'if') condition(t.condition, stack);
    if (t.kind === 'partial') variables.add(t.by.name);
    let inner: readonly string[] = stack;
    if (t.kind === 'reduce') {
      inner = [...stack, t.letter];
      binders.add(t.letter);
      if (t.where !== null) condition(t.where, inner);
    }
    if (t.kind === 'inverse' || t.kind === 'determinant') {
      inner = [...stack, ...t.letters];
      for (const l of t.letters) {
        binders.add(l);
        square.add(l);
      }
      join(t.letters[0], t.letters[1]);
      if (t.kind === 'inverse')
        for (const x of [t.row, t.column]) {
          const name = nameOf(x, stack);
          if (name !== null) join(name, t.letters[0]);
        }
    }
    for (const c of children(t)) go(c.term, inner);
  };
  for (const p of patterns) go(p, []);
  for (const v of variables) metavariables.delete(v);
  return { metavariables, variables, letters, binders, square: new Set([...square].map(find)), group: find };
}

// --- values for metavariables -------------------------------------------------------------------------------------------

/** Positive terms that the engine can see to be positive. */
function positiveTerm(plain: () => Term, random: Random): Term {
  const roll = random();
  if (roll < 0.3) return call('exp', plain());
  if (roll < 0.5) return add(one, pow(plain(), integer(2)));
  if (roll < 0.6) return call('sigmoid', plain());
  if (roll < 0.7) return pick(random, [integer(2), rational(1, 3), integer(5)]);
  if (roll < 0.85) return mul(call('exp', plain()), add(rational(1, 2), pow(plain(), integer(2))));
  return divide(one, add(one, call('exp', plain())));
}

/** Terms as a generator of trouble would choose them: 0, a sum, a product, a quotient, a power, or anything. */
function plainTerm(free: readonly { letter: string; set: SetId }[], random: Random): Term {
  const grow = (depth: number): Term => randomTerm(random, { depth, free, names, matrices: random() < 0.1 });
  const roll = random();
  if (roll < 0.03) return pick(random, [zero, one, integer(-2), rational(1, 2)]);
  if (roll < 0.1) return negate(grow(1));
  if (roll < 0.2) return divide(grow(0), add(one, pow(grow(0), integer(2))));
  return grow(roll < 0.6 ? 1 : 2);
}

/** An exponent: small, so that powers stay within floats. */
const exponents: readonly Term[] = [
  integer(2),
  integer(3),
  integer(-1),
  rational(1, 2),
  rational(-3, 2),
  one,
  entry('a'),
  entry('b'),
];

function valueOf(name: string, sets: readonly SetId[], e: Equation, exponent: boolean, random: Random): Binding {
  const params = sets.map((set, n) => ({ letter: `p${n}`, set }));
  const free = [...params, ...params, ...ambient];
  const plain = (): Term => plainTerm(free, random);
  const wanted = e.where.filter((c) => c.what === name).map((c) => c.is);
  let t =
    wanted.includes('positive') || wanted.includes('nonzero')
      ? positiveTerm(plain, random)
      : exponent && random() < 0.7
        ? pick(random, exponents)
        : plain();
  // a wider choice of what may well not depend on the variable
  if (wanted.includes('constant') && random() < 0.5)
    t =
      wanted.includes('positive') || wanted.includes('nonzero')
        ? integer(3)
        : randomTerm(random, { depth: 1, free, names: { b: [], z: ['m'], B: ['n', 'n'] } });
  return {
    params: params.length,
    body: closeAll(
      t,
      params.map((p) => p.letter),
    ),
  };
}

/** Matrices far from singular. */
const dominant = (t: Term): Term =>
  add(
    mul(integer(4), { kind: 'delta', left: { kind: 'bound', depth: 1 }, right: { kind: 'bound', depth: 0 } }),
    call('sin', t),
  );

/** Names that stand as exponents in a pattern. */
function exponentNames(t: Term, out = new Set<string>()): Set<string> {
  if (t.kind === 'pow' && t.exponent.kind === 'entry') out.add(t.exponent.name);
  for (const c of children(t)) exponentNames(c.term, out);
  return out;
}

// --- instances ----------------------------------------------------------------------------------------------------------------

export interface InstanceOptions {
  /** Also sums over parts of sets. */
  readonly partial?: boolean;
  /** All letters in one set, so that any may be written for any other. */
  readonly oneSet?: boolean;
}

/** A maker of random instances. */
export function instancesOf(
  e: Equation,
  { partial = false, oneSet = false }: InstanceOptions = {},
): (random: Random) => Instance | null {
  const parts = anatomy([e.from, e.to]);
  const exponential = exponentNames(e.from);
  return (random) => {
    const sets = new Map<string, SetId>();
    const setOf = (name: string): SetId => {
      const g = oneSet ? '' : parts.group(name);
      if (!sets.has(g))
        sets.set(
          g,
          parts.square.has(parts.group(name)) || (oneSet && parts.square.size > 0)
            ? 'n'
            : pick(random, ['n', 'n', 'm']),
        );
      return sets.get(g) as SetId;
    };
    const terms = new Map<string, Binding>();
    for (const v of parts.variables) terms.set(v, { params: 0, body: variable(random) });
    for (const [name, arity] of parts.metavariables) {
      const slots = Array.from({ length: arity }, (_, n) => `${name}/${n}`);
      const value = valueOf(name, slots.map(setOf), e, exponential.has(name), random);
      const isMatrix = slots.length === 2 && slots.every((s) => parts.square.has(parts.group(s)));
      terms.set(name, isMatrix ? { ...value, body: dominant(value.body) } : value);
    }
    const indices = new Map<string, Index>();
    for (const l of parts.letters) indices.set(l, indexIn(setOf(l), random));
    const binders = new Map<string, Binder>();
    for (const b of parts.binders)
      binders.set(b, {
        letter: pick(random, ['i', 'k', 'o']),
        ...rangeIn(setOf(b), partial && !parts.square.has(parts.group(b)), random),
      });
    const substitution: Substitution = { terms, indices, binders, restricted: partial };
    if (!e.where.every((c) => conditionHolds(c, substitution, instanceContext))) return null;
    return { left: instantiate(e.from, substitution), right: instantiate(e.to, substitution), substitution };
  };
}

const indexIn = (set: SetId, random: Random): Index =>
  random() < 0.1
    ? at(1)
    : freeIndex(
        pick(
          random,
          ambient.filter((a) => a.set === set),
        ).letter,
      );

function variable(random: Random): Term {
  const name = pick(random, ['a', 'x', 'x', 'y', 'z', 'A', 'W', 'q']);
  return entry(name, ...(names[name] as readonly SetId[]).map((set) => indexIn(set, random)));
}

/** The whole set, or a part of it by bounds or by a restriction. */
function rangeIn(set: SetId, partial: boolean, random: Random): Pick<Binder, 'range' | 'where'> {
  const roll = partial ? random() : 1;
  const other = indexIn(set, random);
  if (roll < 0.3)
    return { range: { set, from: at(1 + Math.floor(random() * 2)), to: { kind: 'end', set } }, where: null };
  if (roll < 0.6)
    return {
      range: wholeSet(set),
      where: { kind: 'position', op: pick(random, ['!=', '<', '<=']), left: { kind: 'bound', depth: 0 }, right: other },
    };
  return { range: wholeSet(set), where: null };
}
