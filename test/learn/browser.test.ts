// One digest for Node and headless Chromium: the same training runs give the same bytes.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import './browser-entry.ts';

const path = '/usr/bin/chromium';
const digest = (files: readonly string[]): string => createHash('sha256').update(files.join('\n')).digest('hex');

test.runIf(existsSync(path) || process.env.CI === 'true')(
  'four training runs have one digest in Node and in Chromium',
  async () => {
    const here = await (globalThis as unknown as { trained: () => Promise<string[]> }).trained();
    const bundle = await build({
      entryPoints: [new URL('browser-entry.ts', import.meta.url).pathname],
      bundle: true,
      format: 'iife',
      platform: 'browser',
      write: false,
      logLevel: 'error',
    });
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
    try {
      const page = await browser.newPage();
      await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? '' });
      const there = await page.evaluate(() =>
        (globalThis as unknown as { trained: () => Promise<string[]> }).trained(),
      );
      expect(there).toHaveLength(12);
      expect(there.map((file) => digest([file]))).toEqual(here.map((file) => digest([file])));
    } finally {
      await browser.close();
    }
  },
);
