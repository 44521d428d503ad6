#!/usr/bin/env node
// The `whygrad` command.
// Not here: the verbs, which are one file each in cli/.
// Invariant: the process ends with the verb's exit code, after everything printed has been written.
import module from 'node:module';
import { main } from './cli/main.ts';

// Newer Nodes keep compiled code between runs; NODE_DISABLE_COMPILE_CACHE turns it off.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();

process.exitCode = await main(process.argv);
