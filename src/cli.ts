#!/usr/bin/env node
// The `whygrad` command.
// Not here: the verbs, which are one file each in cli/.
// Invariant: the process ends with the verb's exit code, after everything printed has been written.
import { main } from './cli/main.ts';

process.exitCode = await main(process.argv);
