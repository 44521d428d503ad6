// Functions of a module that several schedules call, written once per module.
// Not here: vector code that is written in place.
// Invariant: one function per name and module.
import type { FunctionReference, ModuleBuilder } from '../assemble.ts';
import { Chain } from '../math/chain.ts';
import { exp } from '../math/exponential.ts';
import { log1pPositive, logNormal } from '../math/logarithm.ts';
import { f64x2, type V128 } from '../wasm.ts';

const functions = new WeakMap<ModuleBuilder, Map<string, FunctionReference>>();

/** The function of that name, made when first asked for. */
export function once(m: ModuleBuilder, name: string, make: () => FunctionReference): FunctionReference {
  const known = functions.get(m) ?? new Map<string, FunctionReference>();
  functions.set(m, known);
  const f = known.get(name) ?? make();
  known.set(name, f);
  return f;
}

/** log of a normal float64, NaN for ∞; ≤ 2 ulp. */
export const logarithm = (m: ModuleBuilder): FunctionReference => scalarFunction(m, 'log', logNormal);
/** e^x of a float64; ≤ 2 ulp. */
export const exponential = (m: ModuleBuilder): FunctionReference => scalarFunction(m, 'exp', exp);

/** log(1 + u) of a float64 from 0 on; ≤ 2 ulp. */
export const logarithmOnePlus = (m: ModuleBuilder): FunctionReference => scalarFunction(m, 'log1p', log1pPositive);

/** A vector function used on one number. */
const scalarFunction = (m: ModuleBuilder, name: string, emit: (k: Chain, x: V128) => V128): FunctionReference =>
  once(m, name, () =>
    m.func(null, ['f64'], ['f64'], (f, x) => {
      f.straight = true;
      const k = new Chain(m, f, { type: 'f64', fast: false });
      const result = emit(k, k.let(f64x2.splat(x)));
      return [k.steps, f64x2.extract_lane(result, 0)];
    }),
  );
