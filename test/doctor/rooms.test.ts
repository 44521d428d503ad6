// The rooms inside of doctor/ and what each imports of the others, as ARCHITECTURE.md tells it.
// Not here: the rooms of the project (test/project/layers.test.ts).
// Invariant: an edge that is not in the table fails.
import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, productSources } from '../project/sources.ts';

const allowed: Readonly<Record<string, readonly string[]>> = {
  run: [],
  tensor: [],
  operations: ['tensor'],
  name: ['operations', 'tensor'],
  probe: ['find', 'operations', 'run', 'tensor'],
  find: ['probe', 'operations', 'run', 'tensor'],
};

test('run, tensor, operations, name, probe and find import what the table allows', () => {
  const roomOf = (file: string): string => file.split('/')[2] ?? '';
  const edges = productSources()
    .filter((f) => f.startsWith('src/doctor/') && roomOf(f) in allowed)
    .flatMap((f) => importsOf(f))
    .filter((i) => i.to.startsWith('src/doctor/') && roomOf(i.to) !== roomOf(i.from));
  expect(edges.length).toBeGreaterThan(20);
  const wrong = edges.filter((i) => !allowed[roomOf(i.from)]?.includes(roomOf(i.to)));
  expect(wrong.map((i) => `${i.from} imports ${posix.relative('src/doctor', i.to)}`)).toEqual([]);
});
