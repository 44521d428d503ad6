// Plants each bug in a copy of the project and sees that the named tests notice it.
// Not here: the bugs (`test/planted/bugs.ts`); that their text still stands in the sources (`test/planted/bugs.test.ts`).
// Invariant: the copy is outside the checkout; a bug counts as noticed where a test fails, not where nothing could be run.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plantedBugs, type PlantedBug } from '../planted/bugs.ts';
import { root } from '../project/sources.ts';

const only = process.env['PLANTED'];
const bugs =
  only === undefined ? plantedBugs : plantedBugs.filter((b) => b.name.includes(only) || b.file.includes(only));
const copied = [
  'src',
  'test',
  'scripts',
  'library',
  'examples',
  'dist',
  'bench',
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
];
const configuration = ['package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts', 'biome.json'];
let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'planted-'));
  for (const part of [...copied, ...configuration]) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** How many tests failed, of how many. */
function failures(bug: PlantedBug): { failed: number; total: number; said: string } {
  const report = join(copy, 'report.json');
  rmSync(report, { force: true });
  if (bug.file.startsWith('src/')) spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: copy });
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const flags = ['run', '--bail', '1', '--reporter=json', `--outputFile=${report}`];
  const { SOAK: _, ...environment } = process.env;
  const run = spawnSync(process.execPath, [vitest, ...flags, ...bug.tests], {
    cwd: copy,
    encoding: 'utf8',
    env: environment,
  });
  const said = `${run.stdout}\n${run.stderr}`.slice(-2000);
  const { numFailedTests, numTotalTests, numFailedTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
  return { failed: numFailedTests + numFailedTestSuites, total: numTotalTests, said };
}

describe('planted bugs are noticed', () => {
  for (const bug of bugs)
    test(bug.name, { timeout: 900_000 }, () => {
      const file = join(copy, bug.file);
      const sound = readFileSync(file, 'utf8');
      writeFileSync(
        file,
        sound.replace(bug.find, () => bug.plant),
      );
      try {
        const { failed, total, said } = failures(bug);
        expect(total, said).toBeGreaterThan(0);
        expect(failed, `nobody notices: ${bug.name}`).toBeGreaterThan(0);
      } finally {
        writeFileSync(file, sound);
      }
    });
});
