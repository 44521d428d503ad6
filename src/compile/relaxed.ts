// Whether this engine has relaxed SIMD (fused multiply-add).
// Not here: what is done with it (`math/chain.ts`).
// Invariant: the answer comes from the engine itself, asked once.
import { ModuleBuilder } from './assemble.ts';
import { drop, f32x4 } from './wasm.ts';

let answer: boolean | null = null;

/** True where a module with relaxed multiply-add is accepted (Node ≥ 22, current browsers; not Node 20). */
export function relaxedAvailable(): boolean {
  const known = answer ?? WebAssembly.validate(probe());
  answer = known;
  return known;
}
function probe(): Uint8Array<ArrayBuffer> {
  const m = new ModuleBuilder();
  const zero = f32x4.const(0, 0, 0, 0);
  m.func('f', [], [], () => drop(f32x4.relaxed_madd(zero, zero, zero)));
  return m.bytes();
}
