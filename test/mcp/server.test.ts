// The server, spoken to by the protocol's own client, and by clients that behave badly.
// Not here: the exchanges (`exchanges.ts`).
// Invariant: standard output holds frames alone.
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../project/sources.ts';
import { exchanges } from './exchanges.ts';

const command = process.execPath;
const cli = join(root, 'dist', 'cli.js');

async function clientOf(...args: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StdioClientTransport({ command, args: [cli, 'mcp', ...args], stderr: 'ignore' }));
  return client;
}

interface Answer {
  readonly isError?: boolean;
  readonly content: readonly { readonly text?: string }[];
  readonly structuredContent?: unknown;
}
const textOf = (a: Answer): string => a.content[0]?.text ?? '';

describe('exchanges', () => {
  let client: Client;
  beforeAll(async () => {
    client = await clientOf();
  }, 60_000);
  afterAll(() => client.close());

  test('the list of tools is short, and every tool only reads', async () => {
    const { tools } = await client.listTools();
    expect(JSON.stringify(tools).length).toBeLessThanOrEqual(6 * 1024);
    expect(tools.map((t) => t.name)).toEqual(['check_step', 'derive', 'lint', 'evaluate', 'emit', 'explain', 'list']);
    for (const t of tools) {
      expect(t.annotations).toMatchObject({ readOnlyHint: true });
      expect(t.outputSchema).toBeDefined();
    }
  });

  test('there are at least 40', () => expect(exchanges.length).toBeGreaterThanOrEqual(40));
  test.each(exchanges.map((x) => [`${x.tool} ${JSON.stringify(x.args)}`, x] as const))('%s', async (_, x) => {
    const answer = (await client.callTool({ name: x.tool, arguments: { ...x.args } })) as unknown as Answer;
    if (x.error !== undefined) {
      expect([answer.isError, textOf(answer)]).toEqual([true, expect.stringMatching(x.error)]);
      return;
    }
    expect(answer.isError ?? false, textOf(answer)).toBe(false);
    expect(answer.structuredContent).toMatchObject(x.holds ?? {});
    if (x.tool !== 'emit' && x.tool !== 'list') expect(textOf(answer).length).toBeLessThanOrEqual(2100);
  });
});

describe('files', () => {
  test('only those below the root are read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'whygrad-mcp-'));
    try {
      mkdirSync(join(folder, 'docs'));
      writeFileSync(join(folder, 'docs', 'notes.md'), 'Let $f = x^3$.\n');
      writeFileSync(join(folder, 'secret.md'), 'Let $f = x^5$.\n');
      symlinkSync(join(folder, 'secret.md'), join(folder, 'docs', 'link.md'));
      const client = await clientOf('--root', join(folder, 'docs'));
      const ask = async (file: string): Promise<Answer> =>
        (await client.callTool({ name: 'derive', arguments: { question: 'df/dx', in: file } })) as unknown as Answer;
      expect((await ask('notes.md')).structuredContent).toMatchObject({ result: '3*x^2' });
      for (const file of ['../secret.md', 'link.md', join(folder, 'secret.md')])
        expect(textOf(await ask(file))).toContain('outside-root');
      expect(textOf(await ask('none.md'))).toContain('unknown-file');
      await client.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('clients that behave badly', () => {
  const start = (): ChildProcessWithoutNullStreams => spawn(command, [cli, 'mcp']);
  const frame = (message: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
  const hello = frame({
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  });
  const call = (id: number, name: string, args: object): string =>
    frame({ id, method: 'tools/call', params: { name, arguments: args } });

  /** Everything the server prints until it has answered an id, and how it ended after its input was closed. */
  async function talk(lines: readonly string[], until: number): Promise<{ said: string[]; ended: number }> {
    const child = start();
    let out = '';
    const answered = new Promise<void>((done) =>
      child.stdout.on('data', (chunk) => {
        out += chunk;
        if (out.includes(`"id":${until}`)) done();
      }),
    );
    const exited = new Promise<void>((done) => child.on('exit', () => done()));
    for (const line of lines) child.stdin.write(line);
    await Promise.race([answered, exited]);
    const began = performance.now();
    child.stdin.end();
    await exited;
    return { said: out.trim().split('\n'), ended: performance.now() - began };
  }

  test.each([
    ['lines that are no JSON', ['not json\n', '{"jsonrpc":"2.0"}\n', '[]\n']],
    ['an unknown tool and an unknown method', [call(1, 'rm', {}), frame({ id: 2, method: 'nothing/here' })]],
    ['a cancelled call', [call(1, 'list', {}), frame({ method: 'notifications/cancelled', params: { requestId: 1 } })]],
    ['a text of ten million characters', [call(1, 'lint', { text: 'x'.repeat(1e7 - 300) })]],
  ])('%s: frames alone, and the next call is answered', { timeout: 60_000 }, async (_, lines) => {
    const { said } = await talk([hello, ...lines, call(99, 'list', {})], 99);
    for (const line of said) expect(() => JSON.parse(line), line.slice(0, 200)).not.toThrow();
    expect(said.some((line) => JSON.parse(line).id === 99)).toBe(true);
  });

  test('it ends when its input does', async () => {
    const { ended } = await talk([hello], 0);
    expect(ended).toBeLessThan(2000);
  });

  test('it ends when nobody reads', async () => {
    const child = start();
    await new Promise<void>((done) => {
      child.stdout.once('data', () => done());
      child.stdin.write(hello);
    });
    const exited = new Promise((done) => child.on('exit', done));
    child.stdout.destroy();
    child.stdin.write(call(1, 'list', {}));
    await exited;
  });
});
