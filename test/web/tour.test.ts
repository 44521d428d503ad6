// The tour and My turn.
// Not here: the lines that they lead through.
// Invariant: by keyboard alone from the entrance to the last stop; nothing that is hidden is in the page.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { derive } from '../../src/derive/derive.ts';
import { fieldsOf, stops } from '../../web/tour/stops.ts';
import { address } from '../../web/state.ts';
import { turnJob } from '../../web/work/turn-jobs.ts';
import { hasBrowser, openBrowser, visit, type Opened } from './browser.ts';

test('seven stops in at most 200 words', () => {
  expect(stops.length).toBe(7);
  expect(
    stops
      .map((s) => s.say)
      .join(' ')
      .split(/\s+/).length,
  ).toBeLessThanOrEqual(200);
});

test('every stop points at a part that is there', () => {
  const { steps } = derive('dL/dz_i', { in: 'softmax-cross-entropy', detail: 'outline', parts: true });
  for (const { at } of stops.filter((s) => s.at !== '')) {
    const [line = '', path = ''] = at.split(':');
    const parts = (line === 'q' ? steps[0]?.lines?.from : steps[Number(line)]?.lines?.to)?.parts ?? [];
    expect([at, parts.some((p) => p.path === path)]).toEqual([at, true]);
  }
});

describe('a line that a reader writes', () => {
  const options = { in: 'softmax-cross-entropy' };
  const lines = derive('dL/dz_i', { ...options, detail: 'outline' }).steps.map((s) => s.to);
  const said = (line: string) => turnJob({ line, from: 'd(L, z_i)', lines, options });
  test('one of the lines, in any spelling, is found', () => {
    expect(said('p_i - y_i')).toMatchObject({ verdict: 'holds', same: 4 });
    expect(said('= -(y_i - p_i)')).toMatchObject({ verdict: 'holds', same: 3 });
    expect(said('-\\sum_j \\frac{y_j p_j (\\delta_{ij} - p_i)}{p_j}')).toMatchObject({ verdict: 'holds', same: 1 });
  });
  test('a true line that is none of them holds; a false one is a slip; what cannot be read is a named error', () => {
    expect(said('p_i*sum_k y_k - y_i')).toMatchObject({ verdict: 'holds', same: null });
    expect(said('y_i - p_i')).toMatchObject({ verdict: 'slip' });
    expect(() => said('p_i - (y_i')).toThrow(/never closed/);
  });
});

describe.runIf(hasBrowser)('in a browser', () => {
  let o: Opened;
  beforeAll(async () => {
    o = await openBrowser();
  });
  afterAll(async () => o?.close());

  test('by keys from the entrance to stop 7 and out of it', async () => {
    const { page, troubles } = await visit(o);
    await page.focus('.start a');
    for (let n = 1; n <= stops.length; n++) {
      await page.keyboard.press('Enter');
      await page.waitForFunction((k) => document.querySelector('.tour .at span')?.textContent === `${k} of 7`, n);
      expect(await page.evaluate(() => location.hash)).toBe(address({ view: 'derive', fields: fieldsOf(n) }));
      await page.waitForFunction(() => document.activeElement?.classList.contains('go'));
    }
    expect(await page.locator('.hot').count()).toBeGreaterThan(4);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelector('.tour') === null);
    expect(troubles.list).toEqual([]);
    await page.context().close();
  });

  test('back and forward go through the stops', async () => {
    const { page } = await visit(o, address({ view: 'derive', fields: fieldsOf(3) }));
    await page.click('.tour .go');
    await page.goBack();
    await page.waitForFunction(() => document.querySelector('.tour .at span')?.textContent === '3 of 7');
    await page.context().close();
  });

  test('My turn: hidden lines are not in the page; a false line is refused, a right one shows its line; two hints', async () => {
    const { page, troubles } = await visit(o, '#v=derive&turn=2');
    expect(await page.locator('.step:not(.first)').count()).toBe(2);
    expect(await page.textContent('#page')).not.toContain('take out common factors');
    await page.fill('.myturn input', 'y_i - p_i');
    await page.click('.myturn button[type=submit]');
    await page.waitForSelector('.myturn .bad');
    await page.fill('.myturn input', '-(y_i - p_i)');
    await page.click('.myturn button[type=submit]');
    await page.waitForFunction(() => location.hash.includes('turn=4'));
    expect(await page.locator('.step:not(.first)').count()).toBe(4);
    await page.click('.myturn .links button:first-child');
    expect(await page.textContent('.myturn')).toContain('take out common factors');
    expect(await page.textContent('.derivation')).not.toMatch(/pi​?−yi/);
    await page.click('.myturn .links button:first-child');
    await page.waitForFunction(() => document.querySelector('.myturn .good') !== null);
    expect(troubles.list).toEqual([]);
    await page.context().close();
  });

  test('? lists the keys, t is my turn; neither where one types', async () => {
    const { page } = await visit(o);
    await page.keyboard.press('?');
    expect(await page.locator('.keys dt').count()).toBeGreaterThan(4);
    await page.keyboard.press('t');
    await page.waitForSelector('.myturn');
    await page.focus('.myturn input');
    await page.keyboard.type('t?');
    expect(await page.inputValue('.myturn input')).toBe('t?');
    expect(await page.locator('.myturn').count()).toBe(1);
    await page.context().close();
  });
});
