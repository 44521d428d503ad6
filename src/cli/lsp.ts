// The verb `lsp`.
// Not here: the server (`lsp/`), which is loaded with this verb alone.
// Invariant: returns when the server ends.
import { serve } from '../lsp/serve.ts';
import type { Call, ExitCode } from './verb.ts';
import { version } from './version.ts';

export const run = (_: Call): Promise<ExitCode> => serve(version);
