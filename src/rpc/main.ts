// The long-lived process behind the Python package.
// Not here: the protocol (`serve.ts`).
// Invariant: ends when its standard input does.
import { serve } from './serve.ts';

serve(process.stdin, process.stdout);
