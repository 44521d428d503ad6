// From one example to many: a document about one example becomes one about N, with the mean of its loss.
// Not here: documents that already write the index of the example; they are left as they are.
// Invariant: entry n of every lifted quantity is what the document says of example n alone.
import type { Context, Definition } from '../../term/context.ts';
import {
  boundIndex,
  entry,
  freeIndex,
  mul,
  reciprocal,
  reduce,
  size,
  wholeSet,
  type SetId,
  type Term,
} from '../../term/term.ts';
import { closeAll, openAll, replaceEntries } from '../../term/walk.ts';

/** The set of examples of a lifted document. */
export const EXAMPLES: SetId = 'N';

/**
 * A context in which every name of `perExample` has the example as its first index, and `mean` is the mean of `loss`
 * over the examples.
 */
export function liftOverExamples(
  context: Context,
  perExample: ReadonlySet<string>,
  loss: string,
  mean: string,
): Context {
  const definitions = new Map<string, Definition>();
  for (const [name, definition] of context.definitions)
    definitions.set(name, perExample.has(name) ? lift(definition, perExample) : definition);
  definitions.set(mean, {
    name: mean,
    params: [],
    body: mul(reciprocal(size(EXAMPLES)), reduce('sum', 'n', entry(loss, boundIndex(0)), wholeSet(EXAMPLES))),
  });
  const shapes = new Map<string, readonly SetId[]>();
  for (const [name, sets] of context.shapes) shapes.set(name, perExample.has(name) ? [EXAMPLES, ...sets] : sets);
  shapes.set(mean, []);
  return { ...context, definitions, shapes, assumptions: [] };
}

function lift({ name, params, body }: Definition, perExample: ReadonlySet<string>): Definition {
  const letters = params.map((_, i) => `lifted ${i}`);
  const opened = openAll(body, letters.map(freeIndex));
  const indexed: Term = replaceEntries(opened, (e) =>
    perExample.has(e.name) ? { ...e, indices: [freeIndex('lifted n'), ...e.indices] } : null,
  );
  return {
    name,
    params: [{ letter: 'n', set: EXAMPLES }, ...params],
    body: closeAll(indexed, ['lifted n', ...letters]),
  };
}
