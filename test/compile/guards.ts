// A random plan between guard bytes.
// Not here: how many of them (`guards.test.ts`, the soak run).
// Invariant: a failure names the seed that repeats it.
import { expect } from 'vitest';
import { compileModule } from '../../src/compile/codegen/module.ts';
import { scheduleProgram } from '../../src/compile/plan.ts';
import { randomProgram } from './random-program.ts';

const GUARD = 0xa5;
/** Tables of constants stand below. */
const FIRST = 4096;

/** Runs a random program in memory full of guard bytes: inputs stay as they are, and no byte outside its tensors changes. */
export function mustStayInside(seed: number): void {
  const r = randomProgram(seed);
  const type = seed % 3 === 0 ? 'f64' : 'f32';
  const m = compileModule(scheduleProgram(r.program, { sizes: r.sizes }), { type, fast: false });
  const memory = new WebAssembly.Memory({ initial: m.pages });
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(GUARD);
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(m.bytes), { env: { memory } }).exports as {
    run: () => void;
  };
  const view = (name: string): Float32Array | Float64Array | Int32Array => {
    const { base, count } = m.layout.of(name);
    if (name === 'r') return new Int32Array(memory.buffer, base, count);
    return new (type === 'f64' ? Float64Array : Float32Array)(memory.buffer, base, count);
  };
  for (const [name, v] of r.values) view(name).set(v.data);
  run();
  for (const [name, v] of r.values)
    if (!sameNumbers(view(name), v.data)) expect([...view(name)], `seed ${seed}, ${name}`).toEqual(v.data);
  const strays: number[] = [];
  let at = FIRST;
  for (const [from, to] of m.layout.extents()) {
    for (; at < from; at++) if (bytes[at] !== GUARD) strays.push(at);
    at = Math.max(at, to);
  }
  for (; at < bytes.length; at++) if (bytes[at] !== GUARD) strays.push(at);
  if (strays.length > 0) expect(strays, `seed ${seed}`).toEqual([]);
}

/** Inputs are float32 numbers, which float64 holds, too. */
const sameNumbers = (a: ArrayLike<number>, b: readonly number[]): boolean =>
  a.length === b.length && b.every((x, k) => Object.is(a[k], x) || a[k] === x);
