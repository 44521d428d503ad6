// softmax, log-softmax and log-sum-exp along an axis.
// Not here: their derivatives (`derivatives.ts`) and losses (`cross-entropy.ts`).
// Invariant: a row with +∞, NaN or nothing but −∞ becomes NaN (log-sum-exp: its limit); one −∞ gives an exact 0.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import { floatType, type Speed } from './arguments.ts';
import { logSoftmaxSource, maskedLogSoftmaxSource } from './bytes/log-softmax.ts';
import { logSumExpSource, maskedLogSumExpSource } from './bytes/log-sum-exp.ts';
import { maskedSoftmaxSource, softmaxSource } from './bytes/softmax.ts';
import type { KernelSource } from './instance.ts';
import type { Floats, KernelPlan } from './plan.ts';
import { applyRows, rowPlan, type RowKernel, type RowPlanOptions } from './row-kernel.ts';
import type { RowShape } from './rows.ts';

/**
 * What hides elements: numbers or booleans, where 0 or false hides (Uint8Array, boolean[]), or floats that are added (0
 * keeps, −∞ hides). As long as x, or as one row.
 */
export type Mask = Uint8Array | Float32Array | Float64Array | readonly boolean[];

/** Shape of the rows that softmax is taken of. */
export interface SoftmaxOptions extends RowShape, Speed {
  readonly out?: Floats;
  readonly mask?: Mask;
}
/** `mask: true` gives the plan an input `mask` of x's type and size that is added: 0 keeps, −∞ hides. */
export interface SoftmaxPlanOptions extends RowPlanOptions {
  readonly mask?: boolean;
}
/** The views that a plan for softmax reads. */
export interface SoftmaxPlanInputs {
  readonly x: Floats;
  readonly mask?: Floats;
}
/** The views that a plan for softmax writes. */
export interface SoftmaxPlanOutputs {
  readonly y: Floats;
}

/** A function on arrays, and `plan` for memory that is filled in place. */
export interface RowFunction {
  <T extends Floats>(
    x: T,
    options?: SoftmaxOptions,
    out?: T | null,
    mask?: Mask | null,
    fast?: boolean,
    threads?: number,
  ): T;
  plan(options: SoftmaxPlanOptions): KernelPlan<SoftmaxPlanInputs, SoftmaxPlanOutputs>;
}

function rowFunction(
  name: string,
  plain: KernelSource,
  masked: KernelSource,
  resultLength: (columns: number) => number,
): RowFunction {
  const kernel: RowKernel = { name, source: plain, x: 'x', y: 'y', resultLength };
  const withMask: RowKernel = { name, source: masked, x: 'x', y: 'y', second: 'mask', resultLength };
  const apply = (
    x: Floats,
    options: SoftmaxOptions = {},
    out?: Floats | null,
    mask?: Mask | null,
    fast?: boolean,
    threads?: number,
  ): Floats => {
    const speed =
      fast === undefined && threads === undefined
        ? options
        : { ...options, ...(fast === undefined ? {} : { fast }), ...(threads === undefined ? {} : { threads }) };
    const hidden = mask ?? options.mask ?? null;
    const result = out ?? options.out ?? undefined;
    return hidden === null
      ? applyRows(kernel, x, null, speed, result)
      : applyRows(withMask, x, additiveMask(x, hidden, options), speed, result);
  };
  return Object.assign(apply as unknown as RowFunction, {
    plan: (options: SoftmaxPlanOptions) =>
      rowPlan<SoftmaxPlanInputs, SoftmaxPlanOutputs>(options.mask === true ? withMask : kernel, options),
  });
}

/** The mask as numbers to add, of x's type and length. */
function additiveMask(x: Floats, mask: Mask, shape: RowShape): Floats {
  const type = floatType(x, 'x');
  const result = type === 'f32' ? new Float32Array(x.length) : new Float64Array(x.length);
  if (mask.length !== x.length && (mask.length === 0 || x.length % mask.length !== 0 || shape.shape !== undefined)) {
    throw new WhygradError('length', `The mask has ${mask.length} elements, x has ${x.length}.`, {
      hint: 'Pass a mask as long as x or, with rows and columns, as one row.',
    });
  }
  const added = mask instanceof Float32Array || mask instanceof Float64Array;
  if (!added && !(mask instanceof Uint8Array) && !Array.isArray(mask))
    throw new WhygradError('dtype', 'The mask is neither a Uint8Array nor booleans nor floats.', {
      hint: 'Pass 1 or true for what counts, 0 or false for what is hidden.',
    });
  for (let k = 0, m = 0; k < x.length; k++, m = m + 1 === mask.length ? 0 : m + 1)
    result[k] = added ? must(mask[m]) : mask[m] ? 0 : -Infinity;
  return result;
}

/**
 * softmax(x)_c = e^(x_c) / Σ_k e^(x_k) along an axis; the result has x's type and length.
 * `{ rows, columns }` for row-major rows, `{ shape, axis }` for any axis (−1 unless given), nothing for one row; `out`
 * may be x itself.
 * float32: within 3 ulp. Adding a constant to a row changes no bit where the sums are exact.
 * Throws `dtype`, `length`, `shape`, `axis`, `option`.
 * Source: J. S. Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990.
 */
export const softmax: RowFunction = /* @__PURE__ */ rowFunction(
  'softmax',
  softmaxSource,
  maskedSoftmaxSource,
  (n) => n,
);

/** log softmax(x)_c = x_c − log Σ_k e^(x_k); float32 within 1.5 ulp. Arguments and errors as of `softmax`. */
export const logSoftmax: RowFunction = /* @__PURE__ */ rowFunction(
  'logSoftmax',
  logSoftmaxSource,
  maskedLogSoftmaxSource,
  (n) => n,
);

/**
 * log Σ_k e^(x_k), one number a row. Arguments and errors as of `softmax`; a row of nothing but −∞ gives −∞, one with
 * +∞ gives +∞.
 */
export const logSumExp: RowFunction = /* @__PURE__ */ rowFunction(
  'logSumExp',
  logSumExpSource,
  maskedLogSumExpSource,
  () => 1,
);
