// Logarithm, sine and cosine made of the four exact operations of IEEE arithmetic, for numbers that must not depend on
// a platform's libm.
// Not here: anything a kernel computes; the vector functions of the compiler are its own.
// Invariant: the same argument gives the same bits on every machine.

const LN2_HIGH = 0.69314718036912381649; // the leading 32 bits of ln 2, so that k·LN2_HIGH is exact for |k| < 2^20
const LN2_LOW = 1.90821492927058770002e-10;
const view = new DataView(new ArrayBuffer(8));

/**
 * ln x for a finite x > 0, to about one unit in the last place: x = 2^k m with m near 1, ln m = 2 artanh((m−1)/(m+1)).
 */
export function naturalLog(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x === Infinity ? Infinity : NaN;
  const scale = x < 2.2250738585072014e-308 ? 54 : 0;
  view.setFloat64(0, scale === 0 ? x : x * 2 ** 54);
  let k = ((view.getUint16(0) >> 4) & 0x7ff) - 1023 - scale;
  view.setUint16(0, (view.getUint16(0) & 0x000f) | 0x3ff0);
  let m = view.getFloat64(0);
  if (m > Math.SQRT2) {
    m /= 2;
    k += 1;
  }
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  let series = 0;
  for (let n = 25; n >= 3; n -= 2) series = (series + 1 / n) * s2;
  return k * LN2_HIGH + (2 * s + (2 * s * series + k * LN2_LOW));
}

/** Σ_j (−1)^j x^{2j} / (first…)!: the alternating series that sine and cosine share, for |x| ≤ π/4. */
function alternating(x2: number, last: number): number {
  let sum = 1;
  for (let n = last; n >= 2; n -= 2) sum = 1 - (x2 / (n * (n - 1))) * sum;
  return sum;
}

/** [cos 2πu, sin 2πu] for a finite u; exact at multiples of a quarter. */
export function circlePoint(u: number): [number, number] {
  const turn = u - Math.floor(u);
  const quarter = Math.floor(turn * 4 + 0.5);
  const angle = 2 * Math.PI * (turn - quarter / 4);
  const x2 = angle * angle;
  const cos = alternating(x2, 18);
  const sin = angle * alternating(x2, 19);
  switch (quarter & 3) {
    case 0:
      return [cos, sin];
    case 1:
      return [-sin + 0, cos];
    case 2:
      return [-cos, -sin + 0];
    default:
      return [sin + 0, -cos];
  }
}
