// 25,000 larger random derivations and 50,000 of their moves with a mistake (SOAK makes the counts large).
// Not here: the tests themselves.
// Invariant: what CI runs with small counts is run here unchanged.
import '../derive/random.test.ts';
