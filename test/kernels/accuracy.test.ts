// The stated accuracy of softmax and log-softmax in float32, in units of the last place.
// Not here: float64 (torch.test.ts), exp and log alone (test/compile).
// Invariant: the reference is computed in float64 from the same float32 numbers.
import { describe, expect, it } from 'vitest';
import { hasRelaxedSimd } from '../../src/kernels/instance.ts';
import { logSoftmax, softmax } from '../../src/kernels/index.ts';
import { generator, SEED } from './random.ts';

/** The distributions of the stated accuracy. */
const distributions: Record<string, (r: ReturnType<typeof generator>) => number> = {
  'N(0,3)': (r) => 3 * r.normal(),
  'U(±40)': (r) => 80 * r.uniform() - 40,
  '10 % −∞': (r) => (r.uniform() < 0.1 ? -Infinity : 3 * r.normal()),
  '10⁴ + N(0,3)': (r) => 1e4 + 3 * r.normal(),
};
const spacing = (x: number): number => 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - 23, -149);

/** Softmax and its logarithm in float64: 2^−29 of a float32 unit more exact than what is tested. */
function reference(x: Float32Array): { p: Float64Array; l: Float64Array } {
  const top = x.indexOf(x.reduce((a, b) => Math.max(a, b), -Infinity));
  const m = x[top] as number;
  let rest = 0;
  x.forEach((v, k) => {
    if (k !== top) rest += Math.exp(v - m);
  });
  return {
    p: Float64Array.from(x, (v) => Math.exp(v - m) / (1 + rest)),
    l: Float64Array.from(x, (v) => v - m - Math.log1p(rest)),
  };
}

describe('float32 rows whose greatest element stands late', () => {
  for (const fast of hasRelaxedSimd() ? [false, true] : [false])
    it.each([
      [1034, 1030, 50],
      [1034, 1033, 60],
      [2058, 2050, 45],
      [1100, 1090, 50],
      [5000, 3000, 40],
    ])(`%i elements, the one at %i is %i${fast ? ', fast' : ''}`, (n, at, top) => {
      const x = Float32Array.from({ length: n }, (_, k) => 5 * Math.sin(k * 12.9898));
      x[at] = top;
      const { p, l } = reference(x);
      const [gotP, gotL] = [softmax(x, { fast }), logSoftmax(x, { fast })];
      for (const i of [0, 700, at - 1, at, n - 1]) {
        if ((p[i] as number) >= 2 ** -126)
          expect(Math.abs((gotP[i] as number) - (p[i] as number)) / spacing(p[i] as number)).toBeLessThanOrEqual(3);
        expect(Math.abs((gotL[i] as number) - (l[i] as number)) / spacing(l[i] as number)).toBeLessThanOrEqual(1.5);
      }
    });
});

describe(`float32 accuracy in units of the last place (seed ${SEED})`, () => {
  for (const [name, draw] of Object.entries(distributions))
    for (const fast of hasRelaxedSimd() ? [false, true] : [false]) {
      it(`softmax within 3 and log-softmax within 1.5 on ${name}${fast ? ', fast' : ''}`, () => {
        const r = generator();
        let worstP = 0,
          worstL = 0;
        for (const [rows, n] of [
          [300, 10],
          [300, 64],
          [200, 200],
          [60, 1000],
          [3, 50257],
        ] as const)
          for (let k = 0; k < rows; k++) {
            const x = Float32Array.from({ length: n }, () => draw(r));
            const { p, l } = reference(x);
            const [gotP, gotL] = [softmax(x, { fast }), logSoftmax(x, { fast })];
            for (let i = 0; i < n; i++) {
              const [truth, log] = [p[i] as number, l[i] as number];
              if (truth >= 2 ** -126) worstP = Math.max(worstP, Math.abs((gotP[i] as number) - truth) / spacing(truth));
              else expect(gotP[i] as number).toBeLessThanOrEqual(2 ** -125);
              if (log === -Infinity) expect(gotL[i]).toBe(-Infinity);
              else if (log !== 0) worstL = Math.max(worstL, Math.abs((gotL[i] as number) - log) / spacing(log));
            }
          }
        if (process.env.SHOW) console.log(name, fast, worstP.toFixed(2), worstL.toFixed(2));
        expect(worstP).toBeLessThanOrEqual(3);
        expect(worstL).toBeLessThanOrEqual(1.5);
      });
    }
});
