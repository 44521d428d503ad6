// The verb `mcp`.
// Not here: the server (`mcp/`), which is loaded with this verb alone.
// Invariant: returns when the server ends.
import { existsSync, statSync } from 'node:fs';
import { serve } from '../mcp/serve.ts';
import { UsageError, type Call, type ExitCode } from './verb.ts';
import { version } from './version.ts';

export function run(call: Call): Promise<ExitCode> {
  const root = call.text('root');
  if (root !== undefined && !(existsSync(root) && statSync(root).isDirectory()))
    throw new UsageError(`--root needs a folder, not '${root}'`);
  return serve(version, root);
}
