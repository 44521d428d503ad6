// Whether a single output is a probability or a score: decided by its values, not by how it is written.
// Not here: several outputs, where the largest wins either way.
// Invariant: the answer does not depend on the data.
import { compileTerm } from '../../check/evaluate.ts';
import type { TensorValue } from '../../check/evaluate.ts';
import { at } from '../../term/term.ts';
import { openAll, visit } from '../../term/walk.ts';
import { random } from '../random.ts';
import { mentionedBy } from './order.ts';
import { setsOf, type Network } from './network.ts';

/** Whether the prediction lies in [0, 1] for wild values of what it is made of. */
export function givesProbability(network: Network): boolean {
  const { context, prediction } = network;
  const definition = context.definitions.get(prediction.name);
  if (definition === undefined) return false;
  const draws = random(0, 'check');
  const body = openAll(
    definition.body,
    definition.params.map(() => at(1)),
  );
  const sizes = new Map<string, number>(definition.params.map((p) => [p.set, 2]));
  visit(body, (t) => {
    if (t.kind === 'reduce') sizes.set(t.range.set, 2);
    else if (t.kind === 'size') sizes.set(t.set, 2);
  });
  const names = [...mentionedBy(context, prediction.name)];
  for (const name of names) for (const set of setsOf(context, name)) sizes.set(set, 2);
  const alone = { ...context, definitions: new Map(), assumptions: [] };
  for (let trial = 0; trial < 24; trial++) {
    const values = new Map(
      names.map((name): [string, TensorValue] => {
        const shape = setsOf(context, name).map(() => 2);
        return [name, { shape, data: Float64Array.from({ length: 2 ** shape.length }, () => 5 * draws.normal()) }];
      }),
    );
    const value = compileTerm(body, [], alone).in({ context: alone, values, sizes, indices: new Map(), seed: trial })(
      [],
    );
    if (!(value >= 0 && value <= 1)) return false;
  }
  return true;
}
