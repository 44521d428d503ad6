// A function that gives every NaN of a tensor one bit pattern.
// Not here: when it is called (`nest.ts`).
// Invariant: numbers are not touched; one function per module and type.
import type { FunctionReference, ModuleBuilder } from '../assemble.ts';
import { scalars, type FloatType } from '../math/chain.ts';
import { once } from '../schedules/scalar-functions.ts';
import { br_if, f64, i32, if_, loop } from '../wasm.ts';

/** (address, count): each NaN among so many floats is replaced. */
export function canonicalNaNs(m: ModuleBuilder, type: FloatType): FunctionReference {
  const s = scalars[type] as typeof f64;
  const bytes = type === 'f32' ? 4 : 8;
  return once(m, `canonical NaNs ${type}`, () =>
    m.func(null, ['i32', 'i32'], [], (f, address, count) => {
      const x = f.local(type) as ReturnType<typeof f.local<'f64'>>;
      return if_(
        count,
        loop((again) => [
          x.set(s.load(address)),
          if_(s.ne(x, x), s.store(address, s.const(NaN))),
          address.set(i32.add(address, i32.const(bytes))),
          count.set(i32.sub(count, i32.const(1))),
          br_if(again, count),
        ]),
      );
    }),
  );
}
