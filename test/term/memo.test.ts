// What is remembered about an object stays with that object alone.
// Not here: the keys and answers that are remembered.
// Invariant: no copy of an object, and nothing that lists its properties, shows what was remembered.
import { expect, test } from 'vitest';
import { memo } from '../../src/term/memo.ts';
import { integer, one, add, entry, freeIndex } from '../../src/term/term.ts';
import { key } from '../../src/term/walk.ts';

test('a value is remembered with the object, and another one replaces it', () => {
  const lengths = memo<object, number>();
  const x = { kind: 'x' };
  expect(lengths.get(x)).toBeUndefined();
  expect(lengths.set(x, 3)).toBe(3);
  expect(lengths.get(x)).toBe(3);
  lengths.set(x, 4);
  expect(lengths.get(x)).toBe(4);
});

test('memories do not share what they remember', () => {
  const [a, b] = [memo<object, string>(), memo<object, string>()];
  const x = {};
  a.set(x, 'a');
  expect(b.get(x)).toBeUndefined();
  b.set(x, 'b');
  expect([a.get(x), b.get(x)]).toEqual(['a', 'b']);
});

test('a copy is a new object, and nothing is seen from outside', () => {
  const known = memo<object, string>();
  const x = { kind: 'x', of: [1, 2] };
  known.set(x, 'remembered');
  expect(known.get({ ...x })).toBeUndefined();
  expect(known.get(structuredClone(x))).toBeUndefined();
  expect(JSON.stringify(x)).toBe('{"kind":"x","of":[1,2]}');
  expect(Reflect.ownKeys(x)).toEqual(['kind', 'of']);
});

test('a changed copy of a term has a key of its own', () => {
  const t = entry('x', freeIndex('i'));
  expect(key(t)).toBe('x[i]');
  expect(key({ ...t, name: 'y' })).toBe('y[i]');
  const s = add(t, one);
  expect(key(s)).toBe('(+ x[i],1)');
  expect(key({ ...s, kind: 'add', terms: [t, integer(2)] })).toBe('(+ x[i],2)');
});
