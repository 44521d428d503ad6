// Runs before the tests, and before each rerun of a watch: dist/ and site/ are built from the sources under test.
// Not here: the system's packages that some tests need (scripts/setup-tests).
// Invariant: tests that run dist/ (the command line, the bundles) never run an older build; one that fails fails the run.
import { buildSite } from './site.mjs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const build = join(dirname(fileURLToPath(import.meta.url)), 'build.mjs');

function buildIfStale() {
  const { status } = spawnSync(process.execPath, [build, '--if-stale'], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the build failed: no test was run');
}

export async function setup(project) {
  buildIfStale();
  // The page once for all tests that open it: they run side by side.
  await buildSite({ ifStale: true });
  project.onTestsRerun(buildIfStale);
}
