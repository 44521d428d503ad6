// What grows while a program is lowered: tensors, stages, temporaries; and where letters stand.
// Not here: how a term becomes a value (`lower-value.ts`), in which order a program is lowered (`lower.ts`).
// Invariant: a temporary is made once for all terms that are equal up to letters.
import { must } from '../term/must.ts';
import type { Definition } from '../term/context.ts';
import type { SetId, Term } from '../term/term.ts';
import { closeAll, freeIndices, key } from '../term/walk.ts';
import type { Axis, Load, Place, Stage, Tensor, Value } from './loops.ts';
import type { Program } from './program.ts';
import { axisPlace, load } from './values.ts';

/** Where a letter stands: its place and its index set. */
export interface Bound {
  readonly place: Place;
  readonly set: SetId;
  readonly size: number;
}
export type Scope = ReadonlyMap<string, Bound>;

/** What grows while a program is lowered. */
export interface Lowering {
  readonly program: Program;
  readonly sizeOf: (set: SetId) => number;
  /** Sizes stay symbols in values and places (`$n`), for targets that take them as parameters. */
  readonly symbolic: boolean;
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly tensors: Map<string, Tensor>;
  readonly stages: Stage[];
  /** Temporaries by the key of what they hold; `order` says which letter of the key each axis is. */
  readonly temporaries: Map<string, { readonly name: string; readonly order: readonly number[] }>;
  readonly planned: WeakSet<Term>;
  /** The value of a term whose free indices are in scope. */
  readonly value: (t: Term, scope: Scope) => Value;
  /** Makes sure that the named definition has its stage. */
  readonly define: (name: string) => void;
}

/** A letter that is not in use: the wished one, or it with a number. */
export function freshLetter(wish: string, used: { has(name: string): boolean }): string {
  const base = wish === '' ? 'k' : wish;
  if (!used.has(base)) return base;
  for (let n = 2; ; n++) if (!used.has(`${base}${n}`)) return `${base}${n}`;
}

/** The key of a temporary, and its letters in the order of the key. */
export function temporaryKey(term: Term, scope: Scope): { letters: string[]; key: string } {
  const letters = freeIndices(term).filter((x) => scope.has(x));
  return {
    letters,
    key: `${letters.map((x) => must(scope.get(x)).size).join('x')}:${key(closeAll(term, letters))}`,
  };
}

/**
 * A temporary that holds the term for all values of its letters, and the load that reads it here. `make` fills it where
 * it is new. Its axes come in the order of the loops that asked first.
 */
export function temporary(
  l: Lowering,
  term: Term,
  scope: Scope,
  label: string,
  make: (name: string, axes: readonly Axis[], inner: Scope) => void,
): Load {
  const { letters, key: k } = temporaryKey(term, scope);
  const bounds = letters.map((x) => must(scope.get(x)));
  let known = l.temporaries.get(k);
  if (known === undefined) {
    const ordered = [...scope.keys()].filter((x) => letters.includes(x));
    known = { name: freshName(l, label), order: ordered.map((x) => letters.indexOf(x)) };
    l.temporaries.set(k, known);
    const axes = ordered.map((x): Axis => ({ name: x, size: must(scope.get(x)).size, set: must(scope.get(x)).set }));
    l.tensors.set(known.name, {
      name: known.name,
      dims: axes.map((a) => a.size),
      sets: axes.map((a) => a.set ?? ''),
      role: 'temporary',
      dtype: 'float',
    });
    make(known.name, axes, new Map(ordered.map((x) => [x, { ...must(scope.get(x)), place: axisPlace(x) }])));
  }
  return load(
    known.name,
    known.order.map((n) => must(bounds[n]).place),
  );
}

/** A tensor name that neither the program nor the lowering uses. */
export function freshName(l: Lowering, label: string): string {
  const taken = {
    has: (x: string): boolean =>
      l.tensors.has(x) || l.definitions.has(x) || l.program.outputs.some((o) => o.name === x),
  };
  for (let n = 1; ; n++) if (!taken.has(`${label}${n}`)) return `${label}${n}`;
}
