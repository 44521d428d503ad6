// Data sets that are made, not measured: moons, circles, blobs (scikit-learn's definitions and defaults) and spirals.
// Not here: measured data (iris, digits).
// Invariant: a seed decides every bit; the points are exact up to rounding, then shuffled, then the noise is added, as
// in scikit-learn.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import { circlePoint } from '../elementary.ts';
import { random, type Random } from '../random.ts';
import { classified, takeRows, type Dataset } from './dataset.ts';

/**
 * Options of all generators, with scikit-learn's defaults: 100 samples, shuffled, no noise. `noise` is the standard
 * deviation.
 */
export interface GenerateOptions {
  readonly samples?: number;
  readonly shuffle?: boolean;
  readonly noise?: number;
  readonly seed?: number;
}

function checkedCount(value: number, name: string, least: number): number {
  if (Number.isInteger(value) && value >= least && value <= 10_000_000) return value;
  throw new WhygradError(
    'bad-option',
    `${name} is ${String(value)}; it must be a whole number from ${least} to 10000000`,
    { hint: `give ${name} such a number` },
  );
}
function checkedScale(value: number, name: string): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new WhygradError('bad-option', `${name} is ${String(value)}; it must be a number that is not negative`, {
    hint: `give ${name} such a number`,
  });
}

/** Shuffles, then adds noise of the given standard deviation to every coordinate. */
function finish(
  name: string,
  points: readonly (readonly number[])[],
  labels: readonly number[],
  classes: number,
  options: GenerateOptions,
): Dataset {
  const seed = options.seed ?? 0;
  const noise = checkedScale(options.noise ?? 0, 'noise');
  const names = Array.from({ length: classes }, (_, i) => String(i));
  const ordered = classified(name, Float32Array.from(points.flat()), Int32Array.from(labels), names);
  const order =
    (options.shuffle ?? true) ? random(seed, 'data').permutation(points.length) : Int32Array.from(points.keys());
  const variates = random(seed, 'noise');
  const features = Float32Array.from(
    Array.from(order).flatMap((n) => must(points[n]).map((v) => (noise === 0 ? v : v + noise * variates.normal()))),
  );
  return { ...takeRows(ordered, order), features };
}

/**
 * Two interleaving half circles: (cos t, sin t) and (1 − cos t, ½ − sin t), t evenly from 0 to π. Definition:
 * scikit-learn's `make_moons`. Throws `bad-option`, `bad-seed`.
 */
export function makeMoons(options: GenerateOptions = {}): Dataset {
  const samples = checkedCount(options.samples ?? 100, 'samples', 2);
  const outer = Math.floor(samples / 2);
  const halfCircle = (n: number): [number, number][] =>
    Array.from({ length: n }, (_, i) => circlePoint(n === 1 ? 0 : i / (2 * (n - 1))));
  const points = [...halfCircle(outer), ...halfCircle(samples - outer).map(([c, s]) => [1 - c, 1 - s - 0.5])];
  return finish(
    'moons',
    points,
    points.map((_, i) => (i < outer ? 0 : 1)),
    2,
    options,
  );
}

/**
 * A large circle around a smaller one, `factor` times as wide (0.8). Definition: scikit-learn's `make_circles`. Throws
 * `bad-option`, `bad-seed`.
 */
export function makeCircles(options: GenerateOptions & { readonly factor?: number } = {}): Dataset {
  const samples = checkedCount(options.samples ?? 100, 'samples', 2);
  const factor = options.factor ?? 0.8;
  if (!(factor >= 0 && factor < 1))
    throw new WhygradError('bad-option', `factor is ${String(factor)}; it must lie in [0, 1)`, {
      hint: 'the inner circle is factor times as wide as the outer one',
    });
  const outer = Math.floor(samples / 2);
  const circle = (n: number): [number, number][] => Array.from({ length: n }, (_, i) => circlePoint(i / n));
  const points = [...circle(outer), ...circle(samples - outer).map(([c, s]) => [c * factor, s * factor])];
  return finish(
    'circles',
    points,
    points.map((_, i) => (i < outer ? 0 : 1)),
    2,
    options,
  );
}

/**
 * Normal clouds around centres drawn evenly from `centerBox`. Definition and defaults: scikit-learn's `make_blobs`.
 * Throws `bad-option`, `bad-seed`.
 */
export function makeBlobs(
  options: {
    readonly samples?: number;
    readonly features?: number;
    readonly centers?: number | readonly (readonly number[])[];
    readonly clusterStd?: number;
    readonly centerBox?: readonly [number, number];
    readonly shuffle?: boolean;
    readonly seed?: number;
  } = {},
): Dataset {
  const samples = checkedCount(options.samples ?? 100, 'samples', 1);
  const draws = random(options.seed ?? 0, 'data', 1);
  const centers =
    typeof options.centers === 'object'
      ? options.centers
      : drawCenters(
          draws,
          checkedCount(options.centers ?? 3, 'centers', 1),
          checkedCount(options.features ?? 2, 'features', 1),
          options.centerBox ?? [-10, 10],
        );
  const std = checkedScale(options.clusterStd ?? 1, 'clusterStd');
  const points: number[][] = [];
  const labels: number[] = [];
  centers.forEach((center, label) => {
    const count = Math.floor(samples / centers.length) + (label < samples % centers.length ? 1 : 0);
    for (let i = 0; i < count; i++) {
      points.push(center.map((c) => c + std * draws.normal()));
      labels.push(label);
    }
  });
  return finish('blobs', points, labels, centers.length, { seed: options.seed ?? 0, shuffle: options.shuffle ?? true });
}

function drawCenters(
  draws: Random,
  centers: number,
  features: number,
  [low, high]: readonly [number, number],
): number[][] {
  return Array.from({ length: centers }, () =>
    Array.from({ length: features }, () => low + (high - low) * draws.uniform()),
  );
}

/**
 * Arms of a spiral: radius r evenly from 0 to 1, angle 4(arm + r) + noise radians (the data set of Stanford's CS231n
 * notes; noise 0.2 there, 0 here unless said). Throws `bad-option`, `bad-seed`.
 */
export function makeSpiral(options: GenerateOptions & { readonly classes?: number } = {}): Dataset {
  const classes = checkedCount(options.classes ?? 3, 'classes', 1);
  const samples = checkedCount(options.samples ?? 100, 'samples', classes);
  const noise = checkedScale(options.noise ?? 0, 'noise');
  const draws = random(options.seed ?? 0, 'noise');
  const points: number[][] = [];
  const labels: number[] = [];
  for (let arm = 0; arm < classes; arm++) {
    const count = Math.floor(samples / classes) + (arm < samples % classes ? 1 : 0);
    for (let i = 0; i < count; i++) {
      const r = count === 1 ? 0 : i / (count - 1);
      const angle = 4 * (arm + r) + (noise === 0 ? 0 : noise * draws.normal());
      const [cos, sin] = circlePoint(angle / (2 * Math.PI));
      points.push([r * sin, r * cos]);
      labels.push(arm);
    }
  }
  return finish('spiral', points, labels, classes, { seed: options.seed ?? 0, shuffle: options.shuffle ?? true });
}
