// What the training loop needs of the compiled network: one step on some rows, the loss and outputs on others, its state as arrays.
// Not here: how it is compiled (build.ts), the loop.
// Invariant: a step allocates nothing, and equal state, rows, rate and count give equal bits.
import type { NamedArray } from './files/safetensors.ts';
import type { Bound } from './network/bound.ts';

/** A network with its parameters, its optimizer's state and its training rows resident in one memory. */
export interface Engine {
  /** Parameters first (by their names in the document), then the optimizer's state (`NAME.STATE`); the arrays are views and change with each step. */
  readonly state: ReadonlyMap<string, NamedArray>;
  readonly parameters: readonly string[];
  /** The training rows where the compiled step reads them. */
  readonly training: Bound;
  /** Predictions for the rows of the last step, rows × outputs. */
  readonly outputs: Float32Array;
  /** The values of a watched definition on the rows of the last step, the example first. */
  watched(name: string): Float32Array;
  /** One step on `count` training rows `order[from …]`; `step` counts from 1. Gives the mean loss of these rows before the step. */
  step(order: Int32Array, from: number, count: number, rate: number, step: number): number;
  /** Loss and predictions on a part of the data that was given when the engine was built. */
  measure(part: 'training' | 'validation'): { readonly loss: number; readonly outputs: Float32Array };
  /** The first operation that gives a number that is not finite in a step on these rows, in words; null when all are finite. State is left as it was. */
  explain(order: Int32Array, from: number, count: number, rate: number, step: number): string | null;
}
