// `whygrad serve`: gives out the page's files and nothing else, to this machine alone.
// Not here: the page.
// Invariant: asked over real connections, raw ones where a client would tidy the address.
import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveFolder } from '../../src/cli/serve.ts';
import { root } from '../project/sources.ts';

const folder = join(mkdtempSync(join(tmpdir(), 'whygrad-site-')), 'site');
mkdirSync(join(folder, 'assets'), { recursive: true });
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
writeFileSync(join(folder, 'assets', 'a.js'), 'export {};');
writeFileSync(join(folder, '..', 'secret.txt'), 'not for you');

let server: Awaited<ReturnType<typeof serveFolder>>;
beforeAll(async () => {
  server = await serveFolder(folder, 0);
});
afterAll(() => server.close());
const port = (): number => (server.address() as AddressInfo).port;

/** The answer to a request whose address nobody tidies. */
const raw = (path: string, method = 'GET'): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port(), '127.0.0.1', () =>
      socket.end(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
    );
    socket
      .on('data', (d) => (text += d))
      .on('end', () => resolve(text))
      .on('error', reject);
  });

test('the page, its parts, their kinds and the policy', async () => {
  const page = await fetch(`http://127.0.0.1:${port()}/`);
  expect(await page.text()).toContain('<title>page</title>');
  expect(page.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'/,
  );
  const script = await fetch(`http://127.0.0.1:${port()}/assets/a.js`);
  expect(script.headers.get('content-type')).toContain('text/javascript');
});

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/../../secret.txt',
  '//etc/passwd',
  '/%00',
  '/%zz',
  '/none',
  '/assets',
])('%s is not there', async (path) => {
  const answer = await raw(path);
  expect(answer).toMatch(/^HTTP\/1\.1 404 /);
  expect(answer).not.toContain('not for you');
});

test('nothing can be sent to it', async () => expect(await raw('/', 'POST')).toMatch(/^HTTP\/1\.1 404 /));

test('listens on 127.0.0.1 alone', () => expect((server.address() as AddressInfo).address).toBe('127.0.0.1'));

test('the verb prints its address and serves the built page; a port that is taken is said', async () => {
  const cli = join(root, 'dist', 'cli.js');
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0']);
  const url = await new Promise<string>((resolve) => child.stdout.once('data', (d) => resolve(`${d}`.trim())));
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect((await fetch(url)).status).toBe(200);
  const second = spawn(process.execPath, [cli, 'serve', '--port', `${new URL(url).port}`]);
  let said = '';
  second.stderr.on('data', (d) => (said += d));
  expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(2);
  expect(said).toContain('is taken');
  child.kill('SIGTERM');
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
});
