// Derivatives as ∂ nodes: by an entry, by a whole tensor, by the entry j of the one input, gradients.
// Not here: any rule of differentiation.
// Invariant: what a derivative is taken by is always an entry; for a whole tensor each entry gets a fresh axis.
import { type Entry, freeIndex, partial, type Term } from '../../term/term.ts';
import { entryNames } from '../../term/walk.ts';
import { readIndices } from './indices.ts';
import type { Reader } from './reader.ts';
import type { Surface } from '../../language/surface.ts';
import { rankOf, scalar, tensor, termOf, type Value } from '../value.ts';

type Node<K extends Surface['kind']> = Surface & { kind: K };

export const readDerivative = (r: Reader, s: Node<'derivative'>): Value => partialBy(r, r.value(s.of), s.by);

/** ∂of/∂by₁∂by₂…; the axes of whole tensors come last, in the order written. */
export function partialBy(r: Reader, of: Value, by: readonly Surface[], held: readonly string[] = []): Value {
  let term: Term = termOf(of, r);
  const axes: string[] = [...of.axes];
  for (const target of [...by].reverse()) {
    const v = r.value(target);
    const t = termOf(v, r);
    if (t.kind !== 'entry')
      r.fail(
        target,
        'bad-derivative',
        'a derivative is taken by a variable',
        'give the expression a name, and differentiate by the name',
      );
    term = partial(term, t as Entry, held);
    axes.splice(of.axes.length, 0, ...v.axes);
  }
  return axes.length === 0 ? scalar(term) : { ...tensor(term, axes), row: false };
}

/** ∂_j f: by entry j of the one tensor that f depends on. */
export function readEntryDerivative(r: Reader, s: Node<'entryDerivative'>): Value {
  const of = r.value(s.of);
  const indices = readIndices(r, s.by);
  const name = inputOf(r, s, termOf(of, r), indices.length);
  const term = partial(termOf(of, r), { kind: 'entry', name, indices });
  return tensor(term, of.axes, of.row);
}

/** ∇f or ∇_x f: a vector; ∇²f the matrix of second derivatives. */
export function readGradientValue(r: Reader, s: Node<'gradient'>): Value {
  const of = r.value(s.of);
  if (rankOf(of) > 0)
    r.fail(s, 'rank-mismatch', 'the gradient is taken of a number', 'write ∂p_i/∂z_j for the Jacobian');
  const term = termOf(of, r);
  let name: string;
  let axes: string[];
  if (s.by === null) {
    name = inputOf(r, s, term, null);
    axes = Array.from({ length: r.world.ranks.get(name) ?? 0 }, () => r.axis());
  } else {
    const by = r.value(s.by);
    const t = termOf(by, r);
    if (t.kind !== 'entry') return r.fail(s.by, 'bad-derivative', 'a gradient is taken by a variable', '');
    if (s.order === 1) return { ...tensor(partial(term, t), by.axes), row: false };
    name = t.name;
    axes = [...by.axes];
  }
  const inner = partial(term, { kind: 'entry', name, indices: axes.map(freeIndex) });
  if (s.order === 1) return tensor(inner, axes);
  const outer = axes.map(() => r.axis());
  return tensor(partial(inner, { kind: 'entry', name, indices: outer.map(freeIndex) }), [...outer, ...axes]);
}

/** The one input that a term depends on through definitions; `rank` is what the operator asks for. */
function inputOf(r: Reader, s: Surface, t: Term, rank: number | null): string {
  if (r.operator !== null) return r.operator;
  const inputs = new Set<string>();
  const seen = new Set<string>();
  const follow = (x: Term): void => {
    for (const name of entryNames(x)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const definition = r.world.defined.has(name) ? r.world.definition(name) : null;
      if (definition !== null) follow(definition.body);
      else if ((r.world.ranks.get(name) ?? 0) > 0 && (rank === null || r.world.ranks.get(name) === rank))
        inputs.add(name);
    }
  };
  follow(t);
  const only = [...inputs][0];
  if (inputs.size === 1 && only !== undefined) return only;
  return r.fail(
    s,
    'ambiguous-derivative',
    inputs.size === 0
      ? 'nothing is known that this could be differentiated by'
      : `this derivative may be by ${[...inputs].join(', ')}`,
    'write ∂f/∂x_j',
  );
}
