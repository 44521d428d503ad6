// Random programs computed three ways: by the meaning of their terms, by the JavaScript that is emitted, by the WebAssembly that is run.
// Not here: hand-written cases (`lower.test.ts`, `plan.test.ts`).
// Invariant: a failure prints the seed that repeats it.
import { describe, expect, it } from 'vitest';
import { compileProgram, scheduleProgram } from '../../src/compile/plan.ts';
import { javascriptText as javascript } from '../../src/compile/targets/javascript.ts';
import { distance, meaningOf } from './meaning.ts';
import { randomProgram, type RandomProgram } from './random-program.ts';

const SEED = Number(process.env['SEED'] ?? 20_250);
const COUNT = Number(process.env['COUNT'] ?? 150);

async function emitted(r: RandomProgram): Promise<Record<string, Float64Array>> {
  const text = javascript(scheduleProgram(r.program, { sizes: r.sizes }, true), { name: 'compute' });
  const module = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
    compute: (inputs: object, sizes: object) => Record<string, Float64Array>;
  };
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
