// The list of planted bugs fits the sources.
// Not here: planting them, which takes minutes (`test/soak/planted-bugs.test.ts`).
// Invariant: a source that moves away from under a planted bug is noticed at once.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { read, root } from '../project/sources.ts';
import { plantedBugs } from './bugs.ts';

describe('planted bugs', () => {
  test('each has a name of its own', () => {
    expect(new Set(plantedBugs.map((b) => b.name)).size).toBe(plantedBugs.length);
  });

  test('each stands exactly once in its file and changes it', () => {
    const astray = plantedBugs.filter((b) => read(b.file).split(b.find).length !== 2 || b.find === b.plant);
    expect(astray.map((b) => b.name)).toEqual([]);
  });

  test('the tests that must notice exist and are not among the long ones', () => {
    const wrong = plantedBugs.flatMap((b) =>
      b.tests.filter((t) => !existsSync(join(root, t)) || t.startsWith('test/soak')),
    );
    expect(wrong).toEqual([]);
  });
});
