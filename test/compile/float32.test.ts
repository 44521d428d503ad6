// exp and log of float32 numbers, block by block of bit patterns: every 31st block here, all 2^32 numbers in the soak run.
// Not here: the other functions and float64 (math.test.ts).
// Invariant: blocks are taken by their number, so a run repeats itself; STRIDE=1 takes all of them.
import { describe, expect, it } from 'vitest';
import { ModuleBuilder } from '../../src/compile/assemble.ts';
import { Chain, interleave } from '../../src/compile/math/chain.ts';
import { elementary } from '../../src/compile/math/elementary.ts';
import { i32, v128, while_ } from '../../src/compile/wasm.ts';

const BLOCK = 1 << 16;

/** Applies a function to BLOCK floats at address 0, results behind them. */
function apply(name: 'exp' | 'log', fast: boolean): { bits: Uint32Array; results: Float32Array; run(): void } {
  const m = new ModuleBuilder();
  m.ownMemory('memory', { minimum: (8 * BLOCK) / 65536 });
  m.func('run', [], [], (f) => {
    const p = f.local('i32');
    const chains = Array.from({ length: 4 }, (_, k) => {
      const chain = new Chain(m, f, { type: 'f32', fast });
      chain.do(v128.store(p, elementary[name](chain, v128.load(p, 16 * k)), 4 * BLOCK + 16 * k));
      return chain;
    });
    return while_(i32.lt_u(p, i32.const(4 * BLOCK)), [interleave(chains), p.set(i32.add(p, i32.const(64)))]);
  });
  const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(m.bytes())).exports as {
    memory: WebAssembly.Memory;
    run(): void;
  };
  return {
    bits: new Uint32Array(memory.buffer, 0, BLOCK),
    results: new Float32Array(memory.buffer, 4 * BLOCK, BLOCK),
    run,
  };
}

// Odd, so that the blocks meet every exponent at ever other mantissas.
const stride = Number(process.env.STRIDE ?? (process.env.SOAK ? 1 : 31));

describe(stride === 1 ? 'every float32' : `every ${stride}st block of 65,536 float32 numbers`, () => {
  for (const name of ['exp', 'log'] as const)
    it(`${name} is within 2 units of the last place`, () => {
      const { bits, results, run } = apply(name, false);
      const inputs = new Float32Array(bits.buffer, 0, BLOCK);
      const truth = Math[name];
      let worst = 0,
        at = 0;
      for (let block = 0; block < 2 ** 32 / BLOCK; block += stride) {
        for (let k = 0; k < BLOCK; k++) bits[k] = block * BLOCK + k;
        const before = Float32Array.from(inputs);
        run();
        for (let k = 0; k < BLOCK; k++) {
          const want = truth(before[k] as number),
            got = results[k] as number;
          const rounded = Math.fround(want);
          if (got === rounded || (Number.isNaN(got) && Number.isNaN(rounded))) continue;
          const unit =
            Math.abs(rounded) === Infinity ? 2 ** 104 : 2 ** Math.max(Math.floor(Math.log2(Math.abs(want))) - 23, -149);
          const error = Math.abs((Math.abs(got) === Infinity ? Math.sign(got) * 2 ** 128 : got) - want) / unit;
          if (!(error <= worst)) {
            worst = error;
            at = before[k] as number;
          }
        }
      }
      expect(worst, `at ${at}`).toBeLessThanOrEqual(2);
    }, 3_600_000);
});
