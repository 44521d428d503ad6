// Bringing random values into line with what a text assumes: projection onto equations, checking of conditions.
// Not here: properties such as one-hot, which are drawn directly (`sample.ts`).
// Invariant: an environment that is returned satisfies every assumption to rounding error.
import { must } from '../term/must.ts';
import { WhygradError } from '../term/error.ts';
import type { Assumption, Context } from '../term/context.ts';
import { at, bracket, entry, partial, subtract, type Entry, type Term } from '../term/term.ts';
import { freeIndices, visit } from '../term/walk.ts';
import { sizeOf, type Environment, type TensorValue } from './environment.ts';
import { letterSets } from './letters.ts';
import { compileTerm, tuples } from './evaluate.ts';
import { floats } from './floats.ts';
import { inverseOf } from './linear.ts';

import { conditionParts } from './reach.ts';

/** Terms of an assumption, for finding the names that it ties together. */
export function assumedTerms(a: Assumption): readonly Term[] {
  return a.kind === 'equation' ? [a.left, a.right] : a.kind === 'condition' ? conditionParts(a.condition).terms : [];
}

function everyTuple(t: Term, context: Context, env: Environment): { letters: string[]; all: number[][] } {
  const letters = freeIndices(t).filter((l) => !context.fixed.has(l));
  const sets = letterSets([t], context);
  return { letters, all: tuples(letters.map((l) => sizeOf(sets.get(l) ?? '', env))) };
}

/** Whether every condition and equation holds, free letters taking all values. */
export function satisfies(assumptions: readonly Assumption[], env: Environment, tolerance = 1e-9): boolean {
  return assumptions.every((a) => {
    if (a.kind === 'property') return true;
    const t = a.kind === 'equation' ? subtract(a.left, a.right) : bracket(a.condition);
    const { letters, all } = everyTuple(t, env.context, env);
    const value = compileTerm(t, letters, env.context).in(env);
    return all.every((tuple) => (a.kind === 'equation' ? Math.abs(value(tuple)) <= tolerance : value(tuple) === 1));
  });
}

/** Scales the rows of `y` where Σ_i y_…i = c is assumed, so that positive values stay positive. */
function scaleSums(assumptions: readonly Assumption[], env: Environment): Environment {
  let result = env;
  for (const a of assumptions) {
    if (
      a.kind !== 'equation' ||
      a.left.kind !== 'reduce' ||
      a.left.op !== 'sum' ||
      a.left.body.kind !== 'entry' ||
      a.left.where !== null
    )
      continue;
    const { name, indices } = a.left.body;
    const tensor = result.values.get(name);
    const axis = indices.findIndex((i) => i.kind === 'bound');
    if (
      tensor === undefined ||
      axis === -1 ||
      a.right.kind !== 'num' ||
      indices.some((i, n) => n !== axis && i.kind !== 'free')
    )
      continue;
    const target = Number(a.right.num) / Number(a.right.den);
    if (target !== 0) result = withTensor(result, name, scaled(tensor, axis, target));
  }
  return result;
}

function scaled(tensor: TensorValue, axis: number, target: number): TensorValue {
  const data = Float64Array.from(tensor.data);
  const stride = tensor.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const length = must(tensor.shape[axis]);
  for (let start = 0; start < data.length; start++) {
    if (Math.floor(start / stride) % length !== 0) continue;
    let sum = 0;
    for (let n = 0; n < length; n++) sum += must(data[start + n * stride]);
    for (let n = 0; n < length; n++) data[start + n * stride] = (must(data[start + n * stride]) * target) / sum;
  }
  return { shape: tensor.shape, data };
}

function withTensor(env: Environment, name: string, tensor: TensorValue): Environment {
  return { ...env, values: new Map([...env.values, [name, tensor]]) };
}

/** One residual of an assumed equation and its slopes by all entries of the inputs that may move. */
interface Residual {
  readonly value: number;
  readonly slopes: readonly number[];
}
interface Knob {
  readonly name: string;
  readonly offset: number;
  readonly by: Entry;
}

function knobs(names: readonly string[], env: Environment): Knob[] {
  return names.flatMap((name) => {
    const tensor = env.values.get(name);
    return tensor === undefined
      ? []
      : tuples(tensor.shape).map((tuple, offset) => ({ name, offset, by: entry(name, ...tuple.map(at)) }));
  });
}

function residuals(equations: readonly Term[], moving: readonly Knob[], env: Environment): Residual[] {
  return equations.flatMap((t) => {
    const { letters, all } = everyTuple(t, env.context, env);
    const value = compileTerm(t, letters, env.context).in(env);
    const slopes = moving.map((k) => compileTerm(partial(t, k.by), letters, env.context).in(env));
    return all.map((tuple) => ({ value: value(tuple), slopes: slopes.map((s) => s(tuple)) }));
  });
}

const mostKnobs = 60;
const mostSteps = 30;

/**
 * The nearest values (in the sense of Gauss and Newton) that satisfy the assumed equations; null where none are found.
 */
export function project(
  assumptions: readonly Assumption[],
  movable: readonly string[],
  start: Environment,
): Environment | null {
  const equations = assumptions.flatMap((a) => (a.kind === 'equation' ? [subtract(a.left, a.right)] : []));
  let env = scaleSums(assumptions, start);
  if (satisfies(assumptions, env, 1e-12)) return env;
  const moving = knobs(movable, env);
  if (equations.length === 0 || moving.length > mostKnobs) return null;
  for (let step = 0; step < mostSteps; step++) {
    const rows = residuals(equations, moving, env);
    const worst = Math.max(...rows.map((r) => Math.abs(r.value)));
    if (Number.isNaN(worst)) return null;
    if (worst < 1e-13) break;
    env = moved(env, moving, newtonStep(rows));
  }
  return satisfies(assumptions, env) ? env : null;
}

/** −Jᵀ (J Jᵀ + ε)⁻¹ r; the ε keeps equations that repeat each other from being a division by zero. */
function newtonStep(rows: readonly Residual[]): number[] {
  const gram = rows.map((a, i) =>
    rows.map((b, j) => a.slopes.reduce((sum, s, n) => sum + s * must(b.slopes[n]), i === j ? 1e-12 : 0)),
  );
  const inverse = inverseOf(gram, floats);
  const weights = inverse.map((row) => row.reduce<number>((sum, v, n) => sum + (v as number) * must(rows[n]).value, 0));
  return must(rows[0]).slopes.map((_, k) => -rows.reduce((sum, r, n) => sum + must(r.slopes[k]) * must(weights[n]), 0));
}

function moved(env: Environment, moving: readonly Knob[], by: readonly number[]): Environment {
  const values = new Map(env.values);
  moving.forEach((k, n) => {
    const old = must(values.get(k.name));
    const data = old === env.values.get(k.name) ? Float64Array.from(old.data) : old.data;
    data[k.offset] = must(data[k.offset]) + must(by[n]);
    values.set(k.name, { shape: old.shape, data });
  });
  return { ...env, values };
}

/** The names that the assumed equations speak of, directly or through definitions. */
export function movableNames(assumptions: readonly Assumption[], context: Context): string[] {
  const names = new Set<string>();
  const body = (x: Term): void =>
    visit(x, (s) => {
      if (s.kind !== 'entry' || names.has(s.name)) return;
      names.add(s.name);
      const definition = context.definitions.get(s.name);
      if (definition !== undefined) body(definition.body);
    });
  for (const a of assumptions) for (const t of assumedTerms(a)) body(t);
  return [...names];
}

/** Whether an error only says that a point lies outside what the formula speaks of. */
export const isOutside = (e: unknown): boolean => e instanceof WhygradError && e.code === 'index-out-of-range';
