// Whether two terms are equal: proved by normal forms, tested by exact and by float arithmetic, different with a counterexample, or unknown.
// Not here: normal forms (`rules/normal.ts`), modular arithmetic (`exact.ts`), the drawing of points (`sample.ts`).
// Invariant: `proved` needs equal normal forms; `different` needs a point where both sides are defined and disagree beyond rounding.
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import type { SetId, Term } from '../term/term.ts';
import { freeIndices } from '../term/walk.ts';
import { provesEqual } from '../rules/equality.ts';
import { isOutside } from './assume.ts';
import type { Environment } from './environment.ts';
import { compileShaken, compileTerm } from './evaluate.ts';
import { exactlyEqual } from './exact.ts';
import { shake } from './floats.ts';
import { planSamples, samples, type Plan, type SampleOptions } from './sample.ts';

/** A point where two terms differ, as small and round as was found. Arrays are nested row by row; indices count from 1. */
export interface Counterexample {
  readonly sizes: Readonly<Record<SetId, number>>;
  readonly values: Readonly<Record<string, unknown>>;
  readonly indices: Readonly<Record<string, number>>;
  readonly left: number;
  readonly right: number;
}

export interface Equality {
  readonly verdict: 'proved' | 'tested' | 'different' | 'unknown';
  /** At how many points both sides were compared. */
  readonly points: number;
  /** The largest |left − right| / max(1, |left|, |right|) among the points that agreed. */
  readonly maxError: number;
  readonly counterexample: Counterexample | null;
  /** At how many points the second term reads outside its tensors while the first has a value. */
  readonly outside: number;
  /** At how many points the second term has no value while the first has one. */
  readonly lost: number;
  /** At how many points the first term has a value. */
  readonly defined: number;
}

export interface EqualOptions {
  readonly seed?: number;
  /** How many environments with usable points are enough (8; three times as many where values decide between cases). */
  readonly environments?: number;
  /** Whether exact arithmetic is asked as well (yes). */
  readonly exact?: boolean;
  /** Whether a counterexample is made small and round (yes). */
  readonly shrink?: boolean;
}

/** Whether two terms have one value for all values of everything in them, under the assumptions of the context. */
export function equal(a: Term, b: Term, context: Context, options: EqualOptions = {}): Equality {
  if (provesEqual(a, b, context))
    return { verdict: 'proved', points: 0, maxError: 0, counterexample: null, outside: 0, lost: 0, defined: 0 };
  return testEqual(a, b, context, options);
}

/** The same without normal forms: exact arithmetic first, then floats. */
export function testEqual(
  a: Term,
  b: Term,
  context: Context,
  { seed = 1, environments = 8, exact: askExact = true, shrink = true }: EqualOptions = {},
): Equality {
  const plan = planSamples([a, b], context);
  const exact = askExact ? exactlyEqual(a, b, plan, seed) : null;
  // Where exact arithmetic agrees, a few float points suffice to see that it spoke of the same formulas.
  const floats = compareAll(a, b, plan, { seed }, (exact?.equal ? 3 : environments) * (plan.edges.kinked ? 3 : 1));
  const { points: floatPoints, maxError, outside, lost, defined } = floats;
  if (floats.difference !== null)
    return {
      verdict: 'different',
      points: floatPoints,
      maxError,
      counterexample: (shrink ? smallest(a, b, plan, seed) : null) ?? floats.difference,
      outside,
      lost,
      defined,
    };
  const agreed = exact?.equal ? exact.points : 0;
  // What floats cannot tell for rounding, exact arithmetic can.
  const enough =
    agreed > 0
      ? floats.points + agreed >= leastPoints && floats.settledIfExact
      : floats.points >= leastPoints && floats.settled;
  return {
    verdict: enough ? 'tested' : 'unknown',
    points: floatPoints + agreed,
    maxError,
    counterexample: null,
    outside,
    lost,
    defined,
  };
}

/** Whether one line of a derivation may follow another: the same values, and defined wherever the first is inside its tensors. */
export function follows(from: Term, to: Term, context: Context): 'tested' | 'refuted' | 'unknown' {
  const { verdict, outside } = testEqual(from, to, context, { shrink: false });
  return verdict === 'different' || outside > 0 ? 'refuted' : verdict === 'unknown' ? 'unknown' : 'tested';
}

const leastPoints = 3;
const mostAttempts = 64;
const mostPoints = 4000;

interface Comparison {
  readonly points: number;
  readonly maxError: number;
  readonly difference: Counterexample | null;
  readonly outside: number;
  readonly lost: number;
  readonly defined: number;
  /** False where too many points were undefined on one side only, or too rough to tell. */
  readonly settled: boolean;
  /** The same where exact arithmetic has confirmed the rough points. */
  readonly settledIfExact: boolean;
}

function compareAll(a: Term, b: Term, plan: Plan, options: SampleOptions, environments: number): Comparison {
  const judge = judgeOf(a, b, plan);
  let [points, maxError, used, doubtful, oneSided, outside, lost] = [0, 0, 0, 0, 0, 0, 0];
  for (const { environment, assignments } of samples(plan, { attempts: mostAttempts, ...options })) {
    let here = 0;
    for (const assignment of assignments) {
      const verdict = judge(environment, assignment);
      if (verdict.kind === 'different')
        return {
          points: points + 1,
          maxError,
          difference: describe(environment, assignment, verdict.left, verdict.right),
          outside,
          lost,
          defined: points + 1,
          settled: true,
          settledIfExact: true,
        };
      if (verdict.kind === 'equal') {
        here += 1;
        maxError = Math.max(maxError, verdict.error);
      } else if (verdict.kind === 'rough') doubtful += 1;
      else if (verdict.kind === 'one-sided' || verdict.kind === 'lost') {
        oneSided += 1;
        if (verdict.kind === 'lost') lost += 1;
      } else if (verdict.kind === 'outside') {
        oneSided += 1;
        outside += 1;
      }
    }
    points += here;
    if (here > 0) used += 1;
    if (used >= environments || points >= mostPoints) break;
  }
  return {
    points,
    maxError,
    difference: null,
    outside,
    lost,
    defined: points + doubtful + lost + outside,
    settled: points > 0 && doubtful <= points && oneSided <= points,
    settledIfExact: points + doubtful > 0 && oneSided <= points + doubtful,
  };
}

type Judgement =
  | { readonly kind: 'equal'; readonly error: number }
  | { readonly kind: 'different'; readonly left: number; readonly right: number }
  | { readonly kind: 'undefined' | 'one-sided' | 'lost' | 'outside' | 'rough' };

type Judge = (environment: Environment, assignment: ReadonlyMap<string, number>) => Judgement;

/** Relative difference below which two floats are one value without further questions. */
const close = 1e-12;
/** How many times the rounding noise a difference may be. */
const noisy = 1e3;
/** A point whose noise is larger than this says nothing. */
const rough = 1e-6;

function judgeOf(a: Term, b: Term, plan: Plan): Judge {
  const at = [valueOf(a, plan, compileTerm), valueOf(b, plan, compileTerm)] as const;
  let unsure: readonly ((env: Environment) => number | null)[] | null = null;
  return (environment, assignment) => {
    const env = { ...environment, indices: assignment };
    const [first, second] = [at[0](env), at[1](env)];
    if (first !== null && second === null && Number.isFinite(first)) return { kind: 'outside' };
    const [left, right] = [first ?? NaN, second ?? NaN];
    if (!Number.isFinite(left) || !Number.isFinite(right))
      return { kind: Number.isFinite(left) ? 'lost' : Number.isFinite(right) ? 'one-sided' : 'undefined' };
    const difference = Math.abs(left - right);
    const scale = Math.max(Math.abs(left), Math.abs(right));
    const error = difference / Math.max(1, scale);
    if (difference <= close * scale) return { kind: 'equal', error };
    unsure ??= [a, b].map((t) => valueOf(t, plan, compileShaken));
    const noise = noiseOf(unsure, env, left, right);
    if (difference > noisy * noise) return { kind: 'different', left, right };
    if (noisy * noise > rough) return { kind: 'rough' };
    return scale > noisy * noise && difference > rough * scale ? { kind: 'rough' } : { kind: 'equal', error };
  };
}

/** The term's value in an environment that gives all letters; null outside the axes of its tensors. */
function valueOf(t: Term, plan: Plan, compile: typeof compileTerm): (env: Environment) => number | null {
  const letters = freeIndices(t);
  const compiled = compile(t, letters, plan.context);
  // Shaken values must not be remembered from one run to the next; letters that only definitions mention make every assignment a run of its own.
  const fresh = compile === compileShaken || [...plan.reach.letters.keys()].some((l) => !letters.includes(l));
  let last: { readonly of: Environment['values']; readonly at: (positions: readonly number[]) => number } | null = null;
  return (env) => {
    if (last === null || last.of !== env.values || fresh) last = { of: env.values, at: compiled.in(env) };
    try {
      return last.at(letters.map((l) => must(env.indices.get(l))));
    } catch (e) {
      if (isOutside(e)) return null;
      throw e;
    }
  };
}

/** How much of both values is rounding: the largest change in three runs that round at random. */
function noiseOf(
  unsure: readonly ((env: Environment) => number | null)[],
  env: Environment,
  left: number,
  right: number,
): number {
  let noise = Number.EPSILON * (Math.abs(left) + Math.abs(right));
  for (let run = 1; run <= 3; run++) {
    shake(run);
    unsure.forEach((value, side) => {
      const change = Math.abs((value(env) ?? NaN) - (side === 0 ? left : right));
      if (Number.isFinite(change)) noise = Math.max(noise, change);
    });
  }
  return noise;
}

// --- counterexamples -----------------------------------------------------------------------------------------------------

/** A counterexample with small sizes and round values, if there is one. */
function smallest(a: Term, b: Term, plan: Plan, seed: number): Counterexample | null {
  return compareAll(a, b, plan, { seed, attempts: 24, tidy: true, smallest: true }, Infinity).difference;
}

function nested(shape: readonly number[], data: ArrayLike<number>, start = 0): unknown {
  const [n, ...rest] = shape;
  if (n === undefined) return data[start];
  const stride = rest.reduce((x, y) => x * y, 1);
  return Array.from({ length: n }, (_, i) => nested(rest, data, start + i * stride));
}

function describe(
  environment: Environment,
  assignment: ReadonlyMap<string, number>,
  left: number,
  right: number,
): Counterexample {
  return {
    sizes: Object.fromEntries([...environment.sizes].filter(([set]) => set !== '')),
    values: Object.fromEntries([...environment.values].map(([name, t]) => [name, nested(t.shape, t.data)])),
    indices: Object.fromEntries(assignment),
    left,
    right,
  };
}
