// Runs once before the tests: the embedded library must be that of library/.
// Not here: the system's packages that some tests need (scripts/setup-tests).
// Invariant: touches nothing but src/library.generated.ts.
import { writeLibrary } from './library.mjs';

export function setup() {
  writeLibrary();
}
