// Whether the two sides of an instance have one value: float64 with dual numbers at random points, doubts settled by `check/equal.ts`.
// Not here: instances (`instances.ts`).
// Invariant: "different" means different beyond rounding at a point where both sides are defined.
import { testEqual } from '../../src/check/equal.ts';
import { compileTerm, type Environment, type TensorValue } from '../../src/check/evaluate.ts';
import type { Term } from '../../src/term/term.ts';
import { tensors, type Random } from '../term/random-term.ts';
import { ambient, instanceContext, type Equation, type Instance } from './instances.ts';

export type Outcome = 'equal' | 'different' | 'one-sided' | 'undefined';

/** Sizes in rotation; n = 2 and m = 3 as well as the other way round, and a set of one. */
const sizes = [{ n: 3, m: 2 }, { n: 2, m: 3 }, { n: 4, m: 1 }, { n: 1, m: 2 }] as const;

export function pointFor(random: Random, round: number): Environment {
  const { n, m } = sizes[round % sizes.length] as { n: number; m: number };
  const length = (set: string): number => (set === 'n' ? n : m);
  const values = new Map<string, TensorValue>();
  for (const [name, sets] of Object.entries(tensors)) {
    const shape = sets.map(length);
    values.set(name, { shape, data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (random() * 2 - 1) * 1.3) });
  }
  const indices = new Map(ambient.map(({ letter, set }) => [letter, 1 + Math.floor(random() * length(set))]));
  return { context: instanceContext, values, sizes: new Map([['n', n], ['m', m]]), indices, seed: 1 };
}

const letters = ambient.map((a) => a.letter);
export function valueAt(t: Term, env: Environment): number {
  return compileTerm(t, letters, env.context).in(env)(letters.map((l) => env.indices.get(l) as number));
}

/** Compares both sides at one point. */
export function compare({ left, right }: Pick<Instance, 'left' | 'right'>, env: Environment): Outcome {
  const [a, b] = [valueAt(left, env), valueAt(right, env)];
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.isFinite(a) || Number.isFinite(b) ? 'one-sided' : 'undefined';
  if (Math.abs(a - b) <= 1e-8 * Math.max(1, Math.abs(a), Math.abs(b))) return 'equal';
  const sure = Math.abs(a - b) > 1e-3 * Math.max(Math.abs(a), Math.abs(b)) && Math.max(Math.abs(a), Math.abs(b)) < 1e6;
  return sure || testEqual(left, right, env.context).verdict === 'different' ? 'different' : 'equal';
}

export interface Trial { readonly used: number; readonly oneSided: number; readonly different: readonly Instance[]; readonly tried: number }

/** Compares instances until `wanted` were comparable (or one is false, unless `all`). `skip` leaves out points where the rule says that it does not speak. */
export function trial(e: Equation, make: (random: Random) => Instance | null, wanted: number, random: Random, skip: (i: Instance, env: Environment) => boolean = () => false): Trial {
  let [used, oneSided, tried] = [0, 0, 0];
  const different: Instance[] = [];
  for (; used + oneSided < wanted && tried < 4 * wanted + 200 && different.length === 0; tried++) {
    const instance = make(random);
    if (instance === null) continue;
    const env = pointFor(random, tried);
    if (skip(instance, env)) continue;
    const outcome = compare(instance, env);
    if (outcome === 'different') different.push(instance);
    if (outcome === 'one-sided') oneSided++;
    else if (outcome !== 'undefined') used++;
  }
  return { used, oneSided, different, tried };
}
