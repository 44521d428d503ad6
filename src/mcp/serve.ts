// The tools as a Model Context Protocol server over standard input and output.
// Not here: what they do (`tools.ts`).
// Invariant: nothing but frames reaches standard output, whatever happens; the process ends with its input or its
// output.
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { describe, WhygradError } from '../index.ts';
import { documentsBelow } from './root.ts';
import { tools, type Tool } from './tools.ts';

const instructions =
  'whygrad checks calculus: derivatives with indices, sums, matrices. Call check_step for each line of a derivation you write; a slip has a counterexample and often a fix; unclear says what is missing. Never present an unchecked line as checked.';

/** Serves until the client goes. */
export function serve(version: string, root: string | undefined): Promise<never> {
  // Whatever prints by habit prints where no frame is.
  console.log = console.error;
  console.info = console.error;
  process.stdout.on('error', () => process.exit(0));
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('close', () => process.exit(0));
  const documentNamed = documentsBelow(root);
  serveStdio(
    () => {
      const server = new McpServer({ name: 'whygrad', version }, { instructions });
      for (const tool of tools) register(server, tool, documentNamed);
      return server;
    },
    { onerror: (error) => console.error(`whygrad mcp: ${error.message}`) },
  );
  return new Promise(() => undefined);
}

function register(server: McpServer, tool: Tool, documentNamed: (word: string) => string): void {
  const { name, description, input, output, run } = tool;
  server.registerTool(
    name,
    {
      description,
      inputSchema: fromJsonSchema<Record<string, unknown>>(input),
      outputSchema: fromJsonSchema<Record<string, unknown>>(output),
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    (args: Record<string, unknown>) => {
      try {
        const structuredContent = run(args, documentNamed);
        return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
      } catch (error) {
        return { isError: true, content: [{ type: 'text', text: told(error) }] };
      }
    },
  );
}

function told(error: unknown): string {
  if (error instanceof WhygradError) return describe(error);
  console.error(error instanceof Error ? error.stack : String(error));
  return 'error[bug]: whygrad itself failed; this is a bug in it, not in your input';
}
