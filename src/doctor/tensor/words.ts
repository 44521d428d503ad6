// The words that formulas of arrays may use.
// Not here: operators and names (`evaluate.ts`).
// Invariant: a reduction keeps its axis with length one; its axis is the last unless a second argument says.
import { must } from '../../term/must.ts';
import { ShapeError, add, alongAxis, fill, map, scalar, tensor, transpose, zip, type Tensor } from './tensor.ts';

type Word = (args: Tensor[]) => Tensor;

const first = (args: Tensor[]): Tensor => must(args[0]);
const second = (args: Tensor[]): Tensor => must(args[1]);
const third = (args: Tensor[]): Tensor => must(args[2]);
const axisIn = (args: Tensor[]): number => args[1]?.data[0] ?? -1;

const each =
  (f: (x: number) => number): Word =>
  (args) =>
    map(first(args), f);
const line =
  (f: (line: Float64Array) => ArrayLike<number>): Word =>
  (args) =>
    alongAxis(first(args), axisIn(args), f);

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const softmaxOf = (z: Float64Array): Float64Array => {
  const top = Math.max(...z);
  const e = z.map((x) => Math.exp(x - top));
  const s = add(e);
  return e.map((x) => x / s);
};
const running = (l: Float64Array): Float64Array => {
  let s = 0;
  return l.map((x) => (s += x));
};

/** erf to rounding error: its series near 0, the continued fraction of erfc beyond. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 2.5) {
    let term = a;
    let s = a;
    for (let n = 1; Math.abs(term) > 1e-18 && n < 200; n++) {
      term *= (-a * a) / n;
      s += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * s) / Math.sqrt(Math.PI);
  }
  let f = 0;
  for (let k = 60; k > 0; k--) f = k / 2 / (a + f);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + f));
}
const normalBelow = (x: number): number => (1 + erf(x / Math.SQRT2)) / 2;
const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

const widthOf = (table: Tensor): number => {
  if (table.shape.length !== 2) throw new ShapeError('a table has rows and columns');
  return must(table.shape[1]);
};

/** Rows of a table by their numbers. */
const gather = (table: Tensor, places: Tensor): Tensor => {
  const width = widthOf(table);
  if (places.data.some((p) => !Number.isInteger(p) || p < 0 || p >= must(table.shape[0])))
    throw new ShapeError('a row that is not in the table');
  return fill([places.data.length, width], (i) =>
    must(table.data[must(places.data[Math.floor(i / width)]) * width + (i % width)]),
  );
};

const scatter = (places: Tensor, rows: Tensor, like: Tensor, join: (old: number, row: number) => number): Tensor => {
  const width = widthOf(like);
  if (places.data.some((p) => !Number.isInteger(p))) throw new ShapeError('row numbers are integers');
  if (rows.data.length !== places.data.length * width) throw new ShapeError('a row for each place');
  const data = new Float64Array(like.data.length);
  rows.data.forEach((x, i) => {
    const at = must(places.data[Math.floor(i / width)]) * width + (i % width);
    if (at < 0 || at >= data.length) throw new ShapeError('a row that is not in the table');
    data[at] = join(must(data[at]), x);
  });
  return tensor(like.shape, data);
};

/** The product of x with a kernel that slides over it, where both overlap wholly. */
const correlate = (x: Tensor, kernel: Tensor): Tensor => {
  const [h, w] = x.shape as [number, number];
  const [a, b] = kernel.shape as [number, number];
  if (x.shape.length !== 2 || kernel.shape.length !== 2 || h < a || w < b) throw new ShapeError('correlate');
  const [m, n] = [h - a + 1, w - b + 1];
  return fill([m, n], (i) => {
    let s = 0;
    const [r, c] = [Math.floor(i / n), i % n];
    for (let p = 0; p < a; p++)
      for (let q = 0; q < b; q++) s += must(x.data[(r + p) * w + c + q]) * must(kernel.data[p * b + q]);
    return s;
  });
};

/** x with zeros around it, so that a kernel of this size can slide over every overlap. */
const padded = (x: Tensor, kernel: Tensor): Tensor => {
  if (x.shape.length !== 2 || kernel.shape.length !== 2) throw new ShapeError('pad');
  const [h, w] = x.shape as [number, number];
  const [a, b] = [must(kernel.shape[0]) - 1, must(kernel.shape[1]) - 1];
  const width = w + 2 * b;
  return fill([h + 2 * a, width], (i) => {
    const [r, c] = [Math.floor(i / width) - a, (i % width) - b];
    return r < 0 || c < 0 || r >= h || c >= w ? 0 : must(x.data[r * w + c]);
  });
};

/** The entries of each row moved by some places; what comes in is 0. */
const shifted = (x: Tensor, by: number): Tensor =>
  alongAxis(x, -1, (l) => l.map((_, i) => (i - by < 0 || i - by >= l.length ? 0 : must(l[i - by]))));

/** The same, where what goes out on one side comes in on the other. */
const rolled = (x: Tensor, by: number): Tensor =>
  alongAxis(x, -1, (l) => l.map((_, i) => must(l[(i - by + l.length) % l.length])));

const hot = (l: Float64Array, at: number): Float64Array => l.map((_, i) => (i === at ? 1 : 0));
const extent = (args: Tensor[]): number => {
  const axis = axisIn(args);
  const a = first(args);
  return a.shape[axis < 0 ? a.shape.length + axis : axis] ?? 1;
};

export const table: Readonly<Record<string, Word>> = {
  exp: each(Math.exp),
  log: each(Math.log),
  sqrt: each(Math.sqrt),
  tanh: each(Math.tanh),
  abs: each(Math.abs),
  sign: each(Math.sign),
  trunc: each(Math.trunc),
  sigmoid: each(logistic),
  softplus: each((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  relu: each((x) => Math.max(x, 0)),
  cdf: each(normalBelow),
  density: each(normalDensity),
  sum: line((l) => [add(l)]),
  mean: line((l) => [add(l) / l.length]),
  max: line((l) => [Math.max(...l)]),
  last: line((l) => [must(l[l.length - 1])]),
  cumsum: line(running),
  softmax: line(softmaxOf),
  argmax: line((l) => hot(l, l.indexOf(Math.max(...l)))),
  lasthot: line((l) => hot(l, l.length - 1)),
  total: (args) => scalar(add(first(args).data)),
  size: (args) => scalar(extent(args)),
  count: (args) => scalar(first(args).data.length),
  T: (args) => transpose(first(args)),
  zero: (args) => map(first(args), () => 0),
  one: (args) => map(first(args), () => 1),
  where: (args) =>
    zip(
      zip(first(args), second(args), (c, a) => (c ? a : Number.NaN)),
      third(args),
      (a, b) => (Number.isNaN(a) ? b : a),
    ),
  roll: (args) => rolled(first(args), must(second(args).data[0])),
  shift: (args) => shifted(first(args), must(second(args).data[0])),
  gather: (args) => gather(first(args), second(args)),
  scatter: (args) => scatter(first(args), second(args), third(args), (a, b) => a + b),
  place: (args) => scatter(first(args), second(args), third(args), (_, b) => b),
  correlate: (args) => correlate(first(args), second(args)),
  pad: (args) => padded(first(args), second(args)),
  turn: (args) => ({ shape: first(args).shape, data: first(args).data.slice().reverse() }),
};
