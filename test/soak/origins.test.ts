// Laws of parts and origins on 300 random formulas (SOAK makes the counts large).
// Not here: the tests themselves.
// Invariant: what CI runs with small counts is run here unchanged.
import '../derive/origins.test.ts';
