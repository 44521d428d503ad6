// The meaning of a term as a float64 number.
// Not here: how nodes are evaluated (`compile.ts`) and how numbers are perturbed (`dual.ts`); any rewriting.
// Invariant: a value is the same however often and in whatever order it is asked for.
import { must } from '../term/must.ts';
import type { Context } from '../term/context.ts';
import type { Term } from '../term/term.ts';
import { freeIndices, visit } from '../term/walk.ts';
import { compiledIn, compiler } from './compile.ts';
import { inputValue, sizeOf, type Environment, type TensorValue } from './environment.ts';
import { letterSets } from './letters.ts';
import { floats, shaken, shakenFloats } from './floats.ts';
import { missingIndex } from './indices.ts';
import { tuples } from './meaning.ts';

export type { Environment, TensorValue } from './environment.ts';
export { tuples } from './meaning.ts';

const unitOf = compiler(floats);
const shakenUnitOf = compiler(shakenFloats);

/**
 * A term ready to be evaluated at many points: `in(environment)(positions)` takes the values of its letters, counted
 * from 1.
 */
export interface CompiledTerm {
  readonly letters: readonly string[];
  readonly in: (env: Environment) => (positions: readonly number[]) => number;
}

/**
 * The term as a function of the index letters named; other letters keep the value that the environment gives them.
 * Compiled once for a context.
 */
export function compileTerm(t: Term, letters: readonly string[], context: Context): CompiledTerm {
  const start = compiledIn(t, letters, unitOf(context));
  return overLetters(letters, context, (env) => start(env, (name, position) => inputValue(name, position, env)));
}

/** The same with every operation and input rounded at random, as `shake` chose. */
export function compileShaken(t: Term, letters: readonly string[], context: Context): CompiledTerm {
  const start = compiledIn(t, letters, shakenUnitOf(context));
  return overLetters(letters, context, (env) =>
    start(env, (name, position) => shaken(inputValue(name, position, env))),
  );
}

function overLetters(letters: readonly string[], context: Context, at: CompiledTerm['in']): CompiledTerm {
  if (!reachDefinitions(letters, context)) return { letters, in: at };
  // A letter that definitions leave free (the c of h_c) has to reach them, and what they computed for another c must
  // not.
  return {
    letters,
    in: (env) => (positions) =>
      at({
        ...env,
        indices: new Map([...env.indices, ...letters.map((l, n) => [l, must(positions[n])] as const)]),
      })(positions),
  };
}

const definitionLetters = new WeakMap<Context, ReadonlySet<string>>();

/** Whether a body of a definition has one of the letters free. */
export function reachDefinitions(letters: readonly string[], context: Context): boolean {
  let free = definitionLetters.get(context);
  if (free === undefined)
    definitionLetters.set(
      context,
      (free = new Set([...context.definitions.values()].flatMap((d) => freeIndices(d.body)))),
    );
  return letters.some((l) => free.has(l));
}

/**
 * The value of the term in float64; NaN where it is not defined. Throws WhygradError for a missing value, size or
 * index, and for a position outside a tensor.
 */
export function meaning(t: Term, env: Environment): number {
  const letters = freeIndices(t);
  return compileTerm(t, letters, env.context).in(env)(letters.map((l) => env.indices.get(l) ?? missingIndex(l)));
}

/** All values of the term over the index letters named, in their order. */
export function evaluateTensor(t: Term, letters: readonly string[], env: Environment): TensorValue {
  const sets = letterSets([t], env.context);
  const shape = letters.map((l) => letterLength(l, t, sets, env));
  const at = compileTerm(t, letters, env.context).in(env);
  return { shape, data: Float64Array.from(tuples(shape), (tuple) => at(tuple)) };
}

function letterLength(letter: string, t: Term, sets: ReadonlyMap<string, string>, env: Environment): number {
  const set = sets.get(letter);
  if (set !== undefined) return sizeOf(set, env);
  let length: number | undefined;
  visit(t, (x) => {
    if (x.kind !== 'entry') return;
    x.indices.forEach((i, axis) => {
      if (i.kind === 'free' && i.name === letter) length ??= env.values.get(x.name)?.shape[axis];
    });
  });
  return length ?? sizeOf(letter, env);
}
