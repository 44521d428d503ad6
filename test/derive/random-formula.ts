// Random questions about random formulas: named definitions that build on each other, as losses, layers and exercises do.
// Not here: random terms without a shape (`test/term/random-term.ts`).
// Invariant: every formula is defined for all values of its inputs, index sets fit, and one seed always gives one formula.
import type { Route } from '../../src/derive/choose.ts';
import { emptyContext, type Assumption, type Context, type Definition } from '../../src/term/context.ts';
import {
  add,
  affine,
  apply,
  at,
  boundIndex,
  bracket,
  call,
  delta,
  determinant,
  divide,
  entry,
  freeIndex,
  ifThen,
  integer,
  inverse,
  mul,
  negate,
  one,
  partial,
  pow,
  rational,
  reduce,
  size,
  subtract,
  wholeSet,
  type Condition,
  type Entry,
  type FunctionName,
  type Index,
  type SetId,
  type Term,
} from '../../src/term/term.ts';
import { close, closeAll, entryNames } from '../../src/term/walk.ts';
import { randomTerm, seeded, type Random } from '../term/random-term.ts';

export interface Formula {
  readonly seed: number;
  readonly context: Context;
  /** ∂(…)/∂(…), perhaps twice. */
  readonly question: Term;
  readonly letters: readonly string[];
  readonly route: Route;
}

const inputs: Readonly<Record<string, readonly SetId[]>> = {
  a: [],
  b: [],
  x: ['n'],
  y: ['n'],
  z: ['m'],
  A: ['n', 'n'],
  B: ['n', 'n'],
  W: ['m', 'n'],
};
const routes: readonly Route[] = ['auto', 'quotient', 'product', 'log'];
export const summationLetters: readonly string[] = ['i', 'j', 'k', 'l', 'r', 's'];

interface World {
  readonly random: Random;
  readonly shapes: Map<string, readonly SetId[]>;
  readonly definitions: Map<string, Definition>;
}
/** Letters that may be used at a place, with their sets. */
type Scope = readonly { readonly letter: string; readonly set: SetId }[];

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const fresh = (scope: Scope, w: World): string =>
  pick(
    w.random,
    summationLetters.filter((l) => !scope.some((s) => s.letter === l)),
  );
const sumOver = (
  w: World,
  scope: Scope,
  set: SetId,
  body: (letter: Index, inner: Scope) => Term,
  where?: (letter: Index) => Condition,
): Term => reduction('sum', w, scope, set, body, where);

function reduction(
  op: 'sum' | 'prod' | 'max',
  w: World,
  scope: Scope,
  set: SetId,
  body: (letter: Index, inner: Scope) => Term,
  where?: (letter: Index) => Condition,
): Term {
  const letter = fresh(scope, w);
  const closed = where === undefined ? null : close(bracket(where(freeIndex(letter))), letter);
  return reduce(
    op,
    letter,
    close(body(freeIndex(letter), [...scope, { letter, set }]), letter),
    wholeSet(set),
    closed?.kind === 'bracket' ? closed.condition : null,
  );
}

const inScope = (scope: Scope, set: SetId): Index[] =>
  scope.filter((s) => s.set === set).map((s) => freeIndex(s.letter));

/** An entry of some name that fits the letters at hand; a vector over `set` where there is one. */
function atom(w: World, scope: Scope, set?: SetId): Term {
  const fitting = [...w.shapes].filter(
    ([, sets]) => sets.every((s) => inScope(scope, s).length > 0) && (set === undefined || sets.includes(set)),
  );
  if (fitting.length === 0) return entry('a');
  const recent = fitting.filter(([name]) => w.definitions.has(name));
  const [name, sets] = pick(w.random, recent.length > 0 && w.random() < 0.5 ? recent : fitting);
  return entry(name, ...sets.map((s) => pick(w.random, s === set ? inScope(scope, s).slice(-1) : inScope(scope, s))));
}

const smooth: readonly FunctionName[] = [
  'exp',
  'tanh',
  'sigmoid',
  'sin',
  'cos',
  'softplus',
  'erf',
  'atan',
  'sinh',
  'relu',
  'abs',
];

/** A small expression in the letters at hand. */
function small(w: World, scope: Scope, set?: SetId): Term {
  const t = atom(w, scope, set);
  const roll = w.random();
  if (roll < 0.35) return t;
  if (roll < 0.5) return mul(t, atom(w, scope));
  if (roll < 0.6) return pow(t, integer(2));
  if (roll < 0.7) return subtract(t, atom(w, scope));
  if (roll < 0.8) return mul(entry(w.random() < 0.5 ? 'a' : 'b'), t);
  if (roll < 0.95) return call(pick(w.random, smooth), t);
  return randomTerm(w.random, { depth: 1, free: scope, names: Object.fromEntries(w.shapes) });
}

/** Something positive. */
const positive = (w: World, scope: Scope, set?: SetId): Term =>
  w.random() < 0.6
    ? call('exp', small(w, scope, set))
    : w.random() < 0.5
      ? add(one, pow(small(w, scope, set), integer(2)))
      : call('softplus', small(w, scope, set));

// --- shapes of definitions -----------------------------------------------------------------------------------------------

type Shape = (w: World, scope: Scope) => Term;
const own = (scope: Scope): { letter: Index; set: SetId } => {
  const s = scope[scope.length - 1] as { letter: string; set: SetId };
  return { letter: freeIndex(s.letter), set: s.set };
};
const anySet = (w: World): SetId => pick(w.random, ['n', 'n', 'm']);

/** Entries of a vector or matrix whose last letter is the component. */
const componentShapes: readonly Shape[] = [
  // a softmax, perhaps with a temperature
  (w, scope) => {
    const { letter, set } = own(scope);
    const name =
      w.shapes.has('h') && w.shapes.get('h')?.length === 1 && w.shapes.get('h')?.[0] === set
        ? 'h'
        : set === 'n'
          ? pick(w.random, ['x', 'y'])
          : 'z';
    const logit = (l: Index): Term => call('exp', entry(name, l));
    return divide(logit(letter), sumOver(w, scope, set, logit));
  },
  (w, scope) => {
    const { set } = own(scope);
    const top = positive(w, scope, set);
    return divide(
      top,
      sumOver(w, scope, set, (_l, inner) => positive(w, inner, set)),
    );
  },
  // normalised by length
  (w, scope) => {
    const { letter, set } = own(scope);
    const v = set === 'n' ? 'x' : 'z';
    return divide(
      entry(v, letter),
      call(
        'sqrt',
        add(
          one,
          sumOver(w, scope, set, (l) => pow(entry(v, l), integer(2))),
        ),
      ),
    );
  },
  // a layer
  (w, scope) => {
    const { letter, set } = own(scope);
    const pre =
      set === 'm'
        ? add(
            sumOver(w, scope, 'n', (l) => mul(entry('W', letter, l), entry('x', l))),
            entry('z', letter),
          )
        : sumOver(w, scope, 'n', (l, inner) => mul(entry('A', letter, l), small(w, inner, 'n')));
    return w.random() < 0.6 ? call(pick(w.random, smooth), pre) : pre;
  },
  // a function of the component, with δ, a bracket or a case
  (w, scope) => small(w, scope, own(scope).set),
  (w, scope) => add(small(w, scope, own(scope).set), mul(small(w, scope), atom(w, scope, own(scope).set))),
  (w, scope) => {
    const { letter, set } = own(scope);
    return sumOver(w, scope, set, (l, inner) => mul(delta(l, letter), small(w, inner, set)));
  },
  (w, scope) => {
    const { letter, set } = own(scope);
    return sumOver(
      w,
      scope,
      set,
      (_l, inner) => small(w, inner, set),
      (l) => ({ kind: 'position', op: pick(w.random, ['!=', '<', '<=']), left: l, right: letter }),
    );
  },
  (w, scope) => {
    const { set } = own(scope);
    const t = atom(w, scope, set);
    return ifThen(
      { kind: 'compare', op: '>', left: t, right: rational(1, 10) },
      small(w, scope, set),
      mul(entry('a'), t),
    );
  },
  (w, scope) => {
    const { letter, set } = own(scope);
    return ifThen(
      { kind: 'position', op: pick(w.random, ['=', '<=', '!=']), left: letter, right: at(1) },
      small(w, scope, set),
      atom(w, scope),
    );
  },
  (w, scope) => {
    const { letter, set } = own(scope);
    const v = set === 'n' ? 'x' : 'z';
    return subtract(
      entry(v, letter),
      divide(
        sumOver(w, scope, set, (l) => entry(v, l)),
        size(set),
      ),
    );
  },
  (w, scope) => call('log', positive(w, scope, own(scope).set)),
  (w, scope) => {
    const { letter, set } = own(scope);
    return set === 'n' ? inverse(matrixBody(w), letter, at(1), 'n', ['i', 'j']) : small(w, scope, set);
  },
];

const matrixBody = (w: World): Term => {
  const [row, column] = [boundIndex(1), boundIndex(0)];
  const body = pick(w.random, [
    entry('A', row, column),
    call('sin', entry('B', row, column)),
    mul(entry('x', row), entry('y', column)),
    add(entry('A', row, column), entry('A', column, row)),
  ]);
  return add(mul(integer(5), delta(row, column)), body);
};

/** Numbers: losses, energies, statistics. */
const scalarShapes: readonly Shape[] = [
  (w, scope) => {
    const set = anySet(w);
    return sumOver(w, scope, set, (_l, inner) => small(w, inner, set));
  },
  (w, scope) => {
    const set = anySet(w);
    return mul(
      rational(1, 2),
      sumOver(w, scope, set, (_l, inner) => pow(subtract(small(w, inner, set), atom(w, inner, set)), integer(2))),
    );
  },
  (w, scope) => {
    const set = anySet(w);
    return call(
      'log',
      sumOver(w, scope, set, (_l, inner) => call('exp', small(w, inner, set))),
    );
  },
  (w, scope) => {
    const set = anySet(w);
    return negate(
      sumOver(w, scope, set, (_l, inner) => mul(atom(w, inner, set), call('log', positive(w, inner, set)))),
    );
  },
  (w, scope) =>
    sumOver(w, scope, 'n', (l, inner) =>
      sumOver(w, inner, 'n', (r) =>
        mul(entry('x', l), entry(pick(w.random, ['A', 'B']), l, r), entry(pick(w.random, ['x', 'y']), r)),
      ),
    ),
  (w, scope) => {
    const set = anySet(w);
    return divide(
      sumOver(w, scope, set, (_l, inner) => small(w, inner, set)),
      sumOver(w, scope, set, (_l, inner) => positive(w, inner, set)),
    );
  },
  (w, scope) =>
    sumOver(w, scope, 'n', (l, inner) =>
      sumOver(
        w,
        inner,
        'n',
        (r, deep) => mul(small(w, deep, 'n'), atom(w, inner, 'n')),
        (r) => ({ kind: 'position', op: '!=', left: r, right: l }),
      ),
    ),
  // neighbours
  (w, scope) => {
    const letter = fresh(scope, w);
    const next = affine([{ variable: { kind: 'free', name: letter }, times: 1 }], 1);
    const v = pick(w.random, ['x', 'y']);
    const body = pick(w.random, [
      pow(subtract(entry(v, next), entry(v, freeIndex(letter))), integer(2)),
      mul(entry(v, next), call('tanh', entry(v, freeIndex(letter)))),
      mul(entry('x', next), entry('y', freeIndex(letter))),
    ]);
    return reduce('sum', letter, close(body, letter), {
      set: 'n',
      from: at(1),
      to: affine([{ variable: { kind: 'end', set: 'n' }, times: 1 }], -1),
    });
  },
  (w, scope) => reduction('prod', w, scope, 'n', (_l, inner) => positive(w, inner, 'n')),
  (w, scope) => reduction('max', w, scope, 'n', (_l, inner) => atom(w, inner, 'n')),
  (w) =>
    w.random() < 0.5
      ? call(
          'log',
          determinant(
            add(
              mul(integer(9), delta(boundIndex(1), boundIndex(0))),
              call('sin', entry('A', boundIndex(1), boundIndex(0))),
            ),
            'n',
            ['i', 'j'],
          ),
        )
      : determinant(matrixBody(w), 'n', ['i', 'j']),
  (w, scope) =>
    sumOver(w, scope, 'n', (l, inner) =>
      sumOver(w, inner, 'n', (r) => mul(entry('y', l), inverse(matrixBody(w), l, r, 'n', ['i', 'j']), entry('y', r))),
    ),
  (w, scope) =>
    call(
      'sqrt',
      add(
        one,
        sumOver(w, scope, 'n', (l) => pow(entry('x', l), integer(2))),
      ),
    ),
  (w, scope) => {
    const set = anySet(w);
    return apply('g', [
      sumOver(w, scope, set, (_l, inner) => small(w, inner, set)),
      ...(w.random() < 0.5 ? [entry('a')] : []),
    ]);
  },
  (w, scope) =>
    pow(
      add(one, pow(small(w, scope), integer(2))),
      pick(w.random, [rational(1, 2), rational(-1, 2), integer(-1), entry('b')]),
    ),
  (w, scope) => call(pick(w.random, ['max', 'min']), small(w, scope), small(w, scope)),
];

function define(name: string, w: World): void {
  const letters = pick(w.random, [[], [], ['j'], ['j'], ['i'], ['k'], ['k', 'j']] as readonly (readonly string[])[]);
  const scope = letters.map((letter) => ({ letter, set: pick(w.random, ['n', 'n', 'm']) }));
  const body = scope.length === 0 ? pick(w.random, scalarShapes)(w, []) : pick(w.random, componentShapes)(w, scope);
  w.definitions.set(name, { name, params: scope, body: closeAll(body, letters) });
  w.shapes.set(
    name,
    scope.map((s) => s.set),
  );
}

const assumable: readonly Assumption[] = [
  { kind: 'property', of: 'A', property: 'symmetric' },
  { kind: 'property', of: 'y', property: 'oneHot' },
  { kind: 'property', of: 'x', property: 'positive' },
  { kind: 'equation', left: reduce('sum', 'i', entry('y', boundIndex(0)), wholeSet('n')), right: one },
];

export interface FormulaOptions {
  /** The most definitions that build on each other; 2 keeps formulas small. */
  readonly definitions?: 1 | 2 | 3;
  /** How often a second derivative is asked for. */
  readonly twice?: number;
}

/** The formula of a seed. */
export function randomFormula(seed: number, { definitions = 2, twice: often = 0.1 }: FormulaOptions = {}): Formula {
  const random = seeded(seed);
  const w: World = { random, shapes: new Map(Object.entries(inputs)), definitions: new Map() };
  const names = ['h', 'p', 'q'].slice(0, Math.min(definitions, pick(random, [1, 1, 2, 2, 3])));
  for (const name of names) define(name, w);
  const assumptions = random() < 0.15 ? [pick(random, assumable)] : [];
  const context: Context = { ...emptyContext, definitions: w.definitions, shapes: w.shapes, assumptions };
  const last = names[names.length - 1] as string;
  const used: string[] = [];
  const point = (name: string): Entry =>
    entry(
      name,
      ...(w.shapes.get(name) ?? []).map(() => {
        const l = pick(
          random,
          summationLetters.filter((x) => !used.includes(x)),
        );
        used.push(l);
        return freeIndex(l);
      }),
    );
  const of = point(last);
  const twice = random() < often && of.indices.length <= 1 && (names.length === 1 || definitions === 3);
  const byNames = reachable(last, w).filter((n) => (w.shapes.get(n)?.length ?? 0) + of.indices.length <= 3);
  const by = (): Entry =>
    point(byNames.length === 0 || random() < 0.04 ? pick(random, ['x', 'a', 'z']) : pick(random, byNames));
  let question: Term = partial(of, by());
  if (twice) question = partial(question, by());
  return { seed, context, question, letters: [...used], route: routes[seed % routes.length] as Route };
}

/** Names that the value of a definition rests on; definitions among them may be differentiated by as well. */
function reachable(name: string, w: World): string[] {
  const found = new Set<string>();
  const go = (t: Term): void => {
    for (const n of entryNames(t))
      if (!found.has(n)) {
        found.add(n);
        const d = w.definitions.get(n);
        if (d !== undefined) go(d.body);
      }
  };
  go((w.definitions.get(name) as Definition).body);
  return [...found];
}
