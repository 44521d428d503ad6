// Random well-formed terms over a fixed set of tensors, for property tests of any room.
// Not here: random environments (`src/check/sample.ts` has them).
// Invariant: every index stands at an axis of its own set, and with `smooth` every function is differentiable where it is evaluated.
import { emptyContext, type Context } from '../../src/term/context.ts';
import {
  add,
  affine,
  at,
  boundIndex,
  bracket,
  call,
  constant,
  delta,
  determinant,
  divide,
  endIndex,
  entry,
  freeIndex,
  ifThen,
  integer,
  inverse,
  mul,
  negate,
  one,
  partial,
  position,
  pow,
  rational,
  reduce,
  size,
  subtract,
  wholeSet,
  type Condition,
  type FunctionName,
  type Index,
  type SetId,
  type Term,
} from '../../src/term/term.ts';

/** A seeded generator of numbers in [0, 1) (mulberry32). */
export type Random = () => number;
export function seeded(seed: number): Random {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The tensors that random terms are made of. */
export const tensors: Readonly<Record<string, readonly SetId[]>> = {
  a: [],
  b: [],
  x: ['n'],
  y: ['n'],
  z: ['m'],
  A: ['n', 'n'],
  B: ['n', 'n'],
  W: ['m', 'n'],
};
export const randomTermContext: Context = { ...emptyContext, shapes: new Map(Object.entries(tensors)) };

export interface RandomTermOptions {
  /** About how deep. */
  readonly depth?: number;
  /** Free letters with their sets. */
  readonly free?: readonly { readonly letter: string; readonly set: SetId }[];
  /** Only differentiable functions at safe arguments (default). */
  readonly smooth?: boolean;
  /** Also ∂, inverses and determinants, shifted indices. */
  readonly partials?: boolean;
  readonly matrices?: boolean;
  readonly shifts?: boolean;
  /** The names that may stand in the term; those of `tensors` unless said. */
  readonly names?: Readonly<Record<string, readonly SetId[]>>;
}

interface Scope {
  readonly random: Random;
  readonly options: RandomTermOptions;
  readonly bound: readonly SetId[];
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const smoothFunctions: readonly FunctionName[] = ['exp', 'sin', 'cos', 'tanh', 'sigmoid', 'softplus', 'erf', 'atan'];
const kinkedFunctions: readonly FunctionName[] = ['abs', 'relu', 'sign'];
const letters = ['i', 'j', 'k', 'l', 'm'];

/** A random term; closed but for the `free` letters. */
export function randomTerm(random: Random, options: RandomTermOptions = {}): Term {
  return grow({ random, options, bound: [] }, options.depth ?? 4);
}

function indicesOf(s: Scope, set: SetId): Index[] {
  const free = (s.options.free ?? []).filter((f) => f.set === set).map((f) => freeIndex(f.letter));
  const bound = s.bound.flatMap((b, n) => (b === set ? [boundIndex(s.bound.length - 1 - n)] : []));
  return [...free, ...bound];
}

const underBinder = (s: Scope, ...sets: readonly SetId[]): Scope => ({ ...s, bound: [...s.bound, ...sets] });

/** The names that can be written with the indices at hand; tensors of higher rank more often. */
function usableNames(s: Scope): { readonly name: string; readonly sets: readonly SetId[]; readonly weight: number }[] {
  const known = new Map<SetId, boolean>();
  const has = (set: SetId): boolean => {
    let h = known.get(set);
    if (h === undefined)
      known.set(set, (h = s.bound.includes(set) || (s.options.free ?? []).some((f) => f.set === set)));
    return h;
  };
  return Object.entries(s.options.names ?? tensors)
    .filter(([, sets]) => sets.every(has))
    .map(([name, sets]) => ({ name, sets, weight: 1 + 2 * sets.length }));
}

function leaf(s: Scope): Term {
  const roll = s.random();
  if (roll < 0.12)
    return pick<Term>(s.random, [
      integer(2),
      integer(3),
      rational(1, 2),
      integer(-1),
      rational(-2, 3),
      constant('pi'),
      size('n'),
      rational(1, 1000),
    ]);
  if (roll < 0.2) {
    const choices = indicesOf(s, 'n');
    if (choices.length > 1) return delta(pick(s.random, choices), pick(s.random, choices));
    if (choices.length === 1)
      return s.random() < 0.5
        ? position(choices[0] as Index)
        : bracket({ kind: 'position', op: '<', left: choices[0] as Index, right: endIndex('n') });
  }
  const usable = usableNames(s);
  let place = Math.floor(s.random() * usable.reduce((sum, u) => sum + u.weight, 0));
  const { name, sets } = usable.find((u) => (place -= u.weight) < 0) as { name: string; sets: readonly SetId[] };
  return entry(name, ...sets.map((set) => pick(s.random, indicesOf(s, set))));
}

/** 1 + t², which every log, root and denominator may have. */
const positive = (t: Term): Term => add(one, pow(t, integer(2)));

function condition(s: Scope, depth: number): Condition {
  const choices = indicesOf(s, 'n');
  if (s.options.smooth !== false || s.random() < 0.5) {
    if (choices.length > 1)
      return {
        kind: 'position',
        op: pick(s.random, ['=', '!=', '<', '<='] as const),
        left: pick(s.random, choices),
        right: pick(s.random, choices),
      };
    return { kind: 'compare', op: '>', left: size('n'), right: integer(2) };
  }
  return {
    kind: 'compare',
    op: pick(s.random, ['<', '>'] as const),
    left: grow(s, depth - 2),
    right: grow(s, depth - 2),
  };
}

function sum(s: Scope, depth: number): Term {
  const set = pick(s.random, ['n', 'n', 'm']);
  const inner = underBinder(s, set);
  const letter = pick(s.random, letters);
  const others = indicesOf(s, set);
  const roll = s.random();
  if (roll < 0.15 && others.length > 0) {
    const op = pick(s.random, ['!=', '<'] as const);
    const other = pick(
      s.random,
      indicesOf(underBinder(s, set), set).filter((i) => !(i.kind === 'bound' && i.depth === 0)),
    );
    return reduce('sum', letter, grow(inner, depth - 1), wholeSet(set), {
      kind: 'position',
      op,
      left: boundIndex(0),
      right: other,
    });
  }
  if (roll < 0.25 && s.options.shifts === true) {
    const next = affine([{ variable: { kind: 'bound', depth: 0 }, times: 1 }], 1);
    const name = pick(s.random, ['x', 'y']);
    return reduce(
      'sum',
      letter,
      mul(subtract(entry(name, next), entry(name, boundIndex(0))), grow(underBinder(s, 'n'), depth - 2)),
      { set: 'n', from: at(1), to: affine([{ variable: { kind: 'end', set: 'n' }, times: 1 }], -1) },
    );
  }
  const op =
    s.options.smooth === false && s.random() < 0.2
      ? pick(s.random, ['max', 'min'] as const)
      : s.random() < 0.1
        ? 'prod'
        : 'sum';
  return reduce(op, letter, grow(inner, depth - 1), wholeSet(set));
}

function matrixBody(s: Scope): Term {
  const inner = underBinder(s, 'n', 'n');
  const [row, column] = [boundIndex(1), boundIndex(0)];
  const plain = entry(pick(inner.random, ['A', 'B']), row, column);
  const twice = add(mul(integer(4), delta(row, column)), entry('A', row, column));
  const gram = reduce(
    'sum',
    'k',
    mul(entry('W', boundIndex(0), boundIndex(2)), entry('W', boundIndex(0), boundIndex(1))),
    wholeSet('m'),
  );
  return pick(inner.random, [plain, plain, twice, add(gram, delta(row, column))]);
}

function grow(s: Scope, depth: number): Term {
  if (depth <= 0) return leaf(s);
  const below = (): Term => grow(s, depth - 1 - Math.floor(s.random() * 2));
  const many = (): Term[] => Array.from({ length: 2 + Math.floor(s.random() * 2) }, below);
  const roll = s.random();
  if (roll < 0.2) return add(...many().map((t) => (s.random() < 0.3 ? negate(t) : t)));
  if (roll < 0.42) return mul(...many());
  if (roll < 0.66) return sum(s, depth);
  if (roll < 0.76) return pow(s.random() < 0.5 ? below() : leaf(s), integer(2 + Math.floor(s.random() * 2)));
  if (roll < 0.82) return divide(below(), positive(below()));
  if (roll < 0.86) return call(pick(s.random, ['log', 'sqrt'] as const), positive(below()));
  if (roll < 0.93)
    return call(
      pick(s.random, s.options.smooth === false ? [...smoothFunctions, ...kinkedFunctions] : smoothFunctions),
      below(),
    );
  if (roll < 0.95) return ifThen(condition(s, depth), below(), below());
  if (roll < 0.97 && s.options.matrices === true) return matrixTerm(s);
  if (s.options.partials === true) return derivative(s, below());
  return mul(below(), below());
}

function matrixTerm(s: Scope): Term {
  const choices = indicesOf(s, 'n');
  if (choices.length === 0 || s.random() < 0.4) return determinant(matrixBody(s), 'n', ['i', 'j']);
  return inverse(matrixBody(s), pick(s.random, choices), pick(s.random, choices), 'n', ['i', 'j']);
}

function derivative(s: Scope, body: Term): Term {
  const { name, sets } = pick(s.random, usableNames(s));
  return partial(body, { kind: 'entry', name, indices: sets.map((set) => pick(s.random, indicesOf(s, set))) });
}
