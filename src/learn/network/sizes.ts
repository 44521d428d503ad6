// The size of every index set of a network: from the data, from the caller, from the list of hidden layers.
// Not here: what the sets mean.
// Invariant: every set that a training step needs has a size, and no size contradicts the data.
import { must } from '../../term/must.ts';
import { WhygradError } from '../../term/error.ts';
import { visit } from '../../term/walk.ts';
import { inferExtents } from './extents.ts';
import type { SetId } from '../../term/term.ts';
import { dataOf, type Named, type Network } from './network.ts';

/**
 * Where sizes come from. `shapes`: the shape of each given tensor, the number of examples first; undefined where any
 * shape will do.
 */
export interface SizeSources {
  readonly shapes: ReadonlyMap<string, readonly number[] | undefined>;
  readonly hidden?: readonly number[];
  readonly sizes?: Readonly<Record<string, number>>;
}

const DEFAULT_HIDDEN = 16;
const isSize = (n: number): boolean => Number.isInteger(n) && n >= 1 && n <= 1_000_000;

/** Sizes of all sets but that of the examples. Throws `wrong-shape`, `bad-option`. */
export function sizesOf(network: Network, sources: SizeSources): Map<SetId, number> {
  const sizes = new Map<SetId, number>();
  for (const tensor of [...dataOf(network), ...network.constants])
    fromData(sizes, tensor, sources.shapes.get(tensor.name), network.examples);
  for (const [set, n] of Object.entries(sources.sizes ?? {})) put(sizes, set, n);
  inferExtents(network.context, network.order, sizes);
  const open = openSets(network).filter((set) => !sizes.has(set));
  const hidden = sources.hidden ?? open.map(() => DEFAULT_HIDDEN);
  if (hidden.length !== open.length) {
    throw new WhygradError(
      'bad-option',
      `the document leaves ${open.length} layer size${open.length === 1 ? '' : 's'} open and hidden lists ${hidden.length}`,
      {
        hint:
          open.length === 0
            ? 'leave hidden out, or take a document with hidden layers'
            : `give ${open.length} sizes, one for each of ${open.join(', ')}`,
      },
    );
  }
  open.forEach((set, i) => {
    put(sizes, set, must(hidden[i]));
  });
  return sizes;
}

function put(sizes: Map<SetId, number>, set: SetId, n: number): void {
  if (!isSize(n))
    throw new WhygradError(
      'bad-option',
      `the size of ${set} is ${String(n)}; it must be a whole number from 1 to 1000000`,
      { hint: 'for example 16' },
    );
  sizes.set(set, n);
}

function fromData(
  sizes: Map<SetId, number>,
  { name, sets }: Named,
  shape: readonly number[] | undefined,
  examples: SetId,
): void {
  if (shape === undefined) return;
  if (shape.length !== sets.length)
    throw new WhygradError(
      'wrong-shape',
      `${name} has ${sets.length} axes in the document and ${shape.length} in the data (${shape.join(' × ')})`,
      { hint: `in the document it is ${name}[${sets.join(', ')}]` },
    );
  sets.forEach((set, axis) => {
    const n = must(shape[axis]);
    if (set === examples) return;
    const known = sizes.get(set);
    if (known !== undefined && known !== n)
      throw new WhygradError(
        'wrong-shape',
        `axis ${axis + 1} of ${name} has ${n} entries, and the same index set ${set} has ${known} elsewhere in the data`,
        { hint: 'compare the data with the indices in the document' },
      );
    put(sizes, set, n);
  });
}

/** Index sets in the order in which the forward pass meets them, the examples' left out. */
function openSets(network: Network): SetId[] {
  const sets = new Set<SetId>();
  const take = (set: SetId): void => {
    if (set !== '' && set !== network.examples) sets.add(set);
  };
  for (const name of network.order) {
    const definition = must(network.context.definitions.get(name));
    visit(definition.body, (t) => {
      if (t.kind === 'reduce' || t.kind === 'inverse' || t.kind === 'determinant')
        take(t.kind === 'reduce' ? t.range.set : t.set);
    });
    for (const p of definition.params) take(p.set);
  }
  for (const { sets: own } of network.learned) own.forEach(take);
  return [...sets];
}
