// The meaning of every surface node: one table for givens and for documents.
// Not here: names, calls, binders and derivatives, which ask what a text says of its names; each reader has its own.
// Invariant: the table is total, and a node that can have no value is a fault at its place.
import { bracket, rational } from '../../term/term.ts';
import { type Surface, type SurfaceKind, unwrap } from '../../language/surface.ts';
import type { Env } from '../env.ts';
import { onesVector, scalar, type Value } from '../value.ts';
import { readCases, readCondition, readIndicator } from './cases.ts';
import { readFraction, readSum } from './factors.ts';
import { readMatrix, readVector } from './literals.ts';
import { readBars } from './norms.ts';

type Node<K extends SurfaceKind> = Surface & { kind: K };
type Table<E, K extends SurfaceKind> = { readonly [X in K]: (e: E, s: Node<X>) => Value };

/** Nodes whose meaning rests on the names in force. */
type Named =
  | 'name'
  | 'subscript'
  | 'power'
  | 'transpose'
  | 'prime'
  | 'product'
  | 'apply'
  | 'reduce'
  | 'derivative'
  | 'entryDerivative'
  | 'gradient'
  | 'opaque';
export type NamedNodes<E> = Table<E, Named>;

const notHere =
  (what: string) =>
  (e: Env, s: Surface): Value =>
    e.fail(s, 'unexpected-part', `${what} cannot stand here`, 'one number, vector or matrix was expected');

const common: Table<Env, Exclude<SurfaceKind, Named>> = {
  number: (_, s) => scalar(rational(s.num, s.den)),
  ones: (e) => onesVector(e),
  text: (e, s) => notHere(`a remark ("${s.text}")`)(e, s),
  sum: readSum,
  fraction: readFraction,
  group: readGroup,
  list: (e, s) => readVector(e, s, s.items),
  matrix: readMatrix,
  indicator: readIndicator,
  cases: readCases,
  bars: readBars,
  relation: notHere('an equation'),
  logic: notHere('a condition'),
  conditional: notHere('"given"'),
  hole: notHere('what could not be read'),
  ellipsis: (e, s) => e.fail(s, 'bad-ellipsis', 'no pattern explains these dots', 'write the sum with an index'),
};

/** [i = j] is Iverson's bracket; where rows and columns are written loosely, [a, b, c] is a row. */
function readGroup(e: Env, s: Node<'group'>): Value {
  const inner = unwrap(s);
  if (s.bracket === '[' && inner.kind === 'relation') return scalar(bracket(readCondition(e, s)));
  const v = e.value(s.value);
  return s.bracket === '[' && s.value.kind === 'list' && !e.strict ? { ...v, row: true } : v;
}

/** The meanings of all nodes: the common ones and a reader's own. */
export const nodesWith = <E extends Env>(own: NamedNodes<E>): ((e: E, s: Surface) => Value) => {
  const table = { ...common, ...own };
  return (e, s) => (table[s.kind] as (e: E, s: Surface) => Value)(e, s);
};
