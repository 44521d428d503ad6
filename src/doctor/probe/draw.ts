// Probe data: sizes and numbers at which a wrong gradient shows.
// Not here: how they are handed to a person's program (`values.ts`).
// Invariant: the same number of a draw gives the same data; in one draw all sizes that can be mixed up differ.
import type { Axis, Draw, Input, Operation, Sizes } from '../operations/operation.ts';
import { fill, map, scalar, sizeOf, tensor, type Tensor } from '../tensor/tensor.ts';
import { must } from '../../term/must.ts';

/** Sizes of three draws: what is N times too large in one is not 4 times too large in the next. */
const SIZES: readonly Sizes[] = [
  { N: 4, C: 5, D: 3, M: 6, E: 2, V: 7, H: 3, K: 2, one: 1 },
  { N: 3, C: 4, D: 5, M: 2, E: 6, V: 8, H: 2, K: 3, one: 1 },
  { N: 5, C: 3, D: 4, M: 7, E: 2, V: 6, H: 3, K: 2, one: 1 },
];
export const draws = SIZES.length;

/** A small generator of uniform numbers in [0, 1): mulberry32. */
export function uniform(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const seedOf = (text: string, draw: number): number =>
  [...text].reduce((h, c) => Math.imul(h ^ c.charCodeAt(0), 16777619), 2166136261 + draw * 7919);

const gaussian = (next: () => number): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

/** A number away from the kinks that relu, |x| and hinge have at 0. */
const generic = (next: () => number): number => {
  const x = gaussian(next);
  return Math.abs(x) < 0.15 ? x + Math.sign(x || 1) * 0.2 : x;
};

const rowsOf = (shape: readonly number[], row: (width: number, index: number) => number[]): Tensor => {
  const width = shape[shape.length - 1] ?? 1;
  const count = sizeOf(shape) / width;
  return tensor(shape, Array.from({ length: count }, (_, i) => row(width, i)).flat());
};

const normalised = (width: number, next: () => number): number[] => {
  const e = Array.from({ length: width }, () => Math.exp(gaussian(next)));
  const s = e.reduce((a, b) => a + b, 0);
  return e.map((x) => x / s);
};

const makers: Readonly<Record<Draw, (shape: readonly number[], next: () => number, draw: number) => Tensor>> = {
  normal: (shape, next) => fill(shape, () => generic(next)),
  positive: (shape, next) => fill(shape, () => 1.3 + 1.4 * next()),
  unit: (shape, next) => fill(shape, () => 0.15 + 0.7 * next()),
  small: (shape, next) => fill(shape, () => 0.08 + 0.2 * next()),
  keep: (shape) => fill(shape, () => 0.75),
  number: (shape, next) => fill(shape, () => next() + 0.5),
  binary: (shape, next) => {
    const some = fill(shape, () => (next() < 0.5 ? 0 : 1));
    // Both classes occur.
    return { shape, data: some.data.map((x, i) => (i === 0 ? 1 : i === 1 ? 0 : x)) };
  },
  signs: (shape, next) => fill(shape, () => (next() < 0.5 ? -1 : 1)),
  mask: (shape, next) => fill(shape, () => (next() < 0.75 ? 1 : 0)),
  probabilities: (shape, next) => rowsOf(shape, (width) => normalised(width, next)),
  logProbabilities: (shape, next) =>
    // Not of sum 1: else a program that takes their softmax first could not be told from one that does not.
    map(
      rowsOf(shape, (width) => normalised(width, next)),
      (p) => 1.2 * Math.log(p) - 0.2,
    ),
  distribution: (shape, next) => rowsOf(shape, (width) => normalised(width, next)),
  // A class of its own for the first rows, one of them again for the last: whole columns that are lowered show.
  labels: (shape, _, draw) =>
    rowsOf(shape, (width, i) =>
      Array.from({ length: width }, (__, k) => (k === (i === 2 ? 1 : i * 2 + 1 + draw) % width ? 1 : 0)),
    ),
  // Some row of the table is asked for twice.
  places: (shape, _, draw) => fill(shape, (i) => (i === 2 ? 1 : i + 1 + (draw % 2))),
};

export const shapeOf = (axes: readonly Axis[], sizes: Sizes): number[] => axes.map((a) => sizes[a]);

/** The sizes of a draw; all of those that are multiplied alike where a program needs that. */
export const sizesOf = (draw: number, square = false): Sizes => {
  const s = must(SIZES[draw % SIZES.length]);
  return square ? { ...s, N: s.C, D: s.C, M: s.C, E: s.C } : s;
};

/** The value of one input. γ and parameters of one row keep the row: [1, C]. */
export function drawInput(input: Input, sizes: Sizes, draw: number): Tensor {
  const shape = shapeOf(input.axes, sizes);
  const next = uniform(seedOf(input.name, draw));
  for (let i = 0; i < 5; i++) next();
  const value = makers[input.draw](shape, next, draw);
  return input.sort === 'units' ? { shape: [1, ...shape], data: value.data } : value;
}

/** All inputs of an operation by name. */
export const drawInputs = (o: Operation, sizes: Sizes, draw: number): Map<string, Tensor> =>
  new Map(o.inputs.map((i) => [i.name, drawInput(i, sizes, draw)]));

/** An upstream gradient: no two entries alike, none 0 or 1. */
export const drawUpstream = (shape: readonly number[], draw: number): Tensor => {
  const next = uniform(seedOf('upstream', draw));
  return shape.length === 0 ? scalar(1.7 - draw * 0.4) : fill(shape, () => generic(next));
};
