// Whether the two sides of an instance have one value: float64 with dual numbers at random points, doubts settled by `check/equal.ts`.
// Not here: instances (`instances.ts`).
// Invariant: "different" means different beyond rounding at a point where both sides are defined.
import { testEqual } from '../../src/check/equal.ts';
import { compileTerm, type Environment, type TensorValue } from '../../src/check/evaluate.ts';
import type { Context } from '../../src/term/context.ts';
import type { Term } from '../../src/term/term.ts';
import { seeded, tensors, type Random } from '../term/random-term.ts';
import { ambient, instanceContext, type Instance } from './instances.ts';

export type Outcome = 'equal' | 'different' | 'one-sided' | 'undefined';

/** Sizes in rotation; n = 2 and m = 3 as well as the other way round, and a set of one. */
const sizes = [
  { n: 3, m: 2 },
  { n: 2, m: 3 },
  { n: 4, m: 1 },
  { n: 1, m: 2 },
] as const;

const points: Environment[] = [];
/** One of 211 points, drawn when first asked for. */
export function pointFor(round: number): Environment {
  const place = round % 211;
  while (points.length <= place) points.push(drawPoint(seeded(1000 + points.length), points.length));
  return points[place] as Environment;
}

function drawPoint(random: Random, round: number): Environment {
  const { n, m } = sizes[round % sizes.length] as { n: number; m: number };
  const length = (set: string): number => (set === 'n' ? n : m);
  const values = new Map<string, TensorValue>();
  for (const [name, sets] of Object.entries(tensors)) {
    const shape = sets.map(length);
    values.set(name, {
      shape,
      data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (random() * 2 - 1) * 1.3),
    });
  }
  const indices = new Map(ambient.map(({ letter, set }) => [letter, 1 + Math.floor(random() * length(set))]));
  return {
    context: instanceContext,
    values,
    sizes: new Map([
      ['n', n],
      ['m', m],
    ]),
    indices,
    seed: 1,
  };
}

const letters = ambient.map((a) => a.letter);
export function valueAt(t: Term, env: Environment): number {
  return compileTerm(t, letters, env.context).in(env)(letters.map((l) => env.indices.get(l) as number));
}

/** The value, NaN for a derivative of what is not defined: of that no rule speaks. */
export const spokenValueAt = (t: Term, env: Environment): number =>
  t.kind === 'partial' && !Number.isFinite(valueAt(t.body, env)) ? NaN : valueAt(t, env);

/** Two values that belong to two terms. */
export function judge(a: number, b: number, left: Term, right: Term, context: Context): Outcome {
  if (!Number.isFinite(a) || !Number.isFinite(b))
    return Number.isFinite(a) || Number.isFinite(b) ? 'one-sided' : 'undefined';
  if (Math.abs(a - b) <= 1e-8 * Math.max(1, Math.abs(a), Math.abs(b))) return 'equal';
  const sure = Math.abs(a - b) > 1e-3 * Math.max(Math.abs(a), Math.abs(b)) && Math.max(Math.abs(a), Math.abs(b)) < 1e6;
  return sure || testEqual(left, right, context).verdict === 'different' ? 'different' : 'equal';
}

/** Compares both sides at one point. */
export function compare({ left, right }: Pick<Instance, 'left' | 'right'>, env: Environment): Outcome {
  const a = spokenValueAt(left, env);
  return left.kind === 'partial' && Number.isNaN(a)
    ? 'undefined'
    : judge(a, valueAt(right, env), left, right, env.context);
}

type Make = (random: Random) => Instance | null;
type Skip = (i: Instance, env: Environment) => boolean;

export interface Trial {
  readonly used: number;
  readonly oneSided: number;
  readonly different: Instance | null;
  readonly tried: number;
}

/** Compares instances until `wanted` were comparable or one is false. `skip` leaves out points of which the rule does not speak. */
export function trial(make: Make, wanted: number, random: Random, skip: Skip = () => false): Trial {
  let [used, oneSided, tried] = [0, 0, 0];
  for (; used + oneSided < wanted && tried < 4 * wanted + 200; tried++) {
    const instance = make(random);
    if (instance === null) continue;
    const env = pointFor(tried);
    if (skip(instance, env)) continue;
    const outcome = compare(instance, env);
    if (outcome === 'different') return { used, oneSided, different: instance, tried };
    if (outcome === 'one-sided') oneSided++;
    else if (outcome !== 'undefined') used++;
  }
  return { used, oneSided, different: null, tried };
}

/** More one-sided instances than this share are no kinks: one side is defined where the other is not. */
export const mostOneSided = 0.02;
export const isTrue = (t: Trial): boolean => t.different === null && t.oneSided <= mostOneSided * (t.used + t.oneSided);
