// Wide comments are wrapped, all else stays.
// Not here: that the sources hold none (`layers.test.ts`).
// Invariant: no file is written.
import { describe, expect, test } from 'vitest';
import { wrapComments } from '../../scripts/wrap-comments.mjs';

const words = 'lorem ipsum dolor sit amet '.repeat(8).trim();
const text = (source: string): string => source.replace(/[/*\s]+/g, ' ').trim();

describe('wrapping', () => {
  test.each([
    ['a comment of one line', `  // ${words}`],
    ['a docstring of one line', `  /** ${words} */`],
    ['the first line of a docstring', `  /** ${words}\n   * more\n   */`],
    ['a line inside a docstring', `  /**\n   * ${words}\n   */`],
    ['the last line of a docstring', `  /** short\n   * ${words} */`],
  ])('%s', (_, source) => {
    const fresh = wrapComments(source);
    expect(Math.max(...fresh.split('\n').map((l) => l.length))).toBeLessThanOrEqual(120);
    expect(text(fresh)).toBe(text(source));
    expect(fresh.split('\n').every((l) => /^ {2,3}(?:\/\/ |\/\*\*| ?\*)/.test(l))).toBe(true);
    expect(wrapComments(fresh)).toBe(fresh);
  });

  test.each([
    ['code', `const a = '${words}';`],
    ['a comment behind code', `const a = 1; // ${words}`],
    ['what fits', '// short'],
  ])('leaves %s alone', (_, source) => {
    expect(wrapComments(source)).toBe(source);
  });

  test('a rule across the page is cut at its end', () => {
    expect(wrapComments(`// --- names ${'-'.repeat(130)}`)).toBe(`// --- names ${'-'.repeat(107)}`);
  });
});
