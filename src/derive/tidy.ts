// Numbers put together: 0 and 1 vanish, numeric factors, summands and powers are worked out; nothing else moves.
// Not here: collecting like terms.
// Invariant: the result equals the input and is no longer.
import { add, isNumber, isOne, isZero, mul, one, pow, zero, type Num, type Term } from '../term/term.ts';
import { mapNode } from '../term/walk.ts';
import { integerPower, plus, times } from '../rules/rational.ts';

export function tidy(t: Term): Term {
  const n = mapNode(t, tidy);
  switch (n.kind) {
    case 'add':
      return tidyAdd(n.terms);
    case 'mul':
      return tidyMul(n.factors);
    case 'pow':
      return tidyPow(n.base, n.exponent);
    case 'reduce':
      return n.op === 'sum' && isZero(n.body) ? zero : n;
    case 'if':
      return isZero(n.then) && isZero(n.else) ? zero : n;
    default:
      return n;
  }
}

function tidyAdd(terms: readonly Term[]): Term {
  const numbers = terms.filter((x): x is Num => x.kind === 'num');
  const others = terms.filter((x) => x.kind !== 'num');
  const sum = numbers.reduce(plus, zero);
  if (isZero(sum)) return add(...others);
  if (numbers.length === 1) return add(...terms);
  return add(...others, sum);
}

function tidyMul(factors: readonly Term[]): Term {
  let number: Num = one;
  const others: Term[] = [];
  for (const f of factors) {
    if (f.kind === 'num') number = times(number, f);
    else others.push(f);
  }
  if (isZero(number)) return zero;
  return isOne(number) ? mul(...others) : mul(number, ...others);
}

function tidyPow(base: Term, exponent: Term): Term {
  if (isNumber(exponent, 1)) return base;
  if (isZero(exponent)) return one;
  if (base.kind === 'num' && exponent.kind === 'num') {
    const value = integerPower(base, exponent);
    if (value !== null) return value;
  }
  if (base.kind === 'pow' && base.exponent.kind === 'num' && exponent.kind === 'num' && exponent.den === 1n)
    return tidyPow(base.base, times(base.exponent, exponent));
  return pow(base, exponent);
}
