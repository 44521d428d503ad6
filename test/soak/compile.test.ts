// Many more random programs than the ordinary run has time for.
// Not here: what is checked (test/compile).
// Invariant: the first seed is printed; SEED repeats a run.
import { expect, test } from 'vitest';
import { compileProgram } from '../../src/compile/plan.ts';
import { mustStayInside } from '../compile/guards.ts';
import { distance, meaningOf } from '../compile/meaning.ts';
import { randomProgram } from '../compile/random-program.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
console.log(`soak/compile: SEED=${SEED}`);

test('50,000 random plans touch no byte outside their tensors', { timeout: 1_800_000 }, () => {
  for (let n = 0; n < 50_000; n++) mustStayInside(SEED + n);
});

test('5,000 random programs mean what they compute', { timeout: 1_800_000 }, () => {
  for (let n = 0; n < 5_000; n++) {
    const r = randomProgram(SEED + n);
    const want = meaningOf(r);
    for (const dtype of ['f64', 'f32'] as const) {
      const plan = compileProgram(r.program, { sizes: r.sizes, dtype });
      for (const [name, v] of r.values) plan.inputs[name]?.set(v.data);
      plan.run();
      for (const [name, expected] of want)
        expect(
          distance(plan.outputs[name] as ArrayLike<number>, expected),
          `seed ${SEED + n}, ${dtype}, ${name}`,
        ).toBeLessThan(dtype === 'f64' ? 1e-10 : 2e-3);
    }
  }
});
