// Derivations as HTML: MathML for every formula, nothing raw, no script; and what a browser makes of it.
// Not here: what the formulas say.
// Invariant: every page of the library is checked as text, a sample of them in Chromium.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { derive } from '../../../src/derive/derive.ts';
import { report } from '../../../src/derive/report.ts';
import { parse } from '../../../src/meaning/parse.ts';
import { print } from '../../../src/term/print.ts';
import { awkwardNames, libraryQuestions, severalAtOnce } from '../questions.ts';

const CHROMIUM = '/usr/bin/chromium';
const available = existsSync(CHROMIUM);
if (!available && process.env.CI === 'true') throw new Error('chromium is missing: apt-get install chromium');

const pages = [...libraryQuestions, ...severalAtOnce, ...awkwardNames].map(({ name, question, options }) => ({
  head: `${name}, ${question}`,
  html: report(derive(question, options), 'html'),
}));

/** Tags that are opened and not closed in order; empty where all fit. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  for (const [, slash, tag] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (tag === 'meta' || tag === 'br') continue;
    if (slash === '') open.push(tag as string);
    else if (open.pop() !== tag) return [`</${tag}>`];
  }
  return open;
}
const textOf = (html: string): string =>
  html
    .slice(html.indexOf('<body>'))
    .replaceAll('<mo>^</mo></mover>', '')
    .replace(/<[^>]*>/g, ' ');

describe('derivations as HTML', () => {
  it('are well formed, without scripts, and load nothing', () => {
    for (const { head, html } of pages) {
      expect(unbalanced(html), head).toEqual([]);
      expect(html, head).not.toMatch(/<script|\bsrc=|\bhref=|\bon[a-z]+=|@import|url\(/);
    }
  });
  it('hold every formula as MathML and nothing in plain notation', () => {
    for (const { head, html } of pages) {
      expect(html, head).not.toMatch(/<span title=/);
      expect(textOf(html), head).not.toMatch(/\\|\bd\(|\bsum_|\*|\^|_\{|delta/);
      expect(html.match(/<math/g)?.length, head).toBeGreaterThan(4);
    }
  });
  it('have a heading for each of several quantities', () => {
    const html = report(derive('grad E', { given: ['E = (a*u + b - t)^2'] }), 'html');
    expect(html.match(/<h2>Derivation of <math/g)).toHaveLength(4);
    expect(html).toContain('<mo>∇</mo><mi>E</mi>');
  });
  it('show names of strangers escaped', () => {
    const html = report(derive('df/dx', { given: ['f = if(x < 1, x, a)'] }), 'html');
    expect(html).toContain('<mo>&lt;</mo>');
    expect(unbalanced(html)).toEqual([]);
  });
  it.skipIf(!available)('are laid out by a browser: every formula has a size, none an error', async () => {
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
    });
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      for (const { head, html } of pages.filter((_, n) => n % 6 === 0 || n > pages.length - 12)) {
        await page.setContent(html);
        const found = await page.evaluate(() => {
          const all = [...document.querySelectorAll('math')].map((m) => m.getBoundingClientRect());
          return {
            formulas: all.length,
            flat: all.filter((r) => r.width < 3 || r.height < 3).length,
            unknown: [...document.querySelectorAll('math *')].filter((e) => !(e instanceof MathMLElement)).length,
            errors: document.querySelectorAll('merror').length,
          };
        });
        expect(found, head).toEqual({ formulas: found.formulas, flat: 0, unknown: 0, errors: 0 });
      }
    } finally {
      await browser.close();
    }
  });
});

describe('MathML of', () => {
  it.each([
    ['x_i', '<msub><mrow><mi>x</mi></mrow><mrow><mi>i</mi></mrow></msub>'],
    ['y_hat', '<mover accent="true"><mi>y</mi><mo>^</mo></mover>'],
    ['a/2', '<mfrac><mrow><mi>a</mi></mrow><mrow><mn>2</mn></mrow></mfrac>'],
    ['sqrt(alpha)', '<msqrt><mi>α</mi></msqrt>'],
    ['-a + 3', '<mo>−</mo><mi>a</mi><mo>+</mo><mn>3</mn>'],
  ])('%s', (text, mathml) => {
    expect(print(parse(text), { spelling: 'mathml' })).toBe(mathml);
  });
  it('anything is a row of whole elements, without raw text between them', () => {
    const texts = [
      'sum_{i=1}^{n-1} x_{i+1} y_i',
      'prod_{j != k} (x_j - x_k)',
      'if(x_i >= 0, log(x_i), f(x_i, 2))',
      'd(L, z_i)',
      'max_k x_k^(a+1)',
      'inv(X)_ij + det(X)',
      '1{i = j and i < k} abs(x_i)',
      "g'(u)^2",
      'size(x,1) x_2',
    ];
    for (const text of texts) {
      const mathml = print(parse(text, { letters: ['i', 'j', 'k'] }), { spelling: 'mathml' });
      expect(unbalanced(mathml), text).toEqual([]);
      expect(
        mathml
          .replace(/<(mi|mn|mo|mtext)[^>]*>[^<]*<\/\1>/g, '')
          .replace(/<[^>]*>/g, '')
          .trim(),
        text,
      ).toBe('');
    }
  });
});
