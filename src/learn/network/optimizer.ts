// An optimizer document applied to every learned tensor: its scalars become entries, its primes become new state.
// Not here: the documents themselves (`library/optimizers/`).
// Invariant: θ is the parameter, g its gradient, η the rate, t the step; every other name with a primed twin is state
// that starts at zero, every other input is a number.
import { must } from '../../term/must.ts';
import type { Context, Definition } from '../../term/context.ts';
import { WhygradError } from '../../term/error.ts';
import { entry, freeIndex, numberValue, type Term } from '../../term/term.ts';
import { closeAll, replaceEntries } from '../../term/walk.ts';
import { tidy } from '../../derive/tidy.ts';
import { decimal } from './decimal.ts';
import { dependencyOrder, inputsOf } from './order.ts';
import type { Named } from './network.ts';

/** The inputs of a program that change from step to step; no document can write a name that starts with a point. */
export const RATE = '.rate';
export const STEP = '.step';
const rate = 'eta';
const step = 't';
const PARAMETER = 'theta';
const GRADIENT = 'g';

/** An optimizer read from its document: names of its state besides the parameter, and its constants. */
export interface Optimizer {
  readonly context: Context;
  readonly state: readonly string[];
  readonly constants: ReadonlyMap<string, number>;
}

/** The names of a quantity after the step. */
const primed = (name: string): string => `${name}'`;

/**
 * Reads an optimizer's context; `values` win over the numbers that the document gives its constants. Throws
 * `bad-optimizer` when it does not say what θ' is, `missing-value` for a constant without a value.
 */
export function readOptimizer(given: Context, values: ReadonlyMap<string, number>): Optimizer {
  const numbers = new Map([...numbersOf(given), ...values]);
  const context: Context = {
    ...given,
    definitions: new Map([...given.definitions].filter(([name]) => !numbers.has(name))),
  };
  if (!context.definitions.has(primed(PARAMETER)))
    throw new WhygradError('bad-optimizer', "the optimizer's document does not define θ'", {
      hint: "write the new parameter as \\theta' = …, with the gradient g and the rate \\eta",
    });
  const order = new Set([...context.definitions.keys()].flatMap((name) => dependencyOrder(context, name)));
  const inputs = inputsOf(context, [...order]);
  const state = inputs.filter((name) => name !== PARAMETER && context.definitions.has(primed(name)));
  const fixed = inputs.filter((name) => ![PARAMETER, GRADIENT, rate, step, ...state].includes(name));
  const constants = new Map(
    fixed.map((name): [string, number] => {
      const value = numbers.get(name);
      if (value === undefined || !Number.isFinite(value))
        throw new WhygradError('missing-value', `the optimizer's constant ${name} has no value`, {
          hint: `give it in optimizerValues: { ${name}: … }`,
        });
      return [name, value];
    }),
  );
  return { context, state, constants };
}

/** Definitions that are a number: what the document says of its constants. */
function numbersOf(context: Context): Map<string, number> {
  return new Map(
    [...context.definitions.values()].flatMap(({ name, body }): [string, number][] => {
      const value = tidy(body);
      return value.kind === 'num' ? [[name, numberValue(value)]] : [];
    }),
  );
}

/**
 * What one learned tensor needs: its state, and the definitions that lead to the new values (`next` maps each state
 * name to the definition that replaces it).
 */
export interface Update {
  readonly state: readonly Named[];
  readonly definitions: readonly Definition[];
  readonly next: ReadonlyMap<string, string>;
}

/** The optimizer's equations for one tensor and the name of its gradient. */
export function updateOf(tensor: Named, gradient: string, optimizer: Optimizer): Update {
  const { context, state, constants } = optimizer;
  const letters = tensor.sets.map((_, i) => `i${i}`);
  const indices = letters.map(freeIndex);
  const named = (name: string): string =>
    name === PARAMETER ? tensor.name : name === GRADIENT ? gradient : `${tensor.name}.${name}`;
  const order = [
    ...new Set([primed(PARAMETER), ...state.map(primed)].flatMap((name) => dependencyOrder(context, name))),
  ];
  const local = new Set([PARAMETER, GRADIENT, ...state, ...order]);
  const put = (body: Term): Term =>
    tidy(
      replaceEntries(body, (e) => {
        const value = constants.get(e.name);
        if (value !== undefined) return decimal(value);
        if (e.name === rate || e.name === step) return entry(e.name === rate ? RATE : STEP);
        return local.has(e.name) ? entry(named(e.name), ...indices) : null;
      }),
    );
  const params = tensor.sets.map((set, i) => ({ letter: must(letters[i]), set }));
  const definitions = order.map(
    (name): Definition => ({
      name: named(name),
      params,
      body: closeAll(put(must(context.definitions.get(name)).body), letters),
    }),
  );
  return {
    state: state.map((name) => ({ name: named(name), sets: tensor.sets })),
    definitions,
    next: new Map([PARAMETER, ...state].map((name) => [named(name), named(primed(name))])),
  };
}
