// The vector functions against mpmath, in units of the last place.
// Not here: exp and log of every float32 (float32.test.ts).
// Invariant: truth is computed with 200 bits and more.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { ModuleBuilder } from '../../src/compile/assemble.ts';
import { Chain, interleave, type FloatType } from '../../src/compile/math/chain.ts';
import { elementary } from '../../src/compile/math/elementary.ts';
import { pow } from '../../src/compile/math/power.ts';
import { i32, v128, while_, type V128 } from '../../src/compile/wasm.ts';

type Floats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
const arrays = { f32: Float32Array, f64: Float64Array } as const;
const FAST = WebAssembly.validate(relaxedProbe());

function relaxedProbe(): Uint8Array<ArrayBuffer> {
  const m = new ModuleBuilder();
  m.func('f', [], ['v128'], (f) => {
    const x = f.local('v128');
    return [new Chain(m, f, { type: 'f32', fast: true }).madd(x, x, x)];
  });
  return m.bytes();
}

/** Applies vector code to whole arrays. */
function apply(
  type: FloatType,
  emit: (k: Chain, ...args: V128[]) => V128,
  args: readonly Floats[],
  fast = false,
): Floats {
  const n = (args[0] as Floats).length;
  const bytes = Math.ceil((n * (type === 'f32' ? 4 : 8)) / 16) * 16;
  const m = new ModuleBuilder();
  m.ownMemory('memory', { minimum: Math.ceil((bytes * (args.length + 1)) / 65536) });
  m.func('run', ['i32'], [], (f, end) => {
    const p = f.local('i32');
    const chain = new Chain(m, f, { type, fast });
    const result = emit(chain, ...args.map((_, at) => v128.load(p, at * bytes)));
    return [
      while_(i32.lt_u(p, end), [
        interleave([chain]),
        v128.store(p, result, args.length * bytes),
        p.set(i32.add(p, i32.const(16))),
      ]),
    ];
  });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(m.bytes()));
  const { memory, run } = instance.exports as { memory: WebAssembly.Memory; run: (end: number) => void };
  args.forEach((a, at) => new arrays[type](memory.buffer, at * bytes, n).set(a as Float32Array));
  run(bytes);
  return new arrays[type](memory.buffer, args.length * bytes, n).slice();
}

/** True values as double + remainder, from mpmath (installed with python3-sympy). */
function truth(name: string, args: readonly Floats[]): { high: number[]; low: number[] } {
  const program = `
import sys, json
from mpmath import mp, mpf, exp, log, sqrt, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, erf, log1p, mpc
mp.prec = 1400 if sys.argv[1] in ('sin', 'cos', 'tan') else 200
sigmoid = lambda x: 1 / (1 + exp(-x))
softplus = lambda x: (x if x > 0 else 0) + log1p(exp(-abs(x)))
power = lambda x, y: x ** y
f = {'pow': power}.get(sys.argv[1]) or globals()[sys.argv[1]]
high = []; low = []
for row in json.load(sys.stdin):
    v = f(*[mpf(float.fromhex(a)) for a in row])
    if isinstance(v, mpc): v = mp.nan
    h = float(v); high.append(h.hex()); low.append(float(v - h).hex() if abs(h) < 1e308 else '0x0p+0')
json.dump([high, low], sys.stdout)`;
  const rows = Array.from(args[0] as Floats, (_, at) => args.map((a) => hex(a[at] as number)));
  const run = spawnSync('/usr/bin/python3', ['-c', program, name], {
    input: JSON.stringify(rows),
    maxBuffer: 1 << 28,
    encoding: 'utf8',
  });
  if (run.status !== 0) throw new Error(run.stderr);
  const [high, low] = JSON.parse(run.stdout) as [string[], string[]];
  return { high: high.map(unhex), low: low.map(unhex) };
}
const view = new DataView(new ArrayBuffer(8));
function hex(x: number): string {
  if (!Number.isFinite(x)) return String(x).toLowerCase().replace('infinity', 'inf');
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 2047n);
  const mantissa = (bits & ((1n << 52n) - 1n)).toString(16).padStart(13, '0');
  return `${bits >> 63n ? '-' : ''}0x${exponent === 0 ? 0 : 1}.${mantissa}p${exponent === 0 ? -1022 : exponent - 1023}`;
}
function unhex(s: string): number {
  const m = /^(-?)0x([01])\.?([0-9a-f]*)p([+-]\d+)$/.exec(s);
  if (m === null) return s.includes('inf') ? (s.startsWith('-') ? -Infinity : Infinity) : NaN;
  const mantissa = Number.parseInt(`${m[2]}${(m[3] as string).padEnd(13, '0')}`, 16);
  const exponent = Number(m[4]) - 52;
  return (
    (m[1] ? -1 : 1) * (exponent < -1022 ? mantissa * 2 ** -1022 * 2 ** (exponent + 1022) : mantissa * 2 ** exponent)
  );
}
const spacing = (type: FloatType, x: number): number => {
  const [bits, least] = type === 'f32' ? [23, -149] : [52, -1074];
  return 2 ** Math.max(Math.floor(Math.log2(Math.abs(x) || 5e-324)) - bits, least);
};
/** The greatest error in units of the last place of the true value. */
function worst(
  type: FloatType,
  got: Floats,
  { high, low }: { high: number[]; low: number[] },
): { ulp: number; at: number } {
  let ulp = 0,
    at = -1;
  got.forEach((g, i) => {
    const h = high[i] as number;
    const e =
      Number.isNaN(h) || !Number.isFinite(new arrays[type]([h])[0] as number)
        ? Object.is(g, new arrays[type]([h])[0]) || (Number.isNaN(h) && Number.isNaN(g))
          ? 0
          : Infinity
        : Math.abs((g - h - (low[i] as number)) / spacing(type, h));
    if (e > ulp || Number.isNaN(e)) {
      ulp = Number.isNaN(e) ? Infinity : e;
      at = i;
    }
  });
  return { ulp, at };
}

const SEED = Number(process.env.SEED ?? 20240607);
function random(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 4294967296;
  };
}
/** Points over the range, dense near 0 and the ends, and special values. */
function points(type: FloatType, low: number, high: number, count: number, smallToo = true): Floats {
  const r = random(SEED);
  const list: number[] = [];
  for (let k = 0; k < count; k++) {
    list.push(low + (high - low) * r());
    if (smallToo) list.push((r() < 0.5 && low < 0 ? -1 : 1) * 2 ** (-30 + 34 * r()));
  }
  return arrays[type].from(list.filter((x) => x >= low && x <= high)) as Floats;
}

const ranges: Record<string, { f32: [number, number]; f64: [number, number]; ulp: number }> = {
  exp: { f32: [-104, 88.8], f64: [-745, 709.8], ulp: 2 },
  log: { f32: [1e-42, 3e38], f64: [1e-320, 1e308], ulp: 2 },
  tanh: { f32: [-12, 12], f64: [-22, 22], ulp: 2 },
  sigmoid: { f32: [-100, 100], f64: [-740, 740], ulp: 3 },
  softplus: { f32: [-100, 100], f64: [-700, 700], ulp: 3 },
  erf: { f32: [-5, 5], f64: [-7, 7], ulp: 3 },
  sinh: { f32: [-89.4, 89.4], f64: [-710.4, 710.4], ulp: 3 },
  cosh: { f32: [-89.4, 89.4], f64: [-710.4, 710.4], ulp: 3 },
  sin: { f32: [-8000, 8000], f64: [-9e5, 9e5], ulp: 3 },
  cos: { f32: [-8000, 8000], f64: [-9e5, 9e5], ulp: 3 },
  tan: { f32: [-8000, 8000], f64: [-9e5, 9e5], ulp: 4 },
  asin: { f32: [-1, 1], f64: [-1, 1], ulp: 3 },
  acos: { f32: [-1, 1], f64: [-1, 1], ulp: 3 },
  atan: { f32: [-100, 100], f64: [-100, 100], ulp: 3 },
};

describe(`vector functions against mpmath (seed ${SEED})`, () => {
  for (const [name, range] of Object.entries(ranges)) {
    for (const type of ['f32', 'f64'] as const) {
      it(`${name} over ${type} stays within ${range.ulp} ulp`, () => {
        const x = points(type, ...range[type], 3000);
        const t = truth(name, [x]);
        for (const fast of FAST ? [false, true] : [false]) {
          const { ulp, at } = worst(type, apply(type, elementary[name as 'exp'], [x], fast), t);
          if (process.env.SHOW) console.log(name, type, fast, ulp.toFixed(3), x[at]);
          expect(ulp, `at ${x[at]}${fast ? ' (fast)' : ''}`).toBeLessThanOrEqual(range.ulp);
        }
      });
    }
  }
  it('exp is exact at the ends: 0 below, ∞ above, NaN for NaN, 1 at 0', () => {
    for (const type of ['f32', 'f64'] as const)
      expect([
        ...apply(type, elementary.exp, [arrays[type].of(-Infinity, -1e30, 0, 1e30, Infinity, NaN, -0, 1e-300)]),
      ]).toEqual([0, 0, 1, Infinity, Infinity, NaN, 1, 1]);
  });
  it('log knows its poles', () => {
    for (const type of ['f32', 'f64'] as const)
      expect([
        ...apply(type, elementary.log, [arrays[type].of(0, -0, -1, Infinity, NaN, 1, -Infinity, -1e-40)]),
      ]).toEqual([-Infinity, -Infinity, NaN, Infinity, NaN, 0, NaN, NaN]);
  });
  it('sin, cos and tan reduce huge angles exactly', () => {
    const r = random(SEED);
    for (const type of ['f32', 'f64'] as const) {
      const top = type === 'f32' ? 127 : 1020;
      const x = arrays[type].from(
        { length: 2000 },
        () => (r() < 0.5 ? -1 : 1) * (1 + r()) * 2 ** (r() * top),
      ) as Floats;
      for (const name of ['sin', 'cos', 'tan'] as const) {
        const t = truth(name, [x]);
        const got = apply(type, elementary[name], [x]);
        if (type === 'f32') expect(worst(type, got, t).ulp, name).toBeLessThanOrEqual(name === 'tan' ? 4 : 3);
        else if (name !== 'tan')
          got.forEach((g, i) => expect(Math.abs(g - (t.high[i] as number)), `${name} ${x[i]}`).toBeLessThan(2 ** -50));
      }
      expect([...apply(type, elementary.sin, [arrays[type].of(Infinity, -Infinity, NaN, 0)])]).toEqual([
        NaN,
        NaN,
        NaN,
        0,
      ]);
    }
  });
  it('pow agrees with mpmath', () => {
    const r = random(SEED);
    for (const [type, bound] of [
      ['f32', 1],
      ['f64', 8],
    ] as const) {
      const x = arrays[type].from({ length: 2000 }, () => 2 ** ((r() - 0.5) * 60)) as Floats;
      const y = arrays[type].from({ length: 2000 }, () => (r() - 0.5) * 8) as Floats;
      const { ulp, at } = worst(type, apply(type, pow, [x, y]), truth('pow', [x, y]));
      if (process.env.SHOW) console.log('pow', type, ulp);
      expect(ulp, `${x[at]}^${y[at]}`).toBeLessThanOrEqual(bound);
      const near = arrays[type].from({ length: 2000 }, () => 1 + (r() - 0.5) * 0.01) as Floats;
      const big = arrays[type].from({ length: 2000 }, () => (r() - 0.5) * 10000) as Floats;
      const second = worst(type, apply(type, pow, [near, big]), truth('pow', [near, big]));
      if (process.env.SHOW) console.log('pow near 1', type, second.ulp);
      expect(second.ulp, `${near[second.at]}^${big[second.at]}`).toBeLessThanOrEqual(bound);
    }
  });
  it('pow has the special cases of JavaScript, and 1 for 1^NaN', () => {
    const special = [0, -0, 1, -1, 2, -2, 0.5, -0.5, Infinity, -Infinity, NaN, 3, -3, 1e30, 2.5];
    const pairs = special.flatMap((x) => special.map((y) => [x, y] as const));
    for (const type of ['f32', 'f64'] as const) {
      const got = apply(type, pow, [
        arrays[type].from(pairs, (p) => p[0]) as Floats,
        arrays[type].from(pairs, (p) => p[1]) as Floats,
      ]);
      pairs.forEach(([x, y], i) => {
        const expected =
          x === 1 || (x === -1 && Math.abs(y) === Infinity)
            ? 1
            : (new arrays[type]([x])[0] as number) ** (new arrays[type]([y])[0] as number);
        const want = new arrays[type]([expected])[0] as number;
        const g = got[i] as number;
        expect(
          Object.is(g, want) || Math.abs(g - want) <= 2 * spacing(type, want),
          `${type} ${x}^${y}: ${g} for ${want}`,
        ).toBe(true);
      });
    }
  });
  it('sign, relu, max and min treat NaN and zeros as the scalar instructions do', () => {
    for (const type of ['f32', 'f64'] as const) {
      const x = arrays[type].of(-2, 0, 3, NaN);
      expect([...apply(type, elementary.sign, [x])]).toEqual([-1, 0, 1, NaN]);
      expect([...apply(type, elementary.relu, [x])]).toEqual([0, 0, 3, NaN]);
      expect([...apply(type, elementary.max, [x, arrays[type].of(1, NaN, 1, 1)])]).toEqual([1, NaN, 3, NaN]);
      expect([...apply(type, elementary.min, [x, arrays[type].of(1, NaN, 1, 1)])]).toEqual([-2, NaN, 1, NaN]);
    }
  });
});
