// Products with the Jacobian of softmax, the Jacobian itself, and with the Hessian of cross-entropy.
// Not here: the gradient of cross-entropy (`cross-entropy.ts`).
// Invariant: products never build an n×n matrix.
import { floatType, type Speed } from './arguments.ts';
import { hessianVectorProductSource } from './bytes/hessian-vector-product.ts';
import { logSoftmaxBackwardSource, softmaxBackwardSource } from './bytes/softmax-backward.ts';
import { softmaxJacobianSource } from './bytes/softmax-jacobian.ts';
import type { Floats, KernelPlan } from './plan.ts';
import { applyRows, rowPlan, type RowKernel, type RowPlanOptions } from './row-kernel.ts';
import { rowsOf, type RowShape } from './rows.ts';
import { scratchBytes } from '../compile/schedules/scratch.ts';

/** Shape of the rows that a derivative is taken of. */
export interface DerivativeOptions extends RowShape, Speed {
  readonly out?: Floats;
}

const same = (n: number): number => n;
const backward: RowKernel = {
  name: 'softmaxBackward',
  source: softmaxBackwardSource,
  x: 'probabilities',
  second: 'upstream',
  y: 'gradient',
  resultLength: same,
};
const logBackward: RowKernel = {
  name: 'logSoftmaxBackward',
  source: logSoftmaxBackwardSource,
  x: 'logProbabilities',
  second: 'upstream',
  y: 'gradient',
  resultLength: same,
};
const jacobian: RowKernel = {
  name: 'softmaxJacobian',
  source: softmaxJacobianSource,
  x: 'logits',
  y: 'jacobian',
  resultLength: (n) => n * n,
  scratch: (type, n) => scratchBytes(type, n) + 8 * n + 16 + n * (type === 'f32' ? 4 : 8),
};
const hessian: RowKernel = {
  name: 'hessianVectorProduct',
  source: hessianVectorProductSource,
  x: 'logits',
  second: 'direction',
  y: 'product',
  resultLength: same,
};

/** A vector–Jacobian product: the gradient by the inputs from the gradient by the outputs. */
export interface BackwardFunction<Name extends string> {
  <T extends Floats>(result: T, upstream: T, options?: DerivativeOptions, out?: T | null): T;
  plan(
    options: RowPlanOptions,
  ): KernelPlan<{ readonly [K in Name | 'upstream']: Floats }, { readonly gradient: Floats }>;
}

/**
 * The vector–Jacobian product of softmax: p∘(g − Σ g·p) for the probabilities p that softmax gave and the upstream g.
 * Shapes as of `softmax`. Throws `dtype`, `length`, `shape`, `axis`, `option`.
 */
export const softmaxBackward: BackwardFunction<'probabilities'> = /* @__PURE__ */ Object.assign(
  <T extends Floats>(probabilities: T, upstream: T, options: DerivativeOptions = {}, out?: T | null): T =>
    applyRows(backward, probabilities, upstream, options, out ?? options.out) as T,
  {
    plan: (options: RowPlanOptions) =>
      rowPlan<{ readonly probabilities: Floats; readonly upstream: Floats }, { readonly gradient: Floats }>(
        backward,
        options,
      ),
  },
);
/**
 * The vector–Jacobian product of log-softmax: g − softmax·Σ g, for the log-probabilities that logSoftmax gave. As
 * `softmaxBackward`.
 */
export const logSoftmaxBackward: BackwardFunction<'logProbabilities'> = /* @__PURE__ */ Object.assign(
  <T extends Floats>(logProbabilities: T, upstream: T, options: DerivativeOptions = {}, out?: T | null): T =>
    applyRows(logBackward, logProbabilities, upstream, options, out ?? options.out) as T,
  {
    plan: (options: RowPlanOptions) =>
      rowPlan<{ readonly logProbabilities: Floats; readonly upstream: Floats }, { readonly gradient: Floats }>(
        logBackward,
        options,
      ),
  },
);

/** The whole Jacobian of each row, rows × columns × columns. */
export interface JacobianFunction {
  <T extends Floats>(logits: T, options?: DerivativeOptions, out?: T | null): T;
  plan(options: RowPlanOptions): KernelPlan<{ readonly logits: Floats }, { readonly jacobian: Floats }>;
}
/**
 * ∂p_i/∂z_j = p_i·([i = j] − p_j) with p = softmax(z): for each row of n logits n² numbers, row i after row i−1.
 * Throws `dtype`, `length`, `shape`, `axis`, `option`.
 */
export const softmaxJacobian: JacobianFunction = /* @__PURE__ */ Object.assign(
  <T extends Floats>(logits: T, options: DerivativeOptions = {}, out?: T | null): T =>
    applyRows(jacobian, logits, null, options, out ?? options.out) as T,
  {
    plan: (options: RowPlanOptions) =>
      rowPlan<{ readonly logits: Floats }, { readonly jacobian: Floats }>(jacobian, options),
  },
);

/** Shape of the rows that a Hessian product is taken of, with what the loss needs. */
export interface HessianOptions extends DerivativeOptions {
  readonly reduction?: 'mean' | 'sum';
}
/** A product of the Hessian with a direction. */
export interface HessianFunction {
  <T extends Floats>(logits: T, direction: T, options?: HessianOptions, out?: T | null): T;
  plan(
    options: RowPlanOptions & { readonly reduction?: 'mean' | 'sum' },
  ): KernelPlan<{ readonly logits: Floats; readonly direction: Floats }, { readonly product: Floats }>;
}
/**
 * The product of the Hessian of cross-entropy by the logits (targets that sum to 1) with a direction v: p∘v − p·Σ p·v,
 * over the number of rows for the mean (the default).
 * Throws `dtype`, `length`, `shape`, `axis`, `option`.
 */
export const hessianVectorProduct: HessianFunction = /* @__PURE__ */ Object.assign(
  <T extends Floats>(logits: T, direction: T, options: HessianOptions = {}, out?: T | null): T => {
    floatType(logits, 'logits');
    return applyRows(hessian, logits, direction, options, out ?? options.out, {
      scale: scaleOf(options.reduction, rowsOf(logits.length, options, 'logits').rows),
    }) as T;
  },
  {
    plan: (options: RowPlanOptions & { readonly reduction?: 'mean' | 'sum' }) =>
      rowPlan<{ readonly logits: Floats; readonly direction: Floats }, { readonly product: Floats }>(hessian, options, {
        scale: scaleOf(options.reduction, options.rows),
      }),
  },
);
const scaleOf = (reduction: 'mean' | 'sum' | undefined, rows: number): number => (reduction === 'sum' ? 1 : 1 / rows);
