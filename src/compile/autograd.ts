// Which outputs of a program are a function's results and which are its gradients.
// Not here: how they are derived (`kernels/autograd.ts`), how they are written (`targets/`).
// Invariant: names of tensors of one program; every input has a record, in the order of the function's arguments.

/** A function and its gradients as one program. */
export interface Autograd {
  readonly outputs: readonly { readonly name: string; readonly upstream: string }[];
  /** For each input the output that is its gradient; null where nothing depends on it, and for index inputs. */
  readonly gradients: readonly { readonly input: string; readonly name: string | null }[];
}
