// Walking a term and rebuilding it: both meet the same indices, and what nothing changes is not copied.
// Not here: keys and what is remembered (`memo.test.ts`).
// Invariant: every kind of node occurs.
import { expect, test } from 'vitest';
import {
  add,
  apply,
  at,
  boundIndex,
  bracket,
  call,
  constant,
  delta,
  determinant,
  endIndex,
  entry,
  freeIndex,
  ifThen,
  indexKey,
  integer,
  inverse,
  mul,
  one,
  partial,
  pow,
  reduce,
  size,
  type Condition,
  type Index,
  type Mul,
  type Term,
} from '../../src/term/term.ts';
import { nodeCount } from '../../src/term/count.ts';
import { children, key, mapIndices, mapNode, visitIndices } from '../../src/term/walk.ts';

const [i, j, k, b0, b1] = [freeIndex('i'), freeIndex('j'), freeIndex('k'), boundIndex(0), boundIndex(1)];
const [x, y, z] = [entry('x', i), entry('y', j), entry('z', k, b0)];
const differ: Condition = { kind: 'position', op: '!=', left: b0, right: k };
const greater: Condition = { kind: 'compare', op: '>', left: x, right: y };
const terms: readonly Term[] = [
  one,
  constant('pi'),
  size('n'),
  { kind: 'position', index: j },
  x,
  delta(i, j),
  bracket({ kind: 'and', all: [greater, { kind: 'not', of: { ...differ, left: i } }] }),
  ifThen({ kind: 'or', all: [greater, greater] }, y, x),
  add(x, y, one),
  mul(integer(2), y, x),
  pow(y, x),
  call('exp', x),
  apply('f', [y, x]),
  reduce('sum', 's', mul(z, x), { set: '', from: j, to: endIndex('n') }, differ),
  inverse(entry('A', b1, b0, k), j, i, 'n'),
  determinant(entry('A', b1, b0, k), 'n'),
  partial(add(y, x), z),
];
const nested = reduce('prod', 't', call('log', add(...terms)));

const seen = (walk: (note: (index: Index, depth: number) => void) => void): string[] => {
  const all: string[] = [];
  walk((index, depth) => all.push(`${indexKey(index)} ${depth}`));
  return all;
};

test.each([...terms, nested].map((t) => [t.kind, t] as const))('%s: the same indices at the same depths', (_, t) => {
  const visited = seen((note) => visitIndices(t, note));
  const mapped = seen((note) =>
    mapIndices(t, (index, depth) => {
      note(index, depth);
      return index;
    }),
  );
  expect(visited).toEqual(mapped);
});

test.each([...terms, nested].map((t) => [t.kind, t] as const))('%s: rebuilt with other indices', (_, t) => {
  const there = mapIndices(t, (index) => (indexKey(index) === 'i' ? at(7) : index));
  const back = mapIndices(there, (index) => (indexKey(index) === indexKey(at(7)) ? i : index));
  expect(key(back)).toBe(key(t));
  expect(nodeCount(back)).toBe(nodeCount(t));
  expect(key(there) === key(t)).toBe(!seen((note) => visitIndices(t, note)).some((s) => s.startsWith('i ')));
});

test.each(
  ['entry', 'add', 'mul', 'pow', 'call', 'apply'].map(
    (kind) => [kind, terms.find((t) => t.kind === kind) as Term] as const,
  ),
)('%s: what nothing changes is the same object', (_, t) => {
  expect(mapNode(t, (c) => c)).toBe(t);
});

test('a product inside a product is taken in, changed or not', () => {
  const inner = mul(x, y);
  const outer: Mul = { kind: 'mul', factors: [inner, one] };
  expect(children(mapNode(outer, (c) => c))).toHaveLength(3);
  const sum = mul(add(x, y), one);
  expect(children(mapNode(sum, (c) => (c.kind === 'add' ? inner : c)))).toHaveLength(3);
});
