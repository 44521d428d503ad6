// What cross-entropy takes and gives, as types.
// Not here: what it computes (cross-entropy.ts).
// Invariant: the type of the loss and whether there is a gradient follow from the options.
import type { Speed } from './arguments.ts';
import type { Floats, KernelPlan } from './plan.ts';
import type { RowShape } from './rows.ts';

/** What the losses of the rows are added up to. */
export type Reduction = 'mean' | 'sum' | 'none';

export interface Meaning extends Speed {
  /** A weight for each class, of the logits' type. */
  readonly weight?: Floats | readonly number[];
  /** Rows with this label do not count; −100 unless given. */
  readonly ignoreIndex?: number;
  /** 0…1: so much of each target is spread evenly over all classes. */
  readonly labelSmoothing?: number;
  /**
   * 'mean' (over the weights of the rows that count; over the rows for probability targets), 'sum' or 'none' (a loss a
   * row).
   */
  readonly reduction?: Reduction;
}
/** Shape and meaning of the loss, and whether its gradient is wanted. */
export interface CrossEntropyOptions extends Meaning, RowShape {
  /** true, or the array that receives the gradient by the logits. */
  readonly gradient?: boolean | Floats;
}
/** What a plan for cross-entropy is made for. */
export interface CrossEntropyPlanOptions extends Meaning {
  readonly rows: number;
  readonly columns: number;
  readonly dtype?: 'f32' | 'f64' | 'float32' | 'float64';
  readonly targets?: 'index' | 'probability';
  readonly gradient?: boolean;
}
/** The loss (a number, or one a row), and the gradient by the logits where it was asked for. */
export interface CrossEntropyResult<T extends Floats> {
  readonly loss: number | T;
  readonly gradient?: T;
}
/** Labels are an Int32Array, probabilities are of the logits' type; the inputs are filled and read in place. */
export interface CrossEntropyPlan<Targets extends Int32Array | Floats = Int32Array | Floats>
  extends KernelPlan<
    { readonly logits: Floats; readonly targets: Targets; readonly weight?: Floats },
    { readonly loss: Floats; readonly gradient: Floats }
  > {
  readonly rows: number;
}

/** What the loss of a row is added up to: one number, or with `reduction: 'none'` a number a row. */
type Summed = { readonly reduction?: 'mean' | 'sum' };
type Each = { readonly reduction: 'none' };
/** A call that asks for the gradient gets one. */
type WithGradient = { readonly gradient: true | Floats };
type Targets<T extends Floats> = Int32Array | BigInt64Array | T;

/** Cross-entropy of rows of logits; what `loss` and `gradient` are follows from the options. */
export interface CrossEntropyFunction {
  <T extends Floats>(
    logits: T,
    targets: Targets<T>,
    options: CrossEntropyOptions & Each & WithGradient,
  ): { readonly loss: T; readonly gradient: T };
  <T extends Floats>(
    logits: T,
    targets: Targets<T>,
    options: CrossEntropyOptions & Each,
  ): { readonly loss: T; readonly gradient?: T };
  <T extends Floats>(
    logits: T,
    targets: Targets<T>,
    options: CrossEntropyOptions & Summed & WithGradient,
  ): { readonly loss: number; readonly gradient: T };
  <T extends Floats>(
    logits: T,
    targets: Targets<T>,
    options?: CrossEntropyOptions & Summed,
  ): { readonly loss: number; readonly gradient?: T };
  /** Where the options are not known before the call. */
  <T extends Floats>(logits: T, targets: Targets<T>, options?: CrossEntropyOptions): CrossEntropyResult<T>;
  plan(options: CrossEntropyPlanOptions & { readonly targets?: 'index' }): CrossEntropyPlan<Int32Array>;
  plan(options: CrossEntropyPlanOptions & { readonly targets: 'probability' }): CrossEntropyPlan<Floats>;
  plan(options: CrossEntropyPlanOptions): CrossEntropyPlan;
}
