// Random numbers and the functions below them.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { circlePoint, naturalLog } from '../../src/learn/elementary.ts';
import { philox, random } from '../../src/learn/random.ts';

const digest = (numbers: ArrayLike<number>): string =>
  createHash('sha256')
    .update(new Uint8Array(Float64Array.from(numbers).buffer))
    .digest('hex');

describe('random numbers', () => {
  test('Philox gives the known answers of its authors (Random123 1.14, kat_vectors, philox4x32 10)', () => {
    expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
    expect(philox([-1, -1, -1, -1], [-1, -1])).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
    expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ]);
  });
  test('normal variates have mean 0, deviation 1 and a kurtosis of 3', () => {
    const r = random(1, 'data');
    const xs = Array.from({ length: 200_000 }, () => r.normal());
    const moment = (k: number): number => xs.reduce((s, x) => s + x ** k, 0) / xs.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.01);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.01);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.08);
  });
  test('integers are uniform and permutations hold each number once', () => {
    const r = random(2, 'order');
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[r.integer(7)] = (counts[r.integer(7)] as number) + 1;
    for (const c of counts) expect(Math.abs(c - 10_000)).toBeLessThan(500);
    expect([...r.permutation(100)].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
  test('a seed, a purpose and a round decide the numbers; each of them changes them', () => {
    const take = (...args: Parameters<typeof random>): number[] => {
      const r = random(...args);
      return [r.uniform(), r.uniform()];
    };
    expect(take(1, 'data')).toEqual(take(1, 'data'));
    const all = [
      take(1, 'data'),
      take(2, 'data'),
      take(1, 'order'),
      take(1, 'order', 1),
      take(2 ** 40 + 1, 'data'),
    ].map(String);
    expect(new Set(all).size).toBe(all.length);
  });
  test('the first thousand normal variates of seed 1 have one digest on every machine', () => {
    const r = random(1, 'noise');
    expect(digest(Array.from({ length: 1000 }, () => r.normal()))).toBe(
      '221a00d1fbdb560e3854b2571d02b732affe0d0d9a4eef9440167f1597d4aa33',
    );
  });
  test.each([[-1], [0.5], [2 ** 53], [Number.NaN]])('the seed %s is refused by name', (seed) => {
    expect(() => random(seed, 'data')).toThrowError(expect.objectContaining({ code: 'bad-seed' }));
  });
});

describe('elementary functions', () => {
  test('the logarithm is within 2 units in the last place of the platform over the whole range', () => {
    const r = random(3, 'data');
    for (let i = 0; i < 20_000; i++) {
      const x = Math.exp((r.uniform() - 0.5) * 1400);
      expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThanOrEqual(2 * 2.3e-16 * Math.abs(Math.log(x)));
    }
    expect([naturalLog(0), naturalLog(-1), naturalLog(1), naturalLog(Infinity)]).toEqual([-Infinity, NaN, 0, Infinity]);
    expect(naturalLog(5e-324)).toBeCloseTo(Math.log(5e-324), 10);
  });
  test('points of the circle are exact at the quarters and within 3e-16 in between', () => {
    expect([0, 0.25, 0.5, 0.75, 1].map(circlePoint)).toEqual([
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
      [1, 0],
    ]);
    for (let i = 0; i < 1000; i++) {
      const [c, s] = circlePoint(i / 1000);
      expect(Math.abs(c - Math.cos(2 * Math.PI * (i / 1000)))).toBeLessThan(2e-15);
      expect(Math.abs(c * c + s * s - 1)).toBeLessThan(5e-16);
    }
  });
});
