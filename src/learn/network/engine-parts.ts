// Everything that an engine is made of.
// Not here: the engine (`build.ts`), and what is said of a step that went wrong (`explain.ts`).
// Invariant: plain data; nothing here is compiled or allocated.
import type { SetId } from '../../term/term.ts';
import type { NamedArray } from '../files/safetensors.ts';
import type { Bound } from './bound.ts';
import type { Gradients } from './gradients.ts';
import type { Network } from './network.ts';
import type { StepProgram } from './program.ts';

export interface EngineParts {
  readonly network: Network;
  readonly gradients: Gradients;
  /** The training step: `stepProgram` of the network, its gradients and its optimizer. */
  readonly program: StepProgram;
  readonly sizes: ReadonlyMap<SetId, number>;
  readonly constants: ReadonlyMap<string, Float32Array>;
  /** Start values of the learned tensors. */
  readonly initial: ReadonlyMap<string, NamedArray>;
  readonly training: Bound;
  readonly validation: Bound | null;
  readonly batchSize: number;
}
