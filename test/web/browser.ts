// The built page in headless Chromium, for the tests of the page.
// Not here: any test.
// Invariant: where Chromium is missing nothing passes: the tests that need it are reported as skipped, and with CI=true they fail.
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { serveFolder } from '../../src/cli/serve.ts';
import { root } from '../project/sources.ts';

const path = '/usr/bin/chromium';
export const hasBrowser = existsSync(path) || process.env['CI'] === 'true';

export interface Opened {
  readonly url: string;
  readonly browser: Browser;
  readonly close: () => Promise<void>;
}

/** The page as it was built before the tests (`scripts/test-setup.mjs`), served, and a browser. */
export async function openBrowser(): Promise<Opened> {
  if (!existsSync(path))
    throw new Error('Chromium is missing: scripts/setup-tests installs it (apt-get install chromium)');
  if (!existsSync(join(root, 'site', 'index.html')))
    throw new Error('the page is not built: npm install, then npm run site');
  const server = await serveFolder(join(root, 'site'), 0);
  const browser = await chromium.launch({
    executablePath: path,
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
  const close = async (): Promise<void> => {
    await browser.close();
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, browser, close };
}

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly zoom?: number;
}

/** What went wrong on a page: console errors, faults of scripts, reports of the policy, requests to elsewhere. */
export interface Troubles {
  readonly list: string[];
}

/** A fresh page at an address' fragment, alive. */
export async function visit(o: Opened, fragment = '', look: Look = {}): Promise<{ page: Page; troubles: Troubles }> {
  const context = await o.browser.newContext({
    viewport: { width: look.width ?? 1280, height: look.height ?? 860 },
    colorScheme: look.dark === true ? 'dark' : 'light',
    deviceScaleFactor: 1,
    serviceWorkers: 'block',
  });
  const page = await context.newPage();
  const list: string[] = [];
  page.on('console', (m) => {
    if ((m.type() === 'error' || m.type() === 'warning') && !m.text().includes('Service Worker')) list.push(m.text());
  });
  page.on('pageerror', (e) => list.push(`${e}`));
  page.on('request', (r) => {
    if (!r.url().startsWith(o.url) && !r.url().startsWith('data:')) list.push(`request: ${r.url()}`);
  });
  await page.goto(o.url + fragment);
  await page.waitForSelector('html[data-live]');
  return { page, troubles: { list } };
}
