// Laws that softmax and cross-entropy keep: shifts, sums, permutations, batches, ignored rows.
// Not here: comparison with other programs (torch.test.ts, onnx.test.ts).
// Invariant: each law is checked with random rows of all the lengths at which the code takes another path.
import { describe, expect, it } from 'vitest';
import { hasRelaxedSimd } from '../../src/kernels/instance.ts';
import {
  crossEntropy,
  hessianVectorProduct,
  layerNorm,
  logSoftmax,
  logSoftmaxBackward,
  logSumExp,
  rmsNorm,
  softmax,
  softmaxBackward,
  type CrossEntropyResult,
  type Floats,
} from '../../src/kernels/index.ts';
import { generator, SEED } from './random.ts';

const arrays = { f32: Float32Array, f64: Float64Array } as const;
const types = ['f32', 'f64'] as const;
const styles = hasRelaxedSimd() ? [false, true] : [false];
const spacing = (x: number, type: 'f32' | 'f64'): number =>
  type === 'f32'
    ? 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - 23, -149)
    : 2 ** Math.max(Math.floor(Math.log2(Math.abs(x))) - 52, -1074);
const sizes = [1, 2, 3, 4, 5, 7, 10, 16, 17, 63, 100, 1000, 2047, 2048, 2049, 4096, 5000] as const;
/** Numbers on a grid: sums with constants of the grid are exact. */
const onGrid = (r: ReturnType<typeof generator>, type: 'f32' | 'f64', n: number, size: number, bits: number): Floats =>
  arrays[type].from({ length: n }, () => Math.round(r.normal() * size * 2 ** bits) / 2 ** bits) as Floats;

/** 0…n−1 in random order (Fisher and Yates). */
function permutation(n: number, r: ReturnType<typeof generator>): number[] {
  const order = Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k--) {
    const j = r.integer(k + 1);
    [order[k], order[j]] = [order[j] as number, order[k] as number];
  }
  return order;
}

describe(`laws (seed ${SEED})`, () => {
  for (const type of types)
    for (const fast of styles) {
      const name = `${type}${fast ? ' fast' : ''}`;
      it(`adding a constant to a row changes no bit where the sums are exact, ${name}`, () => {
        const r = generator();
        for (const n of sizes)
          for (const [size, bits, c] of [
            [3, 10, 1024],
            [3, 10, -0.5],
            [3, 13, 7],
            [10, 12, 333.25],
            [3, 8, 8192],
            [3, 6, -16000],
            [3, 6, 100000],
            [3, 16, 2 ** -16],
            [30, 14, 5 / 16384],
          ] as const) {
            const z = onGrid(r, type, n, size, bits);
            const moved = z.map((v) => v + c) as Floats;
            if (!z.every((v, k) => (moved[k] as number) - c === v)) continue;
            for (const f of [softmax, logSoftmax])
              expect(f(moved, { fast }), `${n} ${size} ${bits} ${c}`).toEqual(f(z, { fast }));
          }
      });
      it(`rows sum to 1 within 4 units of the last place per square root of the length, ${name}`, () => {
        const r = generator();
        for (const n of sizes) {
          const p = softmax(arrays[type].from({ length: n }, () => r.normal() * 5) as Floats, { fast });
          expect(Math.abs([...p].reduce((a, b) => a + b, 0) - 1)).toBeLessThanOrEqual(
            4 * Math.sqrt(n) * spacing(0.75, type),
          );
        }
      });
      it(`permuting a row permutes the results, ${name}`, () => {
        const r = generator();
        for (const n of sizes) {
          const z = arrays[type].from({ length: n }, () => r.normal() * 5) as Floats;
          const order = permutation(n, r);
          const moved = arrays[type].from(order, (k) => z[k] as number) as Floats;
          const label = r.integer(n);
          const [ours, theirs] = [z, moved].map((x, which) =>
            crossEntropy(x, Int32Array.of(which === 0 ? label : order.indexOf(label)), {
              rows: 1,
              columns: n,
              gradient: true,
              fast,
            }),
          ) as [CrossEntropyResult<Floats>, CrossEntropyResult<Floats>];
          // Both are within 3 units of the truth.
          const near = (a: number, b: number, unit: number): void =>
            expect(Math.abs(a - b)).toBeLessThanOrEqual(6 * spacing(unit, type));
          // float64 has no wider type for the logarithm of a sum near 1: its error counts in units of 1.
          const ofLog = (x: number): number => (type === 'f64' ? Math.max(1, Math.abs(x)) : x || 1e-30);
          const [p, q, l, m] = [
            softmax(z, { fast }),
            softmax(moved, { fast }),
            logSoftmax(z, { fast }),
            logSoftmax(moved, { fast }),
          ];
          order.forEach((from, k) => {
            near(p[from] as number, q[k] as number, p[from] as number);
            near(l[from] as number, m[k] as number, ofLog(l[from] as number));
            near(
              (ours.gradient as Floats)[from] as number,
              (theirs.gradient as Floats)[k] as number,
              from === label ? 1 : (p[from] as number),
            );
          });
          near(ours.loss as number, theirs.loss as number, ofLog(ours.loss as number));
        }
      });
      it(`the gradient of cross-entropy sums to 0 within 4 units of the last place per square root of the length, for labels and for targets that sum to 1, ${name}`, () => {
        const r = generator();
        for (const n of sizes)
          for (const labelSmoothing of [0, 0.1]) {
            const z = arrays[type].from({ length: n }, () => r.normal() * 5) as Floats;
            const soft = softmax(arrays[type].from({ length: n }, () => r.normal() * 3) as Floats);
            for (const targets of [Int32Array.of(r.integer(n)), soft]) {
              const { gradient } = crossEntropy(z, targets as Int32Array, {
                rows: 1,
                columns: n,
                gradient: true,
                labelSmoothing,
                fast,
              });
              expect(Math.abs([...(gradient as Floats)].reduce((a, b) => a + b, 0))).toBeLessThanOrEqual(
                4 * Math.sqrt(n) * spacing(0.75, type),
              );
            }
          }
      });
      it(`a one-hot target is an integer label, ${name}`, () => {
        const r = generator();
        for (const n of sizes) {
          const z = arrays[type].from({ length: 2 * n }, () => r.normal() * 5) as Floats;
          const label = [r.integer(n), r.integer(n)];
          const y = arrays[type].from({ length: 2 * n }, (_, k) =>
            k % n === label[Math.floor(k / n)] ? 1 : 0,
          ) as Floats;
          const byLabel = crossEntropy(z, Int32Array.from(label), { rows: 2, columns: n, gradient: true, fast });
          const byTarget = crossEntropy(z, y, { rows: 2, columns: n, gradient: true, fast });
          expect(Math.abs((byLabel.loss as number) - (byTarget.loss as number))).toBeLessThanOrEqual(
            2 * spacing((byLabel.loss as number) || 1e-30, type),
          );
          (byLabel.gradient as Floats).forEach((g, k) =>
            expect(Math.abs(g - (byTarget.gradient as Floats)[k]!)).toBeLessThanOrEqual(2 * spacing(0.25, type)),
          );
        }
      });
      it(`a row of a batch is a batch of one, bit for bit, ${name}`, () => {
        const r = generator();
        for (const n of sizes) {
          const rows = 1 + r.integer(70);
          const z = arrays[type].from({ length: rows * n }, () => r.normal() * 5) as Floats;
          const g = arrays[type].from({ length: rows * n }, () => r.normal()) as Floats;
          const y = softmax(g, { columns: n });
          const k = r.integer(rows);
          const part = (x: Floats): Floats => x.slice(k * n, (k + 1) * n) as Floats;
          const [batch, alone] = [
            { rows, columns: n, fast },
            { rows: 1, columns: n, fast },
          ];
          for (const f of [softmax, logSoftmax, layerNorm, rmsNorm])
            expect(f(part(z), alone), f.name).toEqual(part(f(z, batch)));
          for (const f of [softmaxBackward, logSoftmaxBackward])
            expect(f(part(y), part(g), alone)).toEqual(part(f(y, g, batch)));
          expect(hessianVectorProduct(part(z), part(g), { ...alone, reduction: 'sum' })).toEqual(
            part(hessianVectorProduct(z, g, { ...batch, reduction: 'sum' })),
          );
          expect(logSumExp(part(z), alone)).toEqual(logSumExp(z, batch).slice(k, k + 1));
          const labels = Int32Array.from({ length: rows }, () => r.integer(n));
          for (const targets of [labels, y])
            for (const labelSmoothing of [0, 0.1]) {
              const all = crossEntropy(z, targets as Int32Array, {
                ...batch,
                gradient: true,
                reduction: 'none',
                labelSmoothing,
              });
              const one = crossEntropy(part(z), (targets === labels ? labels.slice(k, k + 1) : part(y)) as Int32Array, {
                ...alone,
                gradient: true,
                reduction: 'none',
                labelSmoothing,
              });
              expect(one.gradient).toEqual(part(all.gradient as Floats));
              expect(one.loss).toEqual((all.loss as Floats).slice(k, k + 1));
            }
        }
      });
      it(`ignoring a row is deleting it, ${name}`, () => {
        const r = generator();
        for (const n of sizes) {
          const z = arrays[type].from({ length: 3 * n }, () => r.normal() * 5) as Floats;
          const labels = Int32Array.of(r.integer(n), -100, r.integer(n));
          const kept = arrays[type].from([...z.slice(0, n), ...z.slice(2 * n)]) as Floats;
          const a = crossEntropy(z, labels, { rows: 3, columns: n, gradient: true, fast });
          const b = crossEntropy(kept, Int32Array.of(labels[0] as number, labels[2] as number), {
            rows: 2,
            columns: n,
            gradient: true,
            fast,
          });
          expect(a.loss).toBe(b.loss);
          const g = a.gradient as Floats;
          expect([...g.slice(0, n), ...g.slice(2 * n)]).toEqual([...(b.gradient as Floats)]);
          expect(g.slice(n, 2 * n).every((v) => v === 0)).toBe(true);
        }
      });
    }
});
