import { describe, expect, it } from 'vitest';
import { hasRelaxedSimd } from '../../src/kernels/instance.ts';
import { crossEntropy, logSoftmax, logSumExp, softmax, type Floats } from '../../src/kernels/index.ts';
import { generator, SEED } from './random.ts';

const arrays = { f32: Float32Array, f64: Float64Array } as const;
const types = ['f32', 'f64'] as const;
const styles = hasRelaxedSimd() ? [false, true] : [false];
const spacing = (x: number, type: 'f32' | 'f64'): number => (type === 'f32' ? 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - 23, -149) : 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - 52, -1074));
const sizes = [1, 2, 3, 4, 5, 7, 10, 16, 17, 63, 100, 1000, 2047, 2048, 2049, 4096, 5000] as const;
/** Numbers on a grid: sums with constants of the grid are exact. */
const onGrid = (r: ReturnType<typeof generator>, type: 'f32' | 'f64', n: number, size: number, bits: number): Floats => arrays[type].from({ length: n }, () => Math.round(r.normal() * size * 2 ** bits) / 2 ** bits) as Floats;

describe(`laws (seed ${SEED})`, () => {
  for (const type of types) for (const fast of styles) {
    const name = `${type}${fast ? ' fast' : ''}`;
    it(`adding a constant to a row changes no bit where the sums are exact, ${name}`, () => {
      const r = generator();
      for (const n of sizes) for (const [size, bits, c] of [[3, 10, 1024], [3, 10, -0.5], [3, 13, 7], [10, 12, 333.25], [3, 8, 8192], [3, 6, -16000], [3, 6, 100000], [3, 16, 2 ** -16], [30, 14, 5 / 16384]] as const) {
        const z = onGrid(r, type, n, size, bits);
        const moved = z.map((v) => v + c) as Floats;
        if (!z.every((v, k) => (moved[k] as number) - c === v)) continue;
        for (const f of [softmax, logSoftmax]) expect(f(moved, { fast }), `${n} ${size} ${bits} ${c}`).toEqual(f(z, { fast }));
      }
    });
    it(`rows sum to 1 within 4 units of the last place per square root of the length, ${name}`, () => {
      const r = generator();
      for (const n of sizes) {
        const p = softmax(arrays[type].from({ length: n }, () => r.normal() * 5) as Floats, { fast });
        expect(Math.abs([...p].reduce((a, b) => a + b, 0) - 1)).toBeLessThanOrEqual(4 * Math.sqrt(n) * spacing(0.75, type));
      }
    });
    it(`exchanging two elements exchanges the results, ${name}`, () => {
      const r = generator();
      for (const n of sizes) {
        if (n < 2) continue;
        const z = arrays[type].from({ length: n }, () => r.normal() * 5) as Floats;
        const [a, b] = [r.integer(n), r.integer(n)];
        const swapped = z.slice() as Floats;
        [swapped[a], swapped[b]] = [z[b] as number, z[a] as number];
        const [p, q] = [softmax(z, { fast }), softmax(swapped, { fast })];
        expect(Math.abs((p[a] as number) - (q[b] as number))).toBeLessThanOrEqual(3 * spacing(p[a] as number, type));
        expect(Math.abs((p[b] as number) - (q[a] as number))).toBeLessThanOrEqual(3 * spacing(p[b] as number, type));
      }
    });
    it(`the gradient of cross-entropy sums to 0 within a bound, ${name}`, () => {
      const r = generator();
      for (const n of sizes) {
        const { gradient } = crossEntropy(arrays[type].from({ length: n }, () => r.normal() * 5) as Floats, Int32Array.of(r.integer(n)), { rows: 1, columns: n, gradient: true, fast });
        expect(Math.abs([...(gradient as Floats)].reduce((a, b) => a + b, 0))).toBeLessThanOrEqual(4 * Math.sqrt(n) * spacing(0.75, type));
      }
    });
    it(`a one-hot target is an integer label, ${name}`, () => {
      const r = generator();
      for (const n of sizes) {
        const z = arrays[type].from({ length: 2 * n }, () => r.normal() * 5) as Floats;
        const label = [r.integer(n), r.integer(n)];
        const y = arrays[type].from({ length: 2 * n }, (_, k) => (k % n === label[Math.floor(k / n)] ? 1 : 0)) as Floats;
        const byLabel = crossEntropy(z, Int32Array.from(label), { rows: 2, columns: n, gradient: true, fast });
        const byTarget = crossEntropy(z, y, { rows: 2, columns: n, gradient: true, fast });
        expect(Math.abs((byLabel.loss as number) - (byTarget.loss as number))).toBeLessThanOrEqual(2 * spacing(byLabel.loss as number || 1e-30, type));
        (byLabel.gradient as Floats).forEach((g, k) => expect(Math.abs(g - (byTarget.gradient as Floats)[k]!)).toBeLessThanOrEqual(2 * spacing(0.25, type)));
      }
    });
    it(`a row of a batch is a batch of one, bit for bit, ${name}`, () => {
      const r = generator();
      for (const n of sizes) {
        const rows = 1 + r.integer(70);
        const z = arrays[type].from({ length: rows * n }, () => r.normal() * 5) as Floats;
        const all = softmax(z, { rows, columns: n, fast });
        const k = r.integer(rows);
        const one = z.slice(k * n, (k + 1) * n) as Floats;
        expect(softmax(one, { fast })).toEqual(all.slice(k * n, (k + 1) * n));
        expect(logSumExp(one, { fast })).toEqual(logSumExp(z, { rows, columns: n, fast }).slice(k, k + 1));
      }
    });
    it(`ignoring a row is deleting it, ${name}`, () => {
      const r = generator();
      for (const n of sizes) {
        const z = arrays[type].from({ length: 3 * n }, () => r.normal() * 5) as Floats;
        const labels = Int32Array.of(r.integer(n), -100, r.integer(n));
        const kept = arrays[type].from([...z.slice(0, n), ...z.slice(2 * n)]) as Floats;
        const a = crossEntropy(z, labels, { rows: 3, columns: n, gradient: true, fast });
        const b = crossEntropy(kept, Int32Array.of(labels[0] as number, labels[2] as number), { rows: 2, columns: n, gradient: true, fast });
        expect(a.loss).toBe(b.loss);
        const g = a.gradient as Floats;
        expect([...g.slice(0, n), ...g.slice(2 * n)]).toEqual([...(b.gradient as Floats)]);
        expect(g.slice(n, 2 * n).every((v) => v === 0)).toBe(true);
      }
    });
  }
});
