// The view Check: verdicts as lint gives them, the wrong part underlined, the fix put in.
// Not here: lint itself.
// Invariant: what the page shows is compared with `lint` of the text that stands in the editor.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { libraryDocument } from '../../src/meaning/library.ts';
import { lint } from '../../src/lint/lint.ts';
import { memberOf, partOf } from '../../web/check/places.ts';
import { slipSample } from '../../web/check/samples.ts';
import { hasBrowser, openBrowser, visit, type Opened } from './browser.ts';

test('the sample has one slip, and the part that its fix changes is the 1', () => {
  const slips = lint(slipSample).filter((c) => c.verdict === 'slip');
  expect(slips.length).toBe(1);
  const [slip] = slips;
  const member = slip === undefined ? null : memberOf(slipSample, slip);
  expect(member && slipSample.slice(member.from, member.to)).toBe('-\\sum_j \\frac{y_j}{p_j} \\, p_j (1 - p_i)');
  const part = member && partOf(slipSample, member, slip?.fix ?? null);
  expect(part && slipSample.slice(part.from, part.to)).toBe('1');
});

test('members of library documents are found where their claims say', () => {
  for (const name of ['batch-norm', 'layer-norm', 'softmax', 'attention', 'focal-loss']) {
    const text = libraryDocument(name);
    for (const claim of lint(text)) {
      const member = memberOf(text, claim);
      expect([name, claim.formula, member !== null]).toEqual([name, claim.formula, true]);
    }
  }
});

describe.runIf(hasBrowser)('in a browser', () => {
  let o: Opened;
  beforeAll(async () => {
    o = await openBrowser();
  });
  afterAll(async () => o?.close());

  const judged = (page: Page): Promise<unknown> =>
    page.waitForFunction(() => /judged in/.test(document.querySelector('.controls [role=status]')?.textContent ?? ''));
  const verdicts = (page: Page): Promise<string[]> => page.locator('.rows li > .tiny:not(.reason)').allTextContents();
  const wanted = (text: string): string[] =>
    lint(text).map((c) => (c.verdict === 'holds' ? (c.certainty ?? '') : c.verdict === 'slip' ? 'false' : c.verdict));

  test('the sample: list, gutter, underlined part; put in, and the line holds', async () => {
    const { page, troubles } = await visit(o, '#v=check');
    await judged(page);
    expect(await verdicts(page)).toEqual(wanted(slipSample));
    expect(await page.locator('.verdicts .mark-slip').count()).toBe(1);
    expect(await page.locator('.wrong').textContent()).toBe('1');
    expect(await page.locator('.say .slip').textContent()).toBe('−0.475');
    await page.locator('.say button').click();
    await page.waitForFunction(
      () => document.querySelector('.rows .bad') === null && document.querySelector('.stale') === null,
    );
    await judged(page);
    expect((await verdicts(page)).filter((v) => v === 'false')).toEqual([]);
    expect(troubles.list).toEqual([]);
    await page.context().close();
  });

  test('typing: while the text is newer than the verdicts these are dimmed, then they are those of lint', async () => {
    const { page } = await visit(o, '#v=check');
    await judged(page);
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+a');
    const typed = 'f = x^2\n\n$df/dx = 2 x$\n\n$df/dx = 3 x$\n';
    await page.keyboard.type(typed);
    expect(await page.locator('section.stale').count()).toBe(1);
    await judged(page);
    const now = await page.evaluate(() => new URLSearchParams(location.hash.slice(1)).get('text') ?? '');
    expect(now).toBe(typed);
    expect(await verdicts(page)).toEqual(wanted(typed));
    await page.context().close();
  });

  test('a link to a mistake that fails opens with its text judged', async () => {
    const { page } = await visit(o, '#v=mistakes&id=sign');
    await page.click('#card-sign a:has-text("see it fail")');
    await judged(page);
    expect((await verdicts(page)).filter((v) => v === 'false').length).toBe(1);
    await page.context().close();
  });
});
