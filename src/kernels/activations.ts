// Activations over arrays, with their backward passes.
// Not here: their vector code (`compile/`).
// Invariant: the result has the type and length of x.
import { CHUNK } from '../compile/schedules/chunk.ts';
import type { FloatType } from '../compile/math/chain.ts';
import { WhygradError } from '../term/error.ts';
import { dtypeOption, floatType, isFast, mustMatch, outputArray, threadCount, type Speed } from './arguments.ts';
import { geluBackwardSource, geluSource } from './bytes/gelu.ts';
import { reluBackwardSource, reluSource } from './bytes/relu.ts';
import { sigmoidBackwardSource, sigmoidSource } from './bytes/sigmoid.ts';
import { siluBackwardSource, siluSource } from './bytes/silu.ts';
import { softplusBackwardSource, softplusSource } from './bytes/softplus.ts';
import { tanhBackwardSource, tanhSource } from './bytes/tanh.ts';
import type { KernelSource } from './instance.ts';
import type { KernelLayout } from './layout.ts';
import { makePlan, type Floats, type KernelPlan } from './plan.ts';
import { apart } from './row-kernel.ts';
import { sessionOf, type Binding } from './session.ts';
import { executeThreaded } from './threaded.ts';

/** How an activation is computed, and into which array. */
export interface ActivationOptions extends Speed {
  readonly out?: Floats;
}
/** The length and type that an activation is planned for. */
export interface ActivationPlanOptions extends Speed {
  readonly length: number;
  readonly dtype?: 'f32' | 'f64' | 'float32' | 'float64';
}

/** An activation, element by element, over an array of any length. */
export interface ActivationFunction {
  <T extends Floats>(x: T, options?: ActivationOptions, out?: T | null): T;
  /** The upstream times the derivative at x. */
  backward<T extends Floats>(x: T, upstream: T, options?: ActivationOptions, out?: T | null): T;
  plan(options: ActivationPlanOptions): KernelPlan<{ readonly x: Floats }, { readonly y: Floats }>;
}

function layoutOf(type: FloatType, length: number, binary: boolean): KernelLayout {
  const tensor = (name: string, role: 'input' | 'output', field: 'x' | 'y' | 'second') =>
    ({ name, role, field, type, length }) as const;
  return {
    tensors: [
      tensor('x', 'input', 'x'),
      ...(binary ? [tensor('upstream', 'input', 'second')] : []),
      tensor('y', 'output', 'y'),
    ],
    integers: { n: length, rows: Math.ceil(length / CHUNK) },
    numbers: {},
    rows: Math.ceil(length / CHUNK),
    rowLength: CHUNK,
    scratchBytes: 0,
  };
}
const noFault = (): WhygradError => {
  throw new Error('bug: an activation without checks reported a fault');
};
/** Elements copied in at a time. */
const BATCH = 1 << 16;

function apply(
  source: KernelSource,
  x: Floats,
  upstream: Floats | null,
  options: ActivationOptions,
  out: Floats | undefined,
): Floats {
  const type = floatType(x, 'x');
  if (upstream !== null) mustMatch(upstream, type, x.length, 'upstream');
  const y = outputArray(out, type, x.length);
  const from = apart(x, y);
  const second = upstream === null ? null : apart(upstream, y);
  const threads = threadCount(options);
  const bind = (start: number, end: number): Map<string, Binding> => {
    const walk = { columns: 1, inner: 1 };
    const part = (a: Floats): Binding => ({ array: a.subarray(start, end), walk });
    return new Map([
      ['x', part(from)],
      ['y', part(y)],
      ...(second === null ? [] : [['upstream', part(second)] as const]),
    ]);
  };
  if (threads > 1)
    executeThreaded(
      { source, type, fast: isFast(options), threads, layout: layoutOf(type, x.length, second !== null) },
      bind(0, x.length),
      noFault,
    );
  else
    for (let start = 0; start < x.length; start += BATCH) {
      const end = Math.min(start + BATCH, x.length);
      sessionOf(source, type, isFast(options)).executeWhole(
        layoutOf(type, end - start, second !== null),
        bind(start, end),
      );
    }
  return y;
}

function activation(source: KernelSource, backward: KernelSource): ActivationFunction {
  return Object.assign(
    <T extends Floats>(x: T, options: ActivationOptions = {}, out?: T | null): T =>
      apply(source, x, null, options, out ?? options.out) as T,
    {
      backward: <T extends Floats>(x: T, upstream: T, options: ActivationOptions = {}, out?: T | null): T => {
        floatType(upstream, 'upstream');
        return apply(backward, x, upstream, options, out ?? options.out) as T;
      },
      plan(options: ActivationPlanOptions): KernelPlan<{ readonly x: Floats }, { readonly y: Floats }> {
        if (!Number.isSafeInteger(options.length) || options.length < 1)
          throw new WhygradError('shape', `A plan needs a length from 1 on, not ${String(options.length)}.`, {
            hint: 'Pass { length }.',
          });
        const type = dtypeOption(options.dtype);
        return makePlan({
          source,
          type,
          fast: isFast(options),
          threads: threadCount(options),
          layout: layoutOf(type, options.length, false),
        });
      },
    },
  );
}

/**
 * 1/(1 + e^(−x)), element by element; float32 within 3 ulp. `out` may be x itself. Throws `dtype`, `length`, `option`.
 */
export const sigmoid: ActivationFunction = /* @__PURE__ */ activation(sigmoidSource, sigmoidBackwardSource);
/** max(x, 0), element by element; NaN stays, the derivative at 0 is 0. Throws `dtype`, `length`, `option`. */
export const relu: ActivationFunction = /* @__PURE__ */ activation(reluSource, reluBackwardSource);
/** The hyperbolic tangent, element by element; float32 within 2 ulp. Throws `dtype`, `length`, `option`. */
export const tanh: ActivationFunction = /* @__PURE__ */ activation(tanhSource, tanhBackwardSource);
/**
 * x·Φ(x) with the normal distribution Φ (exact, by erf), element by element. Source: Hendrycks and Gimpel 2016. Throws
 * `dtype`, `length`, `option`.
 */
export const gelu: ActivationFunction = /* @__PURE__ */ activation(geluSource, geluBackwardSource);
/** x·sigmoid(x), element by element. Source: Elfwing, Uchibe and Doya 2017. Throws `dtype`, `length`, `option`. */
export const silu: ActivationFunction = /* @__PURE__ */ activation(siluSource, siluBackwardSource);
/**
 * log(1 + e^x), element by element, exact to rounding on both sides; float32 within 3 ulp. Throws `dtype`, `length`,
 * `option`.
 */
export const softplus: ActivationFunction = /* @__PURE__ */ activation(softplusSource, softplusBackwardSource);
