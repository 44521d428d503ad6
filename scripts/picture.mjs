// The README's picture of the page: the entrance with a touched term, docs/page.png.
// Usage: node scripts/picture.mjs (needs the built page and Debian's Chromium)
// Not here: the pictures of all views, which test/web/everywhere.test.ts writes to .ci/pictures.
// Invariant: what is seen is the built page, untouched but for the pointer.
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { serveFolder } = await import(join(root, 'dist', 'cli', 'serve.js'));
const server = await serveFolder(join(root, 'site'), 0);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: { width: 1180, height: 1270 }, colorScheme: 'light' });
await page.goto(`http://127.0.0.1:${server.address().port}/`);
await page.waitForSelector('html[data-live]');
await page.hover('.formula[data-line="4"] [data-p="0"]');
await page.waitForTimeout(300);
const path = join(root, 'docs', 'page.png');
await page.screenshot({ path });
await browser.close();
server.close();
console.log(`docs/page.png, ${Math.round(statSync(path).size / 1000)} kB`);
