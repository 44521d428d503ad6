// The assembler: its bytes are valid modules that do what their instructions say.
// Not here: what is assembled of it (the other files).
// Invariant: every module that is tested is validated by the engine.
import { describe, expect, it } from 'vitest';
import { ModuleBuilder } from '../../src/compile/assemble.ts';
import {
  block,
  br,
  br_if,
  doWhile,
  f32,
  f32x4,
  f64,
  f64x2,
  i32,
  i64,
  i64x2,
  if_,
  ifValue,
  i32x4,
  i8x16,
  loop,
  memory,
  select,
  v128,
  while_,
  type Code,
  type Expression,
  type ValueType,
} from '../../src/compile/wasm.ts';

const instantiate = (
  m: ModuleBuilder,
  imports: WebAssembly.Imports = {},
): Record<string, (...a: number[]) => number> & { memory: WebAssembly.Memory } =>
  new WebAssembly.Instance(new WebAssembly.Module(m.bytes()), imports).exports as never;

describe('the assembler', () => {
  it('writes a function that adds', () => {
    const m = new ModuleBuilder();
    m.func('add', ['f64', 'f64'], ['f64'], (_f, a, b) => [f64.add(a, b)]);
    expect(instantiate(m).add?.(2, 3)).toBe(5);
  });
  it('resolves branches over nested blocks', () => {
    const m = new ModuleBuilder();
    m.func('f', ['i32'], ['i32'], (f, n) => {
      const s = f.local('i32');
      return [
        block((leave) =>
          loop((again) => [
            br_if(leave, i32.eqz(n)),
            s.set(i32.add(s, n)),
            n.set(i32.sub(n, i32.const(1))),
            if_(i32.eq(n, i32.const(2)), br(leave)),
            br(again),
          ]),
        ),
        s,
      ];
    });
    expect(instantiate(m).f?.(5)).toBe(12);
    expect(instantiate(m).f?.(1)).toBe(1);
  });
  it('keeps one hoisted local for equal constants', () => {
    const m = new ModuleBuilder();
    m.func('f', [], ['f32'], (f) => {
      const a = f.hoist(f32x4.const(1, 2, 3, 4));
      const b = f.hoist(f32x4.const(1, 2, 3, 4));
      expect(a.index).toBe(b.index);
      return [f32x4.extract_lane(f32x4.add(a, b), 3)];
    });
    expect(instantiate(m).f?.()).toBe(8);
  });
  it('reads and writes memory, fills, copies and places data', () => {
    const m = new ModuleBuilder();
    m.ownMemory('memory', { minimum: 1 });
    m.data(64, Uint8Array.of(1, 2, 3, 4));
    m.func('f', [], ['i32'], () => [
      memory.copy(i32.const(80), i32.const(64), i32.const(4)),
      memory.fill(i32.const(82), i32.const(9), i32.const(1)),
      i32.load(i32.const(16), 64),
    ]);
    expect(instantiate(m).f?.()).toBe(0x04090201);
  });
  it('writes integers of every size as LEB128', () => {
    for (const n of [0, 1, -1, 63, 64, -64, -65, 127, 128, 2 ** 31 - 1, -(2 ** 31)]) {
      const m = new ModuleBuilder();
      m.func('f', [], ['i32'], () => [i32.const(n)]);
      m.func('g', [], ['i64'], () => [i64.const(BigInt(n) * 4294967296n)]);
      const e = instantiate(m);
      expect(e.f?.()).toBe(n);
      expect(e.g?.()).toBe(BigInt.asIntN(64, BigInt(n) * 4294967296n));
    }
    for (const address of [0, 63, 64, 127, 128, 8191, 8192, 65535]) {
      const m = new ModuleBuilder();
      m.ownMemory('memory', { minimum: 1 });
      m.data(address, Uint8Array.of(7));
      expect(new Uint8Array(instantiate(m).memory.buffer)[address]).toBe(7);
    }
  });
  it('shares memory and counts atomically', () => {
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    const m = new ModuleBuilder();
    m.importMemory('e', 'm', { minimum: 1, maximum: 2, shared: true });
    m.func('next', [], ['i32'], () => [i32.atomic.rmw.add(i32.const(8), i32.const(3))]);
    m.func('swap', [], ['i32'], () => [
      i32.atomic.store(i32.const(12), i32.const(5)),
      memory.atomic.fence,
      i32.add(
        i32.atomic.rmw.cmpxchg(i32.const(8), i32.const(6), i32.const(1)),
        i32.add(i32.atomic.load(i32.const(12)), memory.atomic.notify(i32.const(8), i32.const(1))),
      ),
    ]);
    const e = instantiate(m, { e: { m: shared } });
    expect([e.next?.(), e.next?.(), e.swap?.()]).toEqual([0, 3, 11]);
  });
  it('selects vectors and values', () => {
    const m = new ModuleBuilder();
    m.func('f', ['i32'], ['f32'], (_f, c) => [
      f32x4.extract_lane(select(f32x4.splat(f32.const(1)), f32x4.splat(f32.const(2)), c), 0),
    ]);
    m.func('g', ['i32'], ['f32'], (_f, c) => [ifValue(c, f32.const(1), f32.const(2))]);
    const e = instantiate(m);
    expect([e.f?.(1), e.f?.(0), e.g?.(1), e.g?.(0)]).toEqual([1, 2, 1, 2]);
  });
  it('calls functions and keeps globals', () => {
    const m = new ModuleBuilder();
    const log = m.importFunction('e', 'log', ['i32'], []);
    const count = m.global(i32.const(5));
    const next = m.func(null, [], ['i32'], () => [count.set(i32.add(count, i32.const(1))), count]);
    m.func('f', ['i32'], ['i32'], (_f, n) => [
      while_(n, [log.run(next.call('i32')), n.set(i32.sub(n, i32.const(1)))]),
      doWhile(n.set(i32.const(0)), n),
      count,
    ]);
    const seen: number[] = [];
    expect(
      instantiate(m, {
        e: {
          log: (x: number) => {
            seen.push(x);
          },
        },
      }).f?.(2),
    ).toBe(7);
    expect(seen).toEqual([6, 7]);
  });
  it('names the opcodes that the engine knows: every instruction validates with its declared operands and result', () => {
    expect(validateAll(false)).toEqual([]);
  });
  it('agrees with the engine on what some vector instructions mean', () => {
    const lane = (e: Expression<'v128'>): number => {
      const m = new ModuleBuilder();
      m.func('f', [], ['i32'], () => [i32x4.extract_lane(e, 0)]);
      return instantiate(m).f?.() as number;
    };
    expect(lane(i32x4.trunc_sat_f32x4_s(f32x4.const(-2.7, 0, 0, 0)))).toBe(-2);
    expect(lane(i32x4.max_s(i32x4.const(-3, 0, 0, 0), i32x4.const(2, 0, 0, 0)))).toBe(2);
    expect(lane(i32x4.shr_u(i32x4.const(-1, 0, 0, 0), i32.const(28)))).toBe(15);
    expect(
      lane(
        i8x16.shuffle(
          i32x4.const(1, 2, 3, 4),
          i32x4.const(5, 6, 7, 8),
          [20, 21, 22, 23, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ),
      ),
    ).toBe(6);
    expect(lane(v128.bitselect(i32x4.const(12, 0, 0, 0), i32x4.const(3, 0, 0, 0), i32x4.const(4, 0, 0, 0)))).toBe(7);
    expect(lane(i64x2.extend_high_i32x4_s(i32x4.const(1, 2, 3, 4)))).toBe(3);
    expect(lane(i32x4.trunc_sat_f64x2_s_zero(f64x2.nearest(f64x2.const(2.5, 0))))).toBe(2);
    expect(lane(i32x4.trunc_sat_f32x4_s(f32x4.pmax(f32x4.const(1, 0, 0, 0), f32x4.const(5, 0, 0, 0))))).toBe(5);
  });
});

/** Every instruction of the namespaces in a function of its own; the names of those that the engine refuses. */
function validateAll(relaxed: boolean): string[] {
  const operand: { [T in ValueType]: Expression<T> } = {
    i32: i32.const(1),
    i64: i64.const(1),
    f32: f32.const(1),
    f64: f64.const(1),
    v128: f32x4.const(1, 1, 1, 1),
  };
  const refused: string[] = [];
  const types = Object.keys(operand) as ValueType[];
  const attempts = (f: (...a: unknown[]) => unknown): unknown[] =>
    types
      .flatMap((a) => [
        [operand[a]],
        [operand[a], 0],
        [operand[a], operand.i32],
        [operand[a], 0, operand.i32],
        ...types.flatMap((b) => [
          [operand[a], operand[b]],
          [operand[a], operand[b], 0],
          [operand[a], 0, operand[b]],
          [operand[a], operand[b], operand[b]],
          [operand[a], operand[b], Array(16).fill(0)],
        ]),
      ])
      .map((args) => {
        try {
          return f(...args);
        } catch {
          return null;
        }
      });
  const validates = (made: unknown): boolean => {
    if (made === null || made === undefined) return false;
    const m = new ModuleBuilder();
    m.ownMemory('memory', { minimum: 1 });
    try {
      const e = made as Expression;
      m.func('f', [], 'type' in e ? [e.type] : [], () => ('type' in e ? [e] : (made as Code)));
      return WebAssembly.validate(m.bytes());
    } catch {
      return false;
    }
  };
  for (const [space, group] of Object.entries({ i32, i64, f32, f64, v128, i8x16, i32x4, i64x2, f32x4, f64x2 })) {
    for (const [name, f] of Object.entries(group)) {
      if (name === 'const' || typeof f !== 'function' || name.startsWith('relaxed_') !== relaxed) continue;
      if (!attempts(f as never).some(validates)) refused.push(`${space}.${name}`);
    }
  }
  return refused;
}
