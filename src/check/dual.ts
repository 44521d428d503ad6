// Forward-mode dual numbers that nest, over any ring: derivatives of any order come from one evaluation.
// Not here: which quantity is perturbed (`world.ts`), and no rule of `rules/`: this is a second, independent meaning of
// ∂.
// Invariant: the outermost tag of a value is its largest one, so perturbations of different derivatives never mix
// (Siskind & Pearlmutter, 2005).
import { minusOne, rational, type Comparison, type FunctionName, type Num } from '../term/term.ts';
import type { Ring, Unary } from './ring.ts';

/** primal + tangent·ε, where ε (named by `tag`) squares to zero. */
export interface Dual<S> {
  readonly tag: number;
  readonly primal: Value<S>;
  readonly tangent: Value<S>;
}
export type Value<S> = S | Dual<S>;

/** Arithmetic with perturbations. */
export interface Duals<S> {
  readonly ring: Ring<S>;
  readonly zero: S;
  readonly one: S;
  readonly add: (a: Value<S>, b: Value<S>) => Value<S>;
  readonly mul: (a: Value<S>, b: Value<S>) => Value<S>;
  readonly negate: (a: Value<S>) => Value<S>;
  readonly divide: (a: Value<S>, b: Value<S>) => Value<S>;
  readonly power: (base: Value<S>, exponent: Num) => Value<S>;
  readonly raise: (base: Value<S>, exponent: Value<S>) => Value<S>;
  readonly call: { readonly [F in FunctionName]: (args: readonly Value<S>[]) => Value<S> };
  readonly compare: (op: Comparison, a: Value<S>, b: Value<S>) => boolean;
  /**
   * The largest ('>') or smallest ('<') of at least one value; at a tie the first of the largest and the last of the
   * smallest, as the rules of ∂ choose; what is undefined wins.
   */
  readonly extreme: (op: '>' | '<', values: readonly Value<S>[]) => Value<S>;
  /** x + ε */
  readonly perturb: (x: Value<S>, tag: number) => Value<S>;
  /** The coefficient of ε_tag, where no larger tag is left. */
  readonly tangent: (x: Value<S>, tag: number) => Value<S>;
  /** The value without any perturbation. */
  readonly real: (x: Value<S>) => S;
}

type Op<S> = (a: Value<S>, b: Value<S>) => Value<S>;

function tagOf<S>(v: Value<S>): number {
  return typeof v === 'number' ? 0 : ((v as Partial<Dual<S>>).tag ?? 0);
}

/** The value without any perturbation. */
function real<S>(v: Value<S>): S {
  while (tagOf(v) !== 0) v = (v as Dual<S>).primal;
  return v as S;
}

/** Sums and products of values whose tags may differ: the larger tag stays outside. */
function operations<S>(
  ring: Ring<S>,
  dual: (tag: number, primal: Value<S>, tangent: Value<S>) => Value<S>,
): { add: Op<S>; mul: Op<S> } {
  const add: Op<S> = (a, b) => {
    const [s, t] = [tagOf(a), tagOf(b)];
    if (s === 0 && t === 0) return ring.add(a as S, b as S);
    if (s > t) return dual(s, add((a as Dual<S>).primal, b), (a as Dual<S>).tangent);
    if (t > s) return dual(t, add(a, (b as Dual<S>).primal), (b as Dual<S>).tangent);
    return dual(
      s,
      add((a as Dual<S>).primal, (b as Dual<S>).primal),
      add((a as Dual<S>).tangent, (b as Dual<S>).tangent),
    );
  };
  const mul: Op<S> = (a, b) => {
    const [s, t] = [tagOf(a), tagOf(b)];
    if (s === 0 && t === 0) return ring.mul(a as S, b as S);
    if (s > t) return dual(s, mul((a as Dual<S>).primal, b), mul((a as Dual<S>).tangent, b));
    if (t > s) return dual(t, mul(a, (b as Dual<S>).primal), mul(a, (b as Dual<S>).tangent));
    const [x, y] = [a as Dual<S>, b as Dual<S>];
    return dual(s, mul(x.primal, y.primal), add(mul(x.tangent, y.primal), mul(x.primal, y.tangent)));
  };
  return { add, mul };
}

/** Dual numbers of any order over a ring. */
export function dualNumbers<S>(ring: Ring<S>): Duals<S> {
  const zero = ring.integer(0);
  const one = ring.integer(1);
  const isZero = (x: Value<S>): boolean => tagOf(x) === 0 && ring.magnitude(x as S) === 0;
  // Without a tangent just the primal, which also keeps 0 · ∞ out of derivatives.
  const dual = (tag: number, primal: Value<S>, tangent: Value<S>): Value<S> =>
    isZero(tangent) ? primal : { tag, primal, tangent };
  const { add, mul } = operations(ring, dual);
  const negate = (a: Value<S>): Value<S> => mul(ring.integer(-1), a);
  const power = (base: Value<S>, exponent: Num): Value<S> => {
    if (exponent.num === 0n) return one;
    if (tagOf(base) === 0) return ring.power(base as S, exponent);
    const { tag, primal, tangent } = base as Dual<S>;
    const less = rational(exponent.num - exponent.den, exponent.den);
    return dual(tag, power(primal, exponent), mul(mul(ring.rational(exponent), power(primal, less)), tangent));
  };
  const divide: Op<S> = (a, b) => mul(a, power(b, minusOne));
  const tangent = (x: Value<S>, tag: number): Value<S> => (tagOf(x) === tag ? (x as Dual<S>).tangent : zero);
  const compare = (op: Comparison, a: Value<S>, b: Value<S>): boolean => ring.compare(op, real(a), real(b));
  const extreme = (op: '>' | '<', values: readonly Value<S>[]): Value<S> =>
    values.find((v) => ring.isUndefined(real(v))) ??
    values.reduce((best, v) => (compare(op === '>' ? '>' : '<=', v, best) ? v : best));
  const call = functionsOf({ ring, zero, one, add, mul, negate, divide, power, tagOf, dual, extreme });
  const raise = (base: Value<S>, exponent: Value<S>): Value<S> => {
    if (tagOf(base) === 0 && tagOf(exponent) === 0) return ring.raise(base as S, exponent as S);
    return ring.magnitude(real(base)) === 0
      ? ring.raise(real(base), real(exponent))
      : call.exp([mul(exponent, call.log([base]))]);
  };
  return {
    ring,
    zero,
    one,
    add,
    mul,
    negate,
    divide,
    power,
    raise,
    call,
    compare,
    extreme,
    tangent,
    real,
    perturb: (x, tag) => add(x, dual(tag, zero, one)),
  };
}

interface Tools<S>
  extends Pick<Duals<S>, 'ring' | 'zero' | 'one' | 'add' | 'mul' | 'negate' | 'divide' | 'power' | 'extreme'> {
  readonly tagOf: (v: Value<S>) => number;
  readonly dual: (tag: number, primal: Value<S>, tangent: Value<S>) => Value<S>;
}

/**
 * Every elementary function with its slope, written in functions of the same table (Abramowitz & Stegun, ch. 4 and 7).
 */
function functionsOf<S>({
  ring,
  zero,
  one,
  add,
  mul,
  negate,
  divide,
  power,
  extreme,
  tagOf: tag,
  dual,
}: Tools<S>): Duals<S>['call'] {
  type F = (x: Value<S>) => Value<S>;
  const lift = (name: Unary, slope: F): F => {
    const base = ring.functions[name];
    const lifted: F = (x) => {
      if (tag(x) === 0) return base(x as S);
      const d = x as Dual<S>;
      return dual(d.tag, lifted(d.primal), mul(slope(d.primal), d.tangent));
    };
    return lifted;
  };
  const square: F = (x) => mul(x, x);
  const oneMinusSquare: F = (x) => add(one, negate(square(x)));
  const inverseRoot: F = (x) => power(x, rational(-1, 2));
  const sign = lift('sign', () => zero);
  const step: F = (x) => (ring.compare('>', real(x), zero) ? one : zero);
  const exp: F = lift('exp', (x) => exp(x));
  const sin: F = lift('sin', (x) => cos(x));
  const cos: F = lift('cos', (x) => negate(sin(x)));
  const sinh: F = lift('sinh', (x) => cosh(x));
  const cosh: F = lift('cosh', (x) => sinh(x));
  const tan: F = lift('tan', (x) => add(one, square(tan(x))));
  const tanh: F = lift('tanh', (x) => oneMinusSquare(tanh(x)));
  const sigmoid: F = lift('sigmoid', (x) => mul(sigmoid(x), sigmoid(negate(x))));
  const gauss: F = (x) => mul(mul(ring.integer(2), inverseRoot(ring.constant('pi'))), exp(negate(square(x))));
  const sqrt: F = lift('sqrt', (x) => divide(ring.rational(rational(1, 2)), sqrt(x)));
  const of =
    (f: F) =>
    ([x]: readonly Value<S>[]): Value<S> =>
      f(x as Value<S>);
  return {
    exp: of(exp),
    log: of(lift('log', (x) => power(x, minusOne))),
    sqrt: of(sqrt),
    abs: of(lift('abs', sign)),
    sign: of(sign),
    sin: of(sin),
    cos: of(cos),
    tan: of(tan),
    sinh: of(sinh),
    cosh: of(cosh),
    tanh: of(tanh),
    asin: of(lift('asin', (x) => inverseRoot(oneMinusSquare(x)))),
    acos: of(lift('acos', (x) => negate(inverseRoot(oneMinusSquare(x))))),
    atan: of(lift('atan', (x) => power(add(one, square(x)), minusOne))),
    sigmoid: of(sigmoid),
    softplus: of(lift('softplus', sigmoid)),
    relu: of(lift('relu', step)),
    erf: of(lift('erf', gauss)),
    max: (args) => extreme('>', args),
    min: (args) => extreme('<', args),
  };
}
