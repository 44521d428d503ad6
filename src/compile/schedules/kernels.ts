// Which row kernels there are: a small record says which, and a module is assembled from it.
// Not here: names, options and checks that a caller sees (`kernels/`).
// Invariant: the same record gives the same bytes.
import { ModuleBuilder } from '../assemble.ts';
import type { FloatType, Style } from '../math/chain.ts';
import { crossEntropyKernel } from './cross-entropy.ts';
import { denseCrossEntropyKernel } from './dense-cross-entropy.ts';
import {
  hessianVectorProductKernel,
  logSoftmaxBackwardKernel,
  softmaxBackwardKernel,
  softmaxJacobianKernel,
} from './derivatives.ts';
import { activationBackwardKernel, activationKernel, type Activation } from './elementwise.ts';
import { matmulKernel } from './matmul.ts';
import { negativeLogLikelihoodKernel } from './negative-log-likelihood.ts';
import { normBackwardKernel, normKernel } from './norm.ts';
import { logSoftmaxKernel, logSumExpKernel, softmaxKernel } from './softmax.ts';

/** What is read per row, which reduction is made of it and what is written. */
export type KernelRecord =
  | { readonly kind: 'softmax' | 'log-softmax' | 'log-sum-exp'; readonly masked: boolean }
  | { readonly kind: 'softmax-backward' | 'log-softmax-backward' | 'softmax-jacobian' | 'hessian-vector-product' }
  | {
      readonly kind: 'cross-entropy';
      readonly targets: 'index' | 'index-dense' | 'probability';
      readonly gradient: boolean;
    }
  | { readonly kind: 'negative-log-likelihood'; readonly gradient: boolean }
  | { readonly kind: 'activation' | 'activation-backward'; readonly of: Activation }
  | { readonly kind: 'layer-norm' | 'layer-norm-backward' | 'rms-norm' | 'rms-norm-backward' | 'matmul' };

type Kind = KernelRecord['kind'];
const emitters: {
  readonly [K in Kind]: (m: ModuleBuilder, style: Style, record: Extract<KernelRecord, { kind: K }>) => void;
} = {
  softmax: (m, style, { masked }) => softmaxKernel(m, style, masked),
  'log-softmax': (m, style, { masked }) => logSoftmaxKernel(m, style, masked),
  'log-sum-exp': (m, style, { masked }) => logSumExpKernel(m, style, masked),
  'softmax-backward': softmaxBackwardKernel,
  'log-softmax-backward': logSoftmaxBackwardKernel,
  'softmax-jacobian': softmaxJacobianKernel,
  'hessian-vector-product': hessianVectorProductKernel,
  'cross-entropy': (m, style, { targets, gradient }) =>
    targets === 'index'
      ? crossEntropyKernel(m, { style, gradient })
      : denseCrossEntropyKernel(m, { style, gradient, targets: targets === 'probability' ? 'probability' : 'index' }),
  'negative-log-likelihood': (m, style, { gradient }) => negativeLogLikelihoodKernel(m, { style, gradient }),
  activation: (m, style, { of }) => activationKernel(m, style, of),
  'activation-backward': (m, style, { of }) => activationBackwardKernel(m, style, of),
  'layer-norm': (m, style) => normKernel(m, { style, centred: true }),
  'layer-norm-backward': (m, style) => normBackwardKernel(m, { style, centred: true }),
  'rms-norm': (m, style) => normKernel(m, { style, centred: false }),
  'rms-norm-backward': (m, style) => normBackwardKernel(m, { style, centred: false }),
  matmul: matmulKernel,
};

/** The module of a kernel: memory `e.m` imported, functions `run` and `rows`, some `prepare` and `finish`. */
export function kernelBytes(record: KernelRecord, type: FloatType, fast: boolean): Uint8Array<ArrayBuffer> {
  const m = new ModuleBuilder();
  m.importMemory('e', 'm', { minimum: 1, maximum: 65536 });
  (emitters[record.kind] as (m: ModuleBuilder, style: Style, record: KernelRecord) => void)(m, { type, fast }, record);
  return m.bytes();
}
