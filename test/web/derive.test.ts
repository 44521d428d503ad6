// The view Derive in a browser: what it shows is what the library gives.
// Not here: the library's derivations.
// Invariant: lines, titles, reasons and verdicts on the page are compared with the record, formula by formula.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { derive } from '../../src/derive/derive.ts';
import { evaluate } from '../../src/derive/evaluate.ts';
import type { Derivation } from '../../src/derive/derivation.ts';
import { libraryDocument, libraryNames } from '../../src/meaning/library.ts';
import { hasBrowser, openBrowser, visit, type Opened } from './browser.ts';

/** What the page shows of a derivation; formulas by their copied LaTeX. */
async function shownOn(page: Page): Promise<{ lines: string[]; titles: string[]; marks: string[] }> {
  return page.evaluate(() => {
    const all = (selector: string): Element[] => [...document.querySelectorAll(selector)];
    const steps = all('.derivation > .step:not(.num)').filter((s) => s.querySelector('.eq') !== null);
    return {
      lines: steps.map((s) => s.querySelector('.formula annotation')?.textContent ?? ''),
      titles: steps.map((s) => s.querySelector('.why b')?.textContent ?? ''),
      marks: steps.map((s) => s.querySelector('.mark .skip')?.textContent ?? ''),
    };
  });
}
const wanted = (d: Derivation): Awaited<ReturnType<typeof shownOn>> => ({
  lines: d.steps.map((s) => s.latex),
  titles: d.steps.map((s) => s.title),
  marks: d.steps.map((s) => s.check),
});

describe.runIf(hasBrowser)('Derive', () => {
  let o: Opened;
  beforeAll(async () => {
    o = await openBrowser();
  });
  afterAll(async () => o?.close());

  test('the entrance is in the HTML, the same as the live page and as the library', async () => {
    const context = await o.browser.newContext({ javaScriptEnabled: false });
    const still = await context.newPage();
    await still.goto(o.url);
    const before = await shownOn(still);
    await context.close();
    const { page, troubles } = await visit(o);
    const live = wanted(derive('dL/dz_i', { in: 'softmax-cross-entropy', detail: 'outline' }));
    expect(before).toEqual(live);
    expect(await shownOn(page)).toEqual(live);
    expect(troubles.list).toEqual([]);
    await page.context().close();
  });

  const documents = libraryNames().flatMap((name): (readonly [name: string, question: string])[] => {
    const questions = /<!--\s*whygrad:\s*question\s+(.*?)\s*-->/.exec(libraryDocument(name))?.[1]?.split(';') ?? [];
    const [first = ''] = questions;
    return first.trim() === '' || name.startsWith('optimizers/') ? [] : [[name, first.trim()]];
  });
  test('every document of the library: lines, titles and verdicts are the record’s; every = stands below the one before', async () => {
    const { page, troubles } = await visit(o);
    expect(documents.length).toBeGreaterThan(30);
    for (const [name, question] of documents) {
      const of = wanted(derive(question, { in: name, detail: 'outline' }));
      await page.evaluate((hash) => (location.hash = hash), `#v=derive&in=${name}&q=${encodeURIComponent(question)}`);
      // The answer before is dimmed until this one is there.
      await page.waitForFunction(
        (last) =>
          document.querySelector('.stale, .working') === null &&
          [...document.querySelectorAll('.derivation > .step:not(.num) .formula annotation')].at(-1)?.textContent ===
            last,
        of.lines.at(-1) ?? '',
      );
      expect([name, await shownOn(page)]).toEqual([name, of]);
      const places = await page.evaluate(() =>
        [...document.querySelectorAll('.step .eq')].map((e) => e.getBoundingClientRect().x),
      );
      expect([name, Math.max(...places) - Math.min(...places) <= 1]).toEqual([name, true]);
      expect([name, await page.locator('.katex-error').count()]).toEqual([name, 0]);
    }
    expect(troubles.list).toEqual([]);
    await page.context().close();
  });

  test('a question that cannot be read is an error that points, and the next one is answered', async () => {
    const { page } = await visit(o, '#v=derive&q=dL/dz_i)');
    await page.waitForSelector('.fault');
    expect(await page.textContent('.fault u')).toBe(')');
    await page.evaluate(() => {
      location.hash = '#v=derive&in=sigmoid&q=dh_i/dz_k';
    });
    await page.waitForSelector('.verdict');
    expect((await shownOn(page)).marks.every((m) => m === 'proved')).toBe(true);
    await page.context().close();
  });

  test('printed, a derivation stands on one page without controls', async () => {
    for (const at of ['', '#v=derive&in=layer-norm&q=d%5Chat%7Bx%7D_i/dx_k']) {
      const { page } = await visit(o, at);
      await page.waitForFunction(() => document.querySelector('.stale, .working') === null);
      const margin = { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' };
      const pdf = (await page.pdf({ format: 'A4', margin })).toString('latin1');
      expect([at, [...pdf.matchAll(/\/Type\s*\/Page\b/g)].length]).toEqual([at, 1]);
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('button:visible, select:visible, input:visible, nav:visible').count()).toBe(0);
      expect(await page.locator('.derivation .step:visible').count()).toBeGreaterThan(4);
      await page.context().close();
    }
  });

  test('copying a formula gives clean LaTeX', async () => {
    const { page } = await visit(o);
    const copied = await page.evaluate(() =>
      [...document.querySelectorAll('annotation')].map((a) => a.textContent ?? ''),
    );
    expect(copied.length).toBeGreaterThan(8);
    expect(copied.filter((t) => t.includes('htmlData'))).toEqual([]);
    await page.context().close();
  });
});

describe.runIf(hasBrowser)('touch', () => {
  let o: Opened;
  beforeAll(async () => {
    o = await openBrowser();
  });
  afterAll(async () => o?.close());

  /** The texts of all parts that are lit, line by line. */
  const litOn = (page: Page): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll('.formula[data-line]')].flatMap((line) =>
        [...line.querySelectorAll('.hot')].map((e) => `${line.getAttribute('data-line')}: ${e.getAttribute('data-p')}`),
      ),
    );

  test('touching p_i of the last line lights its origins through all lines, joined by threads', async () => {
    const { page } = await visit(o);
    await page.hover('.formula[data-line="4"] [data-p="0"]');
    expect(await litOn(page)).toEqual(['q: 0', '0: 0.1.0.1.0', '1: 1.0.2.1.1', '2: 1.1.1', '3: 1.1.1', '4: 0']);
    expect(await page.locator('.threads path').count()).toBe(5);
    expect(await page.textContent('.tip')).toContain('0.24');
    await page.context().close();
  });

  test('a touched part has its number beside it, and is told in words', async () => {
    const { page } = await visit(o, '#v=derive&z=2,1,0.1&y=2');
    const [first] = derive('dL/dz_i', { in: 'softmax-cross-entropy', detail: 'outline', parts: true }).steps.slice(2);
    const line = first?.lines?.to;
    const part = line?.parts.find((p) => p.kind === 'mul' && p.path !== '');
    if (line === undefined || part === undefined) throw new Error('the third line has no product');
    const text = line.text.slice(...part.text);
    const { value } = evaluate(text, { in: 'softmax-cross-entropy', values: { z: [2, 1, 0.1], y: [0, 1, 0] } });
    const wanted = [value].flat().map((v) => `${Math.abs(Number(v)).toFixed(2)}`);
    await page.evaluate(
      (path) =>
        document
          .querySelector(`.formula[data-line="2"] [data-p="${path}"]`)
          ?.dispatchEvent(new MouseEvent('click', { bubbles: true })),
      part.path,
    );
    await page.waitForFunction((n) => document.querySelector('.tip')?.textContent?.includes(n), wanted[0] ?? '');
    await page.waitForFunction(() =>
      /sum over|sub/.test(document.querySelector('[aria-live].skip')?.textContent ?? ''),
    );
    await page.context().close();
  });

  test('by keys alone: down to the last line, right to its terms, Enter opens smaller steps', async () => {
    const { page } = await visit(o);
    await page.focus('.formula[data-line="q"]');
    for (let n = 0; n < 5; n++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await litOn(page)).toEqual([
      'q: 0',
      '0: 0.1.0.0',
      '0: 0.1.0.1.0',
      '1: 1.0.0',
      '1: 1.0.2.0',
      '2: 1.0',
      '3: 1.0',
      '4: 1.1',
    ]);
    for (let n = 0; n < 3; n++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    expect(await page.locator('.subs').count()).toBe(1);
    expect(page.url()).toContain('open=1');
    await page.context().close();
  });
});
