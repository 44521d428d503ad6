// Unknown functions as seeded random polynomials: the same seed gives the same function everywhere.
// Not here: which entries an unknown quantity depends on (`Context.depends`).
// Invariant: coefficients depend only on the seed, the name and the place, so values and derivatives of all orders
// belong to one function.
import { must } from '../term/must.ts';
import { work } from '../term/work.ts';
import type { Duals, Value } from './dual.ts';

/** A 32-bit hash of a text (FNV-1a with a final avalanche). */
export function hash(text: string, seed: number): number {
  let h = (0x811c9dc5 ^ seed) >>> 0;
  for (let n = 0; n < text.length; n++) h = Math.imul(h ^ text.charCodeAt(n), 0x01000193) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * c₀ + Σ aᵢxᵢ + Σ qᵢⱼxᵢxⱼ + u³ + u²v + v⁴ with random linear forms u and v: all derivatives up to the fourth are there,
 * and no symmetry among the arguments but that of second derivatives.
 */
export function randomPolynomial<S>(
  name: string,
  args: readonly Value<S>[],
  seed: number,
  { add, mul, ring }: Duals<S>,
): Value<S> {
  work(8 + args.length ** 2);
  const random = (place: string): S => ring.coefficient(hash(`${name}/${place}`, seed));
  const linear = (tag: string): Value<S> | null =>
    args.reduce<Value<S> | null>((sum, x, i) => {
      const t = mul(random(tag + i), x);
      return sum === null ? t : add(sum, t);
    }, null);
  let sum: Value<S> = random('0');
  const u = linear('u');
  const v = linear('v');
  if (u === null || v === null) return sum;
  args.forEach((x, i) => {
    sum = add(sum, mul(random(`a${i}`), x));
    for (let j = 0; j <= i; j++) sum = add(sum, mul(random(`q${i},${j}`), mul(x, must(args[j]))));
  });
  const u2 = mul(u, u);
  const v2 = mul(v, v);
  sum = add(sum, add(mul(u2, u), mul(u2, v)));
  return add(sum, mul(v2, v2));
}
