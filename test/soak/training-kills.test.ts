// The kill −9 test with 500 kills instead of 25 (SOAK is set here).
import '../learn/kill.test.ts';
