// Exponentials made safe: quotients and logarithms of sums of exponentials are shifted by their maximum, however they
// were written.
// Not here: the same laws as rules that a derivation shows (room `rules`, kind `rounding`); the schedules that run the
// result.
// Invariant: the result equals the given term over the real numbers; only roundings and overflows differ.
import { must } from '../term/must.ts';
import type { Definition } from '../term/context.ts';
import {
  add,
  call,
  isNumber,
  isOne,
  mul,
  negate,
  one,
  pow,
  rational,
  reduce,
  type Num,
  type Reduce,
  type Term,
} from '../term/term.ts';
import { key, mapNode, openAll, shift, usesBound } from '../term/walk.ts';

/**
 * Σ rest·exp(exponent) over one index (both written under its binder), or a sum of two exponentials exp(left) +
 * exp(right).
 */
type ExponentialSum =
  | { readonly kind: 'over'; readonly node: Reduce; readonly exponent: Term; readonly rest: readonly Term[] }
  | { readonly kind: 'pair'; readonly left: Term; readonly right: Term };
type Power = { readonly num: bigint; readonly den: bigint };
/**
 * factors · exp(Σ exponents) · Π sum^power; `degree` counts exponentials, so that a normalised quotient has degree 0.
 */
interface Product {
  readonly factors: readonly Term[];
  readonly exponents: readonly Term[];
  readonly sums: readonly { readonly sum: ExponentialSum; readonly power: Power }[];
  readonly degree: number;
}

type Definitions = ReadonlyMap<string, Definition>;
const unit: Power = { num: 1n, den: 1n };
const plain = (t: Term): Product => ({ factors: isOne(t) ? [] : [t], exponents: [], sums: [], degree: 0 });
const scaled = (t: Term, p: Power): Term => (p.num === p.den ? t : isNumber(t, 0) ? t : mul(rational(p.num, p.den), t));
const isExponential = (p: Product): boolean => p.exponents.length > 0 || p.sums.length > 0;

/**
 * The term with every quotient and logarithm of exponential sums in its shifted form. Definitions are looked through,
 * not changed.
 */
export const stabilise = (t: Term, definitions: Definitions): Term => new Stabiliser(definitions).go(t);

/** One pass over a term. What a definition is as a product is found once. */
class Stabiliser {
  readonly #definitions: Definitions;
  readonly #memo = new Map<string, Product>();
  readonly #done = new WeakMap<Term, Term>();
  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  go(x: Term): Term {
    let result = this.#done.get(x);
    if (result === undefined) {
      result = this.#compute(x);
      this.#done.set(x, result);
    }
    return result;
  }
  #compute(x: Term): Term {
    if (x.kind === 'call' && x.fn === 'log') return this.#logarithm(must(x.args[0]));
    if (x.kind === 'mul' || x.kind === 'pow' || x.kind === 'add' || (x.kind === 'call' && x.fn === 'sqrt')) {
      const p = this.#product(x);
      const pair = p.sums.some((s) => s.sum.kind === 'pair' && s.power.num < 0n);
      const quotient = p.sums.some((s) => s.power.num < 0n) && (p.exponents.length > 0 || p.sums.length > 1);
      if (pair || quotient) return this.#build(p);
    }
    return this.#mapped(x);
  }

  #unfold(x: Term): Product | null {
    if (x.kind !== 'entry') return null;
    const d = this.#definitions.get(x.name);
    if (d === undefined || d.params.length !== x.indices.length) return null;
    const k = key(x);
    let p = this.#memo.get(k);
    if (p === undefined) {
      this.#memo.set(k, plain(x));
      p = this.#product(openAll(d.body, x.indices));
      this.#memo.set(k, p);
    }
    return p;
  }

  #product(x: Term): Product {
    switch (x.kind) {
      case 'mul':
        return combine(x.factors.map((f) => this.#product(f)));
      case 'pow':
        return x.exponent.kind === 'num'
          ? this.#raise(x.base, x.exponent, x)
          : x.base.kind === 'constant' && x.base.name === 'e'
            ? this.#exponential(x.exponent)
            : plain(this.#mapped(x));
      case 'call':
        if (x.fn === 'exp') return this.#exponential(must(x.args[0]));
        if (x.fn === 'sqrt') return this.#raise(must(x.args[0]), rational(1, 2), x);
        return plain(this.#mapOrLog(x));
      case 'entry': {
        const p = this.#unfold(x);
        return p !== null && p.degree !== 0 ? p : plain(x);
      }
      case 'reduce':
        return x.op === 'sum' ? this.#overIndex(x) : plain(this.#mapped(x));
      case 'add':
        return this.#sumOfTerms(x.terms) ?? plain(this.#mapped(x));
      default:
        return plain(this.#mapped(x));
    }
  }
  #mapOrLog(x: Term): Term {
    return x.kind === 'call' && x.fn === 'log' ? this.go(x) : this.#mapped(x);
  }
  #exponential(a: Term): Product {
    return { factors: [], exponents: [this.go(a)], sums: [], degree: 1 };
  }

  #raise(base: Term, exponent: Num, whole: Term): Product {
    const p = this.#product(base);
    const power = { num: exponent.num, den: exponent.den };
    const positive = p.factors.length === 0 && p.sums.every((s) => s.sum.kind === 'pair' || s.sum.rest.length === 0);
    if (!isExponential(p) || (exponent.den !== 1n && !positive)) return plain(this.#mapped(whole));
    return {
      factors: p.factors.map((f) => pow(f, exponent)),
      exponents: p.exponents.map((e) => scaled(e, power)),
      sums: p.sums.map((s) => ({ sum: s.sum, power: timesPower(s.power, power) })),
      degree: (p.degree * Number(exponent.num)) / Number(exponent.den),
    };
  }

  /**
   * Σ of a product: what does not depend on the index is pulled out, an exponential that does makes an exponential sum.
   */
  #overIndex(x: Reduce): Product {
    const p = this.#product(x.body);
    const inner = { ...p, factors: [...p.factors], exponents: [...p.exponents] };
    const outerSums = p.sums.filter((s) => !sumUses(s.sum));
    for (const s of p.sums.filter((q) => sumUses(q.sum))) {
      const shifted = shiftOf(s.sum);
      inner.exponents.push(scaled(shifted.by, s.power));
      inner.factors.push(power(shifted.rest, s.power));
    }
    const dependent = inner.exponents.filter((e) => usesBound(e));
    if (dependent.length === 0) return plain(this.#mapped(x));
    const free = inner.exponents.filter((e) => !usesBound(e)).map((e) => shift(e, -1));
    const split = splitConstant(linear(dependent));
    return {
      factors: [],
      exponents: [...free, ...split.outside],
      sums: [
        { sum: { kind: 'over', node: x, exponent: split.inside, rest: inner.factors }, power: unit },
        ...outerSums.map((s) => ({ sum: shiftSum(s.sum, -1), power: s.power })),
      ],
      degree: p.degree,
    };
  }

  /** A sum of two exponentials (a number 1 counts as exp(0)). */
  #sumOfTerms(terms: readonly Term[]): Product | null {
    if (terms.length !== 2) return null;
    const parts = terms.map((t) => (isOne(t) ? { ...plain(one), exponents: [rational(0)] } : this.#product(t)));
    const simple = parts.every((p) => p.factors.length === 0 && p.sums.length === 0 && p.exponents.length > 0);
    if (!simple || terms.every((t) => isOne(t))) return null;
    const [left, right] = parts.map((p) => linear(p.exponents)) as [Term, Term];
    return {
      factors: [],
      exponents: [],
      sums: [{ sum: { kind: 'pair', left, right }, power: unit }],
      degree: terms.some((t) => isOne(t)) ? 0 : 1,
    };
  }

  #logarithm(argument: Term): Term {
    const seen = this.#unfold(argument) ?? null;
    const p =
      seen !== null && (isExponential(seen) || this.#soleSigmoid(seen) !== null) ? seen : this.#product(argument);
    const sigmoid = this.#soleSigmoid(p);
    if (sigmoid !== null) return negate(call('softplus', negate(sigmoid)));
    const complement = this.#complementOfSigmoid(argument);
    if (complement !== null) return negate(call('softplus', complement));
    if (!isExponential(p)) return call('log', this.go(argument));
    const parts: Term[] = [...p.exponents];
    const logs: Term[] = [];
    const rest: Term[] = [...p.factors];
    for (const s of p.sums) {
      if (s.sum.kind === 'pair') {
        logs.push(scaled(logPair(s.sum.left, s.sum.right), s.power));
        continue;
      }
      const shifted = shiftOf(s.sum);
      parts.push(scaled(shifted.by, s.power));
      if (s.sum.rest.length === 0) logs.push(scaled(call('log', shifted.rest), s.power));
      else rest.push(power(shifted.rest, s.power));
    }
    if (rest.length > 0) logs.push(call('log', mul(...rest)));
    return add(...addends(linear(parts)), ...logs);
  }

  #complementOfSigmoid(t: Term): Term | null {
    if (t.kind !== 'add' || t.terms.length !== 2) return null;
    const [a, b] = t.terms as [Term, Term];
    const other = isOne(a) ? b : isOne(b) ? a : null;
    if (other === null) return null;
    const s = negate(other);
    return this.#soleSigmoid(this.#unfold(s) ?? this.#product(s));
  }
  /** The argument x where the product is sigmoid(x), however it was written. */
  #soleSigmoid(p: Product): Term | null {
    const built =
      p.sums.length === 0
        ? mul(...p.factors)
        : isExponential(p) && p.factors.length === 0 && p.sums.every((s) => s.sum.kind === 'pair')
          ? this.#build(p)
          : null;
    if (built === null || (p.exponents.length > 0 && p.sums.length === 0)) return null;
    return built.kind === 'call' && built.fn === 'sigmoid' ? must(built.args[0]) : null;
  }

  /** Equal sums merged, each sum shifted, the exponents added up. */
  #build(p: Product): Term {
    const factors = [...p.factors];
    let exponents = [...p.exponents];
    for (const s of mergeSums(p.sums)) {
      if (s.sum.kind === 'pair') {
        const times = s.power.den === 1n && s.power.num < 0n ? Number(-s.power.num) : 0;
        if (times === 0) {
          factors.push(power(add(exp(s.sum.left), exp(s.sum.right)), s.power));
          continue;
        }
        for (let n = 0; n < times; n++) {
          // 1/(e^a + e^b) is e^-a sigmoid(a-b) and e^-b sigmoid(b-a): the one whose exponential cancels, if any does.
          const [a, b] = cancels(exponents, s.sum.left)
            ? [s.sum.left, s.sum.right]
            : cancels(exponents, s.sum.right) || isNumber(s.sum.right, 0)
              ? [s.sum.right, s.sum.left]
              : [s.sum.left, s.sum.right];
          exponents = [linear([...exponents, negate(a)])];
          factors.push(call('sigmoid', linear([a, negate(b)])));
        }
        continue;
      }
      const shifted = shiftOf(s.sum);
      exponents.push(scaled(shifted.by, s.power));
      factors.push(power(shifted.rest, s.power));
    }
    const total = linear(exponents);
    return isNumber(total, 0) ? mul(...factors) : mul(exp(total), ...factors);
  }
  #mapped(x: Term): Term {
    return mapNode(x, (c) => this.go(c));
  }
}

const exp = (a: Term): Term => (isNumber(a, 0) ? one : call('exp', a));
const power = (t: Term, p: Power): Term => (p.num === p.den ? t : pow(t, rational(p.num, p.den)));
const timesPower = (a: Power, b: Power): Power => {
  const r = rational(a.num * b.num, a.den * b.den);
  return { num: r.num, den: r.den };
};
const combine = (all: readonly Product[]): Product => ({
  factors: all.flatMap((p) => p.factors),
  exponents: all.flatMap((p) => p.exponents),
  sums: all.flatMap((p) => p.sums),
  degree: all.reduce((n, p) => n + p.degree, 0),
});
const sumUses = (s: ExponentialSum): boolean =>
  s.kind === 'pair'
    ? usesBound(s.left) || usesBound(s.right)
    : usesBound(reduce('sum', '', mul(call('exp', s.exponent), ...s.rest), s.node.range, s.node.where));
const shiftSum = (s: ExponentialSum, by: number): ExponentialSum =>
  s.kind === 'pair'
    ? { kind: 'pair', left: shift(s.left, by), right: shift(s.right, by) }
    : {
        kind: 'over',
        node: shift(s.node, by) as Reduce,
        exponent: shift(s.exponent, by, 1),
        rest: s.rest.map((r) => shift(r, by, 1)),
      };
const sumKey = (s: ExponentialSum): string =>
  s.kind === 'pair'
    ? `pair ${key(s.left)} ${key(s.right)}`
    : key({ ...s.node, body: mul(call('exp', s.exponent), ...s.rest) });
const logPair = (a: Term, b: Term): Term =>
  isNumber(b, 0)
    ? call('softplus', a)
    : isNumber(a, 0)
      ? call('softplus', b)
      : add(b, call('softplus', linear([a, negate(b)])));
const addends = (t: Term): readonly Term[] => (t.kind === 'add' ? t.terms : isNumber(t, 0) ? [] : [t]);
const cancels = (exponents: readonly Term[], a: Term): boolean =>
  !isNumber(a, 0) && addends(linear(exponents)).length > addends(linear([...exponents, negate(a)])).length;

function mergeSums(sums: Product['sums']): Product['sums'] {
  const merged = new Map<string, { sum: ExponentialSum; power: Power }>();
  for (const s of sums) {
    const k = sumKey(s.sum);
    const before = merged.get(k);
    const r =
      before === undefined
        ? rational(s.power.num, s.power.den)
        : rational(before.power.num * s.power.den + s.power.num * before.power.den, before.power.den * s.power.den);
    merged.set(k, { sum: s.sum, power: { num: r.num, den: r.den } });
  }
  return [...merged.values()].filter((s) => s.power.num !== 0n);
}

/** Σ rest·exp(a) = exp(by)·rest with by = max a. */
function shiftOf(s: ExponentialSum): { by: Term; rest: Term } {
  if (s.kind === 'pair') {
    const by = call('max', s.left, s.right);
    return { by, rest: add(exp(linear([s.left, negate(by)])), exp(linear([s.right, negate(by)]))) };
  }
  const by = reduce('max', s.node.letter, s.exponent, s.node.range, s.node.where);
  const body = mul(...s.rest, call('exp', linear([s.exponent, negate(shift(by, 1))])));
  return { by, rest: { ...s.node, body } };
}

/** The parts of an exponent that do not depend on the summation index, moved outside its binder. */
function splitConstant(exponent: Term): { inside: Term; outside: Term[] } {
  const parts = addends(exponent);
  return {
    inside: add(...parts.filter((p) => usesBound(p))),
    outside: parts.filter((p) => !usesBound(p)).map((p) => shift(p, -1)),
  };
}

/** The sum of the given terms with equal ones merged and zeros dropped. */
function linear(terms: readonly Term[]): Term {
  const merged = new Map<string, { of: Term; num: bigint; den: bigint }>();
  for (const t of terms.flatMap(expand)) {
    const [c, of] = coefficient(t);
    const k = key(of);
    const before = merged.get(k) ?? { of, num: 0n, den: 1n };
    const r = rational(before.num * c.den + c.num * before.den, before.den * c.den);
    merged.set(k, { of, num: r.num, den: r.den });
  }
  return add(
    ...[...merged.values()]
      .filter((m) => m.num !== 0n)
      .map((m) =>
        isOne(m.of)
          ? rational(m.num, m.den)
          : m.num === m.den
            ? m.of
            : m.num === -m.den
              ? negate(m.of)
              : mul(rational(m.num, m.den), m.of),
      ),
  );
}
function coefficient(t: Term): [Power, Term] {
  if (t.kind === 'num') return [t, one];
  if (t.kind !== 'mul') return [unit, t];
  const numbers = t.factors.filter((f): f is Num => f.kind === 'num');
  const rest = mul(...t.factors.filter((f) => f.kind !== 'num'));
  const c = numbers.reduce<Power>((p, n) => timesPower(p, n), unit);
  return [c, rest];
}
/** The addends of a term; −(a + b) is taken apart, so that a shift written by the author and ours can cancel. */
function expand(t: Term): readonly Term[] {
  if (t.kind === 'add') return t.terms.flatMap(expand);
  if (t.kind !== 'mul') return [t];
  const [c, rest] = coefficient(t);
  return rest.kind === 'add' ? rest.terms.flatMap((x) => expand(scaled(x, c))) : [t];
}
