// A network, its gradients and its optimizer as one program: a training step; and the forward pass as another.
// Not here: compiling and running them (engine).
// Invariant: a step reads rows of resident data by an index input and writes the new state onto the old.
import { must } from '../../term/must.ts';
import type { Definition } from '../../term/context.ts';
import { entry, freeIndex, type SetId, type Term } from '../../term/term.ts';
import type { Program } from '../../compile/program.ts';
import type { Gradients } from './gradients.ts';
import { RATE, STEP, updateOf, type Optimizer, type Update } from './optimizer.ts';
import { dataOf, setsOf, type Named, type Network } from './network.ts';
import { dependencyOrder, inputsOf } from './order.ts';

/** Names that a program uses beside the document's; no document can write one that starts with a point. */
export const ROWS = '.rows';
export const residentName = (name: string): string => `.all ${name}`;
export const RESIDENT: SetId = '.all rows';

const definitionsOf = (network: Network, order: readonly string[]): Definition[] =>
  order.map((name) => must(network.context.definitions.get(name)));

/** A named quantity as a whole, as an output of that name. */
export function whole({ name, sets }: Named): Program['outputs'][number] {
  const letters = sets.map((_, i) => `i${i}`);
  const body: Term = entry(name, ...letters.map(freeIndex));
  return { name, letters, sets, body };
}
const lossOf = (network: Network): Named => ({ name: network.loss, sets: [] });

/** A training step with the names of the state that its optimizer keeps. */
export interface StepProgram extends Program {
  readonly optimizerState: readonly Named[];
}

/** One training step on the rows that the input `.rows` lists. `watched`: definitions whose values are outputs too. */
export function stepProgram(
  network: Network,
  gradients: Gradients,
  optimizer: Optimizer,
  watched: readonly string[] = [],
): StepProgram {
  const updates = network.learned.map((t): Update => updateOf(t, must(gradients.of.get(t.name)), optimizer));
  const state = [...network.learned, ...updates.flatMap((u) => u.state)];
  const next = new Map(updates.flatMap((u) => [...u.next]));
  const sets = new Map(state.map((t) => [t.name, t.sets]));
  const data = dataOf(network);
  return {
    optimizerState: updates.flatMap((u) => u.state),
    inputs: [
      ...data.map(({ name, sets: own }) => ({ name: residentName(name), sets: [RESIDENT, ...own.slice(1)] })),
      { name: ROWS, sets: [network.examples], dtype: 'index' },
      { name: RATE, sets: [] },
      { name: STEP, sets: [] },
      ...network.constants,
      ...state,
    ],
    gathers: data.map(({ name }) => ({ name, from: residentName(name), rows: ROWS })),
    definitions: [
      ...definitionsOf(network, network.order),
      ...gradients.definitions,
      ...updates.flatMap((u) => u.definitions),
    ],
    outputs: [
      whole(lossOf(network)),
      whole(network.prediction),
      ...watched
        .filter((name) => name !== network.prediction.name)
        .map((name) => whole({ name, sets: setsOf(network.context, name) })),
      ...[...next].map(([name, definition]) => whole({ name: definition, sets: must(sets.get(name)) })),
    ],
    state: Object.fromEntries(next),
  };
}

/** Predictions, and with `loss` the loss too, for examples that are given whole. */
export function forwardProgram(network: Network, loss: boolean): Program {
  const order = loss ? network.order : dependencyOrder(network.context, network.prediction.name);
  const used = new Set(inputsOf(network.context, order));
  const data = dataOf(network).filter((t) => used.has(t.name));
  return {
    inputs: [...data, ...network.constants, ...network.learned],
    definitions: definitionsOf(network, order),
    outputs: [...(loss ? [whole(lossOf(network))] : []), whole(network.prediction)],
  };
}

/** Loss and gradients of examples that are given whole: what a gradient check looks at. */
export function gradientProgram(network: Network, gradients: Gradients): Program {
  return {
    inputs: [...dataOf(network), ...network.constants, ...network.learned],
    definitions: [...definitionsOf(network, network.order), ...gradients.definitions],
    outputs: [
      whole(lossOf(network)),
      ...network.learned.map((t) => whole({ name: must(gradients.of.get(t.name)), sets: t.sets })),
    ],
  };
}
