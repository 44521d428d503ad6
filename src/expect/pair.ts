// A function and its hand-written gradient, as a route of the doctor.
// Not here: judging it (`judged.ts`).
// Invariant: the pair is what the test says, whatever the names are.
import type { Route } from '../doctor/find/route.ts';
import type { FunctionOutline, Program } from '../doctor/run/program.ts';
import { WhygradError } from '../term/error.ts';

/** Names of the outline: a function with its gradient, or one function that returns both. */
export interface Pair {
  readonly forward: string;
  /** null: `forward` returns a value and its gradient. */
  readonly backward: string | null;
}

const named = (program: Program, name: string): FunctionOutline => {
  const f = program.outline.functions.find((o) => o.name === name);
  if (f !== undefined) return f;
  throw new WhygradError('unknown-function', `There is no function "${name}".`, { hint: 'Give the function itself.' });
};

/** Both functions of a pair; the same one twice where it returns both. */
export const functionsOf = (program: Program, pair: Pair): { forward: FunctionOutline; backward: FunctionOutline } => ({
  forward: named(program, pair.forward),
  backward: named(program, pair.backward ?? pair.forward),
});

/** The pair as a route. */
export function routeOf(program: Program, pair: Pair): Route {
  const { forward, backward } = functionsOf(program, pair);
  return {
    style: pair.backward === null ? 'joint' : 'pair',
    target: backward.name,
    backward,
    backwardPath: backward.name,
    forward,
    forwardPath: forward.name,
    kinship: 3,
  };
}
