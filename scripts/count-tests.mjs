// Prints the totals of a vitest JSON report as `N passed, N failed`.
// Not here: running the tests.
// Invariant: a test file that could not be loaded counts as one failure; no report at all counts as one failure; the exit code is 1 when anything failed or nothing ran.
import { readFileSync } from 'node:fs';

function totals(file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const unloaded = report.testResults.filter(
    (r) => r.status === 'failed' && r.assertionResults.every((a) => a.status !== 'failed'),
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

const { passed, failed, skipped } = totals(process.argv[2] ?? '');
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
