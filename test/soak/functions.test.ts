// exp and log of all 2^32 float32 numbers (SOAK takes every block).
// Not here: the test itself.
// Invariant: what CI runs on a sample is run here unchanged.
import '../compile/float32.test.ts';
