#!/usr/bin/env node
// The `whygrad` command.
// Not here: the verbs, which are one file each in cli/.
// Invariant: the process ends with the verb's exit code, after everything printed has been written.
import module from 'node:module';

// Newer Node keeps the compiled form of what is loaded from here on, which makes the next start faster.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
const { main } = await import('./cli/main.ts');

process.exitCode = await main(process.argv);
