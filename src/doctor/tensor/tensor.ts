// Small dense tensors in float64, with numpy's broadcasting: what probes, formulas and comparisons are made of.
// Not here: formulas (`notation.ts`, `evaluate.ts`), values of a person's program (`../probe/values.ts`).
// Invariant: data is row-major and its length is the product of the shape.

/** Numbers with a shape; a scalar has the shape []. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const tensor = (shape: readonly number[], data: ArrayLike<number>): Tensor => {
  if (sizeOf(shape) !== data.length) throw new Error(`bug: ${data.length} numbers for the shape ${shape.join('×')}`);
  return { shape, data: Float64Array.from(data) };
};

export const scalar = (value: number): Tensor => tensor([], [value]);

export const fill = (shape: readonly number[], value: (index: number) => number): Tensor =>
  tensor(
    shape,
    Float64Array.from({ length: sizeOf(shape) }, (_, i) => value(i)),
  );

export const map = (a: Tensor, f: (x: number) => number): Tensor => ({ shape: a.shape, data: a.data.map(f) });

/** The same numbers in another shape of equal size. */
export const reshape = (a: Tensor, shape: readonly number[]): Tensor => tensor(shape, a.data);

/** The shape without axes of length one. */
export const squeezed = (shape: readonly number[]): readonly number[] => shape.filter((n) => n !== 1);

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);

/** Thrown where shapes do not fit; a formula that throws it explains nothing. */
export class ShapeError extends Error {}

const broadcastShape = (a: readonly number[], b: readonly number[]): number[] => {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[a.length - rank + i] ?? 1;
    const n = b[b.length - rank + i] ?? 1;
    if (m !== n && m !== 1 && n !== 1) throw new ShapeError(`${a.join('×')} and ${b.join('×')}`);
    return m === 1 ? n : m;
  });
};

const stridesFor = (shape: readonly number[], out: readonly number[]): number[] => {
  const strides = new Array<number>(out.length).fill(0);
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    const n = shape[i] ?? 1;
    if (n !== 1) strides[out.length - shape.length + i] = step;
    step *= n;
  }
  return strides;
};

/** f of every pair of entries, with numpy's broadcasting. Errors: ShapeError. */
export function zip(a: Tensor, b: Tensor, f: (x: number, y: number) => number): Tensor {
  if (sameShape(a.shape, b.shape)) return { shape: a.shape, data: a.data.map((x, i) => f(x, b.data[i] as number)) };
  const shape = broadcastShape(a.shape, b.shape);
  const sa = stridesFor(a.shape, shape);
  const sb = stridesFor(b.shape, shape);
  const at = new Array<number>(shape.length).fill(0);
  const data = new Float64Array(sizeOf(shape));
  let ia = 0;
  let ib = 0;
  for (let i = 0; i < data.length; i++) {
    data[i] = f(a.data[ia] as number, b.data[ib] as number);
    for (let d = shape.length - 1; d >= 0; d--) {
      at[d] = (at[d] as number) + 1;
      ia += sa[d] as number;
      ib += sb[d] as number;
      if ((at[d] as number) < (shape[d] as number)) break;
      ia -= (sa[d] as number) * (shape[d] as number);
      ib -= (sb[d] as number) * (shape[d] as number);
      at[d] = 0;
    }
  }
  return { shape, data };
}

/** Counts an axis from the front; −1 is the last one. Errors: ShapeError. */
const axisOf = (a: Tensor, axis: number): number => {
  const k = axis < 0 ? a.shape.length + axis : axis;
  if (k < 0 || k >= a.shape.length) throw new ShapeError(`axis ${axis} of ${a.shape.join('×')}`);
  return k;
};

/**
 * Calls f with every line along an axis, and puts what it gives in its place (one number, or a line of equal length).
 */
export function alongAxis(a: Tensor, axis: number, f: (line: Float64Array) => ArrayLike<number>): Tensor {
  const k = axisOf(a, axis);
  const n = a.shape[k] as number;
  const inner = sizeOf(a.shape.slice(k + 1));
  const outer = sizeOf(a.shape.slice(0, k));
  const line = new Float64Array(n);
  const lines: ArrayLike<number>[] = [];
  for (let o = 0; o < outer; o++)
    for (let i = 0; i < inner; i++) {
      for (let j = 0; j < n; j++) line[j] = a.data[(o * n + j) * inner + i] as number;
      lines.push(f(line));
    }
  const m = lines[0]?.length ?? 1;
  const data = new Float64Array(outer * m * inner);
  lines.forEach((l, q) => {
    const o = Math.floor(q / inner);
    for (let j = 0; j < m; j++) data[(o * m + j) * inner + (q % inner)] = l[j] as number;
  });
  return { shape: a.shape.map((s, d) => (d === k ? m : s)), data };
}

export const add = (line: Float64Array): number => line.reduce((s, x) => s + x, 0);

/** Swaps the last two axes; a vector becomes a column. */
export function transpose(a: Tensor): Tensor {
  if (a.shape.length === 0) return a;
  if (a.shape.length === 1) return reshape(a, [a.data.length, 1]);
  const [m, n] = a.shape.slice(-2) as [number, number];
  const data = new Float64Array(a.data.length);
  for (let o = 0; o < a.data.length; o += m * n)
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) data[o + j * m + i] = a.data[o + i * n + j] as number;
  return { shape: [...a.shape.slice(0, -2), n, m], data };
}

/** The product of two matrices. Errors: ShapeError. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [m, k] = a.shape.length === 2 ? (a.shape as [number, number]) : [0, 0];
  const [l, n] = b.shape.length === 2 ? (b.shape as [number, number]) : [0, 0];
  if (k !== l || m === 0 || n === 0) throw new ShapeError(`${a.shape.join('×')} @ ${b.shape.join('×')}`);
  const data = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let s = 0;
      for (let q = 0; q < k; q++) s += (a.data[i * k + q] as number) * (b.data[q * n + j] as number);
      data[i * n + j] = s;
    }
  return { shape: [m, n], data };
}

const greatest = (a: Float64Array): number => a.reduce((m, x) => Math.max(m, Math.abs(x)), 0);

/**
 * The largest difference over the larger of the largest entries; Infinity where a number is missing or sizes differ.
 */
export function relativeError(yours: Tensor, right: Tensor): number {
  if (yours.data.length !== right.data.length) return Infinity;
  const scale = Math.max(greatest(yours.data), greatest(right.data));
  let worst = 0;
  for (let i = 0; i < yours.data.length; i++) {
    const d = Math.abs((yours.data[i] as number) - (right.data[i] as number));
    if (!(d <= worst)) worst = d;
  }
  if (!Number.isFinite(worst)) return Infinity;
  return worst === 0 ? 0 : worst / scale;
}
