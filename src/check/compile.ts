// Every kind of node as a closure, in any arithmetic.
// Not here: entries (`entries.ts`), the arithmetics (`floats.ts`, `residues.ts`), any rewriting.
// Invariant: ∂ is computed by perturbing its entry, never by a rule, so this room cannot repeat a mistake of `rules/`.
import type { Context } from '../term/context.ts';
import type { Condition, Inverse, Kind, Num, Partial, Reduce, Term } from '../term/term.ts';
import { visit } from '../term/walk.ts';
import { work } from '../term/work.ts';
import type { Duals, Value } from './dual.ts';
import { entryMeaning } from './entries.ts';
import { axesOf, outOfRange, sizeOf, type Environment } from './environment.ts';
import { comparisons } from './floats.ts';
import { index, remembering, slotsUsed } from './indices.ts';
import { determinantOf, inverseOf } from './linear.ts';
import { enter, ownNodes, sizeIn, type Meaning, type Run, type Scope, type State, type Unit } from './meaning.ts';
import { randomPolynomial } from './unknown.ts';
import { emptyWorld, perturb } from './world.ts';

type Truth<S> = (s: State<S>) => boolean;

function truth<S>(c: Condition, scope: Scope<S>): Truth<S> {
  switch (c.kind) {
    case 'compare': {
      const [l, r] = [node(c.left, scope), node(c.right, scope)];
      return (s) => scope.unit.duals.compare(c.op, l(s), r(s));
    }
    case 'position': {
      const [l, r, op] = [index(c.left, scope), index(c.right, scope), comparisons[c.op]];
      return (s) => op(l(s), r(s));
    }
    case 'and': {
      const all = c.all.map((x) => truth(x, scope));
      return (s) => all.every((x) => x(s));
    }
    case 'or': {
      const all = c.all.map((x) => truth(x, scope));
      return (s) => all.some((x) => x(s));
    }
    case 'not': {
      const of = truth(c.of, scope);
      return (s) => !of(s);
    }
  }
}

// --- binders ---------------------------------------------------------------------------------------------------------------

function fold<S>(op: Reduce['op'], values: readonly Value<S>[], d: Duals<S>): Value<S> {
  switch (op) {
    case 'sum':
      return values.reduce((a, b) => d.add(a, b), d.zero);
    case 'prod':
      return values.reduce((a, b) => d.mul(a, b), d.one);
    case 'max':
      return values.length === 0 ? d.ring.power(d.zero, logOfNothing) : d.extreme('>', values);
    case 'min':
      return values.length === 0 ? d.ring.power(d.zero, logOfNothing) : d.extreme('<', values);
  }
}
// The maximum of nothing is no number: 0^(−1).
const logOfNothing: Num = { kind: 'num', num: -1n, den: 1n };

function reduceMeaning<S>(t: Reduce, scope: Scope<S>): Meaning<S> {
  const slot = scope.next;
  const within = enter(scope, 1);
  const from = t.range.from === null ? () => 1 : index(t.range.from, scope);
  const to = t.range.to === null ? wholeLength(t, scope) : index(t.range.to, scope);
  const where = t.where === null ? null : truth(t.where, within);
  const body = node(t.body, within);
  const each = ownNodes(t.body);
  const compute: Meaning<S> = (s) => {
    const values: Value<S>[] = [];
    const [first, last] = [from(s), to(s)];
    work(1 + each * Math.max(0, last - first + 1));
    for (let i = first; i <= last; i++) {
      s.slots[slot] = i;
      if (where === null || where(s)) values.push(body(s));
    }
    return fold(t.op, values, scope.unit.duals);
  };
  const used = slotsUsed(t, scope);
  return used.length < scope.next ? remembering(used, compute) : compute;
}

/** The length of the set that is summed over; where no set was inferred, a tensor that the bound index stands at tells it. */
function wholeLength<S>(t: Reduce, scope: Scope<S>): (s: State<S>) => number {
  if (t.range.set !== '') return (s) => sizeIn(s.run, t.range.set);
  const axes: { name: string; axis: number }[] = [];
  visit(t.body, (x, depth) => {
    if (x.kind !== 'entry') return;
    x.indices.forEach((i, axis) => {
      if (i.kind === 'bound' && i.depth === depth) axes.push({ name: x.name, axis });
    });
  });
  return (s) => {
    for (const { name, axis } of axes) {
      const set = axesOf(name, scope.unit.context)?.[axis];
      if (set !== undefined && set !== '') return sizeIn(s.run, set);
      const length = s.run.env.values.get(name)?.shape[axis];
      if (length !== undefined) return length;
    }
    return sizeOf('', s.run.env);
  };
}

function matrix<S>(body: Term, set: string, scope: Scope<S>): (s: State<S>) => Value<S>[][] {
  const entryAt = node(body, enter(scope, 2));
  const each = ownNodes(body);
  return (s) => {
    const n = sizeIn(s.run, set);
    work(each * n ** 2 + n ** 3);
    return Array.from({ length: n }, (_, r) =>
      Array.from({ length: n }, (__, c) => {
        s.slots[scope.next] = r + 1;
        s.slots[scope.next + 1] = c + 1;
        return entryAt(s);
      }),
    );
  };
}

// --- nodes -------------------------------------------------------------------------------------------------------------------

const isGuard = (t: Term): boolean => t.kind === 'delta' || t.kind === 'bracket';

/** A factor δ or [c] that is 0 makes the product 0 whatever else stands there, as Iverson's convention has it. */
function productMeaning<S>(factors: readonly Term[], scope: Scope<S>): Meaning<S> {
  const { zero, one, mul } = scope.unit.duals;
  const guards = factors.filter(isGuard).map((f) => node(f, scope));
  const others = factors.filter((f) => !isGuard(f)).map((f) => node(f, scope));
  return (s) => {
    for (const g of guards) if (g(s) === zero) return zero;
    let product: Value<S> = one;
    for (const f of others) product = product === one ? f(s) : mul(product, f(s));
    return product;
  };
}

type Table<S> = { readonly [K in Kind]: (t: Extract<Term, { kind: K }>, scope: Scope<S>) => Meaning<S> };

function table<S>(d: Duals<S>): Table<S> {
  const bit = (yes: boolean): S => (yes ? d.one : d.zero);
  return {
    num: (t) => {
      const v = d.ring.rational(t);
      return () => v;
    },
    constant: (t) => {
      const v = d.ring.constant(t.name);
      return () => v;
    },
    size: (t) => (s) => d.ring.integer(sizeIn(s.run, t.set)),
    position: (t, scope) => {
      const i = index(t.index, scope);
      return (s) => d.ring.integer(i(s));
    },
    entry: entryMeaning,
    delta: (t, scope) => {
      const [l, r] = [index(t.left, scope), index(t.right, scope)];
      return (s) => bit(l(s) === r(s));
    },
    bracket: (t, scope) => {
      const c = truth(t.condition, scope);
      return (s) => bit(c(s));
    },
    if: (t, scope) => {
      const [c, yes, no] = [truth(t.condition, scope), node(t.then, scope), node(t.else, scope)];
      return (s) => (c(s) ? yes(s) : no(s));
    },
    add: (t, scope) => {
      const terms = t.terms.map((x) => node(x, scope));
      return (s) => {
        let sum: Value<S> = d.zero;
        for (const x of terms) sum = d.add(sum, x(s));
        return sum;
      };
    },
    mul: (t, scope) => productMeaning(t.factors, scope),
    pow: (t, scope) => {
      const base = node(t.base, scope);
      const { exponent } = t;
      if (exponent.kind === 'num') return (s) => d.power(base(s), exponent);
      const e = node(exponent, scope);
      return (s) => d.raise(base(s), e(s));
    },
    call: (t, scope) => {
      const [f, args] = [d.call[t.fn], t.args.map((a) => node(a, scope))];
      return (s) => f(args.map((a) => a(s)));
    },
    apply: (t, scope) => {
      const args = t.args.map((a) => node(a, scope));
      return (s) =>
        applyUnknown(
          t.fn,
          args.map((a) => a(s)),
          t.orders,
          s.run,
          d,
        );
    },
    reduce: reduceMeaning,
    inverse: inverseMeaning,
    determinant: (t, scope) => {
      const rows = matrix(t.body, t.set, scope);
      return remembering(slotsUsed(t, scope), (s: State<S>) => determinantOf(rows(s), d));
    },
    partial: partialMeaning,
  };
}

function inverseMeaning<S>(t: Inverse, scope: Scope<S>): Meaning<S> {
  const rows = matrix(t.body, t.set, scope);
  const [row, column] = [index(t.row, scope), index(t.column, scope)];
  const used = slotsUsed({ kind: 'determinant', letters: t.letters, set: t.set, body: t.body }, scope);
  const all = remembering(used, (s: State<S>) => inverseOf(rows(s), scope.unit.duals));
  return (s) => {
    const [r, c, inverse] = [row(s), column(s), all(s)];
    const line = inverse[r - 1] ?? outOfRange('the inverse', 0, r, inverse.length);
    return line[c - 1] ?? outOfRange('the inverse', 1, c, inverse.length);
  };
}

function partialMeaning<S>(t: Partial, scope: Scope<S>): Meaning<S> {
  const body = node(t.body, scope);
  const at = t.by.indices.map((i) => index(i, scope));
  const held = new Set(t.held);
  const each = ownNodes(t.body);
  return (s) => {
    work(each);
    const tag = ++s.run.tag;
    const world = perturb(s.world, { tag, name: t.by.name, at: at.map((i) => i(s)), held });
    const value = body({ ...s, world });
    const { ring, real, tangent, divide, zero } = scope.unit.duals;
    // what has no value has no derivative, whatever its tangent
    return ring.isFinite(real(value)) ? tangent(value, tag) : divide(zero, zero);
  };
}

/** ∂^orders f at the arguments: every derivative perturbs its argument once more. */
function applyUnknown<S>(
  name: string,
  args: readonly Value<S>[],
  orders: readonly number[],
  run: Run<S>,
  d: Duals<S>,
): Value<S> {
  const next = orders.findIndex((o) => o > 0);
  if (next === -1) return randomPolynomial(name, args, run.env.seed, d);
  const tag = ++run.tag;
  const perturbed = args.map((a, n) => (n === next ? d.perturb(a, tag) : a));
  return d.tangent(
    applyUnknown(
      name,
      perturbed,
      orders.map((o, n) => (n === next ? o - 1 : o)),
      run,
      d,
    ),
    tag,
  );
}

function node<S>(t: Term, scope: Scope<S>): Meaning<S> {
  return scope.unit.compile(t, scope);
}

// --- the door ------------------------------------------------------------------------------------------------------------------

/** A place for everything compiled in one context, for one arithmetic. */
export function compiler<S>(d: Duals<S>): (context: Context) => Unit<S> {
  const nodes = table(d);
  const compile = (t: Term, scope: Scope<S>): Meaning<S> =>
    (nodes[t.kind] as (t: Term, scope: Scope<S>) => Meaning<S>)(t, scope);
  const units = new WeakMap<Context, Unit<S>>();
  return (context) => {
    let unit = units.get(context);
    if (unit === undefined)
      units.set(context, (unit = { context, duals: d, definitions: new Map(), terms: new WeakMap(), compile }));
    return unit;
  };
}

/** A term as a function of the positions of its letters, in one environment. */
export function compiledIn<S>(
  t: Term,
  letters: readonly string[],
  unit: Unit<S>,
): (env: Environment, input: Run<S>['input']) => (positions: readonly number[]) => S {
  const body = compiledBody(t, letters, unit);
  const each = ownNodes(t);
  return (env, input) => {
    const run: Run<S> = { env, input, sizes: new Map(), tag: 0 };
    const world = emptyWorld<Value<S>>();
    return (positions) => {
      work(each);
      return unit.duals.real(body({ run, world, slots: [...positions] }));
    };
  };
}

function compiledBody<S>(t: Term, letters: readonly string[], unit: Unit<S>): Meaning<S> {
  let byLetters = unit.terms.get(t);
  if (byLetters === undefined) unit.terms.set(t, (byLetters = new Map()));
  const k = letters.join();
  let body = byLetters.get(k);
  if (body === undefined)
    byLetters.set(
      k,
      (body = node(t, { unit, letters: new Map(letters.map((l, n) => [l, n])), bound: [], next: letters.length })),
    );
  return body;
}
