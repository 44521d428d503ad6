// Exact arithmetic on the rational numbers of a term.
// Not here: floats; a number with a value is a `Num` node.
// Invariant: results are in lowest terms (the constructor sees to it).
import { rational, type Num } from '../term/term.ts';

export const plus = (a: Num, b: Num): Num => rational(a.num * b.den + b.num * a.den, a.den * b.den);
export const times = (a: Num, b: Num): Num => rational(a.num * b.num, a.den * b.den);
export const negative = (a: Num): Num => rational(-a.num, a.den);
export const inverted = (a: Num): Num => rational(a.den, a.num);
export const isInteger = (a: Num): boolean => a.den === 1n;
export const signOf = (a: Num): number => (a.num > 0n ? 1 : a.num < 0n ? -1 : 0);
export const compare = (a: Num, b: Num): number => signOf(plus(a, negative(b)));
export const absolute = (a: Num): Num => (a.num < 0n ? negative(a) : a);

const absBig = (a: bigint): bigint => (a < 0n ? -a : a);
export const gcdBig = (a: bigint, b: bigint): bigint => {
  a = absBig(a);
  b = absBig(b);
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
};

/** The largest rational that divides all of them with integer quotients. */
export function contentOf(numbers: readonly Num[]): Num {
  let num = 0n;
  let den = 1n;
  for (const n of numbers) {
    num = gcdBig(num, n.num);
    den = (den * n.den) / gcdBig(den, n.den);
  }
  return rational(num === 0n ? 1n : num, den);
}

/** a^n for an integer n that is small enough to write down; null otherwise or for 0 to a negative power. */
export function integerPower(a: Num, n: Num): Num | null {
  if (n.den !== 1n || absBig(n.num) > 64n) return null;
  if (n.num < 0n && a.num === 0n) return null;
  const b = n.num < 0n ? inverted(a) : a;
  const e = absBig(n.num);
  return rational(b.num ** e, b.den ** e);
}
