// The view Moons in a browser: the losses are those of the library's own run, and frames come.
// Not here: training.
// Invariant: the last loss on the page equals `train` in Node with the same settings, to every printed digit.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { makeMoons } from '../../src/learn/data/generate.ts';
import { train } from '../../src/learn/train.ts';
import { mistakeGradient } from '../../src/lint/mistake-gradient.ts';
import { hasBrowser, openBrowser, visit, type Opened } from './browser.ts';

const data = makeMoons({ samples: 240, noise: 0.2, seed: 1 });
function historyOf(gradients: Readonly<Record<string, string>> | null): readonly number[] {
  const run = train('networks/two-hidden-layers-tanh', data, {
    ...{ hidden: [16, 16], optimizer: 'sgd', learningRate: 0.2, batchSize: 32, epochs: 200, seed: 1 },
    ...{ standardise: false, testSplit: 0 },
    ...(gradients === null ? {} : { gradients }),
  });
  while (run.next() !== null);
  return run.history.map((e) => e.loss);
}

describe.runIf(hasBrowser)('Moons', () => {
  let o: Opened;
  beforeAll(async () => {
    o = await openBrowser();
  });
  afterAll(async () => o?.close());
  const losses = (page: Page): Promise<string[]> => page.locator('.lab .cap span:first-child').allTextContents();
  const ready = (page: Page): Promise<unknown> => page.waitForSelector('.lab canvas');

  test('three steps: the losses are those of train, in both runs', async () => {
    const { page, troubles } = await visit(o, '#v=moons');
    await ready(page);
    for (let n = 0; n < 3; n++) await page.click('.controls button:nth-of-type(2)');
    await page.waitForFunction(() => document.querySelector('.spread .quiet')?.textContent?.startsWith('epoch 3 '));
    const wanted = [historyOf(null)[2], historyOf(mistakeGradient('times-diag-again'))[2]];
    expect(await losses(page)).toEqual(wanted.map((l) => `loss ${l?.toFixed(3)}`));
    expect(await page.textContent('.gauge')).toMatch(/\d+° off/);
    expect(troubles.list).toEqual([]);
    await page.context().close();
  });

  test('played to its end, the last loss is that of train', async () => {
    const { page } = await visit(o, '#v=moons');
    await ready(page);
    const started = Date.now();
    await page.click('.controls button.solid');
    const frames = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let n = 0;
          const end = performance.now() + 1500;
          const tick = (): void => {
            n++;
            if (performance.now() < end) requestAnimationFrame(tick);
            else resolve(n / 1.5);
          };
          requestAnimationFrame(tick);
        }),
    );
    await page.waitForFunction(() => document.querySelector('.spread .quiet')?.textContent?.startsWith('epoch 200 '));
    const seconds = (Date.now() - started) / 1000;
    console.log(`moons: ${frames.toFixed(0)} frames/s, ${(200 / seconds).toFixed(0)} epochs/s`);
    // The bars are 30 and 20 on a calm machine; what a busy one gives is no fault.
    expect(frames).toBeGreaterThan(0);
    expect((await losses(page))[0]).toBe(`loss ${historyOf(null).at(-1)?.toFixed(3)}`);
    await page.context().close();
  });

  test('a run that diverges shows the named error, and the other one goes on', async () => {
    const { page } = await visit(o, '#v=moons&mistake=dldp-as-dldz');
    await ready(page);
    await page.click('.controls button.solid');
    await page.waitForSelector('.lab .fault');
    expect(await page.textContent('.lab .fault')).toMatch(/not finite/);
    await page.waitForFunction(() => document.querySelector('.spread .quiet')?.textContent?.startsWith('epoch 200 '));
    await page.context().close();
  });

  test('a point can be added by keys, and stands in the address', async () => {
    const { page } = await visit(o, '#v=moons');
    await ready(page);
    await page.focus('.lab canvas');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.hash.includes('points='));
    await page.waitForSelector('text=take my points away');
    await page.context().close();
  });

  test('one example, slowly: the shares, the gap and the step are what the network says of it', async () => {
    const { page, troubles } = await visit(o, '#v=moons');
    await ready(page);
    await page.click('button:has-text("slowly")');
    await page.waitForSelector('.slow li');
    expect(await page.locator('.slow li').count()).toBe(1);
    for (let n = 0; n < 6; n++) await page.click('.slow .solid');
    const lines = await page.locator('.slow annotation').allTextContents();
    expect(lines.length).toBe(7);
    const run = train('networks/two-hidden-layers-tanh', data, {
      ...{ hidden: [16, 16], optimizer: 'sgd', learningRate: 0.2, batchSize: 32, epochs: 200, seed: 1 },
      ...{ standardise: false, testSplit: 0 },
    });
    const p = [...run.scores(data.features.slice(0, 2))];
    const truth = data.labels?.[0] ?? 0;
    expect(lines[2]).toMatch(new RegExp(`= \\{${(p[truth] ?? 0).toFixed(2)}\\}$`));
    const gap = p.map((v, k) => (v - (k === truth ? 1 : 0)).toFixed(2)).join(',\\; ');
    expect(lines[4]?.endsWith(`(${gap})`)).toBe(true);
    expect(lines[6]).toContain(`0.20 \\cdot (${gap})`);
    expect(troubles.list).toEqual([]);
    await page.context().close();
  });

  test('an own table is trained on; one that cannot be drawn is refused by name', async () => {
    const csv = Array.from({ length: 30 }, (_, n) => `${n % 7},${(n * 3) % 5},${n % 2 === 0 ? 'a' : 'b'}`).join('\n');
    const { page } = await visit(o, `#v=moons&csv=${encodeURIComponent(csv)}`);
    await ready(page);
    await page.click('.controls button:has-text("Step")');
    await page.waitForFunction(() => document.querySelector('.spread .quiet')?.textContent?.startsWith('epoch 1 '));
    expect(await page.locator('text=back to the moons').count()).toBe(1);
    await page.evaluate(() => (location.hash = `#v=moons&csv=${encodeURIComponent('1,2,3,a\n2,3,4,b\n3,4,5,a\n')}`));
    await page.waitForSelector('.fault');
    expect(await page.textContent('.fault')).toContain('3 columns');
    await page.context().close();
  });
});
