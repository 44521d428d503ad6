// The ready kernels.
// Not here: anything that reads formulas; importing a kernel pulls in neither the parser nor the rules.
// Invariant: exports only.
export { gelu, relu, sigmoid, silu, softplus, tanh } from './activations.ts';
export type { ActivationFunction, ActivationOptions, ActivationPlanOptions } from './activations.ts';
export type { Speed } from './arguments.ts';
export { crossEntropy, negativeLogLikelihood } from './cross-entropy.ts';
export type {
  CrossEntropyFunction,
  CrossEntropyOptions,
  CrossEntropyPlan,
  CrossEntropyPlanOptions,
  CrossEntropyResult,
  Reduction,
} from './cross-entropy-types.ts';
export { hessianVectorProduct, logSoftmaxBackward, softmaxBackward, softmaxJacobian } from './derivatives.ts';
export type {
  BackwardFunction,
  DerivativeOptions,
  HessianFunction,
  HessianOptions,
  JacobianFunction,
} from './derivatives.ts';
export { matmul } from './matmul.ts';
export type { MatmulFunction, MatmulOptions, MatmulPlanOptions, MatmulShape } from './matmul.ts';
export { layerNorm, rmsNorm } from './norms.ts';
export type { NormFunction, NormGradients, NormOptions } from './norms.ts';
export type { Floats, KernelPlan } from './plan.ts';
export type { RowPlanOptions } from './row-kernel.ts';
export type { RowShape } from './rows.ts';
export { logSoftmax, logSumExp, softmax } from './softmax.ts';
export type {
  Mask,
  RowFunction,
  SoftmaxOptions,
  SoftmaxPlanInputs,
  SoftmaxPlanOptions,
  SoftmaxPlanOutputs,
} from './softmax.ts';
