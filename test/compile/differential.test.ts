// Random programs computed three ways: by the meaning of their terms, by the JavaScript that is emitted, by the WebAssembly that is run.
// Not here: hand-written cases (`lower.test.ts`, `codegen.test.ts`).
// Invariant: a failure prints the seed that repeats it.
import { describe, expect, it } from 'vitest';
import { compileTerm, type Environment } from '../../src/check/evaluate.ts';
import { compileProgram, scheduleProgram } from '../../src/compile/plan.ts';
import { javascript } from '../../src/compile/targets/javascript.ts';
import type { Context } from '../../src/term/context.ts';
import { emptyContext } from '../../src/term/context.ts';
import { randomProgram, type RandomProgram } from './random-program.ts';

const SEED = Number(process.env['SEED'] ?? 20_250);
const COUNT = Number(process.env['COUNT'] ?? 150);

function meaningOf(r: RandomProgram): Map<string, number[]> {
  const shapes = new Map([...r.program.inputs.map((i) => [i.name, i.sets] as const), ...r.program.definitions.map((d) => [d.name, d.params.map((p) => p.set)] as const)]);
  const context: Context = { ...emptyContext, definitions: new Map(r.program.definitions.map((d) => [d.name, d])), shapes };
  const index = new Set(r.program.inputs.filter((i) => i.dtype === 'index').map((i) => i.name));
  const values = new Map([...r.values].map(([name, v]) => [name, { shape: v.shape, data: Float64Array.from(v.data, (x) => (index.has(name) ? x + 1 : x)) }]));
  const env: Environment = { context, values, sizes: r.sizes, indices: new Map(), seed: 1 };
  return new Map(r.program.outputs.map((o) => {
    const at = compileTerm(o.body, o.letters, context).in(env);
    return [o.name, tuples(o.sets.map((s) => r.sizes.get(s) as number)).map((p) => at(p))];
  }));
}
function tuples(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>((all, n) => all.flatMap((p) => Array.from({ length: n }, (_, k) => [...p, k + 1])), [[]]);
}

/** The largest error, relative to the largest entry of the tensor. */
function distance(got: ArrayLike<number>, want: readonly number[]): number {
  const scale = Math.max(1e-3, ...want.map(Math.abs).filter(Number.isFinite));
  let worst = got.length === want.length ? 0 : Infinity;
  for (let n = 0; n < want.length; n++) {
    const [a, b] = [got[n] as number, want[n] as number];
    if (Number.isNaN(b) || !Number.isFinite(b)) { if (!Object.is(a, b) && !(Number.isNaN(a) && Number.isNaN(b))) worst = Infinity; continue; }
    const error = Math.abs(a - b) / scale;
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
  }
  return worst;
}

async function emitted(r: RandomProgram): Promise<Record<string, Float64Array>> {
  const text = javascript(scheduleProgram(r.program, { sizes: r.sizes }, true), { name: 'compute' });
  const module = await import(`data:text/javascript,${encodeURIComponent(text)}`) as { compute: (inputs: object, sizes: object) => Record<string, Float64Array> };
  const inputs = Object.fromEntries([...r.values].map(([name, v]) => [name, v.data]));
  return module.compute(inputs, Object.fromEntries(r.sizes));
}
function run(r: RandomProgram, dtype: 'f32' | 'f64'): Record<string, ArrayLike<number>> {
  const plan = compileProgram(r.program, { sizes: r.sizes, dtype });
  for (const [name, v] of r.values) plan.inputs[name]?.set(v.data);
  plan.run();
  return plan.outputs;
}

describe('random programs', () => {
  for (let n = 0; n < COUNT; n++) {
    const seed = SEED + n;
    it(`seed ${seed}: meaning, JavaScript and WebAssembly agree`, async () => {
      const r = randomProgram(seed);
      const want = meaningOf(r);
      const [text, f64, f32] = [await emitted(r), run(r, 'f64'), run(r, 'f32')];
      for (const [name, expected] of want) {
        expect(distance(text[name] as ArrayLike<number>, expected), `JavaScript, ${name}`).toBeLessThan(1e-10);
        expect(distance(f64[name] as ArrayLike<number>, expected), `float64, ${name}`).toBeLessThan(1e-10);
        expect(distance(f32[name] as ArrayLike<number>, expected), `float32, ${name}`).toBeLessThan(2e-3);
      }
    });
  }
});
