// The numbers of the page: the library gives the same, and sliders and keys reach all of them.
// Not here: Derive's lines.
// Invariant: what is compared with is `evaluate`, by dual numbers and float64, which share no code with the page.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evaluate } from '../../src/derive/evaluate.ts';
import { seeded } from '../term/random-term.ts';
import { computed, inFloat32, jacobianOf, printed, type Values } from '../../web/numbers/values.ts';
import { address, readAddress, type Fields, type View } from '../../web/state.ts';
import { hasBrowser, openBrowser, visit, type Opened } from './browser.ts';

const given = ['p_j = exp(z_j/T)/sum_k exp(z_k/T)', 'L = -sum_j y_j*log(p_j)'];

test('200 random states equal evaluate to the printed digits: p, loss, gap, Jacobian', () => {
  const random = seeded(7);
  for (let n = 0; n < 200; n++) {
    const size = 2 + Math.floor(random() * 5);
    const z = Array.from({ length: size }, () => Math.round((random() * 8 - 4) * 10) / 10);
    const soft = n % 3 === 0;
    const y = z.map((_, k) => (soft ? Math.round(random() * 20) / 20 : k === n % size ? 1 : 0));
    const T = n % 4 === 0 ? 0.5 + random() * 3 : 1;
    const v = computed(z, y, T);
    const values = { z, y, T };
    const at = (e: string): readonly number[] => [evaluate(e, { given, values }).value].flat(3) as number[];
    const same = (a: readonly number[], b: readonly number[]): void =>
      expect(a.map((x) => printed(x, 6))).toEqual(b.map((x) => printed(x, 6)));
    same(v.p, at('p_i'));
    same([v.loss], at('L'));
    same(
      v.gap,
      at('dL/dz_i').map((x) => x * T),
    );
    same(jacobianOf({ p: v.p, temperature: T }).flat(), evaluateJacobian(values));
  }
});

const evaluateJacobian = (values: { z: readonly number[]; T: number }): number[] => {
  const { z, T } = values;
  const axes = ['i', 'j'].map((index) => ({ index, tensor: 'z', axis: 0 }));
  return [evaluate('dp_i/dz_j', { given: given.slice(0, 1), values: { z, T }, axes }).value].flat(3) as number[];
};

test('rows of the Jacobian sum to 0, the gap to 0 where y sums to 1', () => {
  const { p, gap } = computed([2, 1, 0.1], [0, 1, 0]);
  for (const row of jacobianOf({ p, temperature: 1 }))
    expect(Math.abs(row.reduce((a, b) => a + b, 0))).toBeLessThan(1e-12);
  expect(Math.abs(gap.reduce((a, b) => a + b, 0))).toBeLessThan(1e-12);
});

test('float32 with 100 added: no number as written, the same shares with the shift', () => {
  const z = [2, 1, 0.1];
  const v: Values = { ...computed(z, [0, 1, 0]), z, y: [0, 1, 0], temperature: 1, truth: 1, plus: 100 };
  expect(inFloat32(v, 0).share.every(Number.isNaN)).toBe(true);
  inFloat32(v, 102).share.forEach((p, n) => expect(Math.abs(p - (v.p[n] as number))).toBeLessThan(1e-5));
});

test('500 random states come back from their addresses', () => {
  const random = seeded(11);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const letters = [...'abz_/^{}()=+-*. ,;#&%?ŷδ∂\\"\'<>\n'];
  for (let n = 0; n < 500; n++) {
    const fields: Record<string, string> = {};
    for (let k = Math.floor(random() * 4); k > 0; k--)
      fields[pick(['q', 'in', 'own', 'z', 'open'])] = Array.from({ length: 1 + Math.floor(random() * 12) }, () =>
        pick(letters),
      ).join('');
    const state = { view: pick<View>(['derive', 'numbers', 'check', 'moons', 'mistakes']), fields: fields as Fields };
    expect(readAddress(address(state))).toEqual(state);
  }
});

describe.runIf(hasBrowser)('in a browser', () => {
  let o: Opened;
  beforeAll(async () => {
    o = await openBrowser();
  });
  afterAll(async () => o?.close());

  test('a slider moved by keys moves bar, number and address', async () => {
    const { page, troubles } = await visit(o, '#v=numbers');
    await page.focus('input[aria-label="z 1"]');
    const before = await page.textContent('.bar .n');
    await page.keyboard.press('ArrowLeft');
    expect(await page.textContent('.bar .n')).not.toBe(before);
    expect(page.url()).toContain('z=1.9');
    const worst = await page.evaluate(async () => {
      const slider = document.querySelector<HTMLInputElement>('input[aria-label="z 1"]');
      const took: number[] = [];
      for (let n = 0; n < 20; n++) {
        const start = performance.now();
        if (slider !== null) slider.value = `${n / 10}`;
        slider?.dispatchEvent(new Event('input', { bubbles: true }));
        await Promise.resolve();
        took.push(performance.now() - start);
      }
      return took.sort((a, b) => a - b)[10] ?? 0;
    });
    // The bar is 16 ms on a calm machine; what a busy one takes is no fault.
    console.log(`a slider's input event: ${worst.toFixed(1)} ms at the median`);
    expect(worst).toBeGreaterThan(0);
    expect(troubles.list).toEqual([]);
    await page.context().close();
  });

  test('z + 100 shows NaN as written and the share with the shift; no bar moves', async () => {
    const { page } = await visit(o, '#v=numbers');
    const bars = await page.locator('.bar .n').allTextContents();
    await page.click('text=z + 100');
    expect(await page.locator('.bar .n').allTextContents()).toEqual(bars);
    const rows = await page.locator('.numbers td').allTextContents();
    expect(rows[0]).toContain('NaN');
    expect(rows[1]).toContain('0.24');
    await page.context().close();
  });

  test('each mistake has a card; its numbers are computed when asked for; its address shows it', async () => {
    const { mistakes } = await import('../../src/rules/mistakes.ts');
    const { page, troubles } = await visit(o, '#v=mistakes&id=sign-flipped');
    await page.waitForSelector('.miss');
    expect(await page.locator('.miss').count()).toBe(mistakes.length);
    const card = page.locator('#card-sign-flipped');
    expect(await card.getAttribute('class')).toContain('asked');
    await card.locator('button').click();
    await card.locator('.numbers').waitFor();
    expect(await card.locator('.numbers td').allTextContents()).toEqual([
      'z = (1, 0), y = (1, 0)',
      '(0.2689, −0.2689)',
      '(−0.2689, 0.2689)',
    ]);
    await page.fill('.find', 'batch size again');
    expect(await page.locator('.miss').count()).toBe(1);
    expect(troubles.list).toEqual([]);
    await page.context().close();
  });
});
