// Lint that remembers: the same rows as without a memory, whatever is edited; and where rows and their parts stand.
// Not here: the verdicts.
// Invariant: the truth of an update is `lint` of the same text.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { linter } from '../../src/lint/linter.ts';
import { difference } from '../../src/lint/part.ts';
import { must } from '../../src/term/must.ts';
import { randomFrom } from './simulator/random.ts';

const folder = join(import.meta.dirname, 'documents');
const documents = readdirSync(folder)
  .filter((name) => /\.(?:md|tex)$/.test(name))
  .map((name) => readFileSync(join(folder, name), 'utf8'));
const soak = process.env['SOAK'] !== undefined;
const edits = soak ? 1000 : 24;

/** A letter, a sign, a piece taken out or put in twice, a line moved: whatever hands do to a text. */
function edited(text: string, random: ReturnType<typeof randomFrom>): string {
  const at = Math.floor(random.number() * (text.length + 1));
  const piece = Math.floor(random.number() * 12);
  switch (random.pick(['type', 'type', 'delete', 'repeat', 'swap'] as const)) {
    case 'type':
      return text.slice(0, at) + random.pick([...'abijxyzW0123+-_^{}$ \n', '\\\\', '$x = x$']) + text.slice(at);
    case 'delete':
      return text.slice(0, at) + text.slice(at + piece);
    case 'repeat':
      return text.slice(0, at) + text.slice(Math.max(0, at - piece), at) + text.slice(at);
    case 'swap': {
      const lines = text.split('\n');
      const n = Math.floor(random.number() * lines.length);
      const [line] = lines.splice(n, 1);
      lines.splice(Math.floor(random.number() * (lines.length + 1)), 0, must(line));
      return lines.join('\n');
    }
  }
}

test(`${edits} random edits`, { timeout: soak ? 7_200_000 : 200_000 }, () => {
  const random = randomFrom(20);
  const remembering = linter({ file: 'x' });
  let text = '';
  for (let n = 0; n < edits; n++) {
    if (n % 12 === 0) text = random.pick(documents);
    else text = edited(text, random);
    expect(remembering.update(text)).toEqual(lint(text, { file: 'x' }));
  }
});

test('an update twice, an older text again', () => {
  const remembering = linter();
  const [a, b] = [must(documents[0]), must(documents[1])];
  const first = remembering.update(a);
  remembering.update(b);
  expect(remembering.update(a)).toEqual(first);
  expect(remembering.update(a)).toEqual(first);
  expect(remembering.update('')).toEqual([]);
});

test('a claim diagnosed', () => {
  const remembering = linter();
  const text = 'Let $p_j = e^{z_j}/\\sum_k e^{z_k}$. Then $\\partial p_j/\\partial z_i = p_j (1 - p_i)$.';
  const rows = remembering.update(text);
  const found = remembering.diagnose(1);
  expect(remembering.diagnose(must(rows[1]))).toEqual(found);
  expect(found.mistake?.id).toBe('diagonal-only');
  expect(text.slice(must(found.part ?? undefined).start, found.part?.end)).toBe('1');
  expect(() => remembering.diagnose(7)).toThrow(/no such claim/);
});

describe('where a row stands', () => {
  const slips = (text: string): string[][] =>
    lint(text)
      .filter((c) => c.part !== null)
      .map((c) => [text.slice(c.span.start, c.span.end), text.slice(c.part?.start, c.part?.end)]);
  test.each([
    ['Let $f = x^3$. Then $df/dx = 2x^2$.', '2x^2', '2'],
    ['Let $f = x^3$. Then $$\\frac{df}{dx} = 2 x^2.$$', '2 x^2', '2'],
    ['Let $f = \\sin x$.\n\n$$\n\\frac{df}{dx}\n= -\\cos x\n$$\n', '-\\cos x', '-'],
    ['Let $s = 1/(1+e^{-a})$. Then $ds/da = s(1+s)$.', 's(1+s)', '+'],
  ])('%s', (text, member, part) => {
    expect(slips(text)).toEqual([[member, part]]);
  });
  test('on every row of the documents the end is behind the beginning, and the part inside', () => {
    for (const text of documents)
      for (const c of lint(text)) {
        expect(c.span.end).toBeGreaterThanOrEqual(c.span.start);
        const lines = text.slice(0, c.span.end).split('\n');
        expect([lines.length, must(lines.at(-1)).length + 1]).toEqual([c.endLine, c.endColumn]);
      }
  });
  test.each([
    ['p_j (1 - p_i)', 'p_j (\\delta_{ij} - p_i)', '1'],
    ['2 x', '3 x', '2'],
    ['0.834', '0.843', '0.834'],
    ['\\cos x', '\\sin x', '\\cos'],
    ['a b', 'a b + c', 'b'],
    ['b', '-b', 'b'],
    ['a + b', 'a + b', 'b'],
  ])('%s where %s is right', (written, right, part) => {
    const [from, to] = difference(written, right);
    expect(written.slice(from, to)).toBe(part);
  });
});
