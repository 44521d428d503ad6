// One digest for Node and headless Chromium: ready kernels with one and two threads, and plans compiled from formulas.
// Not here: what the results must be.
// Invariant: the page is cross-origin isolated and may run nothing but its own scripts and WebAssembly.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formulaDigests, kernelDigests } from './browser-entry.ts';

const CHROMIUM = '/usr/bin/chromium';
const available = existsSync(CHROMIUM);
if (!available && process.env.CI === 'true') throw new Error('chromium is missing: apt-get install chromium');

/** The folder of the page: its script, and the helper threads' script beside it. */
async function writePage(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'whygrad-page-'));
  const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  await build({
    entryPoints: { page: source('browser-entry.ts'), worker: source('../../src/kernels/worker.ts') },
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    logLevel: 'error',
  });
  writeFileSync(
    join(folder, 'page.html'),
    '<!doctype html><meta charset="utf-8"><title>kernels</title><script type="module" src="page.js"></script>',
  );
  return folder;
}
async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1);
    // Cross-origin isolation gives the page shared memory.
    const headers = {
      'content-type': name.endsWith('.js') ? 'text/javascript' : 'text/html',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'",
    };
    try {
      const body = readFileSync(join(folder, name));
      response.writeHead(200, headers).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
}

type Digests = Readonly<Record<string, string>>;
interface InPage {
  kernelDigests(threads: number): Promise<Digests>;
  formulaDigests(): Promise<Digests>;
}

describe.skipIf(!available)('in a browser', () => {
  let folder = '';
  let server: Server | undefined;
  let browser: Browser | undefined;
  let page: Page;
  beforeAll(async () => {
    folder = await writePage();
    server = await serve(folder);
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page.html`, { waitUntil: 'load' });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('memory may be shared', async () => {
    expect(
      await page.evaluate(() => (globalThis as unknown as { crossOriginIsolated: boolean }).crossOriginIsolated),
    ).toBe(true);
  });
  it('every kernel gives the same bytes as in Node, with one thread and with two', async () => {
    const here = await kernelDigests(1);
    expect(Object.keys(here).length).toBeGreaterThan(80);
    expect(await page.evaluate(() => (globalThis as unknown as InPage).kernelDigests(1))).toEqual(here);
    // Helpers take part from the second round on, when they have started.
    for (let round = 0; round < 2; round++)
      expect(await page.evaluate(() => (globalThis as unknown as InPage).kernelDigests(2))).toEqual(here);
  });
  it('compiled formulas give the same bytes as in Node', async () => {
    const here = await formulaDigests();
    expect(Object.keys(here).length).toBeGreaterThan(60);
    expect(await page.evaluate(() => (globalThis as unknown as InPage).formulaDigests())).toEqual(here);
  });
});
