// How people lay out arrays: samples in rows or columns, one sample alone, entry by entry.
// Not here: how an array is written in a language (`values.ts`).
// Invariant: `out` undoes `in`; what comes back is compared in the doctor's own order (samples in rows).
import type { Input, Operation, Sizes } from '../operations/operation.ts';
import { reshape, sizeOf, squeezed, transpose, type Tensor } from '../tensor/tensor.ts';

/** What is done to an array on the way to a program. */
type Turn = 'same' | 'transpose' | 'flat' | 'ravel';

/** A way to lay out all arrays of one operation. */
export interface Layout {
  readonly id: string;
  readonly say: string;
  /** One sample alone. */
  readonly single: boolean;
  /** Rows of one entry: a vector of samples. */
  readonly thin: boolean;
  /** Numbers instead of arrays. */
  readonly scalar: boolean;
  readonly batch: Turn;
  readonly weights: Turn;
  readonly units: Turn;
}

const layout = (
  id: string,
  say: string,
  batch: Turn,
  weights: Turn,
  units: Turn,
  more: Partial<Layout> = {},
): Layout => ({
  id,
  say,
  single: false,
  thin: false,
  scalar: false,
  batch,
  weights,
  units,
  ...more,
});

/** From the most to the least usual. */
export const layouts: readonly Layout[] = [
  layout('rows', 'samples in rows', 'same', 'same', 'flat'),
  layout('one', 'one sample, a vector', 'flat', 'same', 'flat', { single: true }),
  layout('thin', 'a vector of samples', 'flat', 'flat', 'flat', { thin: true }),
  layout('rows-row', 'samples in rows, parameters as rows', 'same', 'same', 'same'),
  layout('rows-turned', 'samples in rows, weights (out, in)', 'same', 'transpose', 'flat'),
  layout('one-turned', 'one sample, weights (out, in)', 'flat', 'transpose', 'flat', { single: true }),
  layout('columns', 'samples in columns', 'transpose', 'transpose', 'transpose'),
  layout('columns-same', 'samples in columns', 'transpose', 'same', 'transpose'),
  layout('column', 'one sample, a column', 'transpose', 'transpose', 'transpose', { single: true }),
  layout('row', 'one sample, a row', 'same', 'same', 'same', { single: true }),
  layout('ravel', 'samples in rows of one flat array', 'ravel', 'ravel', 'flat'),
  layout('scalar', 'entry by entry', 'flat', 'flat', 'flat', { single: true, thin: true, scalar: true }),
];

const turned = (t: Tensor, turn: Turn): Tensor => {
  if (turn === 'transpose') return transpose(t);
  if (turn === 'ravel') return reshape(t, [t.data.length]);
  if (turn === 'flat') return reshape(t, squeezed(t.shape));
  return t;
};

const turnOf = (sort: Input['sort'], l: Layout): Turn =>
  sort === 'batch' ? l.batch : sort === 'weights' ? l.weights : sort === 'units' ? l.units : 'same';

/** The array as the program takes it. */
export function arranged(t: Tensor, sort: Input['sort'], l: Layout): Tensor {
  if (sort === 'constant' || sort === 'image') return t;
  const turn = turnOf(sort, l);
  // Where a batch has rows of one entry by nature (labels of a logistic regression), a flat layout drops them too.
  return turned(t, turn);
}

/** An array of the program in the doctor's order; its shape is `like` where the sizes agree. */
export function restored(t: Tensor, sort: Input['sort'], l: Layout, like: readonly number[]): Tensor {
  const back = turnOf(sort, l) === 'transpose' && t.shape.length === 2 ? transpose(t) : t;
  return back.data.length === sizeOf(like) ? reshape(back, like) : back;
}

export const sizesIn = (l: Layout, sizes: Sizes): Sizes => ({
  ...sizes,
  ...(l.single ? { N: 1 } : {}),
  ...(l.thin ? { C: 1 } : {}),
});

/** Layouts in which this operation makes sense at all. */
export const possible = (o: Operation, l: Layout): boolean => {
  if (l.scalar) return o.inputs.every((i) => i.sort === 'batch' || i.sort === 'constant') && !o.coupled;
  if (l.thin) return !o.coupled || o.inputs.some((i) => i.axes.includes('one'));
  const plain = o.inputs.every((i) => i.sort === 'batch' || i.sort === 'constant' || i.sort === 'image');
  return !(plain && (l.id.endsWith('turned') || l.id === 'columns-same' || l.id === 'rows-row'));
};
