// The tests of rules and normal forms with 100,000 instances a rule and 40,000 terms (SOAK makes the counts large).
// Not here: the tests themselves.
// Invariant: what CI runs with small counts is run here unchanged.
import '../rules/book.test.ts';
import '../rules/normal.test.ts';
