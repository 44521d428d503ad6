// Rows of data as the tensors of a document.
// Not here: how a data set is bound (bind.ts).
// Invariant: every tensor has the rows on its first axis.

/** The data tensors of some rows, row-major with the example first. */
export interface Bound {
  readonly rows: number;
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;
}
